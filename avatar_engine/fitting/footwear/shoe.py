# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of shoes as one mesh: upper cut out of the last's surface, sole, laces; slots by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.fitting.base_layer import split
from avatar_engine.fitting.footwear.laces import laces
from avatar_engine.fitting.footwear.last import AROUND, Last, make_last
from avatar_engine.fitting.footwear.part import Part, joined
from avatar_engine.fitting.footwear.sole import sole
from avatar_engine.fitting.sections import FloatArray, IntArray


@dataclass(frozen=True)
class Shoes:
    """Both shoes: vertices (n, 3) around the A-pose body, triangles (m, 3), corner_uvs (m, 3, 2) metres, slots (m,)."""

    vertices: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: npt.NDArray[np.str_]


def make_pair(body: Body, cut: Mapping[str, float]) -> Shoes:
    """A pair of shoes for a body, the right one the left one's mirror image.

    ``cut``: what ``make_last``, ``upper_field``, ``sole`` and ``laces`` ask for; counter and toe_cap (shares of the
    foot's length where the heel counter ends and the toe cap begins), gusset_mm (elastic at the sides), binding_mm
    (along the opening).
    """
    last = make_last(body, cut)
    points, triangles, uvs, slots = joined([_upper(last, cut), sole(last, cut), *laces(last, cut)])
    other = triangles[:, ::-1] + len(points)
    return Shoes(
        np.concatenate([points, points * [-1.0, 1.0, 1.0]]),
        np.concatenate([triangles, other]).astype(np.int32),
        np.concatenate([uvs, uvs[:, ::-1]]),
        np.concatenate([slots, slots]),
    )


def _upper(last: Last, cut: Mapping[str, float]) -> Part:
    points, triangles, uvs = surface(last)
    values = np.hstack([points, uvs])
    values, triangles = _kept(values, triangles, upper_field(last, values[:, :3], cut))
    trim = np.zeros(len(triangles), dtype=bool)
    for field in (_heel_counter, _toe_cap, _gusset, _binding, _eyestay):
        height = field(last, values[:, :3], cut)
        if height.max() > 0.0:
            values, triangles, trim = _marked(values, triangles, trim, height)
    ids, flat = np.unique(triangles, return_inverse=True)
    triangles, values = flat.reshape(-1, 3).astype(np.int32), values[ids]
    slots = np.where(trim, "trim", "body")
    return values[:, :3], triangles, values[triangles][:, :, 3:5], slots


def surface(last: Last) -> tuple[FloatArray, IntArray, FloatArray]:
    """The whole last above the sole: points (n, 3), triangles (m, 3) and flat places (n, 2) metres."""
    rows = len(last.heights)
    ring = np.concatenate([last.outlines, last.outlines[:, :1]], axis=1)
    points = np.concatenate([ring, np.broadcast_to(last.heights[:, None, None], (rows, AROUND + 1, 1))], axis=2)
    around = np.linalg.norm(np.diff(ring, axis=1), axis=2)
    u = np.concatenate([np.zeros((rows, 1)), np.cumsum(around, axis=1)], axis=1)
    rise = np.linalg.norm(np.diff(points, axis=0), axis=2)
    v = np.concatenate([np.zeros((1, AROUND + 1)), np.cumsum(rise, axis=0)])
    index = np.arange(rows * (AROUND + 1)).reshape(rows, AROUND + 1)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(-1, 3)
    return points.reshape(-1, 3), faces.astype(np.int32), np.stack([u, v], axis=-1).reshape(-1, 2)


def _kept(values: FloatArray, triangles: IntArray, field: FloatArray) -> tuple[FloatArray, IntArray]:
    values, triangles = split(np.hstack([values, field[:, None]]), triangles, field)
    return values[:, :-1], triangles[values[triangles, -1].mean(axis=1) > 0.0]


def _marked(
    values: FloatArray, triangles: IntArray, trim: npt.NDArray[np.bool_], field: FloatArray
) -> tuple[FloatArray, IntArray, npt.NDArray[np.bool_]]:
    """The mesh cut along the field's border; what lies within it is trim, as is what was before."""
    carried = np.hstack([values, field[:, None]])
    carried, before = split(carried, triangles[trim], carried[:, -1])
    carried, others = split(carried, triangles[~trim], carried[:, -1])
    within = carried[others, -1].mean(axis=1) > 0.0
    return carried[:, :-1], np.concatenate([before, others]), np.concatenate([np.full(len(before), True), within])


def upper_field(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Positive where the upper is, about metres from its edge.

    ``cut``: collar_mm (height at the heel), collar_dip_mm (how much lower it is at the sides), collar_rise_mm (how
    much higher in front), throat (share of the foot's length, from the heel, in front of which the upper is closed; 1
    or more for an upper cut by its collar alone).
    """
    share = last.along(points[:, 1])
    dip = np.exp(-(((share - 0.22) / 0.11) ** 2)) * cut["collar_dip_mm"] / 1000.0
    rise = np.clip((share - 0.25) / 0.2, 0.0, 1.0) * cut["collar_rise_mm"] / 1000.0
    height = cut["collar_mm"] / 1000.0 - dip + rise - points[:, 2]
    if cut["throat"] >= 1.0:
        return np.asarray(height)
    vamp = (share - cut["throat"]) * last.length
    # A soft union, so that the opening is round and not a corner.
    soft = 0.012
    return np.asarray(soft * np.logaddexp(height / soft, vamp / soft) - 0.3 * soft)


def _heel_counter(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    return np.asarray((cut["counter"] - last.along(points[:, 1])) * last.length - 0.25 * points[:, 2])


def _toe_cap(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    return np.asarray((last.along(points[:, 1]) - cut["toe_cap"]) * last.length)


def _gusset(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Elastic on both sides of a boot, wider above."""
    if cut["gusset_mm"] <= 0.0:
        return np.full(len(points), -1.0)
    low = 0.038
    share = last.along(points[:, 1])
    half = cut["gusset_mm"] / 2000.0 * (0.45 + 0.55 * np.clip((points[:, 2] - low) / 0.07, 0.0, 1.0))
    return np.asarray(np.minimum(half - np.abs(share - 0.24) * last.length, points[:, 2] - low))


def _binding(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    return np.asarray(cut["binding_mm"] / 1000.0 - upper_field(last, points, cut))


def _eyestay(last: Last, points: FloatArray, cut: Mapping[str, float]) -> FloatArray:
    """Two strips beside the laces."""
    if cut["laces"] < 1.0:
        return np.full(len(points), -1.0)
    share = last.along(points[:, 1])
    middle, _ = last.ridge(points[:, 1])
    off = np.abs(points[:, 0] - middle)
    strip = 0.006 - np.abs(off - 0.021)
    return np.asarray(np.minimum(strip, np.minimum((0.72 - share) * last.length, points[:, 2] - 0.03)))
