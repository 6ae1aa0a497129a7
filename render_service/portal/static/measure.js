// SPDX-License-Identifier: GPL-3.0-or-later
// The form of measurements, made livelier: blanks are predicted while one types, units and kept predictions need no
// reload. Without this file every button does the same through the server.
import "./page.js";

const form = document.getElementById("form");
const french = document.documentElement.lang === "fr";
const CENTIMETRES = { cm: 1, in: 2.54 };
const PAUSE_MS = 250;
let asked = 0;
let timer = 0;

const tapes = [...form.querySelectorAll(".tape[data-key]")];
const decimals = (unit) => (unit === "cm" ? 1 : 2);
const unitField = form.elements.unit;

function spelt(number, unit) {
  const text = number.toFixed(decimals(unit)).replace(/\.?0+$/, "");
  return french ? text.replace(".", ",") : text;
}

function shown(number, unit) {
  const text = number.toFixed(decimals(unit));
  return french ? text.replace(".", ",") : text;
}

function number(text) {
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Number(plain) : null;
}

function show(predictions) {
  for (const tape of tapes) {
    const guess = predictions[tape.dataset.key];
    const pin = tape.querySelector(".pin");
    tape.querySelector(".guess").textContent = guess
      ? `≈ ${shown(guess.value, unitField.value)} ± ${shown(guess.half_width, unitField.value)}` : "";
    pin.hidden = !guess;
    pin.dataset.text = guess ? guess.text : "";
  }
}

async function predict() {
  const turn = ++asked;
  const typed = Object.fromEntries(new FormData(form));
  const token = typed.csrf_token;
  delete typed.csrf_token;
  try {
    const answer = await fetch(form.dataset.predict, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(typed),
    });
    if (answer.ok && turn === asked) show((await answer.json()).predictions);
  } catch {
    // The network is gone: the buttons still say so when they are used.
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(predict, PAUSE_MS);
}

function convert(unit) {
  const factor = CENTIMETRES[unitField.value] / CENTIMETRES[unit];
  for (const tape of tapes) {
    const input = tape.querySelector("input");
    const value = number(input.value);
    if (value !== null) input.value = spelt(value * factor, unit);
    tape.querySelector("[data-unit]").textContent = unit;
  }
  unitField.value = unit;
  for (const button of form.querySelectorAll("[name=switch_unit]")) {
    button.setAttribute("aria-pressed", String(button.value === unit));
  }
  show({});
  predict();
}

form.addEventListener("input", soon);
form.addEventListener("change", soon);
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.name === "switch_unit") {
    event.preventDefault();
    if (button.value !== unitField.value) convert(button.value);
  } else if (button?.name === "pin" && button.dataset.text) {
    event.preventDefault();
    const input = document.getElementById(button.value);
    input.value = button.dataset.text;
    input.focus();
    predict();
  }
});
predict();
