// SPDX-License-Identifier: GPL-3.0-or-later
// The buttons under a stage: views, turning, distance, and a picture to keep.
export function bindTools(root, stage) {
  root.querySelector(".tools").addEventListener("click", (event) => {
    const { view, turn, zoom, picture } = event.target.closest("button")?.dataset ?? {};
    if (view) stage.look(view);
    if (turn) stage.turn(Number(turn) * Math.PI / 8);
    if (zoom) stage.zoom(Number(zoom));
    if (picture !== undefined) stage.savePicture("avatar.png");
  });
}
