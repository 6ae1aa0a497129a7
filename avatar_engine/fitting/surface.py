# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed distance to a triangle surface (the body, or garments already on it): a uniform grid over its triangles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.facets import FACING, Facets
from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

BESIDE = 0.004


@dataclass(frozen=True)
class Contact:
    """What is nearest to each point.

    ``hit`` (n,) bool; ``distance`` (n,) metres, negative inside, inf where nothing was near;
    ``point`` and unit ``normal`` (n, 3); ``triangle`` (n,), -1 where none; ``weights`` (n, 3) barycentric.
    """

    hit: npt.NDArray[np.bool_]
    distance: FloatArray
    point: FloatArray
    normal: FloatArray
    triangle: IntArray
    weights: FloatArray

    def among(self, rows: IntArray, count: int) -> Contact:
        """The same as rows of ``count`` points, the others of which touch nothing."""
        hit, distance = np.zeros(count, dtype=bool), np.full(count, np.inf)
        triangle = np.full(count, -1, dtype=np.int32)
        hit[rows], distance[rows], triangle[rows] = self.hit, self.distance, self.triangle
        rest = [np.zeros((count, 3)) for _ in range(3)]
        for whole, part in zip(rest, (self.point, self.normal, self.weights), strict=True):
            whole[rows] = part
        return Contact(hit, distance, rest[0], rest[1], triangle, rest[2])

    def faces(self, points: FloatArray) -> npt.NDArray[np.bool_]:
        """(n,) whether each of the points looked up lies along the normal.

        Where only a part of the skin may be touched, the nearest point of that part can lie at its border, aside of the
        cloth; which side of it the cloth is on then means nothing, and pushing would raise a bump.
        """
        away = points - self.point
        along = np.abs((away * self.normal).sum(axis=1))
        return np.asarray(self.hit & (along >= FACING * np.linalg.norm(away, axis=1)))


class Surface(Facets):
    """Triangles to keep cloth out of: facets that know what is nearest to a point.

    Parameters are those of ``Facets``; triangles are outward when seen counter-clockwise.
    """

    def __init__(
        self, vertices: FloatArray, triangles: IntArray, labels: IntArray | None = None, cell: float = 0.02
    ) -> None:
        self.rim = _rim(triangles, len(vertices))
        super().__init__(vertices, triangles, labels, cell)

    def move(self, vertices: FloatArray) -> None:
        """Take new vertex positions (same topology)."""
        super().move(vertices)
        self.normals = vertex_normals(self.vertices, self.triangles)
        self.centres = self.corners.mean(axis=1)
        self.reaches = np.linalg.norm(self.corners - self.centres[:, None], axis=2).max(axis=1)

    def contact(
        self,
        points: FloatArray,
        radius: float | FloatArray,
        masks: IntArray | None = None,
        hints: IntArray | None = None,
    ) -> Contact:
        """Nearest surface point, within ``radius`` metres (one, or one a point), of each of (n, 3) points.

        ``masks`` (n,) int: label bits that each point may touch (all where not given); ``hints`` (n,) int: triangles
        found before, which only save time.
        """
        masks = np.full(len(points), -1, dtype=np.int32) if masks is None else masks
        radii = np.full(len(points), radius) if isinstance(radius, float) else radius
        hints = np.full(len(points), -1, dtype=np.int32) if hints is None else hints
        kernels = compiled()
        if kernels is None:
            triangle, weights = self._nearest_numpy(points, masks, radii)
        else:
            triangle, weights = kernels.nearest(
                np.ascontiguousarray(points), masks, radii, hints, self.vertices, self.triangles, self.labels,
                self.centres, self.reaches, self.origin, self.cell, self.shape, self.starts, self.items,
            )  # fmt: skip
        corners = self.triangles[triangle]
        point = np.einsum("nk,nkd->nd", weights, self.vertices[corners])
        normal = np.einsum("nk,nkd->nd", weights, self.normals[corners])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        away = points - point
        # Beyond an open edge there is no inside: nearest to the edge itself and not over the surface is no contact.
        sideways = np.linalg.norm(away - (away * normal).sum(axis=1, keepdims=True) * normal, axis=1)
        hit = (triangle >= 0) & (((weights * self.rim[corners]).sum(axis=1) < 0.999) | (sideways < BESIDE))
        side = np.where((away * normal).sum(axis=1) < 0.0, -1.0, 1.0)
        distance = np.where(hit, side * np.linalg.norm(away, axis=1), np.inf)
        return Contact(hit, distance, point, normal, triangle, weights)

    def _nearest_numpy(self, points: FloatArray, masks: IntArray, radii: FloatArray) -> tuple[IntArray, FloatArray]:
        found = np.full(len(points), -1, dtype=np.int32)
        weights = np.zeros((len(points), 3))
        for start in range(0, len(points), 1024):
            part = slice(start, start + 1024)
            found[part], weights[part] = self._nearest_block(points[part], masks[part], radii[part])
        return found, weights

    def _nearest_block(self, points: FloatArray, masks: IntArray, radii: FloatArray) -> tuple[IntArray, FloatArray]:
        reach = int(np.ceil(radii.max() / self.cell))
        steps = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
        home = np.floor((points - self.origin) / self.cell).astype(np.int64)
        cells = home[:, None] + steps
        valid = ((cells >= 0) & (cells < self.shape)).all(axis=2)
        index = (cells[..., 0] * self.shape[1] + cells[..., 1]) * self.shape[2] + cells[..., 2]
        row, at = np.nonzero(valid)
        chosen = index[row, at]
        counts = self.starts[chosen + 1] - self.starts[chosen]
        owner = np.repeat(row, counts)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        triangle = self.items[np.repeat(self.starts[chosen], counts) + offset]
        allowed = (self.labels[triangle] & masks[owner]) != 0
        owner, triangle = owner[allowed], triangle[allowed]
        to_centre = np.linalg.norm(points[owner] - self.centres[triangle], axis=1)
        limit = radii.copy()
        np.minimum.at(limit, owner, to_centre)
        near = to_centre - self.reaches[triangle] <= limit[owner]
        owner, triangle = owner[near], triangle[near]
        weight = closest_weights(points[owner], self.vertices[self.triangles[triangle]])
        gap = points[owner] - np.einsum("nk,nkd->nd", weight, self.vertices[self.triangles[triangle]])
        square = (gap**2).sum(axis=1)
        found = np.full(len(points), -1, dtype=np.int32)
        best = np.zeros((len(points), 3))
        order = np.lexsort((square, owner))
        firsts = order[np.unique(owner[order], return_index=True)[1]]
        firsts = firsts[square[firsts] < radii[owner[firsts]] ** 2]
        found[owner[firsts]] = triangle[firsts]
        best[owner[firsts]] = weight[firsts]
        return found, best


