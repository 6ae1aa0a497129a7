// SPDX-License-Identifier: GPL-3.0-or-later
// Two looks of one person on two stages that turn together, beside each other or one over the other.
import { Avatar } from "./avatar.js";
import { bindMap } from "./map.js";
import { appearance } from "./person.js";
import { Server } from "./server.js";
import { Stage } from "./stage.js";
import { bindTools } from "./tools.js";

class Side {
  constructor(root, name, say) {
    this.words = root.dataset;
    this.element = root.querySelector(`[data-side=${name}]`);
    this.message = this.element.querySelector("[data-message]");
    this.choice = root.querySelector(`[data-choice=${name}]`);
    this.select = this.choice.querySelector("[data-look]");
    this.measured = this.choice.querySelector("[data-measured]");
    this.stage = new Stage(this.element.querySelector("canvas"), () => say(this.words.lost), () => say(this.words.ready));
    this.avatar = new Avatar(this.stage, this.words);
    this.server = new Server(this.words, say);
  }

  async show({ looks, said, usual }, map) {
    const look = looks[this.select.value];
    this.choice.querySelector("[data-said]").replaceChildren(...said[this.select.value].map(
      (words) => Object.assign(document.createElement("li"), { textContent: words })));
    const day = this.measured?.selectedOptions[0];
    this.element.querySelector("[data-name]").textContent = [this.select.selectedOptions[0], day]
      .filter(Boolean).map((option) => option.textContent).join(" · ");
    const values = appearance(look, usual);
    this.avatar.person({ ...values, "skin.age": values["skin.age"] || (day ? day.dataset.age : this.words.age) });
    const { person, unit, feature } = this.words;
    const answer = await this.server.ask(feature, { person, unit, look, known: this.avatar.known(),
      measured: day?.value ?? null, fit_map: map.chosen() });
    if (answer) {
      this.avatar.scale(map.scale());
      this.avatar.show(answer);
      this.message.hidden = true;
    } else if (!this.avatar.parts.size) {
      this.message.textContent = this.words.failed;
    }
  }
}

export function compare(root) {
  const status = root.querySelector("[data-status]");
  const [looks, said, usual] = [root.dataset.looks, root.dataset.said, root.dataset.usual].map((text) => JSON.parse(text));
  const show = (...shown) => shown.forEach((side) => side.show({ looks, said, usual }, map));
  const wipe = root.querySelector("[data-wipe]");

  function say(text, wrong = false) {
    status.textContent = text;
    status.classList.toggle("mistake", wrong);
  }

  let sides;
  try {
    sides = ["left", "right"].map((name) => new Side(root, name, say));
  } catch {
    for (const message of root.querySelectorAll("[data-message]")) message.textContent = root.querySelector("[data-no-webgl]").innerHTML;
    root.querySelector(".tools").hidden = root.querySelector(".viewing").hidden = true;
    return;
  }
  const [left, right] = sides;
  left.stage.follow(right.stage);
  right.stage.follow(left.stage);
  bindTools(root, left.stage);
  const map = bindMap(root.dataset, () => show(...sides));

  function lay() {
    const over = root.dataset.layout === "over";
    wipe.hidden = !over;
    right.element.style.clipPath = over ? `inset(0 0 0 ${wipe.value}%)` : "";
  }

  root.addEventListener("change", ({ target }) => {
    const side = sides.find((each) => each.select === target || each.measured === target);
    if (side) show(side);
    if (target.name === "layout") {
      root.dataset.layout = target.value;
      lay();
    }
  });
  wipe.addEventListener("input", lay);
  root.querySelector("[data-swap]").addEventListener("click", () => {
    [left.select.value, right.select.value] = [right.select.value, left.select.value];
    if (left.measured) [left.measured.value, right.measured.value] = [right.measured.value, left.measured.value];
    show(...sides);
  });
  show(...sides);
}
