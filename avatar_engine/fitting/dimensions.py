# SPDX-License-Identifier: GPL-3.0-or-later
"""The pattern cutter's body dimensions, read off the mesh in its A-pose."""

from __future__ import annotations

from functools import cache

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.sections import (
    ARM_BONES,
    FloatArray,
    IntArray,
    bones_of,
    hull,
    level,
    part_edges,
    perimeter,
    resampled,
    section,
)
from garments import Dimensions

UP = np.array([0.0, 0.0, 1.0])
SIDE = np.array([1.0, 0.0, 0.0])
WAIST_ABOVE_NAVEL = 0.025
SIDE_SAMPLES = 360
SIDE_SOFTNESS = 0.008
RIDGE_SOFTNESS = 0.004
ACROSS_SOFTNESS = 0.022
ARM_REACH = 0.16  # metres from the arm's axis: what lies further off is not the arm


def body_dimensions(body: Body) -> Dimensions:
    """All that the drafting blocks ask for, in centimetres, of the body as it was measured: barefoot."""
    body = body.barefoot
    neck = neck_point(body)
    values = _torso(body, neck) | _arms(body) | _legs(body) | _lengths(body, neck)
    return Dimensions(**{key: round(value * 100.0, 4) for key, value in values.items()})


def landmark(body: Body, name: str) -> FloatArray:
    """(3,) one of the template's landmarks on this body."""
    point: FloatArray = body.vertices[load_template().landmarks[name]].mean(axis=0)
    return point


def waist_height(body: Body) -> float:
    """Height of the natural waist, metres."""
    return float(landmark(body, "navel")[2]) + WAIST_ABOVE_NAVEL


def neck_point(body: Body) -> FloatArray:
    """(3,) where the left shoulder line meets the neck."""
    middle = 0.5 * (landmark(body, "neck_base")[2] + landmark(body, "neck_top")[2])
    neck = level(body.vertices, part_edges("trunk"), middle)
    x = float(np.abs(neck[:, 0]).max()) + 0.008
    across = section(body.vertices, part_edges("trunk"), np.array([x, 0.0, 0.0]), SIDE)
    below = across[across[:, 2] < middle + 0.02]
    return np.array([x, _ridge(below[:, 1:]), below[:, 2].max()])


def _ridge(points: FloatArray) -> float:
    """Where along y a section's points (n, 2), y and z, are highest; evened out, as a flat ridge has no one top."""
    near = np.exp((points[:, 1] - points[:, 1].max()) / RIDGE_SOFTNESS)
    return float((near * points[:, 0]).sum() / near.sum())


@cache
def _arm_border(low: float, high: float) -> IntArray:
    """Vertices of which the left arm's bones carry a share between two."""
    share = load_template().bone_share(*bones_of(ARM_BONES, "l"))
    return np.flatnonzero((share > low) & (share < high)).astype(np.int32)


def armpit_height(body: Body) -> float:
    """Height of the lowest point where the left arm joins the trunk, metres."""
    return float(body.vertices[_arm_border(0.35, 0.65), 2].min())


def front_share(outline: FloatArray) -> float:
    """Share of an outline's length in front of the line through its two side points, ``side_depth``."""
    front = hull(np.concatenate([np.minimum(outline, [np.inf, side_depth(outline)])]))
    width = float(np.ptp(outline[:, 0]))
    return (perimeter(front) - width) / perimeter(outline)


def side_depth(outline: FloatArray) -> float:
    """The y at which an outline's sides lie: its mean over what is about as far out as the farthest point.

    The farthest point itself would jump along a side that is nearly flat, and take a side seam along.
    """
    around = resampled(outline, SIDE_SAMPLES)
    inward = [around[:, 0].max() - around[:, 0], around[:, 0] - around[:, 0].min()]
    sides = [np.exp(-depth / SIDE_SOFTNESS) for depth in inward]
    return float(np.mean([(side * around[:, 1]).sum() / side.sum() for side in sides]))


def _girth(body: Body, part: str, z: float) -> float:
    return perimeter(level(body.vertices, part_edges(part), z))


def _torso(body: Body, neck: FloatArray) -> dict[str, float]:
    acromion = landmark(body, "acromion_left")
    bust, waist, crotch = landmark(body, "bust_left")[2], waist_height(body), landmark(body, "crotch")[2]
    hip = float(landmark(body, "buttock_left")[2])
    outlines = {
        name: level(body.vertices, part_edges("torso"), z)
        for name, z in (("bust", bust), ("waist", waist), ("hip", hip))
    }
    values = {f"{name}_girth": perimeter(outline) for name, outline in outlines.items()}
    values |= {f"{name}_front": perimeter(outline) * front_share(outline) for name, outline in outlines.items()}
    high_hip = _girth(body, "torso", 0.5 * (waist + hip))
    trunk = max(_girth(body, "torso", z) for z in np.linspace(hip, waist, 8))
    return values | {
        "stature": float(body.vertices[:, 2].max()),
        "neck_girth": _girth(body, "trunk", float(landmark(body, "c7")[2]) + 0.02),
        "neck_width": 2.0 * float(neck[0]),
        "shoulder_breadth": 2.0 * float(acromion[0]),
        "shoulder_length": float(np.linalg.norm(acromion - neck)),
        "shoulder_drop": float(neck[2] - acromion[2]),
        "high_hip_girth": high_hip,
        "trunk_girth": trunk,
        "neck_point_height": float(neck[2]),
        "nape_height": float(landmark(body, "c7")[2]),
        "front_neck_height": float(landmark(body, "neck_base")[2]) - 0.02,
        "armpit_height": armpit_height(body),
        "bust_height": float(bust),
        "waist_height": waist,
        "hip_height": hip,
        "crotch_height": float(crotch),
    }


