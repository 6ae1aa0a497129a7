// SPDX-License-Identifier: GPL-3.0-or-later
// What is worn: one garment at each place of the body, with its size, cloth, colours, print and hem.
const OWN = "tile:", PICTURE_CM = 12;
const LIGHT = "#f3efe6", DARK = "#2d3f5a";

export function bindWardrobe(words, state, refresh, say) {
  const panel = document.querySelector("[data-wardrobe]");
  const details = document.querySelector("[data-worn-panel]");
  const boxes = [...panel.querySelectorAll("[name=garment]")];
  const sections = new Map([...details.querySelectorAll("[data-worn]")].map((row) => [row.dataset.worn, row]));
  const french = document.documentElement.lang === "fr";

  const part = (row, name) => row.querySelector(`[data-${name}]`);
  const colours = (row) => [...row.querySelectorAll("[data-slot]")];

  function put(worn, name, value) {
    if (value === "" || value === undefined) delete worn[name];
    else worn[name] = value;
  }

  // A garment of the look; what the page does not ask stays as it was.
  function garment(id) {
    const row = sections.get(id);
    const worn = { ...(state.look.garment ?? []).find((each) => each.id === id), id };
    if (part(row, "size")) worn.size = part(row, "size").value;
    const cloth = part(row, "cloth");
    if (cloth) put(worn, "fabric", cloth.value === row.dataset.fabric ? "" : cloth.value);
    const dyed = colours(row).filter((input) => input.value !== input.dataset.own);
    put(worn, "colours", dyed.length ? Object.fromEntries(dyed.map((input) => [input.dataset.slot, input.value])) : "");
    const kind = part(row, "print")?.value;
    if (kind !== undefined) put(worn, "print", kind && printed(row, kind, worn.print));
    const tucked = part(row, "tucked")?.value;
    if (tucked !== undefined) put(worn, "tucked", tucked && tucked === "true");
    return worn;
  }

  function printed(row, kind, before) {
    const repeat_cm = Number(part(row, "repeat").value);
    if (kind.startsWith(OWN)) return { kind: "tile", tile: kind.slice(OWN.length), repeat_cm };
    const more = before?.kind === kind ? before.colours.slice(2) : [];
    return { kind, colours: [part(row, "ground").value, part(row, "figure").value, ...more], repeat_cm };
  }

  function chosen() {
    const worn = boxes.filter((box) => box.checked).map((box) => garment(box.value));
    const base = [...sections.values()].find((row) => "base" in row.dataset);
    const underneath = garment(base.dataset.worn);
    return underneath.colours ? [underneath, ...worn] : worn;
  }

  function show() {
    const worn = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const [id, row] of sections) {
      row.hidden = !worn.has(id) && !("base" in row.dataset);
      const printing = part(row, "printing");
      if (!printing) continue;
      const kind = part(row, "print").value;
      const own = kind.startsWith(OWN);
      const repeat = part(row, "repeat");
      printing.hidden = !kind;
      for (const drawn of printing.querySelectorAll("[data-drawn]")) drawn.hidden = own;
      repeat.max = own ? repeat.dataset.mostOfPicture : repeat.dataset.most;
      part(row, "repeat-said").textContent = `${shown(part(row, "repeat").value)} cm`;
    }
    part(details, "nothing").hidden = worn.size > 0;
    part(details, "count").textContent = worn.size || "";
  }

  function shown(text) {
    return french ? text.replace(".", ",") : text;
  }

  async function change(more) {
    const before = state.look;
    const wanted = { ...state.look, garment: chosen() };
    state.look = wanted;
    show();
    const answer = await refresh(more);
    if (answer?.advice) advise(answer.advice);
    // A look that was refused must not stand in the way of the next change of the body.
    if (!answer && state.look === wanted) state.look = before;
    return answer;
  }

  function advise(advice) {
    for (const [id, told] of Object.entries(advice)) {
      const row = sections.get(id);
      part(row, "advice").textContent = told.said;
      const table = part(row, "sizes");
      table.hidden = !told.sizes.length;
      if (told.sizes.length) fill(table, told.sizes);
    }
  }

  function fill(table, sizes) {
    const places = sizes[0].eases.map((ease) => ease.place);
    table.tHead.rows[0].replaceChildren(...[words.size, ...places].map((text) => cell("th", text, { scope: "col" })));
    table.tBodies[0].replaceChildren(...sizes.map((size) => {
      const line = document.createElement("tr");
      line.classList.toggle("worn-size", size.worn);
      const marks = [size.best && words.best, size.worn && words.worn].filter(Boolean).join(", ");
      const head = cell("th", size.size, { scope: "row", title: size.labels });
      if (marks) head.append(" ", Object.assign(document.createElement("span"), { className: "faint", textContent: marks }));
      line.append(head, ...places.map((place) => {
        const ease = size.eases.find((each) => each.place === place);
        const told = cell("td", ease ? `${ease.cm} cm ` : "–");
        if (ease) told.append(Object.assign(document.createElement("span"), { className: "faint", textContent: ease.word }));
        return told;
      }));
      return line;
    }));
  }

  function cell(kind, text, more = {}) {
    return Object.assign(document.createElement(kind), { textContent: text, ...more });
  }

  // Bands that are cut from the garment's own cloth are dyed with it.
  function follow(input) {
    const row = input.closest("[data-worn]");
    if (input.dataset.slot !== "body") return;
    for (const other of colours(row)) {
      if (other !== input && other.dataset.own === input.dataset.own && other.value === (input.dataset.was ?? input.dataset.own)) {
        other.value = input.value;
      }
    }
    input.dataset.was = input.value;
  }

  // A print begins with the garment's colour and one that stands out from it.
  function begin(row) {
    if (part(row, "print").value.startsWith(OWN)) {
      part(row, "repeat").max = part(row, "repeat").dataset.mostOfPicture;
      part(row, "repeat").value = PICTURE_CM;
      return;
    }
    const body = row.querySelector("[data-slot=body]").value;
    const light = [1, 3, 5].reduce((sum, i, k) => sum + parseInt(body.slice(i, i + 2), 16) * [0.3, 0.59, 0.11][k], 0) > 128;
    part(row, "ground").value = body;
    part(row, "figure").value = light ? DARK : LIGHT;
  }

  // A picture is kept in the account, offered on every garment, and printed on the one it was chosen for.
  async function add(input) {
    const row = input.closest("[data-worn]");
    const form = new FormData();
    form.set("picture", input.files[0]);
    input.value = "";
    say(words.working);
    let told = { detail: words.failed };
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": words.token };
      told = await (await fetch(details.dataset.prints, { method: "POST", headers, body: form })).json();
    } catch { /* said below */ }
    if (!told.file) {
      say(told.detail, true);
      return;
    }
    for (const select of details.querySelectorAll("[data-print]")) select.add(new Option(told.name, OWN + told.file));
    part(row, "print").value = OWN + told.file;
    begin(row);
    if (await change()) say(details.dataset.printed.replace("NAME", () => told.name));
  }

  function restore() {
    const look = new Map((state.look.garment ?? []).map((worn) => [worn.id, worn]));
    for (const box of boxes) box.checked = look.has(box.value);
    for (const [id, row] of sections) {
      const worn = look.get(id) ?? {};
      for (const input of colours(row)) {
        input.value = worn.colours?.[input.dataset.slot] ?? input.dataset.own;
        input.dataset.was = input.value;
      }
      if (part(row, "size")) part(row, "size").value = worn.size ?? part(row, "size").options[0].value;
      if (part(row, "cloth")) part(row, "cloth").value = worn.fabric ?? row.dataset.fabric;
      if (part(row, "tucked")) part(row, "tucked").value = worn.tucked === undefined ? "" : String(worn.tucked);
      if (!part(row, "print")) continue;
      const own = worn.print?.kind === "tile";
      part(row, "print").value = own ? OWN + worn.print.tile : worn.print?.kind ?? "";
      if (!worn.print) continue;
      if (!own) [part(row, "ground").value, part(row, "figure").value] = worn.print.colours;
      part(row, "repeat").max = part(row, "repeat").dataset[own ? "mostOfPicture" : "most"];
      part(row, "repeat").value = worn.print.repeat_cm;
    }
    show();
  }

  panel.addEventListener("change", (event) => {
    const chosen = event.target;
    if (chosen.checked) {
      for (const box of boxes) {
        if (box !== chosen && box.dataset.place === chosen.dataset.place) box.checked = false;
      }
    }
    change();
  });
  details.addEventListener("change", (event) => {
    if ("addPrint" in event.target.dataset) {
      if (event.target.files.length) add(event.target);
      return;
    }
    const row = event.target.closest("[data-worn]");
    if (event.target.dataset.slot) follow(event.target);
    if ("print" in event.target.dataset && event.target.value) {
      const before = (state.look.garment ?? []).find((each) => each.id === row.dataset.worn)?.print;
      if (!before || (before.kind === "tile") !== event.target.value.startsWith(OWN)) begin(row);
    }
    change();
  });
  details.addEventListener("input", show);
  return { restore, change, advise };
}
