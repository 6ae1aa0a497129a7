# SPDX-License-Identifier: GPL-3.0-or-later
"""Soles: the footprint taken down to the floor, with a rounded edge, an arched waist and a heel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar_engine.fitting.footwear.last import AROUND, Last
from avatar_engine.fitting.footwear.part import Part
from avatar_engine.fitting.sections import FloatArray, IntArray


def sole(last: Last, cut: Mapping[str, float]) -> Part:
    """Points, triangles, corner places and slots of a sole.

    ``cut``: sole_mm (thickness below the foot), welt_mm (how far it stands out), foxing_mm (how far its side rises on
    the upper), arch_mm (how much the waist before the heel is hollowed), spring_mm (how far the tip rises).
    """
    thick, welt, foxing = (cut[f"{key}_mm"] / 1000.0 for key in ("sole", "welt", "foxing"))
    bottom = _floor(last, last.footprint[:, 1], cut)
    ends = np.abs(2.0 * last.along(last.footprint[:, 1]) - 1.0) ** 4
    top = foxing * (0.8 + 0.7 * ends)
    edge = min(0.004, 0.35 * thick)
    rings = [
        (-0.003, top),
        (0.7 * welt, top),
        (welt, top - 0.0015),
        (0.85 * welt, 0.4 * top + 0.6 * (bottom + edge)),
        (welt, bottom + edge),
        (welt - 0.4 * edge, bottom + 0.3 * edge),
        (welt - 1.2 * edge, bottom),
    ]
    outward = _outward(last.footprint)
    points = [np.column_stack([last.footprint + reach * outward, height]) for reach, height in rings]
    centre = np.array([[*last.footprint.mean(axis=0), -thick]])
    inner = [share_in * (points[-1] - centre) + centre for share_in in (0.66, 0.33)]
    for ring in inner:
        ring[:, 2] = _floor(last, ring[:, 1], cut)
    rows = [*points, *inner]
    vertices = np.concatenate([*rows, centre])
    triangles = _between_rings(len(rows), len(vertices) - 1)
    uvs = _uvs(vertices, triangles)
    return vertices, triangles, uvs, np.full(len(triangles), "sole")


def _floor(last: Last, y: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Height of the sole's underside at each y."""
    share = last.along(y)
    hollow = np.exp(-(((share - 0.42) / 0.09) ** 2)) * cut["arch_mm"]
    spring = np.clip((share - 0.78) / 0.22, 0.0, 1.0) ** 2 * cut["spring_mm"]
    return np.asarray((hollow + spring - cut["sole_mm"]) / 1000.0)


def _between_rings(rows: int, centre: int) -> IntArray:
    """Rings in order from the top of the side, over the floor, to the centre below; seen from outside."""
    side = np.arange(AROUND)
    after = (side + 1) % AROUND
    found = []
    for high in range(0, (rows - 1) * AROUND, AROUND):
        low = high + AROUND
        found.append(np.stack([low + side, low + after, high + after], axis=1))
        found.append(np.stack([low + side, high + after, high + side], axis=1))
    last = (rows - 1) * AROUND
    found.append(np.stack([np.full(AROUND, centre), last + after, last + side], axis=1))
    return np.asarray(np.concatenate(found), dtype=np.int32)


def _outward(outline: FloatArray) -> FloatArray:
    along = np.roll(outline, -1, axis=0) - np.roll(outline, 1, axis=0)
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return np.asarray(outward / np.linalg.norm(outward, axis=1, keepdims=True))


def _uvs(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """Seen from above; sides are plain rubber."""
    return np.asarray(vertices[triangles][:, :, :2])
