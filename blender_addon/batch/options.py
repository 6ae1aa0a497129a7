# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of ``render`` and ``catalogue`` (no bpy; argparse, since Blender has no other)."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from avatar_engine.measurements.units import UNITS
from avatar_engine.words import LANGUAGES, system_language

from ..scene.camera import FRAMINGS
from ..scene.devices import DEVICES
from ..scene.presets import presets
from .kinds import DRAPES, KINDS
from .plan import LARGEST_PX, MOST_FRAMES, MOST_SAMPLES

RESOLUTION = re.compile(r"(\d{2,5})[xX](\d{2,5})")
# Options that a plan's [picture] has too, and their names in ``shots.Picture``.
FULL_NAMES = {
    "format": "kind", "transparent": "clear", "turntable": "turntable", "drape": "drape", "cycles_device": "device",
}  # fmt: skip


def parser(program: str) -> argparse.ArgumentParser:
    """The parser of both commands."""
    top = argparse.ArgumentParser(program, description="Pictures of people in their looks, many at once.")
    commands = top.add_subparsers(dest="command", required=True, metavar="render|catalogue")
    render = commands.add_parser("render", help="a table of people in one or several looks")
    render.add_argument("people", type=Path, metavar="PEOPLE.csv", help="tape measurements, one person a row")
    render.add_argument("--look", type=Path, action="append", required=True, help="may be given repeatedly")
    render.add_argument("--out", type=Path, required=True, help="folder to write into")
    render.add_argument("--unit", choices=UNITS, default="cm", help="unit of the table (cm)")
    render.add_argument("--camera", choices=tuple(FRAMINGS), action="append", help="may be given repeatedly (front)")
    render.add_argument("--name", help="template of names: {subject}, {look}, {camera}, {frame}")
    catalogue = commands.add_parser("catalogue", help="a plan: people, looks, colourways and cameras")
    catalogue.add_argument("plan", type=Path, metavar="PLAN.toml")
    catalogue.add_argument("--out", type=Path, help="folder to write into (the plan's name, beside it)")
    for command in (render, catalogue):
        _common(command)
    return top


def _common(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--preset", choices=tuple(presets()), help="size and samples (standard)")
    add("--samples", type=_between(1, MOST_SAMPLES), metavar="N", help="instead of the preset's")
    add("--resolution", type=_resolution, metavar="WxH", help="instead of the preset's, in pixels")
    add("--format", choices=tuple(KINDS), help="png, jpg and webp are developed, exr is scene-linear (png)")
    add("--transparent", action=argparse.BooleanOptionalAction, default=None, help="without a backdrop")
    add("--turntable", type=_between(0, MOST_FRAMES), metavar="N", help="N pictures all the way round")
    add("--drape", choices=DRAPES, help="live: seconds; final: a minute a garment, needs the packages of atelier[fit]")
    add("--cycles-device", choices=DEVICES, help="auto takes a GPU where there is one (auto)")
    add("--force", action="store_true", help="make again what is whole already")
    add("--keep-going", action="store_true", help="go on after somebody who cannot be made")
    add("--lang", choices=LANGUAGES, default=system_language(), help="language of messages")


def _between(low: int, high: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value}: {low} to {high}")
        return value

    return whole_number


def _resolution(text: str) -> tuple[int, int]:
    found = RESOLUTION.fullmatch(text)
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(16 <= side <= LARGEST_PX for side in sides):
        raise argparse.ArgumentTypeError(f"{text}: WIDTHxHEIGHT, each 16 to {LARGEST_PX}, such as 800x1200")
    return sides
