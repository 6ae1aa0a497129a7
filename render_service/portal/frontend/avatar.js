// SPDX-License-Identifier: GPL-3.0-or-later
// The avatar's parts as meshes: topologies are kept, positions are replaced, what is no longer worn is disposed of.
import { BufferAttribute, BufferGeometry, Color, DoubleSide, Group, Matrix4, Mesh, MeshPhysicalMaterial, MeshStandardMaterial,
  RepeatWrapping, SRGBColorSpace, TextureLoader, Vector3 } from "three";
import { decoded, normals, positions } from "./coding.js";

const BODY = new Set(["body", "eye_left", "eye_right"]);
const UV_STEP = 1 / 65535;
const TEXTURES_KEPT = 32;
// What of a look shows in the skin's picture and in the hair.
const IN_SKIN = ["hair.style", "hair.colour", "hair.roots", "hair.grey", "beard.style", "beard.colour", "skin.undertone", "skin.age", "seed"];
const IN_HAIR = ["hair.roots", "hair.highlights", "hair.grey", "beard.style", "beard.colour"];
const YOUNG = 18;
const HUNDREDTHS = 0.01;

export class Avatar {
  constructor(stage, words) {
    this.stage = stage;
    this.words = words;
    this.group = new Group();
    stage.add(this.group);
    this.topologies = new Map();
    this.parts = new Map();
    // How the body that is shown stands, as told with it: other clothes may turn its feet or hold its arms off.
    this.stance = undefined;
    this.textures = new Map();
    this.people = {
      skin: new MeshStandardMaterial({ roughness: 0.55 }),
      inner: new MeshStandardMaterial({ roughness: 0.4, color: "#8c4a45" }),
      eye: new MeshStandardMaterial({ roughness: 0.06 }),
    };
    this.hair = { mesh: null, path: "", motion: null, skin: null };
  }

  known() {
    return [...this.topologies.keys()];
  }

  // Colours and hair of the person: texts by the keys of the look's fields.
  person(values) {
    const query = (keys) => new URLSearchParams(keys.filter((key) => values[key]).map((key) => [key, values[key]]));
    const [tone, eyes] = [values["skin.tone"], values["eyes.colour"]];
    this.#texture(this.people.skin, `${this.words.skin.replace(/\d+\.jpg$/, `${tone}.jpg`)}?${query(IN_SKIN)}`);
    this.#texture(this.people.skin, this.words.relief.replace(/\d+\.jpg$/, `${values["skin.age"] || YOUNG}.jpg`), "normalMap");
    this.#texture(this.people.eye, this.words.eyes.replace(/[^/]+\.jpg$/, `${eyes}.jpg`));
    const hair = this.words.hair.replace("STYLE", values["hair.style"]).replace("COLOUR", encodeURIComponent(values["hair.colour"]));
    this.#comb(`${hair}?${query(IN_HAIR)}`);
  }

  // The scale of the map that is on the cloth, or null: low, high, the colours from one to the other, and that of nothing.
  scale(scale) {
    this.mapScale = scale;
  }

  show(answer) {
    const worn = new Set(answer.parts.map((part) => part.name));
    const whole = worn.has("body");
    for (const [name, part] of this.parts) {
      if (!worn.has(name) && (whole || !BODY.has(name))) this.#remove(name, part);
    }
    for (const told of answer.parts) this.#place(told, answer.step_m);
    this.#hide(answer.hidden);
    this.group.position.y = answer.lift_m;
    this.stance = answer.stance;
    this.hair.motion = motionOf(answer.head);
    this.#carryHair();
    this.stage.frame(this.group);
  }

