# SPDX-License-Identifier: GPL-3.0-or-later
"""The template: what every body shares (quads, texture coordinates, rig, skin weights, helper surfaces)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from avatar_engine.assets import load_arrays

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Indices = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]

VERTEX_COUNT = 13_718


@dataclass(frozen=True)
class Helper:
    """A surface that follows the body.

    faces (f, 4) int32; uvs (u, 2); face_uvs (f, 4) int32; bone_indices (n, 4) int32; bone_weights (n, 4).
    """

    faces: IntArray
    uvs: FloatArray
    face_uvs: IntArray
    bone_indices: IntArray
    bone_weights: FloatArray


@dataclass(frozen=True)
class Template:
    """Topology, rig and landmarks shared by all bodies.

    quads (13710, 4) and triangles (27420, 3) into the 13,718 vertices; uvs (u, 2), quad_uvs (13710, 4);
    parts: masks over the quads ("skin" is the outer shell); outer_triangles: triangles of "skin" alone;
    bone_parents (J,), -1 for the root; bone_indices, bone_weights (13718, 4);
    landmarks: vertex ids whose mean is the landmark.
    """

    quads: IntArray
    triangles: IntArray
    uvs: FloatArray
    quad_uvs: IntArray
    parts: dict[str, BoolArray]
    outer_triangles: IntArray
    bone_names: tuple[str, ...]
    bone_parents: IntArray
    bone_indices: IntArray
    bone_weights: FloatArray
    helpers: dict[str, Helper]
    landmarks: dict[str, IntArray]

    def bone(self, name: str) -> int:
        """Index of the bone called ``name``; raises ``ValueError`` when there is none."""
        return self.bone_names.index(name)

    def bone_share(self, *names: str) -> FloatArray:
        """(13718,) share of each vertex's weights that belongs to the named bones."""
        wanted = np.isin(self.bone_indices, [self.bone(name) for name in names])
        share: FloatArray = np.where(wanted, self.bone_weights, 0.0).sum(axis=1)
        return share


def triangulate(quads: Indices) -> IntArray:
    """(f, 4) quads to (2 f, 3) triangles, both halves of a quad side by side."""
    return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32)


def _helper(name: str, arrays: dict[str, npt.NDArray[np.generic]]) -> Helper:
    part = {key: arrays[f"helper/{name}/{key}"] for key in ("faces", "uvs", "face_uvs", "bone_indices", "bone_weights")}
    return Helper(
        part["faces"].astype(np.int32),
        part["uvs"].astype(np.float64),
        part["face_uvs"].astype(np.int32),
        part["bone_indices"].astype(np.int32),
        _normalised(part["bone_weights"]),
    )


def _normalised(weights: npt.NDArray[np.generic]) -> FloatArray:
    values = weights.astype(np.float64)
    total: FloatArray = values / values.sum(axis=1, keepdims=True)
    return total


@functools.lru_cache(maxsize=1)
def load_template() -> Template:
    """The template, read once; raises ``AssetError`` when its file is missing or damaged."""
    arrays = load_arrays("template.npz")
    part_names = [str(name) for name in arrays["part_names"]]
    quads = arrays["quads"].astype(np.int32)
    parts = {name: arrays["quad_parts"] == i for i, name in enumerate(part_names)}
    prefix = "landmark/"
    return Template(
        quads=quads,
        triangles=triangulate(quads),
        uvs=arrays["uvs"].astype(np.float64),
        quad_uvs=arrays["quad_uvs"].astype(np.int32),
        parts=parts,
        outer_triangles=triangulate(quads[parts["skin"]]),
        bone_names=tuple(str(name) for name in arrays["bone_names"]),
        bone_parents=arrays["bone_parents"].astype(np.int32),
        bone_indices=arrays["bone_indices"].astype(np.int32),
        bone_weights=_normalised(arrays["bone_weights"]),
        helpers={str(name): _helper(str(name), arrays) for name in arrays["helper_names"]},
        landmarks={key[len(prefix) :]: arrays[key].astype(np.int32) for key in arrays if key.startswith(prefix)},
    )
