# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of people side by side on one sheet, each with a name and a few lines below."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from avatar_engine.export.whole_file import write_whole
from render_service.lettering import font, printable

PAPER, INK, PALE_INK = "#f4f2ee", "#23211f", "#6f6a64"
Size = tuple[int, int]
CELL: Size = (520, 780)
MARGIN, GAP, LINE = 48, 28, 26
TITLE_SIZE, NAME_SIZE, TEXT_SIZE = 34, 26, 17


@dataclass(frozen=True)
class Entry:
    """One picture of the sheet: its file, None for an empty place, the name below it and further lines."""

    picture: Path | None
    name: str
    lines: tuple[str, ...]


def _fitted(path: Path, cell: Size) -> Image.Image:
    """The picture scaled and cropped about its centre to a cell of the sheet, on paper where it is transparent."""
    with Image.open(path) as picture:
        seen = picture.convert("RGBA")
    whole = Image.alpha_composite(Image.new("RGBA", seen.size, PAPER), seen).convert("RGB")
    scale = max(cell[0] / whole.width, cell[1] / whole.height)
    size = (math.ceil(whole.width * scale), math.ceil(whole.height * scale))
    left, top = (size[0] - cell[0]) // 2, (size[1] - cell[1]) // 2
    return whole.resize(size, Image.Resampling.LANCZOS).crop((left, top, left + cell[0], top + cell[1]))


def make_sheet(entries: Sequence[Entry], title: str, columns: int = 4, cell: Size = CELL) -> Image.Image:
    """The sheet: a title, then the entries in rows of ``columns``, each picture in a cell of (width, height) pixels."""
    width, height = cell
    columns = min(columns, len(entries))
    rows = math.ceil(len(entries) / columns)
    caption = GAP + NAME_SIZE + LINE * (max(len(entry.lines) for entry in entries) + 1)
    head = MARGIN + TITLE_SIZE + GAP
    size = (2 * MARGIN + columns * (width + GAP) - GAP, head + rows * (height + caption) + MARGIN - GAP // 2)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN - 8), printable(title), fill=INK, font=font(TITLE_SIZE))
    for number, entry in enumerate(entries):
        x = MARGIN + number % columns * (width + GAP)
        y = head + number // columns * (height + caption)
        if entry.picture is not None:
            sheet.paste(_fitted(entry.picture, cell), (x, y))
        draw.text((x, y + height + GAP // 2), printable(entry.name), fill=INK, font=font(NAME_SIZE))
        for line_number, line in enumerate(entry.lines):
            below = y + height + GAP // 2 + NAME_SIZE + 10 + line_number * LINE
            draw.text((x, below), printable(line), fill=PALE_INK, font=font(TEXT_SIZE))
    return sheet


def write_sheet(entries: Sequence[Entry], title: str, path: Path, columns: int = 4, cell: Size = CELL) -> None:
    """Write the sheet as a PNG or, where the name ends so, a JPEG, whole or not at all."""
    stream, sheet = io.BytesIO(), make_sheet(entries, title, columns, cell)
    if path.suffix == ".jpg":
        sheet.save(stream, "JPEG", quality=88, optimize=True, progressive=True)
    else:
        sheet.save(stream, "PNG", optimize=True)
    write_whole(path, stream.getvalue())
