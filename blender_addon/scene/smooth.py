# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of Loop subdivision for cloth, and where its hems and seams are (numpy alone, no bpy).

Source: C. Loop, "Smooth subdivision surfaces based on triangles", 1987, with Warren's vertex weights; Blender's own
subdivision is made for quads and leaves ripples on the triangles of a draped panel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray, IntArray


@dataclass(frozen=True)
class Edges:
    """Edges of a triangle mesh: ends (e, 2); of_corner (m, 3), the edge that leaves each corner; uses (e,)."""

    ends: IntArray
    of_corner: IntArray
    uses: IntArray


def find_edges(triangles: IntArray) -> Edges:
    """All edges of triangles (m, 3)."""
    pairs = np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=-1).reshape(-1, 2)
    ends, index, uses = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True, return_counts=True)
    return Edges(ends.astype(np.int32), index.reshape(-1, 3).astype(np.int32), uses.astype(np.int32))


def subdivide(
    vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Four triangles from each, moved to the smooth surface; texture coordinates halved along the straight edges."""
    edges = find_edges(triangles)
    points = np.concatenate([_moved_vertices(vertices, edges), _edge_points(vertices, triangles, edges)])
    middle = edges.of_corner + len(vertices)
    a, b, c = triangles.T
    ab, bc, ca = middle.T
    children = np.stack([np.stack(t, axis=1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))], axis=1)
    uv_middle = (corner_uvs + np.roll(corner_uvs, -1, axis=1)) / 2.0
    (ua, ub, uc), (uab, ubc, uca) = corner_uvs.transpose(1, 0, 2), uv_middle.transpose(1, 0, 2)
    uvs = [np.stack(t, axis=1) for t in ((ua, uab, uca), (uab, ub, ubc), (uca, ubc, uc), (uab, ubc, uca))]
    return points, children.reshape(-1, 3).astype(np.int32), np.stack(uvs, axis=1).reshape(-1, 3, 2)


def _edge_points(vertices: FloatArray, triangles: IntArray, edges: Edges) -> FloatArray:
    ends = vertices[edges.ends].sum(axis=1)
    opposite = np.zeros_like(ends)
    np.add.at(opposite, edges.of_corner, vertices[np.roll(triangles, 1, axis=1)])
    inner = (edges.uses == 2)[:, None]
    points: FloatArray = np.where(inner, 3.0 / 8.0 * ends + opposite / 8.0, ends / 2.0)
    return points


def _moved_vertices(vertices: FloatArray, edges: Edges) -> FloatArray:
    rim = edges.uses == 1
    on_rim = np.zeros(len(vertices), dtype=bool)
    on_rim[edges.ends[rim]] = True
    inner_sum, inner_count = _neighbours(vertices, edges.ends)
    rim_sum, rim_count = _neighbours(vertices, edges.ends[rim])
    count = np.maximum(inner_count, 1)[:, None]
    weight = np.where(count == 3, 3.0 / 16.0, 3.0 / (8.0 * count))
    inner = (1.0 - count * weight) * vertices + weight * inner_sum
    outer = np.where(rim_count[:, None] == 2, 0.75 * vertices + rim_sum / 8.0, vertices)
    moved: FloatArray = np.where(on_rim[:, None], outer, inner)
    return moved


def _neighbours(vertices: FloatArray, ends: IntArray) -> tuple[FloatArray, IntArray]:
    total = np.zeros_like(vertices)
    np.add.at(total, ends[:, 0], vertices[ends[:, 1]])
    np.add.at(total, ends[:, 1], vertices[ends[:, 0]])
    return total, np.bincount(ends.ravel(), minlength=len(vertices))


def hem_distance(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """(n,) distance of each vertex to the nearest open edge of the cloth, metres, along its mesh."""
    edges = find_edges(triangles)
    return _spread(vertices, edges, np.unique(edges.ends[edges.uses == 1]))


def seam_distance(vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray) -> FloatArray:
    """(n,) distance of each vertex to the nearest sewn edge: one whose two sides lie apart on the flat panels."""
    edges = find_edges(triangles)
    middle = (corner_uvs + np.roll(corner_uvs, -1, axis=1)) / 2.0
    low, high = np.full((len(edges.ends), 2), np.inf), np.full((len(edges.ends), 2), -np.inf)
    np.minimum.at(low, edges.of_corner, middle)
    np.maximum.at(high, edges.of_corner, middle)
    sewn = (edges.uses == 2) & (np.abs(high - low).max(axis=1) > 1e-4)
    return _spread(vertices, edges, np.unique(edges.ends[sewn]))


FAR = 0.08


def _spread(vertices: FloatArray, edges: Edges, sources: IntArray) -> FloatArray:
    """(n,) straight distance to the nearest of ``sources``, which is looked for along the edges."""
    distance = np.full(len(vertices), FAR)
    nearest = np.full(len(vertices), -1)
    distance[sources], nearest[sources] = 0.0, sources
    both = np.concatenate([edges.ends, edges.ends[:, ::-1]])
    for _ in range(24):
        start, end = both[nearest[both[:, 0]] >= 0].T
        reach = np.linalg.norm(vertices[end] - vertices[nearest[start]], axis=1)
        order = np.argsort(-reach)
        start, end, reach = start[order], end[order], reach[order]
        better = reach < distance[end]
        if not better.any():
            break
        nearest[end[better]], distance[end[better]] = nearest[start[better]], reach[better]
    return distance
