# SPDX-License-Identifier: GPL-3.0-or-later
"""Triangles in space, found by the cells of a grid that their boxes touch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

MARGIN = 1e-6
FLAT = 1e-12  # what a triangle spans with an edge, m3, below which the edge runs along it

Cells = npt.NDArray[np.int64]
Fill = Callable[[Cells, Cells, Cells], tuple[Cells, IntArray]]


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
        self.corners = self.vertices[self.triangles]
        self.low, self.high = boxes(self.corners)
        self.origin = self.low.min(axis=0) - MARGIN
        self.first, last = self.cells(self.low), self.cells(self.high)
        self.shape = last.max(axis=0) + 1
        kernels = compiled()
        fill: Fill = _filled if kernels is None else kernels.filled
        self.starts, self.items = fill(self.first, last, self.shape)

    def cells(self, points: FloatArray) -> Cells:
        """(n, 3) cell of the grid that each of (n, 3) points lies in; below its origin negative."""
        return np.asarray(np.floor((points - self.origin) / self.cell), dtype=np.int64)


def boxes(corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(t, 3) lowest and highest corner of the boxes around triangles (t, 3, 3)."""
    one, two, three = (corners[:, number] for number in range(3))
    return np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)


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


def _filled(first: Cells, last: Cells, shape: Cells) -> tuple[Cells, IntArray]:
    """Where each cell's triangles start, (cells + 1,), and the triangles, cell by cell."""
    owner, cells = spread(first, last, shape)
    starts = np.zeros(int(shape.prod()) + 1, dtype=np.int64)
    starts[1:] = np.cumsum(np.bincount(cells, minlength=int(shape.prod())))
    return starts, owner[np.argsort(cells, kind="stable")].astype(np.int32)
