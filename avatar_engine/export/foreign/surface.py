# SPDX-License-Identifier: GPL-3.0-or-later
"""A surface of any origin: points, and triangles where the file has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import BoolArray, FloatArray, Indices, IntArray
from avatar_engine.words import Phrase, phrase

MOST_POINTS = 20_000_000


class DamagedError(ValueError):
    """A file that is not what it says; ``found`` is what was there instead, ``hint`` what would help."""

    def __init__(self, found: Phrase, hint: Phrase | None = None) -> None:
        self.found, self.hint = found, hint or phrase("hint_mesh_export")
        super().__init__(found.say())


def check_count(points: int) -> None:
    """Raise ``DamagedError`` for more than ``MOST_POINTS``."""
    if points > MOST_POINTS:
        raise DamagedError(phrase("mesh_points", count=points), phrase("hint_mesh_thin", most=MOST_POINTS))


@dataclass(frozen=True)
class Surface:
    """Points (n, 3) and triangles (t, 3) into them; no triangles for a cloud."""

    points: FloatArray
    triangles: IntArray

    def only(self, keep: BoolArray) -> Surface:
        """The points of a (n,) mask, and the triangles that lose none of theirs."""
        if keep.all():
            return self
        numbers = np.cumsum(keep) - 1
        kept = self.triangles[keep[self.triangles].all(axis=1)]
        return Surface(self.points[keep], numbers[kept].astype(np.int32))


def cloud(points: FloatArray) -> Surface:
    """A surface without triangles."""
    return Surface(points, np.zeros((0, 3), dtype=np.int32))


def checked(points: FloatArray, triangles: Indices) -> Surface:
    """A surface whose triangles point at its points; those that do not are left out."""
    within = ((triangles >= 0) & (triangles < len(points))).all(axis=1)
    return Surface(points, triangles[within].astype(np.int32))


def fans(counts: Indices, corners: Indices) -> IntArray:
    """(t, 3) triangles of polygons: how many corners each has, and all corners one after another."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else np.zeros(0, dtype=int)
    pieces = np.maximum(counts - 2, 0)
    first = np.repeat(starts, pieces)
    step = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    triangles: IntArray = np.stack([corners[first], corners[first + step + 1], corners[first + step + 2]], axis=1)
    return triangles
