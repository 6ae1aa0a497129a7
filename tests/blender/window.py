# SPDX-License-Identifier: GPL-3.0-or-later
"""The side panel in a real Blender with a real mouse: ``blender … --python window.py -- FOLDER``.

Blender runs under Xvfb with ``--enable-event-simulate`` and a window of 1600 x 900; the extension is installed. The
pictures are taken of the X screen, since Blender's own screenshot is black where GL is software.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy
from mathutils import Euler

FOLDER = Path(sys.argv[sys.argv.index("--") + 1])
STEP, SETTLED = 0.3, 3.0  # seconds
COLOURS = 1000  # fewer on the screen, and nothing was drawn
DIGITS = {
    ".": "PERIOD", "0": "ZERO", "1": "ONE", "2": "TWO", "3": "THREE", "4": "FOUR", "5": "FIVE", "6": "SIX",
    "7": "SEVEN", "8": "EIGHT", "9": "NINE",
}  # fmt: skip
# Pixels from the top of the side panel to what is clicked, and its place across the panel.
NEW_AVATAR, STATURE, WARDROBE = (88, 0.5), (166, 0.5), (374, 0.25)


def area() -> bpy.types.Area:
    return next(each for each in bpy.context.window.screen.areas if each.type == "VIEW_3D")


def panel() -> bpy.types.Region:
    return next(each for each in area().regions if each.type == "UI")


def place(at: tuple[int, float]) -> tuple[int, int]:
    """Where in the window something of the panel lies."""
    region = panel()
    return int(region.x + at[1] * (region.width - 26)), region.y + region.height - at[0]


def press(kind: str, where: tuple[int, int], **more: object) -> None:
    window = bpy.context.window
    for value in ("PRESS", "RELEASE"):
        sent = more if value == "PRESS" else {key: held for key, held in more.items() if key != "unicode"}
        window.event_simulate(type=kind, value=value, x=where[0], y=where[1], **sent)


def move(where: tuple[int, int]) -> None:
    bpy.context.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=where[0], y=where[1])


def click(at: tuple[int, float], times: int = 1) -> Iterator[float]:
    move(place(at))
    yield STEP
    for _ in range(times):
        press("LEFTMOUSE", place(at))
    yield STEP


def type_number(at: tuple[int, float], text: str) -> Iterator[float]:
    """Double click on a number, type another, confirm."""
    yield from click(at, times=2)
    press("A", place(at), ctrl=True)
    yield STEP
    for letter in text:
        press(DIGITS[letter], place(at), unicode=letter)
        yield 0.05
    press("RET", place(at))
    yield SETTLED


def look(name: str) -> None:
    """A picture of the screen; it shows something."""
    path = FOLDER / f"{name}.png"
    subprocess.run(["import", "-window", "root", str(path)], check=True)
    told = subprocess.run(["identify", "-format", "%k", str(path)], check=True, capture_output=True, text=True)
    assert int(told.stdout) > COLOURS, f"{name}: {told.stdout} colours"


def height() -> float:
    """Metres from the floor to the top of the body, as drawn."""
    body = next(each for each in bpy.data.collections["Avatar"].objects if each.atelier.role == "body")
    mesh = body.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    return max(vertex.co.z for vertex in mesh.vertices)


def story() -> Iterator[float]:
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    space = area().spaces.active
    space.show_region_ui = True
    yield STEP
    panel().active_panel_category = "Atelier"
    area().tag_redraw()
    yield 2 * STEP
    look("empty")
    yield from click(NEW_AVATAR)
    yield 2 * SETTLED
    assert "Avatar" in bpy.data.collections, "a click on New Avatar makes one"
    state = bpy.data.collections["Avatar"].atelier
    space.overlay.show_bones = False
    space.region_3d.view_location, space.region_3d.view_distance = (0.0, 0.0, 0.9), 3.2
    space.region_3d.view_rotation = Euler((1.4, 0.0, 0.35)).to_quaternion()
    first, before = state.stature, height()
    assert abs(before - first) < 0.005
    look("avatar")
    yield from type_number(STATURE, "1.85")
    assert abs(bpy.data.collections["Avatar"].atelier.stature - 1.85) < 1e-6, bpy.data.collections[
        "Avatar"
    ].atelier.stature
    assert abs(height() - 1.85) < 0.005, "the body follows what is typed"
    look("typed")
    press("Z", place(STATURE), ctrl=True)
    yield SETTLED
    assert abs(bpy.data.collections["Avatar"].atelier.stature - first) < 1e-6, "Ctrl-Z takes the typing back"
    assert abs(height() - before) < 0.001, "and the body with it"
    yield from click(WARDROBE)
    for each in bpy.context.selected_objects:
        each.select_set(False)
    yield SETTLED
    look("wardrobe")
    yield from click(WARDROBE)
    bpy.context.preferences.view.language = "fr_FR"
    bpy.context.preferences.view.use_translate_interface = True
    yield SETTLED
    assert bpy.app.translations.pgettext_iface("Wardrobe", "Atelier") == "Garde-robe"
    look("french")
    yield STEP


def step(steps: Iterator[float] = story()) -> float:  # noqa: B008 - one story a process
    try:
        return next(steps)
    except StopIteration:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - reported by the exit status
        traceback.print_exc()
        look("failed")
        sys.stderr.flush()
        os._exit(3)


bpy.app.timers.register(step, first_interval=2.0)
