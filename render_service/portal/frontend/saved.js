// SPDX-License-Identifier: GPL-3.0-or-later
// Looks under names: kept with a small picture of the stage, and put on again.
const PICTURE = { width: 360, height: 450 };

export function bindSaved(words, state, stage, say, putOn) {
  const panel = document.querySelector("[data-looks]");
  const strip = panel.querySelector("[data-strip]");
  const field = panel.querySelector("[name=look_name]");

  panel.querySelector("[data-keep-form]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, ...told } = await keep(field.value.trim());
    if (!name) {
      say(told.detail, true);
      return;
    }
    strip.innerHTML = told.strip;
    panel.querySelector("[data-some]").hidden = false;
    field.value = "";
    say((told.new ? panel.dataset.kept : panel.dataset.keptAnew).replace("NAME", () => name));
  });

  async function keep(name) {
    const picture = await stage.snapshot(PICTURE.width, PICTURE.height);
    try {
      const response = await fetch(panel.dataset.keep, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": words.token },
        body: JSON.stringify({ name, look: state.look, picture }),
      });
      return await response.json();
    } catch {
      return { detail: words.failed };
    }
  }

  strip.addEventListener("click", (event) => {
    const card = event.target.closest("[data-put-on]");
    if (!card) return;
    field.value = card.dataset.name;
    putOn(JSON.parse(card.dataset.putOn));
  });
}
