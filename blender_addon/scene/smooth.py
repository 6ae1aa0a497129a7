# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth made smooth without leaving its place, and where its hems and seams are (numpy alone, no bpy).

Source: T. Boubekeur, M. Alexa, "Phong tessellation", 2008. Schemes that smooth the vertices themselves shrink the cloth
into what is worn under it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import BoolArray, FloatArray, IntArray

# Half the way is exact on a sphere.
BULGE = 0.5
FAR = 0.08


@dataclass(frozen=True)
class Edges:
    """Edges of a triangle mesh: ends (e, 2); of_corner (m, 3), the edge that leaves each corner; uses (e,)."""

    ends: IntArray
    of_corner: IntArray
    uses: IntArray


def find_edges(triangles: IntArray) -> Edges:
    """All edges of triangles (m, 3)."""
    pairs = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    # Both ends as one number, which sorts several times as fast as rows.
    base = int(triangles.max(initial=0)) + 1
    numbers, index, uses = np.unique(
        pairs[:, 0] * np.int64(base) + pairs[:, 1], return_inverse=True, return_counts=True
    )
    ends = np.stack(np.divmod(numbers, base), axis=1)
    return Edges(ends.astype(np.int32), index.reshape(-1, 3).astype(np.int32), uses.astype(np.int32))


def subdivide(
    vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Four triangles from each: old vertices stay, new ones bulge; texture coordinates are halved along edges."""
    edges = find_edges(triangles)
    points = np.concatenate([vertices, _edge_points(vertices, triangles, edges)])
    middle = edges.of_corner + len(vertices)
    a, b, c = triangles.T
    ab, bc, ca = middle.T
    children = np.stack([np.stack(t, axis=1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))], axis=1)
    uv_middle = (corner_uvs + np.roll(corner_uvs, -1, axis=1)) / 2.0
    (ua, ub, uc), (uab, ubc, uca) = corner_uvs.transpose(1, 0, 2), uv_middle.transpose(1, 0, 2)
    uvs = [np.stack(t, axis=1) for t in ((ua, uab, uca), (uab, ub, ubc), (uca, ubc, uc), (uab, ubc, uca))]
    return points, children.reshape(-1, 3).astype(np.int32), np.stack(uvs, axis=1).reshape(-1, 3, 2)


def _edge_points(vertices: FloatArray, triangles: IntArray, edges: Edges) -> FloatArray:
    """Middles of the edges, moved half the way to the tangent planes at both ends: exact on a round surface."""
    normals = vertex_normals(vertices, triangles)
    middle = vertices[edges.ends].mean(axis=1)
    lift = np.zeros_like(middle)
    for end in edges.ends.T:
        height = np.einsum("ei,ei->e", middle - vertices[end], normals[end])
        lift -= height[:, None] * normals[end] / 2.0
    points: FloatArray = middle + BULGE * lift
    return points


def vertex_normals(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """(n, 3) unit normals, weighted by the area of the triangles around."""
    corners = vertices[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in triangles.T:
        np.add.at(total, corner, facing)
    normals: FloatArray = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return normals


def seam_middles(seam: FloatArray, vertices: FloatArray, edges: Edges, corner_uvs: FloatArray) -> FloatArray:
    """(e,) distance from seams half-way along edges, where the vertices' own (n,) is known.

    An edge across a corner has both ends on a seam and is none itself: its middle lies off the seam.
    """
    mean = seam[edges.ends].mean(axis=1)
    across = 0.35 * np.linalg.norm(vertices[edges.ends[:, 1]] - vertices[edges.ends[:, 0]], axis=1)
    return np.where((mean > 0.0) | are_sewn(edges, corner_uvs), mean, across)


def hem_distance(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """(n,) distance of each vertex to the nearest open edge of the cloth, metres, along its mesh."""
    edges = find_edges(triangles)
    return _spread(vertices, edges, np.unique(edges.ends[edges.uses == 1]))


def seam_distance(vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray) -> FloatArray:
    """(n,) distance of each vertex to the nearest sewn edge: one whose two sides lie apart on the flat panels."""
    edges = find_edges(triangles)
    return _spread(vertices, edges, np.unique(edges.ends[are_sewn(edges, corner_uvs)]))


def are_sewn(edges: Edges, corner_uvs: FloatArray) -> BoolArray:
    """(e,) which edges are sewn: those whose two sides lie apart on the flat panels."""
    middle = (corner_uvs + np.roll(corner_uvs, -1, axis=1)) / 2.0
    low, high = np.full((len(edges.ends), 2), np.inf), np.full((len(edges.ends), 2), -np.inf)
    np.minimum.at(low, edges.of_corner, middle)
    np.maximum.at(high, edges.of_corner, middle)
    return np.asarray((edges.uses == 2) & (np.abs(high - low).max(axis=1) > 1e-4))


def _spread(vertices: FloatArray, edges: Edges, sources: IntArray) -> FloatArray:
    """(n,) straight distance to the nearest of ``sources``, which is looked for along the edges."""
    distance = np.full(len(vertices), FAR)
    nearest = np.full(len(vertices), -1)
    distance[sources], nearest[sources] = 0.0, sources
    both = np.concatenate([edges.ends, edges.ends[:, ::-1]])
    news = np.zeros(len(vertices), dtype=bool)
    news[sources] = True
    for _ in range(24):
        # Others have told their neighbours already.
        start, end = both[news[both[:, 0]]].T
        reach = np.linalg.norm(vertices[end] - vertices[nearest[start]], axis=1)
        order = np.argsort(-reach)
        start, end, reach = start[order], end[order], reach[order]
        better = reach < distance[end]
        if not better.any():
            break
        nearest[end[better]], distance[end[better]] = nearest[start[better]], reach[better]
        news[:] = False
        news[end[better]] = True
    return distance
