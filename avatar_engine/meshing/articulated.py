# SPDX-License-Identifier: GPL-3.0-or-later
"""A body that moves: shape coefficients, rotations of some bones and a place in space, with exact derivatives."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT, BoolArray, FloatArray, Indices, IntArray, load_template

# Bones that a standing person moves, and how far (degrees, one standard deviation, about each axis).
BONE_SD_DEGREES: dict[str, float] = {
    "spine_01": 3.0,
    "spine_03": 4.0,
    "clavicle": 6.0,
    "upperarm": 14.0,
    "lowerarm": 14.0,
    "hand": 10.0,
    "neck_01": 5.0,
    "head": 6.0,
    "thigh": 8.0,
    "calf": 6.0,
    "foot": 8.0,
}
SIDED = ("clavicle", "upperarm", "lowerarm", "hand", "thigh", "calf", "foot")


@dataclass(frozen=True)
class Anatomy:
    """The moving bones: ids (m,) of them, sd (m,) radians, below (m, J): what each carries; weights (13718, J)."""

    ids: IntArray
    sd: FloatArray
    below: BoolArray
    weights: FloatArray


@functools.lru_cache(maxsize=1)
def anatomy() -> Anatomy:
    """The moving bones of the template."""
    template = load_template()
    sds = {
        name: sd
        for bone, sd in BONE_SD_DEGREES.items()
        for name in ((f"{bone}_l", f"{bone}_r") if bone in SIDED else (bone,))
    }
    ids = np.array([template.bone(name) for name in sds], dtype=np.int32)
    count = len(template.bone_names)
    below = np.eye(count, dtype=bool)
    for child in range(count):
        parent = int(template.bone_parents[child])
        if parent >= 0:
            below[:, child] |= below[:, parent]
    weights = np.zeros((VERTEX_COUNT, count))
    for bone, share in zip(template.bone_indices.T, template.bone_weights.T, strict=True):
        np.add.at(weights, (np.arange(VERTEX_COUNT), bone), share)
    return Anatomy(ids, np.radians(list(sds.values())), below[ids], weights)


def rotation(vector: FloatArray) -> FloatArray:
    """(3, 3) rotation by a (3,) rotation vector in radians (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: FloatArray = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return turned


def rotation_vector(matrix: FloatArray) -> FloatArray:
    """(3,) rotation vector of a (3, 3) rotation of less than half a turn."""
    axis = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]])
    sine, cosine = np.linalg.norm(axis) / 2.0, (np.trace(matrix) - 1.0) / 2.0
    angle = float(np.arctan2(sine, cosine))
    scaled: FloatArray = axis * (0.5 if sine < 1e-9 else angle / (2.0 * sine))
    return scaled


@dataclass(frozen=True)
class Pose:
    """Coefficients (K,), local rotations (m, 3, 3) of the moving bones, and the whole body's turn and shift."""

    coefficients: FloatArray
    rotations: FloatArray
    turn: FloatArray
    shift: FloatArray

    def moved(self, step: FloatArray, above: FloatArray) -> Pose:
        """The pose after a step (6 + 3 m + k,): world turn, shift, turns of bones (world axes), first coefficients.

        ``above`` (m, 3, 3) are the world rotations of the moving bones' parents.
        """
        bones = step[6 : 6 + 3 * len(self.rotations)].reshape(-1, 3)
        local = [
            rotation(base.T @ vector) @ old for base, vector, old in zip(above, bones, self.rotations, strict=True)
        ]
        added = np.zeros_like(self.coefficients)
        added[: len(step) - 6 - bones.size] = step[6 + bones.size :]
        whole = rotation(step[:3])
        return replace(
            self,
            coefficients=self.coefficients + added,
            rotations=np.array(local),
            turn=whole @ self.turn,
            shift=whole @ self.shift + step[3:6],
        )


def rest_pose(turn: FloatArray | None = None, shift: FloatArray | None = None) -> Pose:
    """The average body in the A-pose."""
    return Pose(
        coefficients=np.zeros(load_shape_space().size),
        rotations=np.tile(np.eye(3), (len(anatomy().ids), 1, 1)),
        turn=np.eye(3) if turn is None else turn,
        shift=np.zeros(3) if shift is None else shift,
    )


@dataclass(frozen=True)
class Skeleton:
    """Bones of a pose: world rotations (J, 3, 3), offsets (J, 3), joints (J, 3), offset slopes (J, 3, K)."""

    turns: FloatArray
    offsets: FloatArray
    joints: FloatArray
    slopes: FloatArray
    above: FloatArray


