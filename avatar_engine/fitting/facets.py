# SPDX-License-Identifier: GPL-3.0-or-later
"""Triangles in space, found by the cells of a grid that their boxes touch."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

MARGIN = 1e-6
FACING = 0.6  # share along the normal of the way to the nearest point, below which in or out means nothing
FLAT = 1e-12  # what a triangle spans with an edge, m3, below which the edge runs along it

Cells = npt.NDArray[np.int64]
Boxes = npt.NDArray[np.float32]
Bound = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray, FloatArray]]
Fill = Callable[[FloatArray, FloatArray, FloatArray, float, Cells], tuple[Cells, IntArray, Boxes]]


class Facets:
    """Triangles in a uniform grid.

    Parameters
    ----------
    vertices : (n, 3) float
    triangles : (t, 3) int
    labels : (t,) int bit of the part that each triangle belongs to (1 where not given)
    cell : grid size in metres; about the search radius
    """

    def __init__(
        self, vertices: FloatArray, triangles: IntArray, labels: IntArray | None = None, cell: float = 0.02
    ) -> None:
        self.triangles = np.ascontiguousarray(triangles, dtype=np.int32)
        self.labels = np.ones(len(triangles), dtype=np.int32) if labels is None else labels.astype(np.int32)
        self.cell = cell
        self.move(vertices)

    def move(self, vertices: FloatArray) -> None:
        """Take new vertex positions (same topology)."""
        self.vertices = np.ascontiguousarray(vertices, dtype=np.float64)
        kernels = compiled()
        bound: Bound = bounded if kernels is None else kernels.bounded
        self.corners, self.low, self.high = bound(self.vertices, self.triangles)
        # Axis by axis: numpy takes eight times as long over the rows.
        self.origin = np.array([self.low[:, axis].min() for axis in range(3)]) - MARGIN
        self.top = np.array([self.high[:, axis].max() for axis in range(3)])
        self.shape = self.cells(self.top) + 1
        fill: Fill = _filled if kernels is None else kernels.filled
        # The boxes lie cell by cell, in the order in which they are read.
        self.starts, self.items, self.boxes = fill(self.low, self.high, self.origin, self.cell, self.shape)

    def labelled(self, labels: IntArray) -> Facets:
        """The same triangles with other labels (t,)."""
        twin = copy.copy(self)
        twin.labels = labels
        return twin

    def cells(self, points: FloatArray) -> Cells:
        """(n, 3) cell of the grid that each of (n, 3) points lies in; below its origin negative."""
        return np.asarray(np.floor((points - self.origin) / self.cell), dtype=np.int64)


def bounded(vertices: FloatArray, triangles: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Corners (t, 3, 3) of triangles (t, 3), and the lowest and highest corners (t, 3) of the boxes around them."""
    corners = vertices[triangles]
    one, two, three = (corners[:, number] for number in range(3))
    return corners, np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)


def spread(first: Cells, last: Cells, shape: Cells) -> tuple[Cells, Cells]:
    """Rows and flat cells of all cells between ``first`` and ``last`` (t, 3), of a grid of ``shape``, row by row."""
    span = last - first + 1
    counts = span.prod(axis=1)
    owner = np.repeat(np.arange(len(first)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    x = first[owner, 0] + step // (span[owner, 1] * span[owner, 2])
    y = first[owner, 1] + step // span[owner, 2] % span[owner, 1]
    z = first[owner, 2] + step % span[owner, 2]
    return owner, (x * shape[1] + y) * shape[2] + z


def _filled(
    low: FloatArray, high: FloatArray, origin: FloatArray, cell: float, shape: Cells
) -> tuple[Cells, IntArray, Boxes]:
    """Where each cell's triangles start, (cells + 1,), the triangles cell by cell, and their boxes, (k, 6), low and
    high, no smaller than the triangles.
    """
    first, last = (np.floor((each - origin) / cell).astype(np.int64) for each in (low, high))
    owner, cells = spread(first, last, shape)
    starts = np.zeros(int(shape.prod()) + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(cells, minlength=int(shape.prod())))
    items = owner[np.argsort(cells, kind="stable")].astype(np.int32)
    around = np.concatenate([low - MARGIN, high + MARGIN], axis=1).astype(np.float32)
    return starts, items, around[items]
