# SPDX-License-Identifier: GPL-3.0-or-later
"""Derived values: what else a body measures beside the fifteen, and what it weighs.

The names are columns of ANSUR II, whose definitions they follow (Hotzman et al., "Measurer's Handbook: US Army and
Marine Corps Anthropometric Surveys, 2010-2011", report NATICK/TR-11/017), read on the left side:

================================ ======================================================================================
acromial_height                  floor to acromion
bideltoid_breadth                breadth across the shoulders where the deltoids stand out most, arms hanging
buttock_depth                    front to back at the greatest protrusion of the buttocks
cervicale_height                 floor to the seventh neck vertebra
chest_breadth, chest_depth       side to side and front to back at the bust points, arms left out
chest_height                     floor to bust point
foot_length                      heel to the tip of the longest toe, along the foot
forearm_girth_flexed             greatest girth below the elbow; the survey bends the elbow and makes a fist, here it is
                                 relaxed and therefore smaller
hand_length                      wrist to the tip of the middle finger, along its bones
head_girth                       greatest girth over brow and back of the head
hip_breadth                      side to side at the greatest protrusion of the buttocks
knee_height                      floor to the middle of the kneecap
lower_thigh_girth                level girth of the thigh at the upper edge of the kneecap
neck_base_girth                  around the neck's base, over the seventh vertebra and the pit between the collarbones
shoulder_girth                   tape around both shoulders where the deltoids stand out most, arms hanging
shoulder_length                  side of the neck's base to acromion
span                             finger tip to finger tip, arms stretched sideways
waist_breadth, waist_depth       side to side and front to back at the navel
natural_waist_girth              least level girth of the trunk between navel and ribs (ISO 8559-1, 5.3.10)
under_bust_girth                 level girth just below the breasts (ISO 8559-1, 5.3.6)
weight_kg                        volume times ``density``
bmi                              weight over stature squared
================================ ======================================================================================

Bodies stand in the A-pose. For breadth and girth of the shoulders the arms are turned until they hang, by the rig's
own skin weights; the span adds straight lengths of bones. Landmarks that the template lacks are chosen once on the
average body: kneecap and collarbone pit by their heights among people, the rest by shape.
"""

from __future__ import annotations

import numpy as np

from avatar_engine.body import slicing, tape
from avatar_engine.body.joints import load_joint_map, rotation_between, turn, turned
from avatar_engine.body.layout import load_layout
from avatar_engine.body.marks import UP, load_marks
from avatar_engine.body.slicing import Region
from avatar_engine.body.template import VERTEX_COUNT, FloatArray, load_template

DELTOID_SOFTNESS = 0.004  # metres of protrusion over which its level is averaged
NATURAL_WAIST = tuple(np.linspace(0.003, 0.05, 17))  # of stature above the navel: where the waist is looked for
FOREARM = tuple(np.linspace(0.06, 0.40, 9))
HANGING = np.array([0.10, 0.0, -1.0])  # direction of the left upper arm beside the trunk
# Arms raised to the side lift the collarbone by 30 degrees and draw it back by 15 (Inman 1944, Ludewig 2009).
COLLARBONE_LIFT, COLLARBONE_BACK = np.radians(30.0), np.radians(15.0)
# Mass of the mesh's volume: the average of each sex in ANSUR II, made as a body, weighs what that average weighs.
DENSITY_FEMALE, DENSITY_MALE = 1041.0, 1015.0


def _girth(points: FloatArray, normal: FloatArray = UP) -> float:
    return slicing.hull_perimeter(points, slicing.plane_axes(normal))


def _level(vertices: FloatArray, within: Region, height: float) -> FloatArray:
    return slicing.cut(vertices, within, UP * height, UP).points


