# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses: rotations of the rig's bones about world axes, and linear blend skinning of whatever follows the body."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.poses import POSES as _POSES
from avatar_engine.body.poses import Angles
from avatar_engine.body.relief import ROOM, relieved
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template

REST = "a_pose"
POSES = tuple(_POSES)

FOREARM_BONES = ("lowerarm", "hand", "index", "middle", "ring", "pinky", "thumb")
ARM_GAP = 0.035  # metres that a hanging arm keeps from the trunk and the leg, for sleeves and skirts between them
ARM_STEP = 2.0  # degrees by which arms are lifted until they keep it
ARM_LIFT = 24.0  # degrees, at most
EASY_LIFT = 10.0  # degrees of lift that leave the arm as it is; beyond, the forearm bends and hangs by these shares
FOREARM_BENT, FOREARM_HANGS = -0.8, 1.4
GAP_BAND = 0.02  # metres: arm and trunk are compared in bands of this height
UPPER_ARM_GAP = 0.003  # metres that the upper arm keeps from the trunk, from SHOULDER_REACH below the joint on
SHOULDER_REACH = 0.14
THIGH_GAP = 0.016  # metres between the legs, for two layers of cloth, from CROTCH_DROP below the crotch on
CROTCH_DROP = 0.04
THIGH_STEP = 0.6  # degrees by which the legs are opened until they keep it
THIGH_OPENING = 9.0  # degrees, at most
LEVELLING = 20  # halvings of the share that brings both feet to the floor


@dataclass(frozen=True)
class PosedBody:
    """A body in a pose, bare soles on z = 0; ``transforms`` (J, 4, 4) carry A-pose points to it."""

    vertices: FloatArray
    helpers: dict[str, FloatArray]
    joint_heads: FloatArray
    joint_tails: FloatArray
    transforms: FloatArray


