# SPDX-License-Identifier: GPL-3.0-or-later
"""Flesh yields where an arm presses on the trunk: skinning alone would push one part of the body into the other."""

from __future__ import annotations

import functools

import numpy as np

from avatar_engine.body.template import FloatArray, IntArray, load_template

ROOM = 0.008  # metres between arm and trunk below the armpit's fold, for the cloth of both
REACH = 0.30  # metres around the shoulder joint that are looked at
SEARCH = 0.04
OPPOSED = -0.2
ROUNDS = 14
SMOOTHING = 0.35
ARM_BONES = ("upperarm", "lowerarm")


@functools.lru_cache(maxsize=2)
def _sides(side: str) -> tuple[IntArray, IntArray]:
    """Outer triangles of an arm, and of everything else."""
    template = load_template()
    bones = [name for name in template.bone_names if name.startswith(ARM_BONES) and name.endswith(f"_{side}")]
    arm = (template.bone_share(*bones) >= 0.5)[template.outer_triangles].all(axis=1)
    return template.outer_triangles[arm], template.outer_triangles[~arm]


def relieved(vertices: FloatArray, transforms: FloatArray, heads: FloatArray, room: float = ROOM) -> FloatArray:
    """(13718, 3) shift of the A-pose's vertices after which ``transforms`` leave ``room`` between arms and trunk.

    Parameters
    ----------
    vertices : (13718, 3) in the A-pose
    transforms : (J, 4, 4) to the pose
    heads : (J, 3) joints in the A-pose
    room : metres
    """
    template = load_template()
    blended = np.einsum("nb,nbij->nij", template.bone_weights, transforms[template.bone_indices])
    back = np.linalg.inv(blended[:, :3, :3])
    posed = np.einsum("nij,nj->ni", blended[:, :3, :3], vertices) + blended[:, :3, 3]
    start = posed.copy()
    for side in ("l", "r"):
        head = heads[template.bone(f"upperarm_{side}")]
        near = np.linalg.norm(vertices - head, axis=1) < REACH
        _part(posed, [triangles[near[triangles].all(axis=1)] for triangles in _sides(side)], room)
    return np.asarray(np.einsum("nij,nj->ni", back, posed - start))


def _part(posed: FloatArray, patches: list[IntArray], room: float) -> None:
    """Move two patches of skin apart in place, smoothly, until they keep ``room`` metres."""
    from avatar_engine.fitting.binding import smoothed
    from avatar_engine.fitting.surface import Surface

    ids, flat = np.unique(np.concatenate(patches), return_inverse=True)
    local = flat.reshape(-1, 3).astype(np.int32)
    pair = local[: len(patches[0])], local[len(patches[0]) :]
    start, shift = posed[ids], np.zeros((len(ids), 3))
    surfaces = [Surface(start, triangles) for triangles in pair]
    for _ in range(ROUNDS):
        for surface in surfaces:
            surface.move(start + shift)
        pushes, share = np.zeros_like(shift), np.zeros(len(ids))
        for own, other in (surfaces, surfaces[::-1]):
            used = np.unique(own.triangles)
            contact = other.contact(own.vertices[used], SEARCH)
            opposed = (contact.normal * own.normals[used]).sum(axis=1) < OPPOSED
            short = np.where(contact.faces(own.vertices[used]) & opposed, room - contact.distance, 0.0)
            bad = np.flatnonzero(short > 0.0)
            push = 0.5 * short[bad, None] * contact.normal[bad]
            np.add.at(pushes, used[bad], push)
            np.add.at(share, used[bad], 1.0)
        if not share.any():
            break
        shift = smoothed(shift + pushes / np.maximum(share, 1.0)[:, None], local, 1, SMOOTHING)
    posed[ids] += shift
