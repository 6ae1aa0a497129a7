# SPDX-License-Identifier: GPL-3.0-or-later
"""The same fifteen measurements for many bodies at once, without gradients.

Planes cut all bodies of a block together, and one product with all directions gives the support of every hull.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from avatar_engine.body import slicing
from avatar_engine.body.layout import BUTTOCK_SOFTNESS, LEVEL_GIRTHS, LIMB_GIRTHS, THIGH_BELOW_CROTCH, Layout
from avatar_engine.body.template import FloatArray, Indices, IntArray
from avatar_engine.measurements import KEYS

BLOCK = 8  # bodies whose cuts are taken together: what fits into a core's cache
COARSE = 8  # one direction in so many chooses among the slices of a limb


def measure_many(vertices: FloatArray, layout: Layout) -> FloatArray:
    """(b, 15) metres in the order of ``measurements.KEYS``, for (b, n, 3) vertices of figures with one layout."""
    blocks = [vertices[start : start + BLOCK] for start in range(0, len(vertices), BLOCK)]
    if len(blocks) < 2:
        return _measure_block(vertices, layout)
    with ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1)) as pool:
        return np.concatenate(list(pool.map(lambda block: _measure_block(block, layout), blocks)))


def _measure_block(vertices: FloatArray, layout: Layout) -> FloatArray:
    levels = _levels(vertices, layout)
    girths = _level_girths(vertices, layout, levels) | {
        key: limb_girths(vertices, layout, key)[0] for key in LIMB_GIRTHS
    }

    def between(first: str, second: str) -> FloatArray:
        step = _mean(vertices, layout.landmarks[second]) - _mean(vertices, layout.landmarks[first])
        return np.asarray(np.linalg.norm(step, axis=1))

    found = girths | {
        "stature": levels["crown"] - levels["floor"],
        "shoulder_breadth": between("acromion_left", "acromion_right"),
        "arm_length": between("acromion_left", "elbow_left") + between("elbow_left", "wrist_left"),
        "back_waist_length": _down_the_back(vertices[:, layout.landmarks["spine"]], levels["navel"]),
        "waist_height": levels["navel"] - levels["floor"],
        "crotch_height": levels["crotch"] - levels["floor"],
    }
    return np.stack([found[key] for key in KEYS], axis=1)


def _mean(vertices: FloatArray, ids: IntArray) -> FloatArray:
    mean: FloatArray = vertices[:, ids].mean(axis=1)
    return mean


def _levels(vertices: FloatArray, layout: Layout) -> dict[str, FloatArray]:
    """Heights (b,) by name."""
    heights, buttock = vertices[:, layout.skin, 2], vertices[:, layout.landmarks["buttock_left"]]
    crown, floor = heights.max(axis=1), heights.min(axis=1)
    crotch = vertices[:, layout.landmarks["crotch"], 2].min(axis=1)
    protrusion = buttock[:, :, 1]
    weights = np.exp((protrusion - protrusion.max(axis=1, keepdims=True)) / BUTTOCK_SOFTNESS)
    return {
        "crown": crown,
        "floor": floor,
        "crotch": crotch,
        "bust_left": _mean(vertices, layout.landmarks["bust_left"])[:, 2],
        "navel": _mean(vertices, layout.landmarks["navel"])[:, 2],
        "buttocks": (weights * buttock[:, :, 2]).sum(axis=1) / weights.sum(axis=1),
        "gluteal_fold": crotch - THIGH_BELOW_CROTCH * (crown - floor),
    }


def _level_girths(vertices: FloatArray, layout: Layout, levels: dict[str, FloatArray]) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for part in dict.fromkeys(part for part, _ in LEVEL_GIRTHS.values()):
        keys = [key for key, (where, _) in LEVEL_GIRTHS.items() if where == part]
        within, heights = layout.regions[part], np.stack([levels[LEVEL_GIRTHS[key][1]] for key in keys], axis=1)
        found |= dict(zip(keys, _girths(vertices[:, within.ids], within.edges, heights).T, strict=True))
    return found


def limb_girths(vertices: FloatArray, layout: Layout, key: str) -> tuple[FloatArray, IntArray]:
    """One of ``LIMB_GIRTHS`` for (b, n, 3) vertices: girths (b,), and which of its fractions they are read at (b,)."""
    limb, within = LIMB_GIRTHS[key], layout.regions[key]
    start, end = _mean(vertices, layout.landmarks[limb.start]), _mean(vertices, layout.landmarks[limb.end])
    lengths = np.linalg.norm(end - start, axis=1)
    normals = (end - start) / lengths[:, None]
    frames = np.stack([np.vstack([slicing.plane_axes(normal), normal]) for normal in normals])
    points = (vertices[:, within.ids] - start[:, None]) @ frames.transpose(0, 2, 1)
    levels = lengths[:, None] * np.array(limb.fractions)
    cut, counts = _cut(points, within.edges, levels)
    # A few directions tell which slices may be the one; those alone are measured with all.
    sign = 1.0 if limb.largest else -1.0
    coarse = sign * slicing.hull_perimeters(cut, counts, COARSE).reshape(levels.shape)
    doubt = 2.0 * COARSE**2 * slicing.PERIMETER_ERROR * np.abs(coarse).max(axis=1, keepdims=True)
    likely = (coarse >= coarse.max(axis=1, keepdims=True) - doubt).ravel()
    girths = np.full(levels.size, -np.inf)
    girths[likely] = sign * slicing.hull_perimeters(cut[np.repeat(likely, counts)], counts[likely])
    chosen = girths.reshape(levels.shape).argmax(axis=1)
    return sign * girths.reshape(levels.shape).max(axis=1), chosen.astype(np.int32)


def _girths(points: FloatArray, edges: IntArray, levels: FloatArray) -> FloatArray:
    """Tapes around level cuts: (b, n, 3) points with the planes' normal as third axis, (b, f) levels to (b, f)."""
    cut, counts = _cut(points, edges, levels)
    return slicing.hull_perimeters(cut, counts).reshape(levels.shape)


def _cut(points: FloatArray, edges: IntArray, levels: FloatArray) -> tuple[FloatArray, Indices]:
    """Cut points (m, 2) of all bodies and levels one after another, and how many each has, (b * f,)."""
    below = points[:, None, :, 2] < levels[:, :, None]
    body, column, edge = np.nonzero(below[:, :, edges[:, 0]] != below[:, :, edges[:, 1]])
    counts = np.bincount(body * levels.shape[1] + column, minlength=levels.size)
    if not counts.all():
        raise ValueError("the plane does not cut the mesh: expected a body of the template's topology")
    first, second = points[body, edges[edge, 0]], points[body, edges[edge, 1]]
    share = (levels[body, column] - first[:, 2]) / (second[:, 2] - first[:, 2])
    return first[:, :2] + share[:, None] * (second[:, :2] - first[:, :2]), counts


def _down_the_back(spine: FloatArray, level: FloatArray) -> FloatArray:
    """Lengths (b,) of (b, k, 3) paths down to a level."""
    heights, bodies = spine[:, :, 2], np.arange(len(spine))
    last = np.argmax(heights < level[:, None], axis=1)
    steps = np.linalg.norm(np.diff(spine, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(spine), 1)), np.cumsum(steps, axis=1)], axis=1)
    upper, lower = heights[bodies, last - 1], heights[bodies, last]
    length: FloatArray = along[bodies, last - 1] + steps[bodies, last - 1] * (upper - level) / (upper - lower)
    return length
