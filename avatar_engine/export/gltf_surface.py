# SPDX-License-Identifier: GPL-3.0-or-later
"""Skinned meshes in glTF: corners split where the texture is cut, and nothing stored that no triangle uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from avatar_engine.body.template import FloatArray, IntArray
from avatar_engine.export.frames import to_y_up
from avatar_engine.export.gltf_buffer import INDICES, VERTICES, GltfBuilder
from avatar_engine.export.gltf_material import Material
from avatar_engine.export.gltf_skeleton import Skeleton, skin_bytes

UV_STEPS = 65_535


@dataclass(frozen=True)
class Surface:
    """One mesh of a file, in our frame, before its corners are split.

    Parameters
    ----------
    points : (n, 3), metres, A-pose
    triangles : (m, 3)
    corner_uvs : (m, 3, 2) in 0..1, the origin at the lower left of the picture
    bone_indices, bone_weights : (n, 4)
    materials : what ``triangle_materials`` counts
    triangle_materials : (m,) which material each triangle has; -1 leaves the triangle out
    normals : (n, 3) unit vectors, or None: those of the triangles' mean by area
    colours : (n, 3) linear RGB in 0..1, multiplied with the material's, or None
    """

    name: str
    points: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    bone_indices: IntArray
    bone_weights: FloatArray
    materials: Sequence[Material]
    triangle_materials: IntArray
    normals: FloatArray | None = None
    colours: FloatArray | None = None


def vertex_normals(points: FloatArray, triangles: IntArray) -> FloatArray:
    """(n, 3) unit normals, the triangles' mean by area; (0, 0, 1) where a point has no triangle."""
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(points)
    for axis in range(3):
        total[:, axis] = np.bincount(triangles.ravel(), weights=np.repeat(facing[:, axis], 3), minlength=len(points))
    lengths = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(lengths > 1e-12, total / np.maximum(lengths, 1e-12), [0.0, 0.0, 1.0])


def split_corners(triangles: IntArray, corner_uvs: FloatArray) -> tuple[IntArray, IntArray, IntArray]:
    """Split vertices whose corners disagree on the texture coordinates.

    Parameters
    ----------
    triangles : (m, 3)
    corner_uvs : (m, 3, 2) in 0..1

    Returns
    -------
    vertex ids (k,) of the split vertices, their coordinates (k, 2) in 65,535ths, and triangles (m, 3) into them;
    ordered by vertex, then by coordinates, so that the same mesh is always split the same way
    """
    steps = np.rint(np.clip(corner_uvs, 0.0, 1.0) * UV_STEPS).astype(np.int64).reshape(-1, 2)
    keys = (triangles.astype(np.int64).ravel() << 32) | (steps[:, 0] << 16) | steps[:, 1]
    unique, corners = np.unique(keys, return_inverse=True)
    uvs = np.stack([(unique >> 16) & UV_STEPS, unique & UV_STEPS], axis=1)
    return (
        (unique >> 32).astype(np.int32),
        uvs.astype(np.int32),
        corners.reshape(-1, 3).astype(np.int32),
    )


def vertex_tangents(points: FloatArray, normals: FloatArray, uvs: FloatArray, triangles: IntArray) -> FloatArray:
    """Tangents (n, 4) as glTF's normal maps want them: where U grows, and whether V grows to the left of it (1) or
    right (-1), seen from outside.

    Parameters
    ----------
    points, normals : (n, 3)
    uvs : (n, 2), V upwards
    triangles : (m, 3)
    """
    a, b, c = (triangles[:, corner] for corner in range(3))
    first, second = points[b] - points[a], points[c] - points[a]
    (u1, v1), (u2, v2) = (uvs[b] - uvs[a]).T, (uvs[c] - uvs[a]).T
    area = u1 * v2 - u2 * v1
    sign = np.where(area < 0, -1.0, 1.0)
    along = (first * v2[:, None] - second * v1[:, None]) * sign[:, None]
    total, turned = np.zeros_like(points), np.zeros(len(points))
    for corner in (a, b, c):
        np.add.at(total, corner, along)
        np.add.at(turned, corner, area)
    flat = total - normals * np.einsum("ni,ni->n", total, normals)[:, None]
    # A point without any triangle that spans the texture takes any direction along the surface.
    least = np.eye(3)[np.abs(normals).argmin(axis=1)]
    anyway = np.cross(normals, least)
    flat = np.where(np.linalg.norm(flat, axis=1, keepdims=True) > 1e-15, flat, anyway)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return np.column_stack([flat, np.where(turned < 0, -1.0, 1.0)])


def add_surface(builder: GltfBuilder, surface: Surface, skeleton: Skeleton) -> int:
    """Add a surface as a node with a skinned mesh, one primitive per material; the node's index."""
    normals = surface.normals
    if normals is None:
        normals = vertex_normals(surface.points, surface.triangles)
    shown = surface.triangle_materials >= 0
    vertices, uvs, triangles = split_corners(surface.triangles[shown], surface.corner_uvs[shown])
    attributes = _attributes(builder, surface, normals, vertices, uvs)
    if any(material.normals is not None for material in surface.materials):
        tangents = vertex_tangents(surface.points[vertices], normals[vertices], uvs / UV_STEPS, triangles)
        turned = np.column_stack([to_y_up(tangents[:, :3]), tangents[:, 3]]).astype(np.float32)
        attributes["TANGENT"] = builder.accessor(turned, "VEC4", target=VERTICES)
    index_type = np.uint16 if len(vertices) < UV_STEPS else np.uint32
    primitives: list[dict[str, Any]] = []
    for number, material in enumerate(surface.materials):
        chosen = triangles[surface.triangle_materials[shown] == number]
        if len(chosen):
            indices = builder.accessor(chosen.ravel().astype(index_type), "SCALAR", target=INDICES)
            look = material.add_to(builder)
            primitives.append({"attributes": attributes, "indices": indices, "material": look})
    mesh = builder.add("meshes", {"name": surface.name, "primitives": primitives})
    return builder.add("nodes", {"name": surface.name, "mesh": mesh, "skin": skeleton.skin})


def _attributes(
    builder: GltfBuilder, surface: Surface, normals: FloatArray, vertices: IntArray, uvs: IntArray
) -> dict[str, int]:
    """Accessors of the split vertices; glTF counts V from the top of the picture."""
    flipped = np.stack([uvs[:, 0], UV_STEPS - uvs[:, 1]], axis=1).astype(np.uint16)
    joints, weights = skin_bytes(surface.bone_indices[vertices], surface.bone_weights[vertices])
    positions = to_y_up(surface.points[vertices]).astype(np.float32)
    directions = to_y_up(normals[vertices]).astype(np.float32)
    attributes = {
        "POSITION": builder.accessor(positions, "VEC3", target=VERTICES, bounds=True),
        "NORMAL": builder.accessor(directions, "VEC3", target=VERTICES),
        "TEXCOORD_0": builder.accessor(flipped, "VEC2", target=VERTICES, normalized=True),
        "JOINTS_0": builder.accessor(joints, "VEC4", target=VERTICES),
        "WEIGHTS_0": builder.accessor(weights, "VEC4", target=VERTICES, normalized=True),
    }
    if surface.colours is not None:
        opaque = np.column_stack([surface.colours[vertices], np.ones(len(vertices))])
        steps = np.rint(opaque * UV_STEPS).astype(np.uint16)
        attributes["COLOR_0"] = builder.accessor(steps, "VEC4", target=VERTICES, normalized=True)
    return attributes
