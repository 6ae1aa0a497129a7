# SPDX-License-Identifier: GPL-3.0-or-later
"""Laces across the instep, tied in a bow: flattened cords that lie on the upper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar_engine.fitting.footwear.last import Last
from avatar_engine.fitting.footwear.part import Part
from avatar_engine.fitting.sections import FloatArray, IntArray

ROUND = 6
HALF = 0.0145
WIDTH, HEIGHT = 0.0026, 0.0012
LIFT = 0.0040
UNDER = 0.0008
FIRST, LAST = 0.665, 0.455
# The bow, metres: how far its loops reach to the side, how wide they are, and how long its ends hang.
LOOP, LOOP_WIDE, END = 0.030, 0.013, 0.034


def laces(last: Last, cut: Mapping[str, float]) -> list[Part]:
    """One bar per row, each with its neighbours crossing, and a bow; ``cut``: laces (rows, 0 for none)."""
    rows = int(cut["laces"])
    if rows < 1:
        return []
    places = np.linspace(FIRST, LAST, rows)
    bars = [(places[0], places[0])]
    bars += [pair for a, b in zip(places, places[1:], strict=False) for pair in ((a, b), (b, a))]
    cords = []
    for number, (left, right) in enumerate(bars):
        share, off = np.linspace(left, right, 11), np.linspace(-HALF, HALF, 11)
        lift = np.full(11, LIFT + number % 2 * 0.0012)
        # Both ends go down through their eyelets.
        lift[[0, -1]] = UNDER
        cords.append(_cord(last, share, off, lift))
    return cords + _bow(last, LAST)


def _bow(last: Last, at: float) -> list[Part]:
    """Two loops and two ends that lie on both sides of the last crossing, and the knot over them."""
    turn = np.linspace(0.0, 1.0, 18)
    out, side = np.sin(np.pi * turn), np.sin(2.0 * np.pi * turn)
    lift = LIFT + 0.0016 + 0.0008 * np.sin(np.pi * turn)
    cords = []
    for sign in (-1.0, 1.0):
        share = at + (0.004 - 0.5 * LOOP_WIDE * side + 0.006 * out) / last.length
        cords.append(_cord(last, share, sign * LOOP * out, lift))
        hang = turn[:11] / turn[10]
        cords.append(
            _cord(
                last,
                at + 0.85 * END * hang**1.3 / last.length,
                sign * 0.62 * END * hang**0.8,
                LIFT + 0.003 - 0.001 * hang,
            )
        )
    knot = np.linspace(-0.5, 0.5, 7)
    high = LIFT + 0.0030 - 0.012 * knot**2
    cords.append(_cord(last, at + 0.010 * knot / last.length, 0.002 * knot, high, 1.4))
    return cords


def _cord(last: Last, share: FloatArray, off: FloatArray, lift: FloatArray, thick: float = 1.0) -> Part:
    centre, above = last.at(share, off, lift), last.at(share, off, lift + 0.001)
    up = (above - centre) / 0.001
    along = np.gradient(centre, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(up, along)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(along, side)
    turn = np.linspace(0.0, 2.0 * np.pi, ROUND, endpoint=False)
    ring = WIDTH * np.cos(turn)[None, :, None] * side[:, None] + HEIGHT * np.sin(turn)[None, :, None] * up[:, None]
    vertices = (centre[:, None] + thick * ring).reshape(-1, 3)
    triangles = _tube(len(share))
    uvs = np.asarray(vertices[triangles][:, :, :2])
    return Part(vertices, triangles, uvs, "laces")


def _tube(rows: int) -> IntArray:
    """Rings along a cord, closed at both ends."""
    index = np.arange(rows * ROUND).reshape(rows, ROUND)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    d, c = index[1:], np.roll(index, -1, axis=1)[1:]
    pairs = np.concatenate([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)]).reshape(-1, 3)
    first, end = index[0], index[-1]
    fans = [[first[0], first[k + 1], first[k]] for k in range(1, ROUND - 1)]
    fans += [[end[0], end[k], end[k + 1]] for k in range(1, ROUND - 1)]
    return np.asarray(np.concatenate([pairs, np.array(fans)]), dtype=np.int32)
