// SPDX-License-Identifier: GPL-3.0-or-later
// Light, floor, camera and canvas. A picture is drawn when something changed, never in a loop.
import { Box3, CircleGeometry, Color, DirectionalLight, Mesh, NeutralToneMapping, PCFShadowMap, PerspectiveCamera, PMREMGenerator,
  Scene, ShadowMaterial, Vector3, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { RoomEnvironment } from "three/addons/environments/RoomEnvironment.js";

const VIEWS = { front: 0, quarter: Math.PI / 5, side: Math.PI / 2, back: Math.PI, face: Math.PI / 9 };
const FIELD_DEGREES = 26;
const ZOOM = 1.2;
const FASTEST_RATIO = 2;
const TOGETHER = 1e-10; // square metres between cameras that stand alike
const PAPER = "#f3eee7";

export class Stage {
  constructor(canvas, lost, restored) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(FIELD_DEGREES, 1, 0.1, 30);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = false;
    this.controls.enablePan = false;
    this.controls.maxPolarAngle = Math.PI * 0.55;
    this.controls.addEventListener("change", () => this.draw());
    this.box = new Box3(new Vector3(-0.6, 0, -0.2), new Vector3(0.6, 1.75, 0.2));
    this.#light();
    this.look("quarter");
    this.fitted = false;
    new ResizeObserver(() => this.#resize()).observe(canvas.parentElement);
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      lost();
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.#light();
      this.draw();
      restored();
    });
  }

  add(object) {
    this.scene.add(object);
  }

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.renderer.render(this.scene, this.camera);
    });
  }

  // Keep the whole of an object in view; the camera stays where somebody turned it to.
  frame(object) {
    object.traverse((each) => {
      each.castShadow = true;
      each.receiveShadow = !each.userData.unshaded;
    });
    this.box.setFromObject(object);
    if (!this.fitted) {
      this.fitted = true;
      this.look("quarter");
    }
    this.draw();
  }

  look(view) {
    const size = this.box.getSize(new Vector3());
    const face = view === "face";
    const height = face ? 0.42 : size.y * 1.1;
    const target = new Vector3(0, face ? this.box.max.y - 0.16 : this.box.min.y + size.y / 2, 0);
    const half = Math.tan((FIELD_DEGREES / 2) * Math.PI / 180);
    const across = face ? 0.3 : size.x * 1.12;
    const distance = Math.max(height, across / Math.max(this.camera.aspect, 0.1)) / 2 / half + size.z / 2;
    const angle = VIEWS[view];
    this.controls.target.copy(target);
    this.camera.position.set(Math.sin(angle) * distance, target.y + distance * 0.06, Math.cos(angle) * distance);
    this.controls.minDistance = 0.5;
    this.controls.maxDistance = distance * 2;
    this.controls.update();
    this.draw();
  }

  turn(angle) {
    const offset = this.camera.position.clone().sub(this.controls.target).applyAxisAngle(new Vector3(0, 1, 0), angle);
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
    this.draw();
  }

  zoom(steps) {
    const offset = this.camera.position.clone().sub(this.controls.target).multiplyScalar(ZOOM ** -steps);
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
    this.draw();
  }

  // Another stage's camera goes where this one's goes.
  follow(other) {
    other.controls.addEventListener("change", () => {
      const [own, its] = [this.camera.position, other.camera.position];
      if (own.distanceToSquared(its) < TOGETHER && this.controls.target.distanceToSquared(other.controls.target) < TOGETHER) return;
      own.copy(its);
      this.controls.target.copy(other.controls.target);
      this.controls.minDistance = other.controls.minDistance;
      this.controls.maxDistance = other.controls.maxDistance;
      this.controls.update();
      this.draw();
    });
  }

  // The whole person as a small WebP (PNG where a browser writes none) in base64, whatever the camera looks at.
  async snapshot(width, height) {
    const [position, target] = [this.camera.position.clone(), this.controls.target.clone()];
    const ratio = this.renderer.getPixelRatio();
    this.renderer.setPixelRatio(1);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.look("quarter");
    this.renderer.render(this.scene, this.camera);
    const paper = Object.assign(document.createElement("canvas"), { width, height });
    const pen = paper.getContext("2d");
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, width, height);
    pen.drawImage(this.canvas, 0, 0, width, height);
    this.renderer.setPixelRatio(ratio);
    this.#resize();
    this.camera.position.copy(position);
    this.controls.target.copy(target);
    this.controls.update();
    this.renderer.render(this.scene, this.camera);
    const blob = await new Promise((resolve) => paper.toBlob(resolve, "image/webp", 0.85));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  }

  savePicture(name) {
    this.renderer.render(this.scene, this.camera);
    this.canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  #light() {
    this.environment?.dispose();
    const generator = new PMREMGenerator(this.renderer);
    this.environment = generator.fromScene(new RoomEnvironment(), 0.04);
    generator.dispose();
    this.scene.environment = this.environment.texture;
    this.scene.environmentIntensity = 0.7;
    if (this.key) return;
    this.key = new DirectionalLight(new Color("#fff4e6"), 1.2);
    this.key.position.set(1.4, 3.2, 2.4);
    this.key.castShadow = true;
    this.key.shadow.mapSize.set(2048, 2048);
    this.key.shadow.camera.left = this.key.shadow.camera.bottom = -1.4;
    this.key.shadow.camera.right = this.key.shadow.camera.top = 1.4;
    this.key.shadow.camera.far = 7;
    this.key.shadow.normalBias = 0.012;
    this.key.shadow.radius = 4;
    this.key.target.position.set(0, 0.9, 0);
    const floor = new Mesh(new CircleGeometry(2.5, 48), new ShadowMaterial({ opacity: 0.22 }));
    floor.rotation.x = -Math.PI / 2;
    floor.receiveShadow = true;
    this.scene.add(this.key, this.key.target, floor);
  }

  #resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    if (!clientWidth || !clientHeight) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, FASTEST_RATIO));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = clientWidth / clientHeight;
    this.camera.updateProjectionMatrix();
    this.draw();
  }

  #key(event) {
    const acts = {
      ArrowLeft: () => this.turn(-Math.PI / 16),
      ArrowRight: () => this.turn(Math.PI / 16),
      ArrowUp: () => this.zoom(1),
      ArrowDown: () => this.zoom(-1),
      "+": () => this.zoom(1),
      "-": () => this.zoom(-1),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  }
}