def skeleton(pose: Pose) -> Skeleton:
    """The rig of a pose: a point p of the A-pose goes to ``turns[b] @ p + offsets[b]`` with bone b."""
    space, template, parts = load_shape_space(), load_template(), anatomy()
    section = space.sections["joint_heads"]
    basis = space.basis[section].astype(np.float64)
    heads = space.mean[section] + basis @ pose.coefficients
    count = len(heads)
    local = {int(bone): pose.rotations[i] for i, bone in enumerate(parts.ids)}
    turns, offsets = np.empty((count, 3, 3)), np.empty((count, 3))
    slopes = np.empty((count, 3, space.size))
    above = np.empty((count, 3, 3))
    for bone in range(count):
        parent = int(template.bone_parents[bone])
        base, shift, slope = (
            (turns[parent], offsets[parent], slopes[parent]) if parent >= 0 else (pose.turn, pose.shift, 0.0)
        )
        above[bone] = base
        if bone not in local:
            turns[bone], offsets[bone], slopes[bone] = base, shift, slope
            continue
        stay = base @ (np.eye(3) - local[bone])
        turns[bone] = base @ local[bone]
        offsets[bone] = shift + stay @ heads[bone]
        slopes[bone] = slope + stay @ basis[bone]
    joints = np.einsum("jab,jb->ja", turns, heads) + offsets
    return Skeleton(turns, offsets, joints, slopes, above[parts.ids])


def posed_vertices(pose: Pose, bones: Skeleton) -> FloatArray:
    """(13718, 3) vertices of a pose."""
    space = load_shape_space()
    basis = space.basis[:VERTEX_COUNT].reshape(-1, space.size)
    points = space.mean[:VERTEX_COUNT] + (basis @ pose.coefficients.astype(np.float32)).reshape(-1, 3)
    return carried(points, anatomy().weights, bones)


def carried(points: FloatArray, weights: FloatArray, bones: Skeleton) -> FloatArray:
    """(n, 3) points of the A-pose carried by bones with (n, J) weights."""
    blended = (weights @ bones.turns.reshape(len(bones.turns), 9)).reshape(-1, 3, 3)
    moved: FloatArray = np.einsum("nab,nb->na", blended, points) + weights @ bones.offsets
    return moved


@dataclass(frozen=True)
class Patch:
    """Points of the template's surface: mean (n, 3), basis (n, 3, k), bone weights (n, J)."""

    mean: FloatArray
    basis: FloatArray
    weights: FloatArray


def patch(triangles: Indices, corners: FloatArray, components: int) -> Patch:
    """The points at (n, 3) barycentric ``corners`` of (n, 3) triangles, moved by the first components alone."""
    space = load_shape_space()
    basis = np.einsum("nk,nkij->nij", corners, space.basis[triangles][..., :components])
    mean = np.einsum("nk,nki->ni", corners, space.mean[triangles])
    weights = np.einsum("nk,nkj->nj", corners, anatomy().weights[triangles])
    return Patch(mean, basis, weights)


def slopes_along(found: Patch, normals: FloatArray, pose: Pose, bones: Skeleton) -> FloatArray:
    """(n, 6 + 3 m + k) derivatives of the points' motion along (n, 3) ``normals`` by the steps of ``Pose.moved``."""
    components, parts = found.basis.shape[2], anatomy()
    points = found.mean + found.basis @ pose.coefficients[:components]
    count = len(bones.turns)
    each = (points @ bones.turns.reshape(-1, 3).T).reshape(-1, count, 3) + bones.offsets
    weighted = found.weights[:, :, None] * each
    share = found.weights @ parts.below.T
    arms = parts.below.astype(np.float64) @ weighted - share[:, :, None] * bones.joints[parts.ids]
    by_bone = np.cross(arms, normals[:, None, :]).reshape(len(points), -1)
    blended = (found.weights @ bones.turns.reshape(count, 9)).reshape(-1, 3, 3)
    local = normals[:, None, :] @ blended
    moving = (found.weights @ bones.slopes[:, :, :components].reshape(count, -1)).reshape(-1, 3, components)
    by_shape = (local @ found.basis + normals[:, None, :] @ moving)[:, 0]
    return np.concatenate([np.cross(weighted.sum(axis=1), normals), normals, by_bone, by_shape], axis=1)
