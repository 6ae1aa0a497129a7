# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth against itself: pairs of vertices that come close though they are far apart on the flat panels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray

RINGS = 3
GAP_SHARE = 0.75
SEARCH_SHARE = 1.15
HALF_NEIGHBOURHOOD = np.array(
    [(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) >= (0, 0, 0)], dtype=np.int64
)


class SelfContact:
    """Finds the pairs of one cloth; vertices within RINGS edges of each other are left alone.

    ``gap``: least distance in metres, below the edge length so that neighbours never push each other.
    """

    def __init__(self, edges: IntArray, rest: FloatArray, count: int) -> None:
        self.count = count
        self.gap = GAP_SHARE * float(np.median(rest))
        self._near = _ring_keys(edges, count)

    def pairs(self, x: FloatArray) -> IntArray:
        """(k, 2) pairs, first below second, that are or may soon be closer than the gap."""
        reach = SEARCH_SHARE * self.gap
        cells = np.floor((x - x.min(axis=0)) / reach).astype(np.int64) + 1
        shape = cells.max(axis=0) + 2
        keys = (cells[:, 0] * shape[1] + cells[:, 1]) * shape[2] + cells[:, 2]
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        shifts = (HALF_NEIGHBOURHOOD[:, 0] * shape[1] + HALF_NEIGHBOURHOOD[:, 1]) * shape[2] + HALF_NEIGHBOURHOOD[:, 2]
        wanted = (keys[:, None] + shifts).ravel()
        first = np.searchsorted(ordered, wanted, "left")
        counts = np.searchsorted(ordered, wanted, "right") - first
        owner = np.repeat(np.repeat(np.arange(len(x)), len(shifts)), counts)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        other = order[np.repeat(first, counts) + offset]
        low, high = np.minimum(owner, other), np.maximum(owner, other)
        close = (low < high) & (((x[low] - x[high]) ** 2).sum(axis=1) < reach * reach)
        codes = np.unique(low[close] * self.count + high[close])
        at = np.minimum(np.searchsorted(self._near, codes), len(self._near) - 1)
        codes = codes[self._near[at] != codes]
        return np.asarray(np.stack([codes // self.count, codes % self.count], axis=1), dtype=np.int32)


def _ring_keys(edges: IntArray, count: int) -> npt.NDArray[np.int64]:
    """Sorted codes (first * count + second) of all pairs within RINGS edges."""
    both = np.concatenate([edges, edges[:, ::-1]]).astype(np.int64)
    order = np.lexsort((both[:, 1], both[:, 0]))
    others = both[order, 1]
    starts = np.searchsorted(both[order, 0], np.arange(count + 1))
    reached = both
    for _ in range(RINGS - 1):
        counts = np.diff(starts)[reached[:, 1]]
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        further = others[np.repeat(starts[reached[:, 1]], counts) + offset]
        grown = np.repeat(reached[:, 0], counts) * count + further
        codes = np.unique(np.concatenate([reached[:, 0] * count + reached[:, 1], grown]))
        reached = np.stack([codes // count, codes % count], axis=1)
    return np.asarray(np.unique(reached[:, 0] * count + reached[:, 1]))
