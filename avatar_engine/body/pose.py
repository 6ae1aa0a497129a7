# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses: rotations of the rig's bones about world axes, and linear blend skinning of whatever follows the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template

# Degrees about the world's axes (x: nod forward is positive towards -Y, y: roll, z: turn to the body's left),
# for the left side; the right side mirrors them. Applied on top of the parent's rotation.
HALF_POSES: dict[str, dict[str, tuple[float, float, float]]] = {
    "a_pose": {},
    "relaxed": {
        "clavicle_l": (0.0, 3.0, 0.0),
        "upperarm_l": (4.0, 33.0, 0.0),
        "lowerarm_l": (12.0, -4.0, 4.0),
        "hand_l": (8.0, 0.0, 0.0),
        "thigh_l": (0.0, 2.0, 0.0),
        "calf_l": (0.0, 1.0, 0.0),
        "foot_l": (0.0, -3.0, 6.0),
        "index_01_l": (6.0, 6.0, 0.0),
        "middle_01_l": (6.0, 9.0, 0.0),
        "ring_01_l": (6.0, 12.0, 0.0),
        "pinky_01_l": (6.0, 14.0, 0.0),
    },
}
POSES = tuple(HALF_POSES)


@dataclass(frozen=True)
class PosedBody:
    """A body in a pose, soles on z = 0; ``transforms`` (J, 4, 4) carry A-pose points to it."""

    vertices: FloatArray
    helpers: dict[str, FloatArray]
    joint_heads: FloatArray
    joint_tails: FloatArray
    transforms: FloatArray


def _rotation(degrees: tuple[float, float, float]) -> FloatArray:
    """(3, 3) rotation: about x, then y, then z."""
    x, y, z = np.radians(degrees)
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    rotation: FloatArray = about_z @ about_y @ about_x
    return rotation


def _both_sides(half: dict[str, tuple[float, float, float]]) -> dict[str, tuple[float, float, float]]:
    mirrored = {name[:-2] + "_r": (x, -y, -z) for name, (x, y, z) in half.items() if name.endswith("_l")}
    return half | mirrored


def bone_transforms(body: Body, pose: str, fraction: float = 1.0) -> FloatArray:
    """(J, 4, 4) transforms that carry points of the A-pose to ``pose``, or part of the way there.

    Parameters
    ----------
    pose : one of ``POSES``; raises ``KeyError`` otherwise
    fraction : 0 leaves the A-pose, 1 is the whole pose
    """
    template = load_template()
    angles = _both_sides(HALF_POSES[pose])
    transforms = np.tile(np.eye(4), (len(template.bone_names), 1, 1))
    for index, name in enumerate(template.bone_names):
        parent = template.bone_parents[index]
        base = transforms[parent] if parent >= 0 else np.eye(4)
        x, y, z = angles.get(name, (0.0, 0.0, 0.0))
        rotation = _rotation((x * fraction, y * fraction, z * fraction))
        local = np.eye(4)
        local[:3, :3] = rotation
        local[:3, 3] = body.joint_heads[index] - rotation @ body.joint_heads[index]
        transforms[index] = base @ local
    lowest = skin(body.vertices, template.bone_indices, template.bone_weights, transforms)[:, 2].min()
    transforms[:, 2, 3] -= lowest
    return transforms


def skin(points: FloatArray, bone_indices: IntArray, bone_weights: FloatArray, transforms: FloatArray) -> FloatArray:
    """Linear blend skinning.

    Parameters
    ----------
    points : (n, 3) in the A-pose
    bone_indices, bone_weights : (n, 4)
    transforms : (J, 4, 4)

    Returns
    -------
    (n, 3) points in the pose
    """
    blended = np.einsum("nb,nbij->nij", bone_weights, transforms[bone_indices])
    posed: FloatArray = np.einsum("nij,nj->ni", blended[:, :3, :3], points) + blended[:, :3, 3]
    return posed


def _carry(points: FloatArray, transforms: FloatArray) -> FloatArray:
    carried: FloatArray = np.einsum("jab,jb->ja", transforms[:, :3, :3], points) + transforms[:, :3, 3]
    return carried


def pose_body(body: Body, pose: str, fraction: float = 1.0) -> PosedBody:
    """The body in a pose, with its helpers and joints."""
    template = load_template()
    transforms = bone_transforms(body, pose, fraction)
    helpers = {
        name: skin(points, template.helpers[name].bone_indices, template.helpers[name].bone_weights, transforms)
        for name, points in body.helpers.items()
    }
    return PosedBody(
        vertices=skin(body.vertices, template.bone_indices, template.bone_weights, transforms),
        helpers=helpers,
        joint_heads=_carry(body.joint_heads, transforms),
        joint_tails=_carry(body.joint_tails, transforms),
        transforms=transforms,
    )
