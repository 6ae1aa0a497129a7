# SPDX-License-Identifier: GPL-3.0-or-later
"""Points that hang on a garment's cloth, and where on its flat panels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import PanelMesh

NOWHERE = -1.0


@dataclass(frozen=True)
class Hung:
    """Points that hang on a cloth's vertices, and the triangles between them.

    corners (k, 3) cloth vertices, weights (k, 3) of them and slopes (k, 3), their shares in the cloth's x direction;
    offsets (k, 3) metres along the cloth's x, its y and outwards; triangles (m, 3) among the k points;
    corner_uvs (m, 3, 2) metres; slots: per triangle;
    stitches (k,): how far from an edge each is stitched down, metres, below 0 for nowhere.
    """

    corners: IntArray
    weights: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: tuple[str, ...]
    stitches: FloatArray


def net(rows: int, columns: int) -> IntArray:
    """Triangles (m, 3) of a grid whose rows rise and whose columns go to the right, seen from outside."""
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    pairs = np.concatenate([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)])
    return np.asarray(pairs.reshape(-1, 3), dtype=np.int32)


def hung(
    panel: PanelMesh,
    welds: IntArray,
    at: FloatArray,
    offsets: FloatArray,
    triangles: IntArray,
    uvs: FloatArray,
    slot: str,
    stitches: float | FloatArray = NOWHERE,
) -> Hung:
    """Trims whose points lie at flat places (k, 2) of a panel."""
    corners, weights = located(panel, at)
    a, b, c = (panel.points[corners[:, k]] for k in range(3))
    double = flat_cross(b - a, c - a)
    slopes = np.stack([b[:, 1] - c[:, 1], c[:, 1] - a[:, 1], a[:, 1] - b[:, 1]], axis=1) / double[:, None]
    sewn = np.broadcast_to(np.asarray(stitches, dtype=np.float64), len(at)).copy()
    return Hung(welds[corners], weights, slopes, offsets, triangles, uvs, (slot,) * len(triangles), sewn)


def flat_cross(one: FloatArray, two: FloatArray) -> FloatArray:
    """Twice the area between vectors (..., 2); numpy's own takes three dimensions alone since 2.5."""
    return np.asarray(one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0])


def located(panel: PanelMesh, at: FloatArray) -> tuple[IntArray, FloatArray]:
    """Corners (k, 3) and weights (k, 3) of the triangle that holds, or is nearest to, each flat place (k, 2)."""
    a, b, c = (panel.points[panel.triangles[:, k]] for k in range(3))
    double = flat_cross(b - a, c - a)
    away = at[:, None] - a
    second = flat_cross(away, c - a) / double
    third = flat_cross(b - a, away) / double
    weights = np.stack([1.0 - second - third, second, third], axis=2)
    best = weights.min(axis=2).argmax(axis=1)
    return panel.triangles[best], np.asarray(weights[np.arange(len(at)), best])
