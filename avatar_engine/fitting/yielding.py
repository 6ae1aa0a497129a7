# SPDX-License-Identifier: GPL-3.0-or-later
"""Where two garments still cross, both give way: the outer one off the body, the inner one towards it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.crossings import crossing_pairs, touching
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.sections import FloatArray, IntArray

ROUNDS = 24
STEP = 0.0012  # metres that either gives way at once
LEAST = 0.0025  # metres to the skin that neither goes below


@dataclass
class Giving:
    """Cloth that gives way: places (n, 3), triangles (m, 3) seen from outside, the skin's unit normals (n, 3) where
    each vertex lies, and how far above the skin it is (n,), metres.
    """

    x: FloatArray
    triangles: IntArray
    outward: FloatArray
    height: FloatArray

    def move(self, rows: IntArray, along: FloatArray) -> IntArray:
        """Move the corners of triangles (k,) by ``along`` (k,) steps off the skin; to it as far as there is room.

        Returns the triangles that have one of these corners.
        """
        total, share = np.zeros(len(self.x)), np.zeros(len(self.x))
        for ids in self.triangles[rows].T:
            np.add.at(total, ids, along)
            np.add.at(share, ids, 1.0)
        step = np.maximum(STEP * total / np.maximum(share, 1.0), np.minimum(0.0, LEAST - self.height))
        self.x = self.x + step[:, None] * self.outward
        self.height = self.height + step
        return touching(self.triangles, share > 0.0)

    def facing(self) -> FloatArray:
        """(m, 3) the skin's normals where triangles lie, the means of their corners'."""
        return np.asarray(self.outward[self.triangles].mean(axis=1))


def give_way(
    outer: Giving, inner: Giving, masks: IntArray | None, facets: Facets | None = None, rows: IntArray | None = None
) -> int:
    """Move both until they do not cross; returns how many pairs of triangles still do.

    Where both lie on the same side of the body the outer one goes outwards. Where they belong to facing sides, a sleeve
    and the trunk beside it, each goes towards its own.

    Parameters
    ----------
    masks : (m,) 0 for those triangles of the outer one that lie inside the inner
    facets : the inner one as it stands, where they are made
    rows : (k,) those of the outer one's triangles that may cross it (all where not given)
    """
    masks = np.full(len(outer.triangles), -1, dtype=np.int32) if masks is None else masks
    rows = np.arange(len(outer.triangles), dtype=np.int32) if rows is None else rows
    facets = Facets(inner.x, inner.triangles) if facets is None else facets
    row, column = crossing_pairs(outer.x, outer.triangles[rows], facets, masks[rows])
    if len(row) == 0:
        return 0
    row = rows[row]
    outer_ways, inner_ways = outer.facing(), inner.facing()
    still = facets.labelled(np.ones(len(inner.triangles), dtype=np.int32))  # 0 once they have moved
    for _ in range(ROUNDS):
        if len(row) == 0:
            break
        beside = (outer_ways[row] * inner_ways[column]).sum(axis=1) < 0.0
        rows = outer.move(row, np.where(beside, -1.0, 1.0))
        still.labels[inner.move(column, np.full(len(column), -1.0))] = 0
        moved = np.flatnonzero(still.labels == 0)
        # Only what has moved can have come to cross.
        one, own = crossing_pairs(outer.x, outer.triangles[rows], still, masks[rows])
        two, other = crossing_pairs(outer.x, outer.triangles, Facets(inner.x, inner.triangles[moved]), masks)
        row, column = np.concatenate([rows[one], two]), np.concatenate([own, moved[other]])
    return len(row)
