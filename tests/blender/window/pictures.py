# SPDX-License-Identifier: GPL-3.0-or-later
"""A studio, and pictures made in it."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from eye import FOLDER, look, pixels, view
from hand import STEP, area, click, find, module, move, press, settled, unfold, until


def sets_up_a_studio() -> Iterator[float]:
    own = bpy.context.scene.camera
    header = yield from unfold("ATELIER_PT_studio")
    before = look("before_studio")
    button = yield from find("ops.atelier.studio(", header)
    yield from click(button)
    yield from settled()
    (studio,) = [each for each in bpy.data.collections if "atelier_studio" in each]
    camera = bpy.context.scene.camera
    assert camera is not own
    assert camera.name in studio.objects
    centre = (area().x + 300, area().y + 300)
    move(centre)
    yield STEP
    press("NUMPAD_0", centre)
    yield from settled()
    assert area().spaces.active.region_3d.view_perspective == "CAMERA"
    after = look("studio")
    assert (abs(view(after) - view(before)).max(axis=2) > 0.1).mean() > 0.05, "the view is the camera's"


def small(samples: int) -> None:
    presets, preset = (getattr(module("scene.presets"), name) for name in ("presets", "Preset"))
    presets()["draft"] = preset(width_px=96, height_px=144, samples=samples, denoise_quality="BALANCED", noise=0.0001)
    bpy.context.scene.atelier.preset = "draft"


def renders_and_is_stopped() -> Iterator[float]:
    jobs, target = module("jobs"), FOLDER / "rendered"
    bpy.context.scene.atelier.folder = str(target)
    header = yield from unfold("ATELIER_PT_render")
    button = yield from find("ops.atelier.render(", header)
    small(samples=60_000)
    yield from click(button)
    yield from until(lambda: jobs.running() is not None, "a click on Render starts a job")
    job = jobs.running()
    child = job._process
    yield from until(lambda: job.share > 0.0, "the child says how far it is")
    assert child.poll() is None
    look("rendering")
    press("ESC", button)
    yield from settled()
    assert child.poll() is not None, "Escape ends the child"
    assert jobs.running() is None
    assert not job.folder.exists(), "and leaves nothing of it"
    assert not list(target.glob("*")), "nothing half is there"
    assert jobs.outcome("atelier.render") == "Cancelled: what is whole is kept"
    look("stopped")


def renders_to_the_end() -> Iterator[float]:
    jobs, picture = module("jobs"), FOLDER / "rendered" / "Avatar.png"
    small(samples=16)
    header = yield from unfold("ATELIER_PT_render")
    button = yield from find("ops.atelier.render(", header)
    yield from click(button)
    yield from until(picture.exists, "the picture is made")
    yield from until(lambda: jobs.running() is None, "and the job is over")
    yield from settled()
    assert str(picture.parent) in jobs.outcome("atelier.render")
    look("rendered")
    made = pixels(picture)
    assert made.shape == (144, 96, 3)
    wall, trousers = made[135, 4], made[50:54, 40:44].mean(axis=(0, 1))
    assert (wall - trousers).max() > 0.2, "somebody in dark trousers stands before the wall"