def volume(vertices: FloatArray) -> float:
    """Cubic metres inside the closed shell of (13718, 3) vertices."""
    a, b, c = (vertices[load_marks().shell[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def density(body_type: float = 0.5) -> float:
    """Kilograms per cubic metre of the mesh's volume, from 0 (female) to 1 (male)."""
    return DENSITY_FEMALE + (DENSITY_MALE - DENSITY_FEMALE) * body_type


def hanging_arms(vertices: FloatArray) -> FloatArray:
    """(13718, 3) vertices of the A-pose with both arms turned at the shoulder until they hang."""
    template, heads = load_template(), load_joint_map().heads(vertices)
    rotations = {}
    for side, mirror in (("l", 1.0), ("r", -1.0)):
        arm = heads[template.bone(f"lowerarm_{side}")] - heads[template.bone(f"upperarm_{side}")]
        rotations[f"upperarm_{side}"] = rotation_between(arm, HANGING * [mirror, 1.0, 1.0])
    return turned(vertices, turn(heads, rotations))


def _shoulders(vertices: FloatArray) -> dict[str, float]:
    marks, hanging = load_marks(), hanging_arms(vertices)
    side = hanging[marks.deltoid]
    weights = np.exp((side[:, 0] - side[:, 0].max()) / DELTOID_SOFTNESS)
    points = _level(hanging, marks.shoulders, float(weights @ side[:, 2] / weights.sum()))
    return {"bideltoid_breadth": float(np.ptp(points[:, 0])), "shoulder_girth": _girth(points)}


def _half_girth(vertices: FloatArray, left: FloatArray, right: FloatArray, middle: FloatArray) -> float:
    """Length of a taut tape from ``left`` over ``middle`` to ``right`` around the neck."""
    normal = np.cross(right - left, middle - left)
    normal = normal * np.sign(normal[2]) / np.linalg.norm(normal)
    points = slicing.cut(vertices, load_marks().neck, left, normal).points
    outwards = np.cross(normal, right - left)
    outwards = outwards * np.sign(outwards @ (middle - left))
    within = points[((points - left) @ outwards > 0.0) & (points[:, 0] < left[0]) & (points[:, 0] > right[0])]
    return _girth(np.concatenate([within, [left, right]]), normal) - float(np.linalg.norm(right - left))


def _neck_base(vertices: FloatArray) -> dict[str, float]:
    landmarks, marks = load_template().landmarks, load_marks().heights
    nape, acromion = (vertices[landmarks[name]].mean(axis=0) for name in ("c7", "acromion_left"))
    pit, left = (vertices[marks[name]].mean(axis=0) for name in ("neck_pit", "neck_side"))
    right = left * [-1.0, 1.0, 1.0]
    girth = sum(_half_girth(vertices, left, right, middle) for middle in (nape, pit))
    return {"neck_base_girth": girth, "shoulder_length": float(np.linalg.norm(acromion - left))}


def _trunk(vertices: FloatArray, stature: float) -> dict[str, float]:
    found: dict[str, float] = {}
    marks, within = tape.landmarks(vertices), load_layout().regions["trunk"]
    levels = {"chest": marks["bust_left"][2], "waist": marks["navel"][2], "hip": tape.level(vertices, "buttocks")}
    for name, height in levels.items():
        points = _level(vertices, within, float(height))
        found[f"{name}_breadth"], found[f"{name}_depth"] = (float(np.ptp(points[:, axis])) for axis in (0, 1))
    found["buttock_depth"] = found.pop("hip_depth")
    window = levels["waist"] + np.array(NATURAL_WAIST) * stature
    found["natural_waist_girth"] = min(_girth(_level(vertices, within, float(height))) for height in window)
    under = float(vertices[load_marks().heights["under_bust"], 2].mean())
    return found | {"under_bust_girth": _girth(_level(vertices, within, under))}


def _head(vertices: FloatArray) -> dict[str, float]:
    marks = load_marks()
    head = np.unique(marks.head.ids)
    brow = vertices[marks.heights["brow"]].mean(axis=0)
    back = vertices[head[vertices[head, 1].argmax()]] * [0.0, 1.0, 1.0]
    normal = np.cross([1.0, 0.0, 0.0], back - brow)
    normal = normal / np.linalg.norm(normal)
    return {"head_girth": _girth(slicing.cut(vertices, marks.head, brow, normal).points, normal)}


def _raised(collarbone: FloatArray) -> float:
    """Sideways length of a collarbone when the arm is raised to the side."""
    x, y, z = collarbone
    up, back = np.arctan2(z, np.hypot(x, y)) + COLLARBONE_LIFT, np.arctan2(y, x) + COLLARBONE_BACK
    return float(np.linalg.norm(collarbone) * np.cos(up) * np.cos(back))


def _arm(vertices: FloatArray) -> dict[str, float]:
    template, heads = load_template(), load_joint_map().heads(vertices)
    shoulder, elbow, wrist, *finger = (
        heads[template.bone(f"{name}_l")]
        for name in ("upperarm", "lowerarm", "hand", "middle_01", "middle_02", "middle_03")
    )
    tips = vertices[load_marks().finger]
    tip = tips[np.linalg.norm(tips - finger[-1], axis=1).argmax()]
    hand = float(np.linalg.norm(np.diff([wrist, *finger, tip], axis=0), axis=1).sum())
    collarbone = heads[template.bone("clavicle_l")]
    reach = _raised(shoulder - collarbone) + np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow) + hand
    axis = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    girths = [
        _girth(slicing.cut(vertices, load_marks().forearm, elbow + share * (wrist - elbow), axis).points, axis)
        for share in FOREARM
    ]
    return {
        "hand_length": hand,
        "span": 2.0 * float(collarbone[0] + reach),
        "forearm_girth_flexed": max(girths),
    }


def _leg(vertices: FloatArray) -> dict[str, float]:
    marks, template = load_marks(), load_template()
    foot = vertices[marks.foot, :2]
    axis = foot[template.bone_share("ball_l")[marks.foot] > 0.9].mean(axis=0)
    axis = axis - foot[template.bone_share("foot_l")[marks.foot] > 0.9].mean(axis=0)
    above = float(vertices[marks.heights["suprapatella"], 2].mean())
    return {
        "foot_length": float(np.ptp(foot @ (axis / np.linalg.norm(axis)))),
        "lower_thigh_girth": _girth(_level(vertices, load_layout().regions["left_leg"], above)),
    }


def derived(vertices: FloatArray, body_type: float = 0.5) -> dict[str, float]:
    """Derived values of one body, metres (``weight_kg`` kilograms, ``bmi`` kg/m²), by name.

    Parameters
    ----------
    vertices : (13718, 3), metres, A-pose, Z up
    body_type : 0 female .. 1 male, for the density

    Raises
    ------
    ValueError : for another shape
    """
    if vertices.shape != (VERTEX_COUNT, 3):
        raise ValueError(f"vertices must be ({VERTEX_COUNT}, 3), got {vertices.shape}")
    skin = load_template().outer_triangles
    floor, stature = float(vertices[skin, 2].min()), float(np.ptp(vertices[skin, 2]))
    landmarks = tape.landmarks(vertices)
    heights = {
        "acromial_height": landmarks["acromion_left"][2],
        "cervicale_height": landmarks["c7"][2],
        "chest_height": landmarks["bust_left"][2],
        "knee_height": vertices[load_marks().heights["mid_patella"], 2].mean(),
    }
    weight = volume(vertices) * density(body_type)
    parts = (_trunk(vertices, stature), _shoulders(vertices), _neck_base(vertices), _head(vertices))
    found = {name: float(height) - floor for name, height in heights.items()}
    for part in (*parts, _arm(vertices), _leg(vertices)):
        found |= part
    return dict(sorted(found.items())) | {"weight_kg": weight, "bmi": weight / stature**2}
