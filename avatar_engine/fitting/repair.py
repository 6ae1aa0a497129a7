# SPDX-License-Identifier: GPL-3.0-or-later
"""Last clean-up of a drape: nothing of the cloth, not only its vertices, may lie under the skin or an inner garment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar_engine.errors import FitError
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Surface

CLEAR = 0.0015
ROUNDS = 12
DEEPEST = 0.004
MOST_DEEP = 12


def repair(
    garment: str, x: FloatArray, triangles: IntArray, targets: Sequence[tuple[Surface, IntArray]]
) -> FloatArray:
    """Positions (n, 3) pushed out until vertices, edge middles and triangle centres are clear of every surface.

    ``targets``: surfaces, the body first, with the part bits (n,) that each vertex may touch.
    Raises FitError where more than MOST_DEEP vertices stay deeper than DEEPEST in the body.
    """
    groups = _samples(triangles)
    x = x.copy()
    for _ in range(ROUNDS):
        worst = 0.0
        for ids in groups:
            for surface, bits in targets:
                worst = max(worst, _push(x, ids, surface, np.bitwise_and.reduce(bits[ids], axis=1)))
        if worst < 0.2 * CLEAR:
            break
    depth = -targets[0][0].contact(x, 0.03, targets[0][1]).distance
    deep = depth > DEEPEST
    if int(deep.sum()) > MOST_DEEP:
        at = x[np.argmax(depth)]
        raise FitError(garment, f"height {at[2]:.2f} m", float(depth.max()) * 1000.0, "Another size or fewer layers may help.")
    return x


def _samples(triangles: IntArray) -> list[IntArray]:
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return [np.unique(triangles)[:, None], np.unique(pairs, axis=0), triangles]


def _push(x: FloatArray, ids: IntArray, surface: Surface, bits: IntArray) -> float:
    """Move the vertices of samples (k, c) that lie too deep; returns the largest shortage found, metres."""
    middles = x[ids].mean(axis=1)
    contact = surface.contact(middles, 0.02, bits)
    short = np.where(contact.hit & contact.facing(middles), CLEAR - contact.distance, 0.0)
    bad = np.flatnonzero(short > 0.0)
    if len(bad) == 0:
        return 0.0
    move = np.zeros_like(x)
    share = np.zeros(len(x))
    for column in range(ids.shape[1]):
        np.add.at(move, ids[bad, column], short[bad, None] * contact.normal[bad])
        np.add.at(share, ids[bad, column], 1.0)
    x += move / np.maximum(share, 1.0)[:, None]
    return float(short.max())
