# SPDX-License-Identifier: GPL-3.0-or-later
"""The fifteen measurements, read off a body mesh in the A-pose as a tape would read them.

Definitions follow ISO 8559-1:2017 and ISO 7250-1 (shoulder breadth); the tape is the convex hull's perimeter.
Levels are landmarks or smooth averages, never the winner among vertices, so that readings do not jump.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatar_engine.body import slicing
from avatar_engine.body.slicing import Reading, Region
from avatar_engine.body.template import VERTEX_COUNT, FloatArray, Indices, IntArray, load_template

UP = np.array([0.0, 0.0, 1.0])
THIGH_BELOW_CROTCH = 0.02  # of stature: just below the gluteal fold
BUTTOCK_SOFTNESS = 0.004  # metres of protrusion over which the level of the buttocks is averaged

# Girths across a limb: from, to (landmarks), fractions of the way, and which of the slices counts.
LIMB_GIRTHS: dict[str, tuple[str, str, tuple[float, ...], Callable[[list[float]], int]]] = {
    "neck_girth": ("neck_base", "neck_top", (0.02, 0.12, 0.22, 0.32), lambda found: int(np.argmin(found))),
    "calf_girth": ("knee_left", "ankle_left", tuple(np.linspace(0.20, 0.44, 9)), lambda found: int(np.argmax(found))),
    "ankle_girth": ("knee_left", "ankle_left", tuple(np.linspace(0.74, 0.92, 7)), lambda found: int(np.argmin(found))),
    "upper_arm_girth": (
        "shoulder_left",
        "elbow_left",
        tuple(np.linspace(0.45, 0.66, 6)),
        lambda found: int(np.argmax(found)),
    ),
    "wrist_girth": ("elbow_left", "wrist_left", (0.96,), lambda found: 0),
}
LIMB_BONES: dict[str, tuple[str, ...]] = {
    "neck_girth": ("neck_01", "spine_03", "clavicle_l", "clavicle_r"),
    "calf_girth": ("calf_l",),
    "ankle_girth": ("calf_l", "foot_l"),
    "upper_arm_girth": ("upperarm_l", "lowerarm_l"),
    "wrist_girth": ("lowerarm_l", "hand_l"),
}
ARM_BONES = ("upperarm", "lowerarm", "hand", "index", "middle", "ring", "pinky", "thumb")


@dataclass(frozen=True)
class _Regions:
    """What a tape may touch: per limb, the trunk (arms and head left out), and the left leg; and all skin vertices."""

    limbs: dict[str, Region]
    trunk: Region
    left_leg: Region
    skin: IntArray


@functools.lru_cache(maxsize=1)
def _regions() -> _Regions:
    template = load_template()
    edges = slicing.unique_edges(template.outer_triangles)

    def within(share: FloatArray, least: float) -> Region:
        return slicing.region(edges[(share > least)[edges].all(axis=1)])

    arms = template.bone_share(*(name for name in template.bone_names if name.startswith(ARM_BONES)))
    head = template.bone_share("head", "neck_01")
    legs = [f"{bone}_l" for bone in ("thigh", "calf", "foot", "ball")]
    side = template.bone_share(*legs)
    limbs = {key: within(template.bone_share(*bones), 0.3) for key, bones in LIMB_BONES.items()}
    skin = np.unique(template.outer_triangles).astype(np.int32)
    return _Regions(limbs, within(1.0 - arms - head, 0.5), within(side, 0.15), skin)


def trunk_region() -> Region:
    """What a tape around the trunk may touch: arms, head and neck are left out."""
    return _regions().trunk


def left_leg_region() -> Region:
    """What a tape around the left leg may touch."""
    return _regions().left_leg


def landmarks(vertices: FloatArray) -> dict[str, FloatArray]:
    """Positions (3,) of the template's landmarks on (13718, 3) vertices."""
    return {name: vertices[ids].mean(axis=0) for name, ids in load_template().landmarks.items()}


def _height(vertices: FloatArray, name: str) -> Reading:
    ids = load_template().landmarks[name]
    return Reading(float(vertices[ids, 2].mean()), ids, np.tile(UP / len(ids), (len(ids), 1)))


def _extreme(vertices: FloatArray, ids: IntArray, highest: bool) -> Reading:
    heights = vertices[ids, 2]
    winner = ids[heights.argmax() if highest else heights.argmin()]
    return Reading(float(vertices[winner, 2]), np.array([winner]), UP[None].copy())


def _difference(first: Reading, second: Reading) -> Reading:
    return Reading(
        first.value - second.value,
        np.concatenate([first.vertices, second.vertices]),
        np.concatenate([first.gradient, -second.gradient]),
    )


def _stature(vertices: FloatArray) -> Reading:
    skin = _regions().skin
    return _difference(_extreme(vertices, skin, highest=True), _extreme(vertices, skin, highest=False))


def _above_floor(vertices: FloatArray, height: Reading) -> Reading:
    return _difference(height, _extreme(vertices, _regions().skin, highest=False))


def _crotch(vertices: FloatArray) -> Reading:
    return _above_floor(vertices, _extreme(vertices, load_template().landmarks["crotch"], highest=False))


def _level_girth(vertices: FloatArray, within: Region, level: Reading) -> Reading:
    origin = UP * level.value
    section = slicing.cut(vertices, within, origin, UP)
    return slicing.follow_level(slicing.girth(vertices, section, origin, UP), level)


