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
    bones_of,
    hull,
    level,
    part_edges,
    perimeter,
    section,
)
from garments import Dimensions

UP = np.array([0.0, 0.0, 1.0])
SIDE = np.array([1.0, 0.0, 0.0])
WAIST_ABOVE_NAVEL = 0.025


def body_dimensions(body: Body) -> Dimensions:
    """All that the drafting blocks ask for, in centimetres."""
    values = _torso(body) | _arms(body) | _legs(body) | _lengths(body)
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
    return np.asarray(below[np.argmax(below[:, 2])])


@cache
def _arm_share() -> FloatArray:
    """(13718,) how much of each vertex the left arm's bones carry."""
    return load_template().bone_share(*bones_of(ARM_BONES, "l"))


def armpit_height(body: Body) -> float:
    """Height of the lowest point where the left arm joins the trunk, metres."""
    share = _arm_share()
    return float(body.vertices[(share > 0.35) & (share < 0.65), 2].min())


def front_share(outline: FloatArray) -> float:
    """Share of an outline's length in front of the line through its two side points."""
    y_side = 0.5 * (outline[np.argmin(outline[:, 0]), 1] + outline[np.argmax(outline[:, 0]), 1])
    front = hull(np.concatenate([np.minimum(outline, [np.inf, y_side])]))
    width = float(np.ptp(outline[:, 0]))
    return (perimeter(front) - width) / perimeter(outline)


def _girth(body: Body, part: str, z: float) -> float:
    return perimeter(level(body.vertices, part_edges(part), z))


def _torso(body: Body) -> dict[str, float]:
    neck, acromion = neck_point(body), landmark(body, "acromion_left")
    bust, waist, crotch = landmark(body, "bust_left")[2], waist_height(body), landmark(body, "crotch")[2]
    hip = float(landmark(body, "buttock_left")[2])
    outlines = {
        name: level(body.vertices, part_edges("torso"), z)
        for name, z in (("bust", bust), ("waist", waist), ("hip", hip))
    }
    values = {f"{name}_girth": perimeter(outline) for name, outline in outlines.items()}
    values |= {f"{name}_front": perimeter(outline) * front_share(outline) for name, outline in outlines.items()}
    trunk = max(_girth(body, "torso", z) for z in np.linspace(hip, waist, 8))
    return values | {
        "stature": float(body.vertices[:, 2].max()),
        "neck_girth": _girth(body, "trunk", float(landmark(body, "c7")[2]) + 0.02),
        "neck_width": 2.0 * float(neck[0]),
        "shoulder_breadth": 2.0 * float(acromion[0]),
        "shoulder_length": float(np.linalg.norm(acromion - neck)),
        "shoulder_drop": float(neck[2] - acromion[2]),
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

    def girth(a: FloatArray, b: FloatArray, share: float) -> float:
        axis = (b - a) / np.linalg.norm(b - a)
        points = section(body.vertices, part_edges("arm_l"), a + share * (b - a), axis)
        near = points[np.linalg.norm(points - (a + share * (b - a)), axis=1) < 0.16]
        right = np.cross(axis, UP) / np.linalg.norm(np.cross(axis, UP))
        return perimeter(hull(np.stack([near @ right, near @ np.cross(right, axis)], axis=1)))

    return {
        "upper_arm_girth": max(girth(upper, elbow, share) for share in (0.45, 0.55, 0.65)),
        "elbow_girth": girth(upper, elbow, 0.98),
        "wrist_girth": girth(elbow, wrist, 0.98),
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


def _lengths(body: Body) -> dict[str, float]:
    """Lengths along the surface in vertical planes, taut over hollows, and widths between the armscyes."""
    waist, neck = waist_height(body), neck_point(body)
    x = 0.5 * (neck[0] + landmark(body, "bust_left")[0])
    upper = section(body.vertices, part_edges("trunk"), np.array([x, 0.0, 0.0]), SIDE)[:, 1:]
    upper = upper[(upper[:, 1] > waist) & (upper[:, 1] < neck[2] + 0.005)]
    middle = section(body.vertices, part_edges("torso"), np.zeros(3), SIDE)[:, 1:]
    lower = middle[(middle[:, 1] < waist) & (middle[:, 1] > landmark(body, "crotch")[2] - 0.03)]
    front, back = _taut(upper, int(np.argmax(upper[:, 1])))
    crotch_front, crotch_back = _under(lower, float(landmark(body, "crotch")[1]))
    values = {"front_length": front, "back_length": back, "crotch_front": crotch_front, "crotch_back": crotch_back}
    return values | _across(body)


def _taut(points: FloatArray, turn: int) -> tuple[float, float]:
    """Lengths of the convex outline's front and back from ``points[turn]`` to its flat end; columns are y and z."""
    outline = hull(points)
    start = int(np.argmin(np.linalg.norm(outline - points[turn], axis=1)))
    rolled = np.roll(outline, -start, axis=0)
    closed = np.concatenate([rolled, rolled[:1]])
    step = np.linalg.norm(np.diff(closed, axis=0), axis=1)
    away = np.abs(0.5 * (closed[1:, 1] + closed[:-1, 1]) - points[turn, 1])
    flat = int(np.argmax(np.where(step > 0.5 * step.max(), away, 0.0)))
    sides = (rolled[: flat + 1], float(step[:flat].sum())), (rolled[flat + 1 :], float(step[flat + 1 :].sum()))
    ordered = sorted(sides, key=lambda side: float(side[0][:, 0].mean()) if len(side[0]) else 0.0)
    return ordered[0][1], ordered[1][1]


def _under(points: FloatArray, split: float) -> tuple[float, float]:
    """Lengths of the convex outline in front of y = ``split`` below the body, and behind it, without its flat top."""
    outline = hull(points)
    following = np.roll(outline, -1, axis=0)
    step = np.linalg.norm(following - outline, axis=1)
    flat = int(np.argmax(np.where(step > 0.5 * step.max(), outline[:, 1] + following[:, 1], -np.inf)))
    # From the front's top down, under the body, where y rises, and up to the back's top.
    chain = np.roll(outline, -flat - 1, axis=0)
    along = np.concatenate([[0.0], np.cumsum(np.roll(step, -flat - 1)[:-1])])
    rising = slice(int(np.argmin(chain[:, 0])), int(np.argmax(chain[:, 0])) + 1)
    front = float(np.interp(split, chain[rising, 0], along[rising]))
    return front, float(along[-1]) - front


def _across(body: Body) -> dict[str, float]:
    share = _arm_share()
    acromion, low = landmark(body, "acromion_left"), armpit_height(body)
    border = body.vertices[(share > 0.3) & (share < 0.7)]
    middle = low + 0.45 * (acromion[2] - low)
    near = border[np.abs(border[:, 2] - middle) < 0.035]
    centre = float(landmark(body, "shoulder_left")[1])
    front, back = near[near[:, 1] < centre], near[near[:, 1] >= centre]
    narrowest = [2.0 * float(side[:, 0].mean()) if len(side) else 2.0 * float(acromion[0]) for side in (front, back)]
    return {"across_front": narrowest[0], "across_back": narrowest[1]}