  // A picture for a material: its colours, or as "normalMap" its relief.
  #texture(material, path, use = "map") {
    const named = use === "map" ? "path" : use;
    material.userData[named] = path;
    const set = (texture) => {
      // What was asked for last is shown, in whatever order the pictures arrive.
      if (material.userData[named] !== path) return;
      material[use] = texture;
      material.needsUpdate = true;
      this.stage.draw();
    };
    if (this.textures.has(path)) {
      set(this.textures.get(path));
      return;
    }
    new TextureLoader().load(path, (texture) => {
      if (use === "map") texture.colorSpace = SRGBColorSpace;
      texture.flipY = true;
      texture.anisotropy = 4;
      this.textures.set(path, texture);
      set(texture);
      this.#forget();
    });
  }

  // A tile on cloth: texture coordinates are metres. ``use`` names what it is for: "print" or "weave".
  #tile(material, use, picture, [width, height]) {
    const path = `${width} ${height} ${picture}`;
    if (!this.textures.has(path)) {
      const texture = new TextureLoader().load(picture, () => this.stage.draw());
      if (use === "print") texture.colorSpace = SRGBColorSpace;
      texture.wrapS = texture.wrapT = RepeatWrapping;
      texture.repeat.set(1 / width, 1 / height);
      texture.anisotropy = 8;
      this.textures.set(path, texture);
    }
    material.userData[use] = path;
    return this.textures.get(path);
  }

  // Pictures that were replaced go, the oldest first.
  #forget() {
    const used = new Set();
    const materials = Object.values(this.people);
    this.group.traverse((each) => materials.push(...[each.material ?? []].flat()));
    materials.forEach((material) => Object.values(material.userData).forEach((path) => used.add(path)));
    for (const [path, texture] of this.textures) {
      if (this.textures.size <= TEXTURES_KEPT) return;
      if (used.has(path)) continue;
      texture.dispose();
      this.textures.delete(path);
    }
  }

  async #comb(path) {
    if (path === this.hair.path) return;
    this.hair.path = path;
    const response = await fetch(path);
    if (!response.ok || path !== this.hair.path) return;
    const told = await response.json();
    const geometry = hairGeometry(told);
    // Coverage by samples gives strands soft edges without sorting.
    const material = new MeshPhysicalMaterial({ roughness: 0.55, specularIntensity: 0.55, alphaTest: 0.35, alphaToCoverage: true,
      transparent: true, side: DoubleSide });
    this.#texture(material, path.replace(".json?", ".png?"));
    this.#cutHair();
    this.hair.mesh = new Mesh(geometry, material);
    this.hair.mesh.matrixAutoUpdate = false;
    // Strips that shade one another look like a helmet; their texture has the shade of what lies deep.
    this.hair.mesh.userData.unshaded = true;
    this.hair.skin = skinBelow(told);
    this.group.add(this.hair.mesh);
    this.#carryHair();
    // Hair that comes before the body must not be what the camera is set to.
    if (this.hair.motion) this.stage.frame(this.group);
  }

  #cutHair() {
    if (!this.hair.mesh) return;
    this.group.remove(this.hair.mesh);
    this.hair.mesh.geometry.dispose();
    this.hair.mesh.material.dispose();
  }

  #carryHair() {
    if (!this.hair.mesh) return;
    this.hair.mesh.visible = Boolean(this.hair.motion);
    if (!this.hair.motion) return;
    this.hair.mesh.matrix.copy(this.hair.motion);
    this.hair.mesh.matrixWorldNeedsUpdate = true;
    this.#root();
  }

  // Brows, lashes and all hair near the skin go where this person's face differs from the average one.
  #root() {
    const body = this.parts.get("body");
    if (!body) return;
    const { start, ids, rest, nearest, share } = this.hair.skin;
    const inverse = this.hair.motion.clone().invert();
    const away = new Float32Array(rest.length);
    const point = new Vector3();
    ids.forEach((id, i) => point.fromArray(body.points, id * 3).applyMatrix4(inverse).toArray(away, i * 3));
    rest.forEach((value, i) => { away[i] -= value; });
    const moved = Float32Array.from(start);
    nearest.forEach((anchor, i) => {
      for (let axis = 0; axis < 3; axis++) moved[i * 3 + axis] += share[i] * away[anchor * 3 + axis];
    });
    set(this.hair.mesh.geometry, "position", moved, 3);
  }

  #place(told, step) {
    if (told.topology) this.topologies.set(told.mesh, unpacked(told.topology, step));
    const topology = this.topologies.get(told.mesh);
    let part = this.parts.get(told.name);
    if (part && part.told.mesh !== told.mesh) {
      this.#remove(told.name, part);
      part = null;
    }
    if (!part) {
      part = { mesh: new Mesh(geometryOf(topology), []) };
      part.mesh.frustumCulled = false;
      this.group.add(part.mesh);
      this.parts.set(told.name, part);
    }
    part.told = told;
    this.#material(part, topology);
    part.points = positions(told.positions, step);
    move(part.mesh.geometry, topology, part.points);
    if (told.uvs) set(part.mesh.geometry, "uv", flatPlaces(told.uvs, step), 2);
    if (told.map) set(part.mesh.geometry, "color", spread(this.#mapColours(decoded(told.map, 1)), topology.source), 3);
  }

  // Skin that lies wholly under cloth is left out, so that it cannot come through where a pose presses on the cloth.
  #hide(hidden) {
    const body = this.parts.get("body");
    if (!body || body.hidden === hidden) return;
    body.hidden = hidden;
    const { index, groups } = this.topologies.get(body.told.mesh);
    const quads = new Set(decoded(hidden, 1));
    const kept = [];
    const { geometry } = body.mesh;
    geometry.clearGroups();
    let quad = 0;
    groups.forEach((group, i) => {
      const start = kept.length;
      for (const end = quad + group.count / 6; quad < end; quad++) {
        if (!quads.has(quad)) kept.push(...index.subarray(quad * 6, quad * 6 + 6));
      }
      geometry.addGroup(start, kept.length - start, i);
    });
    geometry.setIndex(new BufferAttribute(Uint16Array.from(kept), 1));
  }

  #material(part, topology) {
    const { looks } = part.told;
    if (!looks) {
      part.mesh.material = topology.groups.map((group) => this.people[group.look]);
      return;
    }
    if (!part.own) {
      part.own = topology.groups.map(() => new MeshPhysicalMaterial({ side: DoubleSide, sheenRoughness: 0.6 }));
      part.mesh.material = part.own;
    }
    topology.groups.forEach((group, i) => this.#cloth(part.own[i], looks[group.look], part.told));
  }

  #cloth(material, look, { map, print }) {
    const painted = Boolean(map);
    const tile = !painted && look.printed && print ? this.#tile(material, "print", print.picture, print.repeat_m) : null;
    const { weave } = look;
    const threads = !painted && weave ? this.#tile(material, "weave", this.words.weave.replace("KIND", weave.kind), weave.repeat_m) : null;
    if (!tile) material.userData.print = "";
    if (!threads) material.userData.weave = "";
    const built = [material.vertexColors, Boolean(material.map), Boolean(material.bumpMap)];
    if (String(built) !== String([painted, Boolean(tile), Boolean(threads)])) material.needsUpdate = true;
    material.vertexColors = painted;
    material.map = tile;
    // Threads are in relief and shade one another; three.js takes the relief in the units of the scene, metres.
    material.bumpMap = material.aoMap = threads;
    material.bumpScale = weave?.height_m ?? 0;
    material.aoMapIntensity = weave?.contrast ?? 0;
    material.color.set(painted || tile ? "#ffffff" : look.colour);
    if (threads) material.color.multiplyScalar(1 / (1 - weave.contrast / 4));
    material.roughness = painted ? 0.9 : look.roughness;
    material.sheen = painted ? 0 : look.sheen;
    // Fuzz catches light in a paler tone of the cloth's own colour, as in the exported files.
    material.sheenColor = new Color(look.colour).multiplyScalar(0.35).addScalar(0.1);
  }

  // (n, 3) linear colours of hundredths of the map's unit.
  #mapColours(hundredths) {
    const { low, high, colours, nothing } = this.mapScale;
    const found = new Float32Array(hundredths.length * 3);
    const mixed = new Color();
    hundredths.forEach((value, i) => {
      const share = Math.min(Math.max((value * HUNDREDTHS - low) / (high - low), 0), 1) * (colours.length - 1);
      const at = Math.min(Math.floor(share), colours.length - 2);
      if (value === 65535) mixed.copy(nothing);
      else mixed.lerpColors(colours[at], colours[at + 1], share - at);
      mixed.toArray(found, i * 3);
    });
    return found;
  }

  #remove(name, part) {
    this.group.remove(part.mesh);
    part.mesh.geometry.dispose();
    part.own?.forEach((material) => material.dispose());
    this.parts.delete(name);
  }
}