def buttock_level(vertices: FloatArray) -> Reading:
    """Height of the greatest backward protrusion of the buttocks, as a soft average."""
    ids = load_template().landmarks["buttock_left"]
    protrusion = vertices[ids, 1]
    weights = np.exp((protrusion - protrusion.max()) / BUTTOCK_SOFTNESS)
    weights /= weights.sum()
    return Reading(float(weights @ vertices[ids, 2]), ids, weights[:, None] * UP)


def _thigh_level(vertices: FloatArray) -> Reading:
    crotch = _extreme(vertices, load_template().landmarks["crotch"], highest=False)
    stature = _stature(vertices)
    return Reading(crotch.value - THIGH_BELOW_CROTCH * stature.value, crotch.vertices, crotch.gradient)


def _limb_girth(vertices: FloatArray, key: str) -> Reading:
    start_name, end_name, fractions, choose = LIMB_GIRTHS[key]
    start_ids, end_ids = (load_template().landmarks[name] for name in (start_name, end_name))
    start, end = vertices[start_ids].mean(axis=0), vertices[end_ids].mean(axis=0)
    length = float(np.linalg.norm(end - start))
    normal = (end - start) / length
    axes = slicing.plane_axes(normal)
    within = _regions().limbs[key]
    origins = [start + fraction * (end - start) for fraction in fractions]
    cuts = [slicing.cut(vertices, within, origin, normal) for origin in origins]
    chosen = choose([slicing.hull_perimeter(section.points, axes) for section in cuts])
    tape = slicing.girth(vertices, cuts[chosen], origins[chosen], normal)
    return slicing.follow_limb(tape, normal, length, fractions[chosen], start_ids, end_ids)


def _path(vertices: FloatArray, ids: Indices) -> Reading:
    """Length of the polyline through single vertices."""
    steps = np.diff(vertices[ids], axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    units = steps / lengths[:, None]
    gradient = np.zeros((len(ids), 3))
    gradient[1:] += units
    gradient[:-1] -= units
    return Reading(float(lengths.sum()), ids, gradient)


def _between(vertices: FloatArray, first: str, second: str) -> Reading:
    """Straight distance between two landmarks."""
    a, b = load_template().landmarks[first], load_template().landmarks[second]
    step = vertices[b].mean(axis=0) - vertices[a].mean(axis=0)
    length = float(np.linalg.norm(step))
    unit = step / length
    gradient = np.concatenate([np.tile(-unit / len(a), (len(a), 1)), np.tile(unit / len(b), (len(b), 1))])
    return Reading(length, np.concatenate([a, b]), gradient)


def _back_waist_length(vertices: FloatArray) -> Reading:
    spine = load_template().landmarks["spine"]
    level = _height(vertices, "navel").value
    heights = vertices[spine, 2]
    last = int(np.argmax(heights < level))
    whole = _path(vertices, spine[:last])
    upper, lower = vertices[spine[last - 1]], vertices[spine[last]]
    share = (upper[2] - level) / (upper[2] - lower[2])
    part = _path(vertices, spine[last - 1 : last + 1])
    fraction = Reading(part.value * share, part.vertices, part.gradient * share)
    slope = part.value / (upper[2] - lower[2])
    navel = _height(vertices, "navel")
    slide = Reading(0.0, navel.vertices, -slope * navel.gradient)
    carry = Reading(0.0, spine[last - 1 : last], slope * UP[None])
    return slicing.total(whole, fraction, slide, carry)


def _shoulder_breadth(vertices: FloatArray) -> Reading:
    return _between(vertices, "acromion_left", "acromion_right")


def _arm_length(vertices: FloatArray) -> Reading:
    upper = _between(vertices, "acromion_left", "elbow_left")
    return slicing.total(upper, _between(vertices, "elbow_left", "wrist_left"))


READERS: dict[str, Callable[[FloatArray], Reading]] = {
    "stature": _stature,
    "neck_girth": lambda v: _limb_girth(v, "neck_girth"),
    "shoulder_breadth": _shoulder_breadth,
    "chest_girth": lambda v: _level_girth(v, _regions().trunk, _height(v, "bust_left")),
    "waist_girth": lambda v: _level_girth(v, _regions().trunk, _height(v, "navel")),
    "hip_girth": lambda v: _level_girth(v, _regions().trunk, buttock_level(v)),
    "thigh_girth": lambda v: _level_girth(v, _regions().left_leg, _thigh_level(v)),
    "calf_girth": lambda v: _limb_girth(v, "calf_girth"),
    "ankle_girth": lambda v: _limb_girth(v, "ankle_girth"),
    "upper_arm_girth": lambda v: _limb_girth(v, "upper_arm_girth"),
    "wrist_girth": lambda v: _limb_girth(v, "wrist_girth"),
    "arm_length": _arm_length,
    "back_waist_length": _back_waist_length,
    "waist_height": lambda v: _above_floor(v, _height(v, "navel")),
    "crotch_height": _crotch,
}


def readings(vertices: FloatArray) -> dict[str, Reading]:
    """Every measurement with its gradient, for (13718, 3) vertices of a body in the A-pose."""
    if vertices.shape != (VERTEX_COUNT, 3):
        raise ValueError(f"vertices must be ({VERTEX_COUNT}, 3), got {vertices.shape}")
    return {key: reader(vertices) for key, reader in READERS.items()}


def measure(vertices: FloatArray) -> FloatArray:
    """The fifteen measurements in metres, in the order of ``measurements.KEYS``.

    Parameters
    ----------
    vertices : (13718, 3) or (b, 13718, 3), metres, A-pose, Z up

    Returns
    -------
    (15,) or (b, 15)

    Raises
    ------
    ValueError : for another shape
    """
    if vertices.ndim == 3:
        return np.stack([measure(single) for single in vertices])
    return np.array([reading.value for reading in readings(vertices).values()])
