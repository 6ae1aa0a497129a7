# SPDX-License-Identifier: GPL-3.0-or-later
"""The fifteen measurements, read off a body mesh in the A-pose as a tape would read them, each with its gradient.

Definitions follow ISO 8559-1:2017 and ISO 7250-1 (shoulder breadth); the tape is the convex hull's perimeter.
Levels are landmarks or smooth averages, never the winner among vertices, so that readings do not jump.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from avatar_engine.body import slicing, tape_values
from avatar_engine.body.layout import (
    BUTTOCK_SOFTNESS,
    LEVEL_GIRTHS,
    LIMB_GIRTHS,
    THIGH_BELOW_CROTCH,
    Layout,
    load_layout,
)
from avatar_engine.body.slicing import Reading
from avatar_engine.body.template import FloatArray, Indices, IntArray, load_template

UP = np.array([0.0, 0.0, 1.0])


def landmarks(vertices: FloatArray) -> dict[str, FloatArray]:
    """Positions (3,) of the template's landmarks on (13718, 3) vertices."""
    return {name: vertices[ids].mean(axis=0) for name, ids in load_template().landmarks.items()}


def _height(vertices: FloatArray, ids: IntArray) -> Reading:
    return Reading(float(vertices[ids, 2].mean()), ids, np.tile(UP / len(ids), (len(ids), 1)))


def _extreme(vertices: FloatArray, ids: IntArray, highest: bool) -> Reading:
    heights = vertices[ids, 2]
    winner = ids[heights.argmax() if highest else heights.argmin()]
    return Reading(float(vertices[winner, 2]), np.array([winner]), UP[None].copy())


def _stature(vertices: FloatArray, layout: Layout) -> Reading:
    return _above_floor(vertices, layout, _extreme(vertices, layout.skin, highest=True))


def _above_floor(vertices: FloatArray, layout: Layout, height: Reading) -> Reading:
    return slicing.total(height, slicing.scaled(_extreme(vertices, layout.skin, highest=False), -1.0))


def _crotch(vertices: FloatArray, layout: Layout) -> Reading:
    return _extreme(vertices, layout.landmarks["crotch"], highest=False)


def _buttocks(vertices: FloatArray, layout: Layout) -> Reading:
    """Height of the greatest backward protrusion of the buttocks, as a soft average."""
    ids = layout.landmarks["buttock_left"]
    protrusion, heights = vertices[ids, 1], vertices[ids, 2]
    weights = np.exp((protrusion - protrusion.max()) / BUTTOCK_SOFTNESS)
    weights /= weights.sum()
    level = float(weights @ heights)
    gradient = np.zeros((len(ids), 3))
    gradient[:, 1] = weights * (heights - level) / BUTTOCK_SOFTNESS
    gradient[:, 2] = weights
    return Reading(level, ids, gradient)


def _gluteal_fold(vertices: FloatArray, layout: Layout) -> Reading:
    below = slicing.scaled(_stature(vertices, layout), -THIGH_BELOW_CROTCH)
    return slicing.total(_crotch(vertices, layout), below)


LEVELS: dict[str, Callable[[FloatArray, Layout], Reading]] = {
    "bust_left": lambda vertices, layout: _height(vertices, layout.landmarks["bust_left"]),
    "navel": lambda vertices, layout: _height(vertices, layout.landmarks["navel"]),
    "buttocks": _buttocks,
    "gluteal_fold": _gluteal_fold,
}


def level(vertices: FloatArray, name: str) -> float:
    """Height in metres of one of the tape's ``LEVELS`` on (13718, 3) vertices."""
    return LEVELS[name](vertices, load_layout()).value


def _level_girth(key: str, vertices: FloatArray, layout: Layout) -> Reading:
    part, name = LEVEL_GIRTHS[key]
    height = LEVELS[name](vertices, layout)
    origin = UP * height.value
    section = slicing.cut(vertices, layout.regions[part], origin, UP)
    return slicing.follow_level(slicing.girth(vertices, section, origin, UP), height)


def _limb_girth(key: str, vertices: FloatArray, layout: Layout) -> Reading:
    limb = LIMB_GIRTHS[key]
    start_ids, end_ids = layout.landmarks[limb.start], layout.landmarks[limb.end]
    start, end = vertices[start_ids].mean(axis=0), vertices[end_ids].mean(axis=0)
    length = float(np.linalg.norm(end - start))
    normal = (end - start) / length
    _, chosen = tape_values.limb_girths(vertices[None], layout, key)
    fraction = limb.fractions[int(chosen[0])]
    origin = start + fraction * (end - start)
    tape = slicing.girth(vertices, slicing.cut(vertices, layout.regions[key], origin, normal), origin, normal)
    return slicing.follow_limb(tape, normal, length, fraction, start_ids, end_ids)