function unpacked(told, step) {
  const index = decoded(told.index, 3);
  const source = told.source ? decoded(told.source, 1) : null;
  let uvs = told.uvs ? Float32Array.from(decoded(told.uvs, 2), (value) => value * UV_STEP) : null;
  if (told.flat) uvs = flatPlaces(told.flat, step);
  const corners = source ? index.map((corner) => source[corner]) : index;
  return { index, source, uvs, corners, groups: told.groups };
}

// Places on flat cloth, metres.
function flatPlaces(text, step) {
  return Float32Array.from(new Int16Array(decoded(text, 2).buffer), (value) => value * step);
}

// The engine's frame (Z up, facing -Y) to the viewer's (Y up, facing +Z).
const TO_VIEWER = new Matrix4().set(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1);

function motionOf(head) {
  return new Matrix4().set(...head, 0, 0, 0, 1).premultiply(TO_VIEWER).multiply(TO_VIEWER.clone().invert());
}

function hairGeometry(told) {
  const geometry = new BufferGeometry();
  geometry.setIndex(new BufferAttribute(decoded(told.index, 3), 1));
  geometry.setAttribute("position", new BufferAttribute(positions(told.positions, told.step_m), 3));
  geometry.setAttribute("normal", new BufferAttribute(positions(told.normals, 1 / 32767), 3));
  geometry.setAttribute("uv", new BufferAttribute(Float32Array.from(decoded(told.uvs, 2), (value) => value * UV_STEP), 2));
  return geometry;
}

