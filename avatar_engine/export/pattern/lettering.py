# SPDX-License-Identifier: GPL-3.0-or-later
"""Words in Helvetica: how wide they are, where lines break, and where a label finds room in a piece."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from reportlab.pdfbase.pdfmetrics import stringWidth
from shapely import Polygon, box, prepare
from shapely.geometry.base import BaseGeometry

from avatar_engine.export.pattern.piece import Points
from avatar_engine.export.pattern.sheet import Text

FONTS = {False: "Helvetica", True: "Helvetica-Bold"}
LEADING = 1.3
LABEL_SIZES = (6.5, 5.5, 4.6, 3.8, 3.2, 2.6, 2.0)


def printable(words: str) -> str:
    """Words in the letters that every printer's Helvetica has (Windows-1252); others lose their accents or are "?"."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", words))


def _letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[0]
    for candidate in (letter, plain):
        if candidate.encode("cp1252", "ignore"):
            return candidate
    return "?"


def width(words: str, size: float, bold: bool = False) -> float:
    """Width of printed words, in the unit of ``size``."""
    return float(stringWidth(printable(words), FONTS[bold], size))


def wrapped(words: str, room: float, size: float) -> list[str]:
    """Lines of at most that width; none begins with the punctuation that French sets apart."""
    for mark in ";:!?»":
        words = words.replace(f" {mark}", f"\u00a0{mark}")
    lines: list[str] = []
    for word in words.replace("« ", "«\u00a0").split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def label(lines: Sequence[str], room: BaseGeometry) -> list[Text]:
    """A label in the largest type that fits somewhere inside ``room`` (millimetres): its first line bold.

    Set upright, in several lines or one, or turned to read from the right. Without room for the smallest type, that
    is set in the middle all the same.
    """
    prepare(room)
    for size in LABEL_SIZES:
        for rows in (list(lines), [" · ".join(lines)]):
            for angle in (0.0, 90.0):
                block = _block(rows, size)
                place = _place(room, block if angle == 0.0 else block[::-1])
                if place is not None:
                    return _set(rows, size, angle, place)
    centre = room.representative_point()
    return _set([" · ".join(lines)], LABEL_SIZES[-1], 0.0, np.array([centre.x, centre.y]))


def _block(rows: Sequence[str], size: float) -> tuple[float, float]:
    widths = [width(row, size * (1.25 if i == 0 else 1.0), i == 0) for i, row in enumerate(rows)]
    return max(widths) + size, size * (LEADING * len(rows) + 0.6)


def _place(room: BaseGeometry, block: tuple[float, float]) -> Points | None:
    """The middle of a box inside the room, as near as possible to the room's own middle."""
    low, high = np.array(room.bounds).reshape(2, 2)
    half = np.array(block) / 2
    if (high - low < block).any():
        return None
    steps = [np.linspace(low[axis] + half[axis], high[axis] - half[axis], 25) for axis in range(2)]
    spots = np.stack(np.meshgrid(*steps), axis=-1).reshape(-1, 2)
    order = np.argsort(np.round(np.linalg.norm(spots - 0.5 * (low + high), axis=1), 3), kind="stable")
    for spot in spots[order]:
        if room.contains(box(*(spot - half), *(spot + half))):
            return np.asarray(spot)
    return None


def _set(rows: Sequence[str], size: float, angle: float, middle: Points) -> list[Text]:
    turn = np.radians(angle)
    down = np.array([np.sin(turn), -np.cos(turn)])
    top = -0.5 * size * LEADING * len(rows)
    found = []
    for index, row in enumerate(rows):
        at = middle + down * (top + size * (LEADING * index + 1.0))
        found.append(Text(at, row, size * (1.25 if index == 0 else 1.0), angle, bold=index == 0))
    return found


def free_room(outline: Points, *kept_clear: BaseGeometry) -> BaseGeometry:
    """The largest connected part of a shape that is a little away from its edge and from what is drawn in it."""
    room: BaseGeometry = Polygon(outline).buffer(-2.0)
    for other in kept_clear:
        room = room.difference(other)
    parts = [part for part in getattr(room, "geoms", [room]) if not part.is_empty]
    return max(parts, key=lambda part: round(part.area)) if parts else Polygon(outline)
