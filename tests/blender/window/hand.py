# SPDX-License-Identifier: GPL-3.0-or-later
"""The mouse and the keys, what lies under them, and waiting for what they do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from types import ModuleType

import bpy

MODULE = "bl_ext.user_default.atelier"
STEP, SETTLED = 0.3, 3.0  # seconds
PATIENCE = 600.0  # seconds that a child may take on a machine with much else to do
DIGITS = {
    ".": "PERIOD", "0": "ZERO", "1": "ONE", "2": "TWO", "3": "THREE", "4": "FOUR", "5": "FIVE", "6": "SIX",
    "7": "SEVEN", "8": "EIGHT", "9": "NINE",
}  # fmt: skip
# Pixels from the top of the side panel to the first header, and from one to the next where all are closed.
HEADER, PITCH = 16, 28
ROW, COLUMNS = 12, (0.2, 0.5, 0.93)  # where the mouse looks for a button: pixels, shares of the width

Place = tuple[int, int]


def module(name: str) -> ModuleType:
    return sys.modules[f"{MODULE}.{name}"]


def area() -> bpy.types.Area:
    return next(each for each in bpy.context.window_manager.windows[0].screen.areas if each.type == "VIEW_3D")


def panel() -> bpy.types.Region:
    return next(each for each in area().regions if each.type == "UI")


def place(pixels: int, share: float = 0.5) -> Place:
    """Where in the window something lies that is so far below the top of the side panel."""
    region = panel()
    return int(region.x + share * (region.width - 26)), region.y + region.height - pixels


def press(kind: str, where: Place, window: bpy.types.Window | None = None, **more: object) -> None:
    window = window or bpy.context.window
    window.event_simulate(type=kind, value="PRESS", x=where[0], y=where[1], **more)
    more.pop("unicode", None)
    window.event_simulate(type=kind, value="RELEASE", x=where[0], y=where[1], **more)


def settled() -> Iterator[float]:
    """Wait until Blender has worked and drawn: between two steps it always draws, however long its work takes."""
    for _ in range(int(SETTLED / STEP)):
        yield STEP


def move(where: Place) -> None:
    bpy.context.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=where[0], y=where[1])


def click(where: Place, times: int = 1, **more: object) -> Iterator[float]:
    move(where)
    yield STEP
    for _ in range(times):
        press("LEFTMOUSE", where, **more)
    yield STEP


def under_the_mouse() -> str:
    """What the button under the mouse does, as Python: an operator's call, or a property's path."""
    manager = bpy.context.window_manager
    manager.clipboard = ""
    window = manager.windows[0]
    with bpy.context.temp_override(window=window, screen=window.screen, area=area(), region=panel()):
        for ask in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
            if ask.poll():
                ask()
    return manager.clipboard


def find(wanted: str, header: int = 0) -> Generator[float, None, Place]:
    """The place of the first button below a header whose action holds some words, by moving the mouse."""
    seen, before = set(), place(header)
    for pixels in range(header + PITCH, panel().height - ROW, ROW):
        for share in COLUMNS:
            here = place(pixels, share)
            move(here)
            yield 0.02
            told = under_the_mouse()
            seen.add(told)
            if wanted in told:
                # Blender may have spoken of the place before.
                for found in (here, before):
                    move(found)
                    yield STEP
                    if wanted in under_the_mouse():
                        return found
            before = here
    raise AssertionError(f"no button for {wanted} among {sorted(seen)}")


def panels() -> list[type[bpy.types.Panel]]:
    """Those of the tab that have headers, from above."""
    classes = [each for part in module("registration").MODULES for each in part.CLASSES]
    return [each for each in classes if issubclass(each, bpy.types.Panel) and not getattr(each, "bl_parent_id", "")]


def unfold(name: str) -> Generator[float, None, int]:
    """Fold all panels but one, by their headers; how far below the top of the side panel its own is."""
    first = place(HEADER, 0.4)
    yield from click(first, ctrl=True)
    yield STEP
    names = [each.bl_idname for each in panels()]
    if names.index(name):
        yield from click(first)
        yield STEP
        yield from click(place(HEADER + PITCH * names.index(name), 0.4))
    yield 2 * STEP
    return HEADER + PITCH * names.index(name)


def type_number(where: Place, text: str) -> Iterator[float]:
    """Double click on a number, type another, confirm."""
    yield from click(where, times=2)
    press("A", where, ctrl=True)
    yield STEP
    for letter in text:
        press(DIGITS[letter], where, unicode=letter)
        yield 0.05
    press("RET", where)
    yield from settled()


def until(holds: Callable[[], bool], what: str) -> Iterator[float]:
    """Wait for something."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < PATIENCE, what
        yield STEP


def speak(language: str) -> Iterator[float]:
    view = bpy.context.preferences.view
    view.language = language
    view.use_translate_interface = view.use_translate_new_dataname = True
    yield from settled()