function skinBelow({ positions: places, step_m: step, skin }) {
  return {
    start: positions(places, step),
    ids: decoded(skin.ids, 1),
    rest: positions(skin.rest, step),
    nearest: decoded(skin.nearest, 1),
    share: Float32Array.from(decoded(skin.share, 1), (value) => value * UV_STEP),
  };
}

function geometryOf(topology) {
  const geometry = new BufferGeometry();
  geometry.setIndex(new BufferAttribute(topology.index, 1));
  if (topology.uvs) geometry.setAttribute("uv", new BufferAttribute(topology.uvs, 2));
  let start = 0;
  topology.groups.forEach((group, i) => {
    geometry.addGroup(start, group.count, i);
    start += group.count;
  });
  return geometry;
}

function move(geometry, topology, points) {
  const turned = normals(points, topology.corners);
  set(geometry, "position", spread(points, topology.source), 3);
  set(geometry, "normal", spread(turned, topology.source), 3);
  geometry.computeBoundingBox();
}

function spread(values, source) {
  if (!source) return values;
  const found = new Float32Array(source.length * 3);
  for (let i = 0; i < source.length; i++) {
    found.set(values.subarray(source[i] * 3, source[i] * 3 + 3), i * 3);
  }
  return found;
}

function set(geometry, name, values, size) {
  const attribute = geometry.getAttribute(name);
  if (attribute?.array.length === values.length) {
    attribute.array.set(values);
    attribute.needsUpdate = true;
  } else {
    geometry.setAttribute(name, new BufferAttribute(values, size));
  }
}
