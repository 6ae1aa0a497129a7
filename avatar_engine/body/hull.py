# SPDX-License-Identifier: GPL-3.0-or-later
"""Convex hulls in the plane, as a taut tape runs around what it is laid on."""

from __future__ import annotations

import numpy as np

from avatar_engine.body.template import FloatArray

DIRECTIONS = np.stack([trig(np.arange(24) * np.pi / 12.0) for trig in (np.cos, np.sin)])


def hull(points: FloatArray) -> FloatArray:
    """Convex hull of (n, 2) points, counter-clockwise (Andrew's monotone chain); (0, 2) for fewer than three points."""
    if len(points) < 3:
        return np.zeros((0, 2))
    outermost = _outermost(points)
    ordered = outermost[np.lexsort(outermost.T[::-1])].tolist()
    return np.array(_chain(ordered)[:-1] + _chain(ordered[::-1])[:-1])


def _outermost(points: FloatArray) -> FloatArray:
    """Points (n, 2) without most of those that lie inside the polygon of the farthest ones in DIRECTIONS."""
    corners = points[(points @ DIRECTIONS).argmax(axis=0)]
    sides = np.roll(corners, -1, axis=0) - corners
    away = points[:, None] - corners
    left = sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0]
    inside = ((left > 0.0) | (np.abs(sides).sum(axis=1) == 0.0)).all(axis=1)
    return np.asarray(points[~inside])


def _chain(points: list[list[float]]) -> list[list[float]]:
    chain: list[list[float]] = []
    for p in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) > 0.0:
                break
            chain.pop()
        chain.append(p)
    return chain