def _rim(triangles: IntArray, count: int) -> npt.NDArray[np.bool_]:
    """(n,) bool: vertices on an open edge."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, uses = np.unique(pairs[:, 0].astype(np.int64) * count + pairs[:, 1], return_counts=True)
    rim = np.zeros(count, dtype=bool)
    rim[edges[uses == 1] // count] = rim[edges[uses == 1] % count] = True
    return rim


def vertex_normals(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """Unit normals (n, 3), area-weighted means of the triangles around each vertex."""
    kernels = compiled()
    if kernels is not None:
        return np.asarray(kernels.vertex_normals(vertices, triangles))
    at = np.ascontiguousarray(vertices.T)
    one, two, three = (at.take(triangles[:, corner].astype(np.intp), 1) for corner in range(3))
    (ax, ay, az), (bx, by, bz) = two - one, three - one
    face = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    corners = triangles.T.ravel()
    total = np.stack([np.bincount(corners, np.tile(axis, 3), minlength=len(vertices)) for axis in face], axis=1)
    return np.asarray(total / np.maximum(np.sqrt((total**2).sum(axis=1, keepdims=True)), 1e-15))


def closest_weights(points: FloatArray, corners: FloatArray) -> FloatArray:
    """Barycentric weights (n, 3) of the nearest point of each triangle (n, 3, 3) to each point (n, 3)."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    candidates = [
        _on_segment(points, a, b, (0, 1)),
        _on_segment(points, b, c, (1, 2)),
        _on_segment(points, c, a, (2, 0)),
    ]
    normal = np.cross(b - a, c - a)
    square = np.maximum((normal**2).sum(axis=1), 1e-30)
    v = (np.cross(points - a, c - a) * normal).sum(axis=1) / square
    w = (np.cross(b - a, points - a) * normal).sum(axis=1) / square
    plane = np.stack([1.0 - v - w, v, w], axis=1)
    best = candidates[0]
    least = _gap(points, corners, best)
    for other in candidates[1:]:
        gap = _gap(points, corners, other)
        best = np.where((gap < least)[:, None], other, best)
        least = np.minimum(gap, least)
    return np.where((plane >= 0.0).all(axis=1)[:, None], plane, best)


def _on_segment(points: FloatArray, a: FloatArray, b: FloatArray, ends: tuple[int, int]) -> FloatArray:
    along = b - a
    share = np.clip(((points - a) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30), 0.0, 1.0)
    weights = np.zeros((len(points), 3))
    weights[:, ends[0]], weights[:, ends[1]] = 1.0 - share, share
    return weights


def _gap(points: FloatArray, corners: FloatArray, weights: FloatArray) -> FloatArray:
    return np.asarray(((points - np.einsum("nk,nkd->nd", weights, corners)) ** 2).sum(axis=1))
