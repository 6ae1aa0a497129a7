# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands ``render`` and ``catalogue``: Blender's own, run in Blender as a module, and a contact sheet besides."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from avatar_engine.exit_codes import ExitCode
from avatar_engine.words import phrase, system_language
from garments.sizes import MADE_TO_MEASURE
from render_service.contact_sheet import Entry, write_sheet

SHEET = "contact-sheet.jpg"
CELL_WIDTH = 320
COLUMNS = 6
MOST_ENTRIES = 600
# All options are the batch's own, in Blender as here.
PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def render(arguments: tuple[str, ...]) -> None:
    """Photograph people in one or several looks; also `blender -b --command atelier render`."""
    _run("render", arguments)


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def catalogue(arguments: tuple[str, ...]) -> None:
    """Photograph a plan of people, looks, colourways and cameras; also `blender -b --command atelier catalogue`."""
    _run("catalogue", arguments)


def _run(command: str, arguments: Sequence[str]) -> None:
    """Run a command and end it, the process too where Blender was loaded: the interpreter must not tear it down."""
    if importlib.util.find_spec("bpy") is None:
        click.echo(phrase("needs_extra", package="bpy", extra="render").say(system_language()), err=True)
        sys.exit(ExitCode.INSTALLATION)
    from blender_addon.batch.command import main

    loaded = "bpy" in sys.modules
    with tempfile.TemporaryDirectory(prefix="atelier-blender-") as folder:
        os.environ.setdefault("BLENDER_USER_RESOURCES", folder)
        code = main([command, *arguments], "atelier", sheet)
    if loaded or "bpy" not in sys.modules:
        sys.exit(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def sheet(out: Path, title: str, entries: Sequence[dict[str, Any]], language: str) -> bool:
    """Write OUT/contact-sheet.jpg of the first pictures; False where Pillow can read none of them, as of EXR."""
    shown = [entry for entry in entries if not entry["file"].endswith(".exr")][:MOST_ENTRIES]
    if not shown:
        return False
    height = round(CELL_WIDTH * shown[0]["height_px"] / shown[0]["width_px"])
    write_sheet([entry_of(out, entry, language) for entry in shown], title, out / SHEET, COLUMNS, (CELL_WIDTH, height))
    return True


def entry_of(out: Path, entry: dict[str, Any], language: str) -> Entry:
    """A picture with who it shows, in what, from where, and in which sizes."""
    what = ", ".join(filter(None, [entry["look"], entry["colourway"] if entry["colourway"] != "own" else ""]))
    seen = phrase(f"camera_{entry['camera']}").say(language)
    if entry["turn_deg"]:
        seen = f"{seen}, {entry['turn_deg']:.0f}°"
    sizes = dict.fromkeys(worn["size"] for worn in entry["garments"])
    worn = ", ".join(
        phrase("size_made_to_measure").say(language) if size == MADE_TO_MEASURE else size for size in sizes
    )
    return Entry(out / entry["file"], entry["subject"], (what, seen, worn))
