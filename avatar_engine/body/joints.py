# SPDX-License-Identifier: GPL-3.0-or-later
"""Joints found from a body's skin, and bones turned about them: for bodies of which only the vertices are known."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.pose import skin
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT, FloatArray, IntArray, load_template

NEIGHBOURS = 256  # skin vertices that speak for a joint
STIFFNESS = 1e-7  # square metres: how much even weights are preferred to a closer fit


@dataclass(frozen=True)
class JointMap:
    """Each joint as a weighted mean of skin vertices: ids (J, n), weights (J, n) with rows that sum to one."""

    ids: IntArray
    weights: FloatArray

    def heads(self, vertices: FloatArray) -> FloatArray:
        """(J, 3) heads of the rig's bones in (13718, 3) vertices of the A-pose."""
        found: FloatArray = np.einsum("jn,jnd->jd", self.weights, vertices[self.ids])
        return found


@functools.lru_cache(maxsize=1)
def load_joint_map() -> JointMap:
    """The joint map that fits the shape space best, in the population's own measure."""
    space = load_shape_space()
    scale = np.sqrt(space.variances)
    skin_ids = np.unique(load_template().outer_triangles)
    heads = space.mean[space.sections["joint_heads"]]
    head_basis = space.basis[space.sections["joint_heads"]] * scale
    ids = np.empty((len(heads), NEIGHBOURS), dtype=np.int32)
    weights = np.empty((len(heads), NEIGHBOURS))
    for joint, head in enumerate(heads):
        distance = np.linalg.norm(space.mean[skin_ids] - head, axis=1)
        ids[joint] = skin_ids[np.argsort(distance, kind="stable")[:NEIGHBOURS]]
        moving = np.concatenate([space.mean[ids[joint], :, None], space.basis[ids[joint]] * scale], axis=2)
        wanted = np.concatenate([head[:, None], head_basis[joint]], axis=1).ravel()
        weights[joint] = _affine_weights(moving.reshape(NEIGHBOURS, -1), wanted)
    return JointMap(ids, weights)


def _affine_weights(moving: FloatArray, wanted: FloatArray) -> FloatArray:
    """(n,) weights, sum one, whose mean of the (n, m) rows comes closest to (m,) ``wanted``."""
    centre = moving.mean(axis=0)
    rows = moving - centre
    system = rows @ rows.T + STIFFNESS * np.eye(len(rows))
    free = np.linalg.solve(system, np.column_stack([rows @ (wanted - centre), np.ones(len(rows))]))
    even = 1.0 / len(rows)
    solved: FloatArray = even + free[:, 0] - free[:, 1] * free[:, 0].sum() / free[:, 1].sum()
    return solved


def turn(heads: FloatArray, rotations: Mapping[str, FloatArray]) -> FloatArray:
    """(J, 4, 4) transforms of the bones when some turn about their heads, children with their parents.

    Parameters
    ----------
    heads : (J, 3) in the A-pose
    rotations : bone name to (3, 3) rotation about the world's axes, applied on top of the parent's
    """
    template = load_template()
    transforms = np.tile(np.eye(4), (len(heads), 1, 1))
    for index, (name, parent) in enumerate(zip(template.bone_names, template.bone_parents, strict=True)):
        rotation = rotations.get(name)
        base = transforms[parent] if parent >= 0 else np.eye(4)
        local = np.eye(4)
        if rotation is not None:
            local[:3, :3] = rotation
            local[:3, 3] = heads[index] - rotation @ heads[index]
        transforms[index] = base @ local
    return transforms


def turned(vertices: FloatArray, transforms: FloatArray) -> FloatArray:
    """(13718, 3) vertices of the A-pose carried by (J, 4, 4) transforms."""
    template = load_template()
    if vertices.shape != (VERTEX_COUNT, 3):
        raise ValueError(f"vertices must be ({VERTEX_COUNT}, 3), got {vertices.shape}")
    return skin(vertices, template.bone_indices, template.bone_weights, transforms)


def rotation_between(first: FloatArray, second: FloatArray) -> FloatArray:
    """(3, 3) smallest rotation that carries the direction of ``first`` to that of ``second``, neither opposite."""
    a, b = first / np.linalg.norm(first), second / np.linalg.norm(second)
    axis = np.cross(a, b)
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: FloatArray = np.eye(3) + cross + cross @ cross / (1.0 + a @ b)
    return rotation
