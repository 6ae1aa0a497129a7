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
from render_service.contact_sheet import Entry, write_sheet

SHEET = "contact-sheet.jpg"
CELL = (320, 480)
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


def sheet(out: Path, title: str, entries: Sequence[dict[str, Any]], language: str) -> None:
    """Write OUT/contact-sheet.jpg of the first pictures; those that Pillow cannot read are left out."""
    shown = [_entry(out, entry) for entry in entries if not entry["file"].endswith(".exr")][:MOST_ENTRIES]
    if shown:
        write_sheet(shown, title, out / SHEET, COLUMNS, CELL)


def _entry(out: Path, entry: dict[str, Any]) -> Entry:
    what = ", ".join(filter(None, [entry["look"], entry["colourway"] if entry["colourway"] != "own" else ""]))
    sizes = ", ".join(dict.fromkeys(worn["size"] for worn in entry["garments"]))
    return Entry(out / entry["file"], entry["subject"], (what, entry["camera"].replace("_", " "), sizes))
