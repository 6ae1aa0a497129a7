# SPDX-License-Identifier: GPL-3.0-or-later
"""Laces across the instep: flattened cords that lie on the upper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar_engine.fitting.footwear.last import Last
from avatar_engine.fitting.footwear.part import Part
from avatar_engine.fitting.sections import FloatArray, IntArray

ROUND = 8
ALONG = 13
HALF = 0.021
WIDTH, HEIGHT = 0.0032, 0.0017
LIFT = 0.0026


def laces(last: Last, cut: Mapping[str, float]) -> list[Part]:
    """One bar per row, each with its neighbours crossing; ``cut``: laces (rows, 0 for none)."""
    rows = int(cut["laces"])
    if rows < 1:
        return []
    places = np.linspace(0.70, 0.47, rows)
    bars = [(a, a) for a in places[:1]]
    bars += [pair for a, b in zip(places, places[1:], strict=False) for pair in ((a, b), (b, a))]
    return [_cord(last, left, right, number % 2 * 0.0012) for number, (left, right) in enumerate(bars)]


def _cord(last: Last, left: float, right: float, above: float) -> Part:
    share = np.linspace(left, right, ALONG)
    across = np.linspace(-HALF, HALF, ALONG)
    y = last.heel - share * last.length
    centre = np.stack([last.ridge(y)[0] + across, y, _roof(last, across, y) + LIFT + above], axis=1)
    centre[[0, -1], 2] -= LIFT + above
    along = np.gradient(centre, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross([0.0, 0.0, 1.0], along)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(along, side)
    turn = np.linspace(0.0, 2.0 * np.pi, ROUND, endpoint=False)
    ring = WIDTH * np.cos(turn)[None, :, None] * side[:, None] + HEIGHT * np.sin(turn)[None, :, None] * up[:, None]
    vertices = (centre[:, None] + ring).reshape(-1, 3)
    triangles = _tube()
    uvs = np.asarray(vertices[triangles][:, :, :2])
    return vertices, triangles, uvs, np.full(len(triangles), "laces")


def _tube() -> IntArray:
    index = np.arange(ALONG * ROUND).reshape(ALONG, ROUND)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    d, c = index[1:], np.roll(index, -1, axis=1)[1:]
    pairs = np.concatenate([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)])
    return np.asarray(pairs.reshape(-1, 3), dtype=np.int32)


def _roof(last: Last, across: FloatArray, y: FloatArray) -> FloatArray:
    """Height of the last at places across the instep: the highest outline that still reaches so far to the front."""
    x = last.ridge(y)[0] + across
    heights = np.zeros(len(y))
    for k, outline in enumerate(last.outlines):
        closed = np.concatenate([outline, outline[:1]])
        for i, (px, py) in enumerate(zip(x, y, strict=True)):
            a, b = closed[:-1], closed[1:]
            crossing = (a[:, 0] < px) != (b[:, 0] < px)
            if crossing.any():
                a, b = a[crossing], b[crossing]
                reach = a[:, 1] + (px - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
                if reach.min() <= py:
                    heights[i] = last.heights[k]
    return heights
