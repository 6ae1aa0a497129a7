# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces side by side in a strip: each is put, in turn, as high and as far left as its true shape allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely import Polygon, contains_xy, prepare

from avatar_engine.export.pattern.piece import Points

CELL = 5.0

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """A shape to place.

    Parameters
    ----------
    outline : (n, 2) millimetres
    turns : quarter turns counter-clockwise that it may be placed in, in the order of preference
    left : whether it has to lie against the strip's left edge
    """

    outline: Points
    turns: tuple[int, ...] = (0,)
    left: bool = False


@dataclass(frozen=True)
class Place:
    """Where a part lies: quarter turns first, then a shift (2,) in millimetres."""

    turns: int
    shift: Points

    def apply(self, points: Points) -> Points:
        """Points of the part as placed, (n, 2)."""
        return turned(points, self.turns) + self.shift


def turned(points: Points, quarter_turns: int) -> Points:
    """Points turned about the origin."""
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter_turns % 4]
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]], dtype=np.float64))


def nest(parts: Sequence[Part], width: float, gap: float, longest_first: bool = False) -> list[Place | None]:
    """A place for each part in a strip of that width, which hangs down from y = 0; None where it is too wide.

    Parameters
    ----------
    gap : least distance between parts; all in millimetres
    longest_first : whether parts are placed by length instead of by area; those at the left edge come first
    """
    columns = int(width // CELL)
    tallest = max(int(np.hypot(*np.ptp(part.outline, axis=0)) // CELL) for part in parts) + int(gap // CELL) + 8
    taken = np.zeros((tallest, columns), dtype=bool)
    places: list[Place | None] = [None] * len(parts)
    sizes = [_length(part) if longest_first else round(float(Polygon(part.outline).area)) for part in parts]
    reach = 0
    for index in sorted(range(len(parts)), key=lambda i: (not parts[i].left, -sizes[i], i)):
        if len(taken) < reach + tallest:
            taken = np.pad(taken, ((0, reach + tallest - len(taken)), (0, 0)))
        best = _best(taken, parts[index], gap)
        if best is not None:
            row, column, turns, mask, corner = best
            taken[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
            places[index] = Place(turns, np.array([column, -row]) * CELL - corner)
            reach = max(reach, row + mask.shape[0])
    return places


def _length(part: Part) -> int:
    return round(float(np.ptp(part.outline, axis=0).max()))


def _best(taken: BoolArray, part: Part, gap: float) -> tuple[int, int, int, BoolArray, Points] | None:
    """Row, column, turns, mask and its corner where a part reaches down least."""
    size = (_fast(taken.shape[0]), _fast(taken.shape[1]))
    spectrum = np.fft.rfft2(taken, size)
    best = None
    for turns in part.turns:
        mask, corner = _mask(turned(part.outline, turns), gap)
        found = _highest(spectrum, size, taken.shape, mask, part.left)
        if found is not None and (best is None or (found[0] + len(mask), *found) < (best[0] + len(best[3]), *best[:2])):
            best = (*found, turns, mask, corner)
    return best


def _fast(count: int) -> int:
    """The next size that a Fourier transform is quick at."""
    sizes = (2**a * 3**b * 5**c for a in range(13) for b in range(8) for c in range(6))
    return min(int(size) for size in sizes if size >= count)


def _mask(outline: Points, gap: float) -> tuple[BoolArray, Points]:
    """Cells that a shape and half the gap around it touch, rows from the top, and their upper left corner."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    count = np.maximum(np.ceil((high - low + gap) / CELL - 1e-6).astype(int), 1)
    around = Polygon(outline).buffer(gap / 2 + 0.75 * CELL)
    prepare(around)
    corner = np.array([low[0] - gap / 2, high[1] + gap / 2])
    x = corner[0] + (np.arange(count[0]) + 0.5) * CELL
    y = corner[1] - (np.arange(count[1]) + 0.5) * CELL
    return np.asarray(contains_xy(around, *np.meshgrid(x, y))), corner


def _highest(
    spectrum: npt.NDArray[np.complex128], size: tuple[int, int], strip: tuple[int, ...], mask: BoolArray, left: bool
) -> tuple[int, int] | None:
    """Row (from the top) and column of the highest, then leftmost free place in a strip of that many cells."""
    rows, columns = strip[0] - mask.shape[0] + 1, strip[1] - mask.shape[1] + 1
    if rows < 1 or columns < 1:
        return None
    overlap = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(mask, size)), size)
    free = overlap[:rows, : 1 if left else columns] < 0.5
    first = int(np.argmax(free))
    return divmod(first, free.shape[1]) if free.flat[first] else None
