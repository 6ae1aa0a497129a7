# SPDX-License-Identifier: GPL-3.0-or-later
"""Images per hour of a batch beside bare Cycles: the same scene, cameras and samples, and nothing but its rendering.

``python -m render_service.worker.bench_batch``; both are timed in one process, in
seconds of the processor, which other programs at work do not change; on a GPU the clock on the wall would be right.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from avatar_engine.measurements import Person, parse_people
from blender_addon.batch.plan import NAMING, named_looks
from blender_addon.batch.shots import Colourway, Picture, Plan, Shot
from blender_addon.scene.presets import presets

SAMPLES = Path(__file__).parents[1] / "samples"
SUBJECT, LOOK, CAMERAS = "Jonas", "everyday", ("front", "three_quarter")
COLOURS = ("#8d3f3a", "#5d6b46", "#35507a")
HOUR = 3600.0 * (os.cpu_count() or 1)


def plan() -> Plan:
    """One person in one look, in three colours from two sides, 320 x 480 at the samples of the standard preset."""
    people = [item for item in parse_people(SAMPLES / "people.csv") if isinstance(item, Person)]
    (look,) = named_looks([SAMPLES / f"{LOOK}.toml"])
    colourways = tuple(
        Colourway(str(number), {"t-shirt": {"body": colour}}) for number, colour in enumerate(COLOURS, start=1)
    )
    preset = replace(presets()["standard"], width_px=320, height_px=480)
    sitter = tuple(person for person in people if person.subject == SUBJECT)
    return Plan(sitter, (replace(look, colourways=colourways),), CAMERAS, Picture(preset), NAMING)


def batch(shots: list[Shot], picture: Picture) -> list[float]:
    """Seconds of the processor for each picture of a batch, dressing and building with the first."""
    from blender_addon.batch.record import Ledger
    from blender_addon.batch.run import Studio, work

    seconds, before = [], time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for _ in work(shots, Ledger(Path(folder), picture, ""), Studio(picture), False):
            now = time.process_time()
            seconds.append(now - before)
            before = now
    return seconds


def bare(shots: list[Shot], picture: Picture) -> list[float]:
    """Seconds of the processor that Cycles needs for each of the same pictures, in a scene that stands already."""
    import bpy

    from blender_addon.scene.build import build_avatar, recolour
    from blender_addon.scene.dressing import Dressing, Order
    from blender_addon.scene.render import Photographer, empty_scene

    photographer, first = Photographer(empty_scene(), shots[0].look.studio), shots[0]
    order = Order(first.name, first.person, first.look)
    dressing = Dressing(order.body().body, order.shown(), first.look.pose, picture.drape)
    avatar = build_avatar(dressing.posed(), photographer.scene.collection)
    quick = replace(picture.preset, samples=1)
    seconds = []
    for shot in shots:
        for choice in shot.look.garments:
            for slot, colour in choice.colours.items():
                recolour(avatar, choice.garment, slot, colour)
        photographer.cut_out(avatar, shot.camera, quick)
        photographer.scene.cycles.samples = picture.preset.samples
        photographer.studio.backdrop.visible_camera = False
        started = time.process_time()
        bpy.ops.render.render()
        seconds.append(time.process_time() - started)
        photographer.studio.backdrop.visible_camera = True
    return seconds


def main() -> None:
    """Run and print."""
    asked = plan()
    shots, picture = asked.shots("bench"), asked.picture
    alone, made = bare(shots, picture), batch(shots, picture)
    dyed, usual = np.median(made[len(CAMERAS) :]), np.median(alone)
    size = f"{picture.preset.width_px} x {picture.preset.height_px}, {picture.preset.samples} samples"
    when = f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}"
    lines = (
        f"{when}, {platform.machine()}, {os.cpu_count()} cores; {len(shots)} pictures of one look, {size}",
        f"bare Cycles                {HOUR / usual:6.0f} images/h",
        f"batch, a further colourway {HOUR / dyed:6.0f} images/h  {dyed / usual:.2f} x",
        f"batch, dressing and all    {HOUR * len(made) / sum(made):6.0f} images/h  {sum(made) / sum(alone):.2f} x",
        f"dressing, building and {len(CAMERAS)} backdrops, once a look: {sum(made) - sum(alone):.0f} s of one core",
    )
    print("\n".join(lines), flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
