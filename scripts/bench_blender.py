# SPDX-License-Identifier: GPL-3.0-or-later
"""How long body, clothes and hair take to follow a slider in the extension: ``python scripts/bench_blender.py [ZIP]``.

In a Python that has Blender as a module; builds the extension where no zip is named. In seconds of the processor, with
Blender's own update of the scene, and without the moment that it waits for the hand to rest.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import bpy

STEPS = 4
WAIST, STATURE = 0.70, 1.68  # metres, of the first body; each step adds some millimetres
OUTFITS = (
    (),
    ("t-shirt",),
    ("trousers-straight", "t-shirt"),
    ("trainers", "trousers-straight", "t-shirt"),
    ("trousers-straight", "shirt", "jacket"),
)


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BLENDER_USER_RESOURCES"] = folder
        if len(sys.argv) > 1:
            extension = Path(sys.argv[1])
        else:
            from build_extension import build

            extension = build(Path(folder))
        measured(extension)
        sys.stdout.flush()
    os._exit(0)


def measured(extension: Path) -> None:
    """Install the extension and print what each outfit takes."""
    import bpy

    bpy.ops.extensions.package_install_files(filepath=str(extension), repo="user_default", enable_on_install=True)
    live, update = (sys.modules[f"bl_ext.user_default.atelier.{name}"] for name in ("live", "update"))
    bpy.ops.atelier.create(dressed=False)
    avatar = bpy.data.collections["Avatar"]
    helped = "with" if importlib.util.find_spec("numba") else "without"
    print(f"Blender {bpy.app.version_string}, {helped} numba; median of {STEPS} steps of a slider, milliseconds")
    print(f"{'worn':45}" + "".join(f"{stage:>9}" for stage in update.STAGES))
    for number, worn in enumerate(OUTFITS):
        avatar.atelier.garments.clear()
        for garment in worn:
            bpy.ops.atelier.wear(garment=garment)
        live.bring_up(avatar)
        rows = [_followed(avatar, live, update, number, step) for step in range(STEPS + 1)][1:]
        told = (f"{1000.0 * sorted(column)[STEPS // 2]:9.0f}" for column in zip(*rows, strict=True))
        print(f"{', '.join(worn) or 'underwear':45}" + "".join(told), flush=True)


def _followed(
    avatar: bpy.types.Collection, live: ModuleType, update: ModuleType, number: int, step: int
) -> list[float]:
    """Seconds of each stage after one step."""
    import bpy

    # No body comes twice, for those are kept.
    avatar.atelier.waist_girth = WAIST + 0.012 * step + 0.0013 * number
    avatar.atelier.stature = STATURE + 0.004 * step
    seconds = []
    for stage in update.STAGES:
        start = time.process_time()
        if not live._attempt(avatar, stage, complete=False):
            raise SystemExit(avatar.atelier.problem)
        bpy.context.view_layer.update()
        seconds.append(time.process_time() - start)
    return seconds


if __name__ == "__main__":
    main()
