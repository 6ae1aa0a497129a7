// SPDX-License-Identifier: GPL-3.0-or-later
// Two looks of one person on two stages that turn together, beside each other or one over the other.
import { Avatar } from "./avatar.js";
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
    this.select = this.choice.querySelector("select");
    this.stage = new Stage(this.element.querySelector("canvas"), () => say(this.words.lost), () => say(this.words.ready));
    this.avatar = new Avatar(this.stage, this.words);
    this.server = new Server(this.words, say);
  }

  async show(looks, said, usual) {
    const look = looks[this.select.value];
    this.choice.querySelector("[data-said]").replaceChildren(...said[this.select.value].map(
      (words) => Object.assign(document.createElement("li"), { textContent: words })));
    this.element.querySelector("[data-name]").textContent = this.select.selectedOptions[0].textContent;
    const values = appearance(look, usual);
    this.avatar.person({ ...values, "skin.age": values["skin.age"] || this.words.age });
    const { person, unit, feature } = this.words;
    const answer = await this.server.ask(feature, { person, unit, look, known: this.avatar.known() });
    if (answer) {
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
    root.querySelector(".tools").hidden = root.querySelector("[data-layouts]").hidden = true;
    return;
  }
  const [left, right] = sides;
  left.stage.follow(right.stage);
  right.stage.follow(left.stage);
  bindTools(root, left.stage);

  function lay() {
    const over = root.dataset.layout === "over";
    wipe.hidden = !over;
    right.element.style.clipPath = over ? `inset(0 0 0 ${wipe.value}%)` : "";
  }

  root.addEventListener("change", ({ target }) => {
    const side = sides.find((each) => each.select === target);
    if (side) side.show(looks, said, usual);
    if (target.name === "layout") {
      root.dataset.layout = target.value;
      lay();
    }
  });
  wipe.addEventListener("input", lay);
  root.querySelector("[data-swap]").addEventListener("click", () => {
    [left.select.value, right.select.value] = [right.select.value, left.select.value];
    sides.forEach((side) => side.show(looks, said, usual));
  });
  sides.forEach((side) => side.show(looks, said, usual));
}
