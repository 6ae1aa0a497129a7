# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints in look files: read and checked, written, and the pictures that lie beside the file."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.look_table import COLOUR, Table, toml_text
from avatar_engine.words import phrase
from garments.prints import KINDS, LEAST_REPEAT_CM, MOST_REPEAT_CM, TILE, Print

LARGEST_TILE, LARGEST_TILE_PX = 1024 * 1024, 2048
MOST_COLOURS = 6
Pictures = Callable[[str], bytes]


def read_print(table: Table) -> Print:
    """A print from its table in a look; raises ``LookError``."""
    table.refuse_unknown(("kind", "colours", "repeat_cm", "tile"))
    kind = table.one_of("kind", KINDS, "")
    width = table.values.get("repeat_cm")
    if isinstance(width, bool) or not isinstance(width, int | float) or not LEAST_REPEAT_CM <= width <= MOST_REPEAT_CM:
        allowed = phrase("a_repeat", low=LEAST_REPEAT_CM, high=MOST_REPEAT_CM)
        raise LookError(table.file, table.name("repeat_cm"), width, allowed)
    if kind == TILE:
        name = table.values.get("tile", "")
        return Print(kind, (), float(width), str(name), _tile(table, name))
    colours = table.values.get("colours")
    usable = isinstance(colours, list) and all(isinstance(each, str) and COLOUR.fullmatch(each) for each in colours)
    if not usable or not 2 <= len(colours or ()) <= MOST_COLOURS:
        raise LookError(table.file, table.name("colours"), colours, phrase("some_colours", most=MOST_COLOURS))
    return Print(kind, tuple(each.lower() for each in colours or ()), float(width))


def in_folder(folder: Path) -> Pictures:
    """What reads pictures that lie beside a look; raises ``OSError``."""

    def read(name: str) -> bytes:
        with (folder / name).open("rb") as stream:
            return stream.read(LARGEST_TILE + 1)

    return read


def _tile(table: Table, name: object) -> str:
    """A picture that goes with the look, in base 64; a look from elsewhere may not name files of this machine."""
    allowed = phrase("a_tile", limit=LARGEST_TILE // 1024)
    if table.pictures is None or not isinstance(name, str) or Path(name).name != name or not name:
        raise LookError(table.file, table.name("tile"), name, allowed)
    try:
        content = table.pictures(name)
        if len(content) > LARGEST_TILE:
            raise ValueError(name)
        picture = base64.b64encode(content).decode("ascii")
        height, width = Print(TILE, (), 1.0, name, picture).pixels().shape[:2]
    except (OSError, ValueError) as error:
        raise LookError(table.file, table.name("tile"), name, allowed) from error
    if max(height, width) > LARGEST_TILE_PX:
        raise LookError(table.file, table.name("tile"), name, allowed)
    return picture


def print_line(printed: Print) -> str:
    """A print as one line of a look; a picture is named, and has to lie beside the file."""
    colours = f"colours = [{', '.join(toml_text(colour) for colour in printed.colours)}]"
    what = f"tile = {toml_text(printed.tile)}" if printed.kind == TILE else colours
    return f"print = {{ kind = {toml_text(printed.kind)}, {what}, repeat_cm = {printed.repeat_cm:g} }}"


def write_tile(printed: Print, look: Path) -> None:
    """Put a print's picture beside the look that names it; raises ``LookError`` where another lies there."""
    if printed.kind != TILE:
        return
    path, content = look.with_name(printed.tile), base64.b64decode(printed.picture)
    if not path.exists():
        write_whole(path, content)
    elif path.read_bytes() != content:
        raise LookError(str(look), "print.tile", printed.tile, phrase("a_free_name"))
