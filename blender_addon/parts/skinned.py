# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes that follow the rig: their places, vertex groups and armature modifier."""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

from avatar_engine.body.template import FloatArray, IntArray, load_template

ARMATURE = "Armature"
LEAST_WEIGHT = 1e-4


def write_places(mesh: bpy.types.Mesh, vertices: FloatArray) -> None:
    """Move all vertices (n, 3); shape keys keep what they add to the basis."""
    flat = np.ascontiguousarray(vertices, dtype=np.float32).ravel()
    if mesh.shape_keys is not None:
        _move_keys(mesh.shape_keys, flat)
    mesh.vertices.foreach_set("co", flat)
    mesh.update()


def _move_keys(keys: bpy.types.Key, flat: npt.NDArray[np.float32]) -> None:
    basis = np.empty_like(flat)
    keys.reference_key.data.foreach_get("co", basis)
    moved = flat - basis
    for key in keys.key_blocks:
        places = np.empty_like(flat)
        key.data.foreach_get("co", places)
        key.data.foreach_set("co", places + moved)


def read_places(mesh: bpy.types.Mesh) -> FloatArray:
    """(n, 3) places of the vertices."""
    flat = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(np.float64)


def bind(thing: bpy.types.Object, bone_indices: IntArray, bone_weights: FloatArray) -> None:
    """Vertex groups named after the bones, (n, 4) bones and weights of each vertex."""
    thing.vertex_groups.clear()
    for bone, name in enumerate(load_template().bone_names):
        rows, columns = np.nonzero((bone_indices == bone) & (bone_weights > LEAST_WEIGHT))
        if len(rows) == 0:
            continue
        group = thing.vertex_groups.new(name=name)
        for vertex, weight in zip(rows.tolist(), bone_weights[rows, columns].tolist(), strict=True):
            group.add((vertex,), weight, "ADD")


def follow(thing: bpy.types.Object, rig: bpy.types.Object) -> None:
    """Let the rig's bones carry an object."""
    modifier = thing.modifiers.get(ARMATURE) or thing.modifiers.new(ARMATURE, "ARMATURE")
    modifier.object = rig
