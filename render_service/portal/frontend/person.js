// SPDX-License-Identifier: GPL-3.0-or-later
// How the person appears: the page's fields are the rows of render_service/portal/look_fields.py, read by their keys.
export const valueAt = (look, key) => key.split(".").reduce((found, name) => found?.[name], look);

// Every field's value in a look, as text by its key; `usual` where the look does not say.
export function appearance(look, usual) {
  return Object.fromEntries(Object.entries(usual).map(([key, value]) => [key, String(valueAt(look, key) ?? value)]));
}

export function bindPerson(state, { seen, posed }) {
  const fields = new Map([...document.querySelectorAll("[data-field]")].map((field) => [field.dataset.field, field]));

  function typed(field) {
    const range = field.querySelector("input[type=range]");
    if (range) return range.dataset.unset === range.value ? "" : range.value;
    const radio = field.querySelector("input[type=radio]:checked");
    return radio.value === "own" ? field.querySelector("[data-mix]").value : radio.value;
  }

  function put(key, text) {
    const [table, name] = key.includes(".") ? key.split(".") : [null, key];
    const place = table ? (state.look[table] ??= {}) : state.look;
    if (text === "") delete place[name];
    else place[name] = "number" in fields.get(key).dataset ? Number(text) : text;
  }

  function show(field) {
    const range = field.querySelector("input[type=range]");
    const radio = field.querySelector("input[type=radio]:checked");
    if (range) {
      const output = field.querySelector("output");
      output.textContent = range.dataset.unset === range.value ? output.dataset.unset : `${range.value} ${output.dataset.unit}`.trim();
      range.setAttribute("aria-valuetext", output.textContent);
      return;
    }
    const chosen = field.querySelector("[data-chosen]");
    if (chosen) chosen.textContent = radio.closest("label").textContent.trim();
    const mix = field.querySelector("[data-mix]");
    if (mix) {
      mix.hidden = radio.value !== "own";
      field.querySelector("[data-own]").setAttribute("fill", mix.value);
    }
  }

  function restore() {
    for (const [key, field] of fields) {
      const value = valueAt(state.look, key);
      const range = field.querySelector("input[type=range]");
      if (range) {
        if ("unset" in field.dataset) range.dataset.unset = range.min;
        range.value = value ?? range.getAttribute("value");
      } else {
        const radios = [...field.querySelectorAll("input[type=radio]")];
        const same = radios.find((radio) => radio.value === String(value ?? ""));
        const usual = radios.find((radio) => radio.defaultChecked);
        const own = String(value).startsWith("#") && radios.find((radio) => radio.value === "own");
        if (own) field.querySelector("[data-mix]").value = value;
        (same ?? (own || usual)).checked = true;
      }
      show(field);
    }
    seen(values());
  }

  // Every field's value, as text by its key.
  function values() {
    return Object.fromEntries([...fields].map(([key, field]) => [key, typed(field)]));
  }

  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) show(field);
  });
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field) return;
    if ("mix" in event.target.dataset) field.querySelector("[value=own]").checked = true;
    put(field.dataset.field, typed(field));
    show(field);
    if (field.dataset.field === "pose") posed();
    else seen(values());
  });
  return { restore };
}
