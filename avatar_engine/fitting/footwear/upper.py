# SPDX-License-Identifier: GPL-3.0-or-later
"""The upper: leather cut out of the last's surface, with pieces stitched on over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from avatar_engine.fitting.base_layer import split
from avatar_engine.fitting.footwear.last import AROUND, Last
from avatar_engine.fitting.footwear.part import NOWHERE, Part
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import vertex_normals

EDGE_STITCH = 0.0028
# Thickness of one layer of leather over another, metres.
LAYER = 0.0011
# Below this the upper is turned under the foot, inside the sole.
TURNED_UNDER = 0.001
PADDING_DEEP = 0.011
# Columns of the surface's values: place, flat place, normal, place before padding, distance from the opening's edge.
PLACE, FLAT, NORMAL, ON_LAST, EDGE = slice(0, 3), slice(3, 5), slice(5, 8), slice(8, 11), 11
Region = Callable[[Last, FloatArray, FloatArray, FloatArray, Mapping[str, float]], FloatArray]


def upper(last: Last, cut: Mapping[str, float]) -> list[Part]:
    """The upper and what is stitched on it, from the inside out.

    ``cut``: what ``opening`` and the regions ask for, binding_mm (along the opening) and padding_mm (of its rim).
    """
    values, triangles = surface(last)
    field = opening(last, values[:, PLACE], values[:, 3], cut)
    normals = _normals(values[:, PLACE], triangles)
    pad = cut["padding_mm"] / 1000.0 * np.exp(-(((field - 0.8 * PADDING_DEEP) / PADDING_DEEP) ** 2))
    values = np.hstack(
        [values[:, PLACE] + pad[:, None] * normals, values[:, FLAT], normals, values[:, PLACE], field[:, None]]
    )
    values, triangles = _within(values, triangles, field)
    values, triangles = _within(values, triangles, values[:, 2] - TURNED_UNDER)
    parts = [_part(values, triangles, 0, "body", NOWHERE if cut["binding_mm"] > 0.0 else EDGE_STITCH)]
    for region, layers, slot, stitch in REGIONS:
        height = region(last, values[:, ON_LAST], values[:, 3], values[:, EDGE], cut)
        if height.max() > 0.0:
            parts.append(_part(*_within(values, triangles, height), layers, slot, stitch))
    return parts


def surface(last: Last) -> tuple[FloatArray, IntArray]:
    """The whole last, opened along the heel: values (n, 5), places and flat places in metres, and triangles (m, 3)."""
    rows = len(last.rings)
    opened = np.roll(last.rings, AROUND // 2, axis=1)
    opened = np.concatenate([opened, opened[:, :1]], axis=1)
    along = np.broadcast_to(last.along[:, None, None], (rows, AROUND + 1, 1))
    values = np.concatenate([opened, last.around[:, :, None], along], axis=2).reshape(-1, 5)
    index = np.arange(len(values)).reshape(rows, AROUND + 1)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(-1, 3)
    # The first ring is one point.
    wide = np.linalg.norm(values[faces[:, 0], :3] - values[faces[:, 1], :3], axis=1) > 1e-9
    return values, faces[wide].astype(np.int32)


def _normals(points: FloatArray, triangles: IntArray) -> FloatArray:
    """Normals of an opened surface as if it were closed."""
    place, closed = _welded(points, triangles)
    first = np.unique(place, return_index=True)[1]
    return np.asarray(vertex_normals(points[first], closed)[place])


def _welded(points: FloatArray, triangles: IntArray) -> tuple[IntArray, IntArray]:
    """For every point the number of its place, and the triangles between places."""
    _, place = np.unique(np.round(points, 7), axis=0, return_inverse=True)
    return place.ravel().astype(np.int32), place.ravel()[triangles].astype(np.int32)


def _within(values: FloatArray, triangles: IntArray, field: FloatArray) -> tuple[FloatArray, IntArray]:
    """The part of a surface where a field is positive, cut along its border."""
    carried, triangles = split(np.hstack([values, field[:, None]]), triangles, field)
    triangles = triangles[carried[triangles, -1].mean(axis=1) > 0.0]
    ids, flat = np.unique(triangles, return_inverse=True)
    return carried[ids, :-1], flat.reshape(-1, 3).astype(np.int32)


def _part(values: FloatArray, triangles: IntArray, layers: int, slot: str, stitch: float) -> Part:
    points = values[:, PLACE] + layers * LAYER * values[:, NORMAL]
    place, closed = _welded(points, triangles)
    ids = np.unique(place, return_index=True)[1]
    kept = (closed != np.roll(closed, 1, axis=1)).all(axis=1)
    return Part(points[ids], closed[kept], values[triangles[kept]][:, :, FLAT], slot, stitch)


def opening(last: Last, points: FloatArray, off: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Positive where the upper is, about metres from its edge.

    ``cut``: collar_mm (height at the heel), collar_dip_mm (how much lower it is under the ankle), collar_rise_mm (how
    much higher in front), throat (share of the foot's length, from the heel, in front of which the upper is closed; 1
    or more for an upper cut by its collar alone), tongue_mm (how high a tongue stands, 0 for none), tab_mm (a loop to
    pull the shoe on by, above the heel).
    """
    share = last.share(points[:, 1])
    dip = np.exp(-(((share - 0.22) / 0.11) ** 2)) * cut["collar_dip_mm"]
    rise = _smooth((share - 0.24) / 0.2) * cut["collar_rise_mm"]
    height = last.scale * (cut["collar_mm"] - dip + rise) / 1000.0 - points[:, 2]
    if cut["tab_mm"] > 0.0:
        back = np.minimum(0.008 - np.abs(points[:, 0] - _heel_x(last)), 0.09 - share)
        height = np.maximum(height, np.minimum(back, height + cut["tab_mm"] / 1000.0))
    if cut["tongue_mm"] > 0.0:
        reach = last.scale * cut["tongue_mm"] / 1000.0 - points[:, 2]
        side = 0.021 - np.abs(off)
        soft = 0.007
        tongue = -soft * np.logaddexp(-reach / soft, -side / soft)
        height = np.maximum(height, np.where(share > 0.3, tongue, -1.0))
    if cut["throat"] >= 1.0:
        return np.asarray(height)
    vamp = (share - cut["throat"]) * last.length
    # A soft union, so that the opening is round and not a corner.
    soft = 0.010
    return np.asarray(soft * np.logaddexp(height / soft, vamp / soft) - 0.3 * soft)


