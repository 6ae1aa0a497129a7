# SPDX-License-Identifier: GPL-3.0-or-later
"""Soles: the last's outline taken down to the floor, narrow at the waist, with a heel, an edge and a raised tip."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avatar_engine.body.hull import hull
from avatar_engine.fitting.footwear.last import AROUND, FEATHER, Last
from avatar_engine.fitting.footwear.part import Part
from avatar_engine.fitting.sections import FloatArray, IntArray, resampled

TOE = -0.5 * np.pi
WAIST = 0.42
RIM = 8  # the ring of a sole's points that is the edge of its underside


def sole(last: Last, cut: Mapping[str, float]) -> Part:
    """The sole of one shoe.

    ``cut``: sole_mm (thickness below the foot), welt_mm (how far it stands out), foxing_mm (how far its side rises on
    the upper), arch_mm (how far the waist before the heel is off the floor), spring_mm (how far the tip rises),
    waist_mm (how much narrower the waist is on the inner side), groove_mm (depth of a line around its side).
    """
    thick, welt, foxing = (cut[f"{key}_mm"] / 1000.0 for key in ("sole", "welt", "foxing"))
    footprint = _footprint(last, cut)
    bottom = _floor(last, footprint[:, 1], cut)
    share = last.share(footprint[:, 1])
    ends = np.clip(np.abs(2.0 * share - 0.95), 0.0, 1.0) ** 3
    top = foxing * (0.75 + 0.55 * ends)
    edge = min(0.0035, 0.3 * thick)
    groove = cut["groove_mm"] / 1000.0
    middle = 0.55 * top + 0.45 * bottom
    rings = [
        (0.0004, top - 0.0005),
        (0.55 * welt, top),
        (welt, top - 0.0016),
        (welt + 0.0004, middle + 0.0016),
        (welt - groove, middle),
        (welt + 0.0004, middle - 0.0016),
        (welt, bottom + edge),
        (welt - 0.35 * edge, bottom + 0.3 * edge),
        (welt - 1.2 * edge, bottom),
    ]
    outward = _outward(footprint)
    points = [np.column_stack([footprint + reach * outward, height]) for reach, height in rings]
    centre = np.array([[*footprint.mean(axis=0), 0.0]])
    inner = [share_in * (points[-1] - centre) + centre for share_in in (0.8, 0.5, 0.2)]
    centre[:, 2] = _floor(last, centre[:, 1], cut)
    for ring in inner:
        ring[:, 2] = _floor(last, ring[:, 1], cut)
    rows = [*points, *inner]
    vertices = np.concatenate([*rows, centre])
    triangles = _between_rings(len(rows), len(vertices) - 1)
    return Part(vertices, triangles, np.asarray(vertices[triangles][:, :, :2]), "sole")


def underside(made: Part) -> FloatArray:
    """(AROUND, 3) edge of a sole's underside, from the toe anticlockwise as seen from above."""
    return made.points[RIM * AROUND : (RIM + 1) * AROUND]


def _footprint(last: Last, cut: Mapping[str, float]) -> FloatArray:
    """(AROUND, 2) outline of the sole, from the toe anticlockwise."""
    points = last.rings.reshape(-1, 3)
    outline = resampled(hull(points[points[:, 2] < FEATHER, :2]), 4 * AROUND, TOE)
    middle = 0.5 * (outline.min(axis=0) + outline.max(axis=0))[0]
    share = last.share(outline[:, 1])
    pinch = np.exp(-(((share - WAIST) / 0.15) ** 2)) * cut["waist_mm"] / 1000.0
    outline[:, 0] += np.where(outline[:, 0] < middle, pinch, -0.35 * pinch)
    for _ in range(8):
        outline = 0.5 * outline + 0.25 * (np.roll(outline, 1, axis=0) + np.roll(outline, -1, axis=0))
    return resampled(outline, AROUND, TOE)


def _floor(last: Last, y: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Height of the sole's underside at each y: a heel with an upright front, and the waist coming down to the ball."""
    share = last.share(y)
    hollow = cut["arch_mm"] * _smooth((share - 0.27) / 0.035) * (1.0 - _smooth((share - 0.34) / 0.22))
    spring = np.clip((share - 0.72) / 0.28, 0.0, 1.0) ** 2 * cut["spring_mm"]
    return np.asarray((hollow + spring - cut["sole_mm"]) / 1000.0)


def _smooth(share: FloatArray) -> FloatArray:
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


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
