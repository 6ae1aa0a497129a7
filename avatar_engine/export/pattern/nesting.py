# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces side by side in a strip: each is put, largest first, as low and as far left as its true shape allows."""

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


def nest(parts: Sequence[Part], width: float, gap: float) -> list[Place | None]:
    """A place for each part in a strip of that width, which grows upwards from y = 0; None where it is too wide.

    ``gap`` is the least distance between parts; all in millimetres. Same parts, same places.
    """
    columns = int(width // CELL)
    rows = int(sum(float(np.ptp(part.outline, axis=0).max()) + gap for part in parts) // CELL) + 4 * len(parts) + 4
    taken = np.zeros((rows, columns), dtype=bool)
    places: list[Place | None] = [None] * len(parts)
    areas = [round(float(Polygon(part.outline).area)) for part in parts]
    for index in sorted(range(len(parts)), key=lambda i: (not parts[i].left, -areas[i], i)):
        best = None
        for turns in parts[index].turns:
            mask, corner = _mask(turned(parts[index].outline, turns), gap)
            found = _lowest(taken, mask, parts[index].left)
            if found is not None and (best is None or (found[0] + mask.shape[0], *found) < best[0]):
                best = (found[0] + mask.shape[0], *found), turns, mask, corner
        if best is not None:
            (_, row, column), turns, mask, corner = best
            taken[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
            places[index] = Place(turns, np.array([column, row]) * CELL - corner)
    return places


def _mask(outline: Points, gap: float) -> tuple[BoolArray, Points]:
    """Cells that a shape and half the gap around it touch, and the corner that is the mask's origin."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    count = np.maximum(np.ceil((high - low + gap) / CELL - 1e-6).astype(int), 1)
    around = Polygon(outline).buffer(gap / 2 + 0.75 * CELL)
    prepare(around)
    corner = low - gap / 2
    x, y = (corner[axis] + (np.arange(count[axis]) + 0.5) * CELL for axis in range(2))
    return np.asarray(contains_xy(around, *np.meshgrid(x, y))), corner


def _lowest(taken: BoolArray, mask: BoolArray, left: bool) -> tuple[int, int] | None:
    """Row and column of the lowest, then leftmost free place."""
    rows, columns = taken.shape[0] - mask.shape[0] + 1, taken.shape[1] - mask.shape[1] + 1
    if rows < 1 or columns < 1:
        return None
    shape = taken.shape
    overlap = np.fft.irfft2(np.fft.rfft2(taken, shape) * np.conj(np.fft.rfft2(mask, shape)), shape)
    free = overlap[:rows, : 1 if left else columns] < 0.5
    first = int(np.argmax(free))
    return divmod(first, free.shape[1]) if free.flat[first] else None