def _smooth(share: FloatArray) -> FloatArray:
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _heel_x(last: Last) -> float:
    rings = last.rings[:, AROUND // 2]
    return float(rings[rings[:, 1].argmax(), 0])


def _nothing(points: FloatArray) -> FloatArray:
    return np.full(len(points), -1.0)


def _quarters(
    last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]
) -> FloatArray:
    """Both sides of a laced shoe: they leave the tongue free and end in a curve before the toes."""
    if cut["laces"] < 1:
        return _nothing(points)
    share = last.share(points[:, 1])
    gap = np.abs(off) - 0.008
    front = (cut["quarter"] - share) * last.length + 0.35 * np.maximum(np.abs(off) - 0.02, 0.0)
    collar = opening(last, points, off, {**cut, "tongue_mm": 0.0})
    return np.asarray(np.minimum(np.minimum(gap, front), collar))


def _eyestay(last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Two strips beside the laces."""
    strip = 0.021 - np.abs(off)
    return np.asarray(np.minimum(_quarters(last, points, off, edge, cut) - 0.0005, strip))


def _heel_counter(
    last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]
) -> FloatArray:
    """Around the heel, higher behind than at its ends."""
    if cut["counter"] <= 0.0:
        return _nothing(points)
    share = last.share(points[:, 1])
    top = cut["counter_mm"] / 1000.0 * last.scale * (1.0 - (share / cut["counter"]) ** 2)
    return np.asarray(np.minimum(top - points[:, 2], edge - 0.0005))


def _toe_cap(last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Over the toes, its edge curved around them."""
    return np.asarray((last.share(points[:, 1]) - cut["toe_cap"]) * last.length - 4.0 * off**2)


def _gusset(last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Elastic on both sides of a boot, wider above."""
    if cut["gusset_mm"] <= 0.0:
        return _nothing(points)
    low, z = 0.040 * last.scale, points[:, 2]
    half = cut["gusset_mm"] / 2000.0 * (0.45 + 0.55 * _smooth((z - low) / 0.08))
    field = np.minimum(half - np.abs(last.share(points[:, 1]) - 0.24) * last.length, z - low)
    return np.asarray(np.minimum(field, edge - 0.0005))


def _binding(last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    if cut["binding_mm"] <= 0.0:
        return _nothing(points)
    return np.asarray(cut["binding_mm"] / 1000.0 - edge)


def _tab(last: Last, points: FloatArray, off: FloatArray, edge: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """The loop above the heel and its end sewn on below."""
    if cut["tab_mm"] <= 0.0:
        return _nothing(points)
    bare = opening(last, points, off, {**cut, "tab_mm": 0.0})
    side = 0.0078 - np.abs(points[:, 0] - _heel_x(last))
    back = 0.085 - last.share(points[:, 1])
    return np.asarray(np.minimum(np.minimum(side, back), np.minimum(0.016 - bare, bare + cut["tab_mm"] / 1000.0)))


# Each with the layers of leather below it, its slot and how far from its edge it is stitched.
REGIONS: tuple[tuple[Region, int, str, float], ...] = (
    (_quarters, 1, "body", EDGE_STITCH),
    (_gusset, 1, "trim", NOWHERE),
    (_toe_cap, 1, "trim", EDGE_STITCH),
    (_heel_counter, 2, "trim", EDGE_STITCH),
    (_eyestay, 2, "trim", EDGE_STITCH),
    (_binding, 1, "trim", NOWHERE),
    (_tab, 1, "trim", EDGE_STITCH),
)
