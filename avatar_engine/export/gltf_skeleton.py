# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig in glTF: a node per bone, bound in the A-pose, and skin weights in bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.export.frames import to_y_up
from avatar_engine.export.gltf_buffer import GltfBuilder

Bytes = npt.NDArray[np.uint8]
WHOLE = 255


@dataclass(frozen=True)
class Skeleton:
    """Indices of the skin and of its root node."""

    skin: int
    root: int


def add_skeleton(builder: GltfBuilder, body: Body, lift: float = 0.0) -> Skeleton:
    """Add the bones as nodes without rotation, each at its joint, and the skin that binds to them.

    ``lift``: metres by which the root, and so all that it carries, is raised: the height of the shoes.
    """
    template = load_template()
    heads = to_y_up(body.joint_heads)
    parents = template.bone_parents
    placed = np.zeros_like(heads)
    first = len(builder.document.get("nodes", []))
    for bone, name in enumerate(template.bone_names):
        base = placed[parents[bone]] if parents[bone] >= 0 else np.zeros(3)
        # Rounded before it is summed, so that the inverse bind matrices undo exactly what the file says.
        step = np.round(heads[bone] - base, 6)
        placed[bone] = base + step
        node = builder.add("nodes", {"name": name, "translation": step.tolist()})
        if parents[bone] >= 0:
            builder.document["nodes"][first + int(parents[bone])].setdefault("children", []).append(node)
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(placed), 1, 1))
    inverse[:, 3, :3] = -placed  # column-major: a matrix's last row here is its translation there
    joints = list(range(first, first + len(placed)))
    matrices = builder.accessor(inverse.reshape(-1, 16), "MAT4")
    root = first + int(np.flatnonzero(parents < 0)[0])
    standing = builder.document["nodes"][root]["translation"]
    standing[1] = round(standing[1] + lift, 6)
    skin = builder.add("skins", {"name": "rig", "inverseBindMatrices": matrices, "skeleton": root, "joints": joints})
    return Skeleton(skin, root)


def skin_bytes(bone_indices: IntArray, bone_weights: FloatArray) -> tuple[Bytes, Bytes]:
    """Weights as bytes that sum to 255 for every vertex, and the bones they belong to.

    Largest remainders are rounded up; a bone named twice is named once, and a bone without weight is bone 0.

    Parameters
    ----------
    bone_indices, bone_weights : (n, 4)

    Returns
    -------
    (n, 4) joints, (n, 4) weights, both uint8
    """
    indices, weights = bone_indices.astype(np.int64), bone_weights / bone_weights.sum(axis=1, keepdims=True)
    for kept in range(3):
        for twin in range(kept + 1, 4):
            same = indices[:, kept] == indices[:, twin]
            weights[same, kept] += weights[same, twin]
            weights[same, twin] = 0.0
    floors = np.floor(weights * WHOLE)
    missing = (WHOLE - floors.sum(axis=1)).astype(int)
    order = np.argsort(-(weights * WHOLE - floors), axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    whole = floors + (ranks < missing[:, None])
    return np.where(whole > 0, indices, 0).astype(np.uint8), whole.astype(np.uint8)
