// SPDX-License-Identifier: GPL-3.0-or-later
// Sliders of measurements: what is moved is asked for, the rest follows what the server predicts.
export function bindShape(words, state, refresh) {
  const panel = document.querySelector("[data-shape]");
  const table = document.querySelector(".readings tbody");
  const places = words.unit === "cm" ? 1 : 2;
  const french = document.documentElement.lang === "fr";

  function shown(number, digits = places) {
    const text = number.toFixed(digits);
    return french ? text.replace(".", ",") : text;
  }

  function label(slider) {
    slider.parentElement.querySelector("output").textContent = `${shown(Number(slider.value))} ${words.unit}`;
  }

  function told(answer) {
    for (const [key, row] of Object.entries(answer.measurements)) {
      const slider = panel.querySelector(`[name=${key}]`);
      if (!(key in state.changes)) slider.value = row.asked;
      label(slider);
      const cells = table.querySelectorAll(`tr[data-key=${key}] td`);
      cells[0].firstChild.textContent = `${shown(row.asked)} `;
      const interval = cells[0].querySelector("span");
      if (interval) interval.textContent = row.given ? "" : `± ${shown((row.high - row.low) / 2)}`;
      cells[1].textContent = shown(row.measured);
      cells[2].textContent = shown(row.difference_mm);
      cells[0].parentElement.classList.toggle("predicted", !row.given);
    }
  }

  async function ask(more) {
    const answer = await refresh(more);
    if (answer) told(answer);
    return answer;
  }

  panel.addEventListener("input", (event) => {
    state.changes[event.target.name] = Number(event.target.value);
    label(event.target);
    ask();
  });
  panel.querySelector("[data-keep-shape]").addEventListener("click", () => ask({ save: true }));
  panel.querySelector("[data-reset-shape]").addEventListener("click", () => {
    state.changes = {};
    ask();
  });
  return { told };
}