def _rotation(degrees: tuple[float, float, float]) -> FloatArray:
    """(3, 3) rotation: about x, then y, then z."""
    (cx, sx), (cy, sy), (cz, sz) = ((math.cos(angle), math.sin(angle)) for angle in map(math.radians, degrees))
    return np.array(
        [
            [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
            [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
            [-sy, cy * sx, cy * cx],
        ]
    )


def _both_sides(half: Angles) -> Angles:
    mirrored = {name[:-2] + "_r": (x, -y, -z) for name, (x, y, z) in half.items() if name.endswith("_l")}
    return half | mirrored


def _transforms(body: Body, angles: Angles, fraction: float) -> FloatArray:
    """(J, 4, 4) transforms of the bones turned by a fraction of the angles, before the soles are put on the floor."""
    template = load_template()
    transforms = np.tile(np.eye(4), (len(template.bone_names), 1, 1))
    for index, name in enumerate(template.bone_names):
        parent = template.bone_parents[index]
        if parent >= 0:
            transforms[index] = transforms[parent]
        if name in angles:
            x, y, z = angles[name]
            local = np.eye(4)
            local[:3, :3] = _rotation((x * fraction, y * fraction, z * fraction))
            local[:3, 3] = body.joint_heads[index] - local[:3, :3] @ body.joint_heads[index]
            transforms[index] = transforms[index] @ local
    return transforms


@functools.lru_cache(maxsize=8)
def _left(*names: str) -> IntArray:
    """Outer vertices that belong to bones whose names start so, of the left side or of the middle."""
    template = load_template()
    bones = [name for name in template.bone_names if name.startswith(names) and not name.endswith("_r")]
    ids = np.flatnonzero(template.bone_share(*bones) > 0.9)
    return np.intersect1d(ids, template.outer_triangles).astype(np.int32)


def _posed(body: Body, ids: IntArray, transforms: FloatArray) -> FloatArray:
    template = load_template()
    return skin(body.vertices[ids], template.bone_indices[ids], template.bone_weights[ids], transforms)


def _arms_are_free(body: Body, transforms: FloatArray) -> bool:
    """Whether forearm, hand and upper arm keep their distances from trunk and thigh."""
    forearm, sides = _left(*FOREARM_BONES), _left("pelvis", "spine_01", "spine_02", "thigh")
    upper, trunk = _left("upperarm"), _left("pelvis", "spine", "clavicle")
    head = body.joint_heads[load_template().bone("upperarm_l")]
    upper = upper[np.linalg.norm(body.vertices[upper] - head, axis=1) > SHOULDER_REACH]
    beside, under = ARM_GAP + body.arm_room, UPPER_ARM_GAP + body.arm_room
    return _keeps(beside, _posed(body, forearm, transforms), _posed(body, sides, transforms)) and _keeps(
        under, _posed(body, upper, transforms), _posed(body, trunk, transforms)
    )


def _legs_are_free(body: Body, transforms: FloatArray) -> bool:
    """Whether the legs keep their distance below the crotch."""
    ids = _left("thigh", "calf")
    crotch = body.vertices[load_template().landmarks["crotch"], 2].mean()
    ids = ids[body.vertices[ids, 2] < crotch - CROTCH_DROP]
    return 2.0 * float(_posed(body, ids, transforms)[:, 0].min()) >= THIGH_GAP


def _keeps(gap: float, arm: FloatArray, trunk: FloatArray) -> bool:
    """Whether the left arm's points keep a level distance from the left half of the trunk's, in every band of height.

    They do not where the arm lies further in than the trunk reaches at the same depth.
    """
    trunk = trunk[trunk[:, 0] > 0.0]
    bottom = min(arm[:, 2].min(), trunk[:, 2].min())
    of_arm, of_trunk = (((points[:, 2] - bottom) / GAP_BAND).astype(int) for points in (arm, trunk))
    for band in np.intersect1d(of_arm, of_trunk):
        apart = arm[of_arm == band][:, None, :2] - trunk[of_trunk == band][None, :, :2]
        inside = (np.abs(apart[..., 1]) < GAP_BAND) & (apart[..., 0] < 0.0)
        if inside.any() or (np.square(apart).sum(axis=2) < gap * gap).any():
            return False
    return True


@functools.lru_cache(maxsize=4)
def _angles(body: Body, pose: str) -> Angles:
    """The pose's angles on this body: with room between its limbs, and both feet on the floor."""
    both = _both_sides(_with_room(body, dict(_POSES[pose].half)))
    whole = _added(both, _POSES[pose].own, 1.0)
    low, high = 0.0, 1.0
    for _ in range(LEVELLING if _POSES[pose].levelled else 0):
        share = 0.5 * (low + high)
        left, right = _soles(body, _transforms(body, _added(whole, _POSES[pose].levelled, share), 1.0))
        low, high = (share, high) if right < left else (low, share)
    return _added(whole, _POSES[pose].levelled, high)


def _with_room(body: Body, half: Angles) -> Angles:
    """The left half's angles with legs opened and arms lifted as far as this body's width asks."""
    if "upperarm_l" not in half:
        return half
    thigh, foot, arm = half["thigh_l"], half["foot_l"], half["upperarm_l"]
    for opened in np.arange(0.0, THIGH_OPENING + THIGH_STEP, THIGH_STEP).tolist():
        half["thigh_l"], half["foot_l"] = _rolled(thigh, -opened), _rolled(foot, opened)
        if _legs_are_free(body, _transforms(body, half, 1.0)):
            break
    forearm = half["lowerarm_l"]
    for lift in np.arange(0.0, ARM_LIFT + ARM_STEP, ARM_STEP).tolist():
        half["upperarm_l"] = _rolled(arm, -lift)
        # An arm that a wide body holds off does not stay straight: the forearm hangs from the elbow, before the hip.
        held_off = max(0.0, lift - EASY_LIFT)
        half["lowerarm_l"] = (forearm[0] + FOREARM_BENT * held_off, forearm[1] + FOREARM_HANGS * held_off, forearm[2])
        if _arms_are_free(body, _transforms(body, half, 1.0)):
            break
    return half


def _added(angles: Angles, more: Angles, share: float) -> Angles:
    """Angles with a share of more angles added, bone by bone and axis by axis."""
    total = dict(angles)
    for name, extra in more.items():
        x, y, z = total.get(name, (0.0, 0.0, 0.0))
        total[name] = (x + share * extra[0], y + share * extra[1], z + share * extra[2])
    return total


def _soles(body: Body, transforms: FloatArray) -> tuple[float, float]:
    """Heights of the lowest points of the left and the right foot, with what is under their heels."""
    left, right = (float(_posed(body, ids, transforms)[:, 2].min()) for ids in _feet())
    if body.heel_tips is None:
        return left, right
    below_left, below_right = _heel_tips(body, transforms)[:, 2].tolist()
    return min(left, below_left), min(right, below_right)


def _heel_tips(body: Body, transforms: FloatArray) -> FloatArray:
    """(2, 3) where heels meet the floor in the A-pose, carried by the feet; none (0, 3) under a barefoot body."""
    if body.heel_tips is None:
        return np.zeros((0, 3))
    feet = [load_template().bone(f"foot_{side}") for side in "lr"]
    return _carry(body.heel_tips, transforms[feet])


@functools.cache
def _feet() -> tuple[IntArray, IntArray]:
    """Vertices of the left and of the right foot."""
    share = load_template().bone_share
    left, right = (np.flatnonzero(share(f"foot_{side}", f"ball_{side}") > 0.9).astype(np.int32) for side in "lr")
    return left, right


def _rolled(angles: tuple[float, float, float], degrees: float) -> tuple[float, float, float]:
    return angles[0], angles[1] + degrees, angles[2]


def bone_transforms(body: Body, pose: str, fraction: float = 1.0) -> FloatArray:
    """(J, 4, 4) transforms that carry points of the A-pose to ``pose``, or part of the way there.

    Parameters
    ----------
    pose : one of ``POSES``; raises ``KeyError`` otherwise
    fraction : 0 leaves the A-pose, 1 is the whole pose
    """
    template = load_template()
    transforms = _transforms(body, _angles(body, pose), fraction)
    lowest = skin(body.vertices, template.bone_indices, template.bone_weights, transforms)[:, 2].min()
    lowest = min([lowest, *_heel_tips(body, transforms)[:, 2]])
    # Whoever is on heels stands as deep below z = 0 in every pose as in the A-pose; shoes lift them.
    transforms[:, 2, 3] -= lowest - body.vertices[:, 2].min()
    return transforms


@functools.lru_cache(maxsize=4)
def relief(body: Body, pose: str) -> FloatArray:
    """(13718, 3) how flesh yields in a pose where arms would press into the trunk, as moves in the A-pose."""
    if pose == REST:
        return np.zeros_like(body.vertices)
    return relieved(body.vertices, bone_transforms(body, pose), body.joint_heads, ROOM + body.arm_room)


def posed_vertices(body: Body, pose: str, transforms: FloatArray, fraction: float = 1.0) -> FloatArray:
    """(13718, 3) skin in a pose, ``transforms`` being the pose's at this fraction; arms press no hole in the trunk."""
    template = load_template()
    points = body.vertices + fraction * relief(body, pose)
    return skin(points, template.bone_indices, template.bone_weights, transforms)


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
        vertices=posed_vertices(body, pose, transforms, fraction),
        helpers=helpers,
        joint_heads=_carry(body.joint_heads, transforms),
        joint_tails=_carry(body.joint_tails, transforms),
        transforms=transforms,
    )