def _path(vertices: FloatArray, ids: Indices) -> Reading:
    """Length of the polyline through single vertices."""
    steps = np.diff(vertices[ids], axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    units = steps / lengths[:, None]
    gradient = np.zeros((len(ids), 3))
    gradient[1:] += units
    gradient[:-1] -= units
    return Reading(float(lengths.sum()), ids, gradient)


def _between(vertices: FloatArray, layout: Layout, first: str, second: str) -> Reading:
    """Straight distance between two landmarks."""
    a, b = layout.landmarks[first], layout.landmarks[second]
    step = vertices[b].mean(axis=0) - vertices[a].mean(axis=0)
    length = float(np.linalg.norm(step))
    unit = step / length
    gradient = np.concatenate([np.tile(-unit / len(a), (len(a), 1)), np.tile(unit / len(b), (len(b), 1))])
    return Reading(length, np.concatenate([a, b]), gradient)


def _back_waist_length(vertices: FloatArray, layout: Layout) -> Reading:
    """Down the back's midline to the navel's height: whole steps, and the share of the one that crosses it."""
    spine = layout.landmarks["spine"]
    navel = _height(vertices, layout.landmarks["navel"])
    heights = vertices[spine, 2]
    last = int(np.argmax(heights < navel.value))
    whole = _path(vertices, spine[:last])
    upper, lower = heights[last - 1], heights[last]
    step = _path(vertices, spine[last - 1 : last + 1])
    share = (upper - navel.value) / (upper - lower)
    slope = step.value / (upper - lower)
    # The share grows as the step's upper end rises, and shrinks as its lower end and the navel do.
    ends = Reading(0.0, step.vertices, np.array([slope * (1.0 - share) * UP, slope * share * UP]))
    sinking = Reading(0.0, navel.vertices, -slope * navel.gradient)
    return slicing.total(whole, slicing.scaled(step, share), ends, sinking)


def _arm_length(vertices: FloatArray, layout: Layout) -> Reading:
    upper = _between(vertices, layout, "acromion_left", "elbow_left")
    return slicing.total(upper, _between(vertices, layout, "elbow_left", "wrist_left"))


READERS: dict[str, Callable[[FloatArray, Layout], Reading]] = {
    "stature": _stature,
    "neck_girth": partial(_limb_girth, "neck_girth"),
    "shoulder_breadth": partial(_between, first="acromion_left", second="acromion_right"),
    "chest_girth": partial(_level_girth, "chest_girth"),
    "waist_girth": partial(_level_girth, "waist_girth"),
    "hip_girth": partial(_level_girth, "hip_girth"),
    "thigh_girth": partial(_level_girth, "thigh_girth"),
    "calf_girth": partial(_limb_girth, "calf_girth"),
    "ankle_girth": partial(_limb_girth, "ankle_girth"),
    "upper_arm_girth": partial(_limb_girth, "upper_arm_girth"),
    "wrist_girth": partial(_limb_girth, "wrist_girth"),
    "arm_length": _arm_length,
    "back_waist_length": _back_waist_length,
    "waist_height": lambda vertices, layout: _above_floor(vertices, layout, LEVELS["navel"](vertices, layout)),
    "crotch_height": lambda vertices, layout: _above_floor(vertices, layout, _crotch(vertices, layout)),
}


def readings(vertices: FloatArray, layout: Layout | None = None) -> dict[str, Reading]:
    """Every measurement with its gradient.

    Parameters
    ----------
    vertices : (13718, 3), metres, A-pose, Z up
    layout : of another figure than the engine's own bodies

    Raises
    ------
    ValueError : for another shape
    """
    layout = layout or load_layout()
    if vertices.shape != (layout.count, 3):
        raise ValueError(f"vertices must be ({layout.count}, 3), got {vertices.shape}")
    return {key: reader(vertices, layout) for key, reader in READERS.items()}


def measure(vertices: FloatArray, layout: Layout | None = None) -> FloatArray:
    """The fifteen measurements in metres, in the order of ``measurements.KEYS``.

    Parameters
    ----------
    vertices : (13718, 3) or (b, 13718, 3), metres, A-pose, Z up
    layout : of another figure than the engine's own bodies

    Returns
    -------
    (15,) or (b, 15)

    Raises
    ------
    ValueError : for another shape
    """
    layout = layout or load_layout()
    if vertices.shape[-2:] != (layout.count, 3) or vertices.ndim not in (2, 3):
        raise ValueError(f"vertices must be ({layout.count}, 3) or (b, {layout.count}, 3), got {vertices.shape}")
    found = tape_values.measure_many(vertices.reshape(-1, layout.count, 3), layout)
    return found.reshape(*vertices.shape[:-2], -1)
