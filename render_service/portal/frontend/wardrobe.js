// SPDX-License-Identifier: GPL-3.0-or-later
// What is worn: one garment at each place of the body, with size and colour; and the person's own colours.
export function bindWardrobe(state, avatar, refresh) {
  const panel = document.querySelector("[data-wardrobe]");
  const person = document.querySelector("[data-person-look]");
  const boxes = [...panel.querySelectorAll("[name=garment]")];
  const rowOf = (id) => panel.querySelector(`[data-worn="${id}"]`);

  function look() {
    const garment = boxes.filter((box) => box.checked).map((box) => {
      const row = rowOf(box.value);
      const worn = { id: box.value, colours: { body: row.querySelector("[type=color]").value } };
      const size = row.querySelector("select")?.value;
      return size ? { ...worn, size } : worn;
    });
    const tone = Number(person.querySelector("[name=tone]:checked").value);
    return { garment, skin: { tone }, eyes: { colour: person.querySelector("[name=eyes]:checked").value } };
  }

  function rows() {
    let any = false;
    for (const box of boxes) {
      rowOf(box.value).hidden = !box.checked;
      any ||= box.checked;
    }
    panel.querySelector("[data-nothing]").hidden = any;
  }

  async function change(more) {
    const before = state.look;
    state.look = look();
    rows();
    const answer = await refresh(more);
    // A look that was refused must not stand in the way of the next change of the body.
    if (!answer && JSON.stringify(state.look) === JSON.stringify(look())) state.look = before;
  }

  function restore() {
    for (const worn of state.look.garment ?? []) {
      const box = boxes.find((each) => each.value === worn.id);
      if (!box) continue;
      box.checked = true;
      const row = rowOf(worn.id);
      if (worn.colours?.body) row.querySelector("[type=color]").value = worn.colours.body;
      if (worn.size && row.querySelector("select")) row.querySelector("select").value = worn.size;
    }
    const { skin, eyes } = state.look;
    if (skin?.tone) {
      person.querySelector(`[name=tone][value="${skin.tone}"]`).checked = true;
      avatar.tone(skin.tone);
    }
    if (eyes?.colour) {
      person.querySelector(`[name=eyes][value="${eyes.colour}"]`).checked = true;
      avatar.eyes(eyes.colour);
    }
    rows();
  }

  panel.addEventListener("change", (event) => {
    const chosen = event.target;
    if (chosen.name === "garment" && chosen.checked) {
      for (const box of boxes) {
        if (box !== chosen && box.dataset.place === chosen.dataset.place) box.checked = false;
      }
    }
    change();
  });
  person.addEventListener("change", (event) => {
    if (event.target.name === "tone") avatar.tone(event.target.value);
    if (event.target.name === "eyes") avatar.eyes(event.target.value);
    state.look = look();
  });
  panel.querySelector("[data-keep-look]").addEventListener("click", () => change({ save: true }));
  restore();
}
