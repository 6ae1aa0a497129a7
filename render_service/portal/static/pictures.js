// SPDX-License-Identifier: GPL-3.0-or-later
// An order's page: how far it is, pictures as they come, and the turntable under one's hand.
const job = document.querySelector("[data-job]");
const turning = document.querySelector("[data-turning]");

async function follow() {
  let told;
  try {
    const response = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    told = await response.json();
  } catch {
    setTimeout(follow, 5000);
    return;
  }
  if (!["queued", "running"].includes(told.state) || told.pictures.length > Number(job.dataset.made)) {
    location.reload();
    return;
  }
  const words = job.querySelector("[data-words]");
  if (words.textContent !== told.words) words.textContent = told.words;
  job.querySelector("[data-share]").value = told.share;
  setTimeout(follow, 1500);
}

function turnable() {
  const paths = turning.dataset.turning.split(" ");
  const [image, slider] = [turning.querySelector("img"), turning.querySelector("input")];
  for (const path of paths) new Image().src = path;
  slider.addEventListener("input", () => { image.src = paths[slider.value]; });
  let last = null;
  image.addEventListener("pointerdown", (event) => {
    last = event.clientX;
    image.setPointerCapture(event.pointerId);
  });
  image.addEventListener("pointermove", (event) => {
    if (last === null) return;
    const steps = Math.trunc((event.clientX - last) / (image.clientWidth / paths.length));
    if (!steps) return;
    last = event.clientX;
    slider.value = (Number(slider.value) - steps + paths.length) % paths.length;
    image.src = paths[slider.value];
  });
  for (const name of ["pointerup", "pointercancel"]) image.addEventListener(name, () => { last = null; });
}

if (job) setTimeout(follow, 1000);
if (turning) turnable();
