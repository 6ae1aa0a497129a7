# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things sit on the head: its frame, and points that stay on the skin of every body."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import FloatArray, IntArray, load_template

SIDES = ("left", "right")


@dataclass(frozen=True)
class HeadFrame:
    """Frame of the average body's head: ``origin`` (3,) between the eyes, ``scale`` from there to the crown, metres."""

    origin: FloatArray
    scale: float

    def local(self, points: FloatArray) -> FloatArray:
        """Points (..., 3) in units of the head: x left, y back, z up; the crown is at z = 1."""
        scaled: FloatArray = (points - self.origin) / self.scale
        return scaled

    def world(self, points: FloatArray) -> FloatArray:
        """The inverse of ``local``."""
        placed: FloatArray = points * self.scale + self.origin
        return placed


@dataclass(frozen=True)
class Anchors:
    """Points tied to the skin: triangles (n, 3) vertex ids, barycentric (n, 3)."""

    triangles: IntArray
    barycentric: FloatArray

    def place(self, values: FloatArray) -> FloatArray:
        """(n, c) per-vertex ``values`` (V, c) carried to the anchors: their points, for vertices."""
        carried: FloatArray = np.einsum("nk,nkc->nc", self.barycentric, values[self.triangles])
        return carried

    def take(self, chosen: npt.NDArray[np.integer[Any]]) -> Anchors:
        """The anchors at these indices."""
        return Anchors(self.triangles[chosen], self.barycentric[chosen])

    def __len__(self) -> int:
        return len(self.triangles)


def vertex_normals(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """(V, 3) unit normals, area-weighted over ``triangles``; zero where no triangle meets."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    total = np.stack(
        [
            sum(np.bincount(triangles[:, k], face[:, axis], minlength=len(vertices)) for k in range(3))
            for axis in range(3)
        ],
        axis=1,
    )
    return unit(total)


def unit(vectors: FloatArray) -> FloatArray:
    """Vectors (..., 3) at length one; zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: FloatArray = vectors / np.maximum(length, 1e-12)
    return scaled


@functools.lru_cache(maxsize=1)
def average_vertices() -> FloatArray:
    """(13718, 3) vertices of the average body in the A-pose."""
    return load_shape_space().mean_body().vertices


@functools.lru_cache(maxsize=2)
def eye_ids(side: str) -> IntArray:
    """Vertex ids of the template's eyeball on one side."""
    template = load_template()
    ids: IntArray = np.unique(template.quads[template.parts[f"eye_{side}"]]).astype(np.int32)
    return ids


def frame_of(vertices: FloatArray) -> HeadFrame:
    """The frame of the head of a body (13718, 3) that holds its head upright."""
    origin = np.mean([vertices[eye_ids(side)].mean(axis=0) for side in SIDES], axis=0)
    return HeadFrame(origin, float(vertices[:, 2].max() - origin[2]))


@functools.lru_cache(maxsize=1)
def head_frame() -> HeadFrame:
    """The frame of the average head."""
    return frame_of(average_vertices())


@functools.lru_cache(maxsize=1)
def head_triangles() -> IntArray:
    """Outer triangles that move with the head."""
    template = load_template()
    share = template.bone_share("head")[template.outer_triangles].mean(axis=1)
    of_head: IntArray = template.outer_triangles[share > 0.3]
    return of_head


def scatter(triangles: IntArray, vertices: FloatArray, count: int, rng: np.random.Generator) -> Anchors:
    """``count`` anchors spread evenly by area over ``triangles``."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    # Stratified along the cumulated area: fewer gaps and heaps than independent draws.
    steps = (np.arange(count) + rng.random(count)) / count
    chosen = np.searchsorted(np.cumsum(area) / area.sum(), steps).clip(0, len(triangles) - 1)
    first, second = np.sqrt(rng.random(count)), rng.random(count)
    barycentric = np.stack([1 - first, first * (1 - second), first * second], axis=1)
    return Anchors(triangles[chosen], barycentric)


def project_from_front(points: FloatArray) -> Anchors:
    """Anchors on the average face straight behind frontal positions (n, 2) x, z in metres; raises ``ValueError``."""
    vertices, triangles = average_vertices(), head_triangles()
    triangles = triangles[vertices[triangles].mean(axis=1)[:, 1] < head_frame().origin[1] + head_frame().scale * 0.6]
    corners = vertices[triangles]
    origin, first, second = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    determinant = first[:, 0] * second[:, 2] - first[:, 2] * second[:, 0]
    determinant = np.where(np.abs(determinant) < 1e-14, 1e-14, determinant)
    offset = points[:, None] - origin[None, :, [0, 2]]
    u = (offset[..., 0] * second[:, 2] - offset[..., 1] * second[:, 0]) / determinant
    v = (first[:, 0] * offset[..., 1] - first[:, 2] * offset[..., 0]) / determinant
    inside = (u >= 0) & (v >= 0) & (u + v <= 1)
    if not inside.any(axis=1).all():
        raise ValueError("points must lie in front of the face, for example the midpoint between the eyes")
    depth = np.where(inside, origin[:, 1] + u * first[:, 1] + v * second[:, 1], np.inf)
    hit = depth.argmin(axis=1)
    rows = np.arange(len(points))
    u, v = u[rows, hit], v[rows, hit]
    return Anchors(triangles[hit], np.stack([1 - u - v, u, v], axis=1))
