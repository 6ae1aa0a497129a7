// SPDX-License-Identifier: GPL-3.0-or-later
// The avatar's page: what is moved or chosen goes to the server, what comes back is drawn.
import { Avatar } from "./avatar.js";
import { compare } from "./compare.js";
import { bindMap } from "./map.js";
import { bindPerson } from "./person.js";
import { bindSaved } from "./saved.js";
import { Server } from "./server.js";
import { bindShape } from "./shape.js";
import { Stage } from "./stage.js";
import { bindTools } from "./tools.js";
import { bindWardrobe } from "./wardrobe.js";

const root = document.getElementById("viewer");
const message = root?.querySelector("[data-message]");
const status = root?.querySelector("[data-status]");
const words = root?.dataset;

function say(text, wrong = false) {
  status.textContent = text;
  status.classList.toggle("mistake", wrong);
}

function begin() {
  let stage;
  try {
    stage = new Stage(root.querySelector("canvas"), () => say(words.lost), () => say(words.ready));
  } catch {
    message.replaceChildren(root.querySelector("[data-no-webgl]").content);
    root.querySelector("canvas").hidden = root.querySelector(".tools").hidden = root.querySelector(".viewing").hidden = true;
    return;
  }
  const avatar = new Avatar(stage, words);
  const server = new Server(words, say);
  const state = { changes: {}, look: JSON.parse(words.look || "{}") };

  async function refresh(path, more = {}, done = undefined) {
    const answer = await server.ask(path, { person: words.person, unit: words.unit, changes: state.changes,
      look: state.look, known: avatar.known(), stance: avatar.stance, fit_map: map.chosen(), ...more }, done);
    if (!answer) return null;
    avatar.scale(map.scale());
    avatar.show(answer);
    message.hidden = true;
    return answer;
  }

  // What is worn stays worn until the next visit.
  const dress = (more) => refresh(words.cloth, { save: true, ...more });
  bindTools(root, stage);
  const map = bindMap(words, () => wardrobe.change());
  const shape = bindShape(words, state, (more) => refresh(words.feature, more, more?.save ? words.saved : undefined));
  const wardrobe = bindWardrobe(words, state, dress, say);
  const person = bindPerson(state, {
    seen: (values) => {
      avatar.person({ ...values, "skin.age": values["skin.age"] || words.age });
      if (avatar.parts.size) wardrobe.change();
    },
    posed: () => wardrobe.change().then(() => refresh(words.feature)),
  });
  function putOn(look) {
    state.look = look;
    wardrobe.restore();
    person.restore();
  }

  bindSaved(words, state, stage, say, (look) => {
    putOn(look);
    wardrobe.change().then(() => refresh(words.feature));
  });
  putOn(state.look);
  refresh(words.feature).then((answer) => {
    if (!answer) {
      message.textContent = words.failed;
      return;
    }
    shape.told(answer);
    if (state.look.garment?.length) wardrobe.change();
  });
}

if (root) begin();
const pair = document.getElementById("compare");
if (pair) compare(pair);