def _arms(body: Body) -> dict[str, float]:
    shoulder, elbow, wrist = (landmark(body, name) for name in ("acromion_left", "elbow_left", "wrist_left"))
    upper = landmark(body, "shoulder_left")

    def girths(a: FloatArray, b: FloatArray, *shares: float) -> list[float]:
        axis = (b - a) / np.linalg.norm(b - a)
        right = np.cross(axis, UP) / np.linalg.norm(np.cross(axis, UP))
        flat, found = np.stack([right, np.cross(right, axis)], axis=1), []
        for at in (a + share * (b - a) for share in shares):
            points = section(body.vertices, part_edges("arm_l"), at, axis)
            near = points[((points - at) ** 2).sum(axis=1) < ARM_REACH**2]
            found.append(perimeter(hull(near @ flat)))
        return found

    *arm, at_elbow = girths(upper, elbow, 0.45, 0.55, 0.65, 0.98)
    return {
        "upper_arm_girth": max(arm),
        "elbow_girth": at_elbow,
        "wrist_girth": girths(elbow, wrist, 0.98)[0],
        "arm_length": float(np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)),
    }


def _legs(body: Body) -> dict[str, float]:
    crotch, knee, ankle = (float(landmark(body, name)[2]) for name in ("crotch", "knee_left", "ankle_left"))
    return {
        "thigh_girth": _girth(body, "leg_l", crotch - 0.02),
        "knee_girth": _girth(body, "leg_l", knee),
        "calf_girth": max(_girth(body, "leg_l", z) for z in np.linspace(ankle + 0.1, knee - 0.05, 8)),
        "ankle_girth": _girth(body, "leg_l", ankle + 0.02),
        "knee_height": knee,
    }


def _lengths(body: Body, neck: FloatArray) -> dict[str, float]:
    """Lengths along the surface in vertical planes, taut over hollows, and widths between the armscyes."""
    waist, crotch = waist_height(body), landmark(body, "crotch")
    around = level(body.vertices, part_edges("torso"), waist)
    x = min(0.5 * (neck[0] + landmark(body, "bust_left")[0]), 0.9 * float(around[:, 0].max()))
    upper = section(body.vertices, part_edges("trunk"), np.array([x, 0.0, 0.0]), SIDE)[:, 1:]
    upper = upper[(upper[:, 1] > waist) & (upper[:, 1] < neck[2] + 0.005)]
    middle = section(body.vertices, part_edges("torso"), np.zeros(3), SIDE)[:, 1:]
    lower = middle[(middle[:, 1] < waist) & (middle[:, 1] > crotch[2] - 0.03)]
    turned = np.array([1.0, -1.0])
    front, back = _parted(turned * upper, turned * _at_height(around, x, waist), _ridge(upper))
    crotch_front, crotch_back = _parted(lower, _at_height(around, 0.0, waist), float(crotch[1]))
    values = {"front_length": front, "back_length": back, "crotch_front": crotch_front, "crotch_back": crotch_back}
    return values | _across(body)


def _at_height(outline: FloatArray, x: float, z: float) -> FloatArray:
    """(2, 2) y and z of a horizontal outline's front and back at ``x``."""
    following = np.roll(outline, -1, axis=0)
    crossing = (outline[:, 0] >= x) != (following[:, 0] >= x)
    a, b = outline[crossing], following[crossing]
    y = np.sort(a[:, 1] + (x - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]))
    return np.column_stack([y, [z, z]])


def _parted(points: FloatArray, ends: FloatArray, split: float) -> tuple[float, float]:
    """Lengths of the convex outline below its flat top, from ``ends[0]`` to y = ``split`` and on to ``ends[1]``.

    Columns are y and z; both ends lie higher than all points.
    """
    outline = hull(np.concatenate([points, ends]))
    chain = np.roll(outline, -int(np.argmin(np.linalg.norm(outline - ends[0], axis=1))), axis=0)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(chain, axis=0), axis=1))])
    rising = slice(int(np.argmin(chain[:, 0])), int(np.argmax(chain[:, 0])) + 1)
    front = float(np.interp(split, chain[rising, 0], along[rising]))
    return front, float(along[-1]) - front


def _across(body: Body) -> dict[str, float]:
    acromion, low = landmark(body, "acromion_left"), armpit_height(body)
    border = body.vertices[_arm_border(0.3, 0.7)]
    middle = low + 0.45 * (acromion[2] - low)
    near = np.exp(-(((border[:, 2] - middle) / ACROSS_SOFTNESS) ** 2))
    behind = 1.0 / (1.0 + np.exp((landmark(body, "shoulder_left")[1] - border[:, 1]) / RIDGE_SOFTNESS))
    front, back = near * (1.0 - behind), near * behind
    return {
        "across_front": 2.0 * float((front * border[:, 0]).sum() / front.sum()),
        "across_back": 2.0 * float((back * border[:, 0]).sum() / back.sum()),
    }
