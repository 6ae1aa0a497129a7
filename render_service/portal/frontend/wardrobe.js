// SPDX-License-Identifier: GPL-3.0-or-later
// What is worn: one garment at each place of the body, with size and colour; and the person's own colours.
export function bindWardrobe(state, avatar, refresh) {
  const panel = document.querySelector("[data-wardrobe]");
  const person = document.querySelector("[data-person-look]");
  const boxes = [...panel.querySelectorAll("[name=garment]")];
  const rowOf = (id) => panel.querySelector(`[data-worn="${id}"]`);

  function ownColours() {
    return Object.fromEntries(["tone", "undertone", "eyes", "hair", "hair_colour", "grey", "beard"].map(
      (name) => [name, person.querySelector(`[name=${name}]:checked`).value]));
  }

  function look() {
    const garment = boxes.filter((box) => box.checked).map((box) => {
      const row = rowOf(box.value);
      const worn = { id: box.value, colours: { body: row.querySelector("[type=color]").value } };
      const size = row.querySelector("select")?.value;
      return size ? { ...worn, size } : worn;
    });
    const colours = ownColours();
    return { garment, skin: { tone: Number(colours.tone), undertone: colours.undertone }, eyes: { colour: colours.eyes },
      hair: { style: colours.hair, colour: colours.hair_colour, grey: Number(colours.grey) }, beard: { style: colours.beard } };
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
    for (const [id, words] of Object.entries(answer?.advice ?? {})) rowOf(id).querySelector("[data-advice]").textContent = words;
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
    const { skin, eyes, hair, beard } = state.look;
    const chosen = { tone: skin?.tone, undertone: skin?.undertone, eyes: eyes?.colour, hair: hair?.style,
      hair_colour: hair?.colour, grey: hair?.grey, beard: beard?.style };
    for (const [name, value] of Object.entries(chosen)) {
      const radio = value && person.querySelector(`[name=${name}][value="${value}"]`);
      if (radio) radio.checked = true;
    }
    avatar.person(ownColours());
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
  person.addEventListener("change", () => {
    avatar.person(ownColours());
    state.look = look();
  });
  for (const button of document.querySelectorAll("[data-keep-look]")) {
    button.addEventListener("click", () => change({ save: true }));
  }
  restore();
  return {
    // Advice on a look that was kept earlier.
    advise: () => boxes.some((box) => box.checked) && change(),
    keep: () => change({ save: true }),
  };
}
