// SPDX-License-Identifier: GPL-3.0-or-later
// The avatar's page: what is moved or chosen goes to the server, what comes back is drawn.
import { Avatar } from "./avatar.js";
import { Server } from "./server.js";
import { Stage } from "./stage.js";
import { bindShape } from "./shape.js";
import { bindWardrobe } from "./wardrobe.js";

const root = document.getElementById("viewer");
const message = root.querySelector("[data-message]");
const status = root.querySelector("[data-status]");

function say(text) {
  status.textContent = text;
}

function begin() {
  let stage;
  try {
    stage = new Stage(root.querySelector("canvas"), () => say(root.dataset.lost));
  } catch {
    message.textContent = root.querySelector("[data-no-webgl]").innerHTML;
    root.querySelector(".tools").hidden = true;
    return;
  }
  const avatar = new Avatar(stage, root.dataset);
  const server = new Server(root.dataset, say);
  const state = { changes: {}, look: JSON.parse(root.dataset.look || "{}") };

  async function refresh(path, more = {}) {
    const answer = await server.ask(path, { person: root.dataset.person, unit: root.dataset.unit,
      changes: state.changes, look: state.look, known: avatar.known(), ...more });
    if (!answer) return null;
    avatar.show(answer);
    message.hidden = true;
    return answer;
  }

  bindTools(stage);
  const shape = bindShape(root.dataset, state, (more) => refresh(root.dataset.feature, more));
  const wardrobe = bindWardrobe(state, avatar, (more) => refresh(root.dataset.cloth, more));
  // Pictures show what is worn here.
  document.querySelector("[data-order]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const { href } = event.currentTarget;
    await wardrobe.keep();
    location.assign(href);
  });
  refresh(root.dataset.feature).then((answer) => {
    if (!answer) {
      message.textContent = root.dataset.failed;
      return;
    }
    shape.told(answer);
    wardrobe.advise();
  });
}

function bindTools(stage) {
  root.querySelector(".tools").addEventListener("click", (event) => {
    const { view, turn, zoom, picture } = event.target.closest("button")?.dataset ?? {};
    if (view) stage.look(view);
    if (turn) stage.turn(Number(turn) * Math.PI / 8);
    if (zoom) stage.zoom(Number(zoom));
    if (picture !== undefined) stage.savePicture("avatar.png");
  });
}

begin();
