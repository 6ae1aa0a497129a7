# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts with a surface of fixed topology, sought from where they were before: no grid to build.

From a vertex that was near, the search walks over the mesh to the nearest vertex, and then to the nearest point on the
triangles around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.binding import neighbours
from avatar_engine.fitting.cloth import nearest_ids
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import closest_weights, compiled

FACING = 0.6
FARTHEST_WALK = 40


@dataclass(frozen=True)
class Touch:
    """The nearest surface point of each point: (n, 3), unit normals (n, 3) and signed distance (n,), negative inside,
    inf where the point has nothing to touch; ``near`` (n,): nearest vertices, to start from next time.
    """

    point: FloatArray
    normal: FloatArray
    distance: FloatArray
    near: IntArray


class Walk:
    """A surface of ``count`` vertices to walk over: triangles (t, 3) with the bits (t,) of the parts they belong to."""

    def __init__(self, triangles: IntArray, count: int, bits: IntArray) -> None:
        self.triangles = np.ascontiguousarray(triangles, dtype=np.int32)
        self.bits = np.zeros(count, dtype=np.int32)
        np.bitwise_or.at(self.bits, self.triangles, bits[:, None].astype(np.int32))
        self.fans = fans(self.triangles, count)
        self.rings = _rings(self.triangles, count)


class Track:
    """Where n points meet a surface.

    Parameters
    ----------
    points : (n, 3) on the reference
    vertices : (v, 3) of the surface on the reference
    wanted : (n,) bits of the points: only parts of the surface that share one are met
    """

    def __init__(self, points: FloatArray, vertices: FloatArray, surface: Walk, wanted: IntArray) -> None:
        self.surface, self.wanted = surface, np.array(wanted, dtype=np.int32)
        self.start = np.zeros(len(points), dtype=np.int32)
        for part in np.unique(wanted[wanted != 0]):
            rows, pool = np.flatnonzero(wanted == part), np.flatnonzero(surface.bits & part)
            if len(pool):
                self.start[rows] = pool[nearest_ids(points[rows], vertices[pool])]
            else:
                self.wanted[rows] = 0

    def touch(self, points: FloatArray, vertices: FloatArray, normals: FloatArray, near: IntArray | None) -> Touch:
        """The surface, now at ``vertices`` with unit ``normals`` (v, 3), nearest to the tracked points (n, 3).

        ``near``: ``Touch.near`` of the last search, None for the reference's.
        """
        near = self.start if near is None else near
        surface, kernels = self.surface, compiled()
        if kernels is None:
            near = self._walk(points, vertices, near)
            triangle, weights = self._around(points, vertices, near)
        else:
            near, triangle, weights = kernels.tracked(
                points, self.wanted, near, surface.bits, surface.rings, surface.fans, vertices, surface.triangles
            )
        corners = surface.triangles[triangle]
        point = np.einsum("nk,nkd->nd", weights, vertices[corners])
        normal = np.einsum("nk,nkd->nd", weights, normals[corners])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        away = points - point
        along, size = (away * normal).sum(axis=1), np.linalg.norm(away, axis=1)
        # Aside of the border of what may be touched, in or out means nothing.
        facing = (self.wanted != 0) & (np.abs(along) >= FACING * size)
        return Touch(point, normal, np.where(facing, np.where(along < 0.0, -size, size), np.inf), near)

    def shared(self, points: FloatArray, vertices: FloatArray, near: IntArray, rings: IntArray) -> IntArray:
        """``near`` (n,) after every point has tried those of its neighbours in the cloth, ``rings`` (n, k).

        Across a fold a walk can stop at the wrong side; points beside it seldom do all.
        """
        tried = near[rings]
        gaps = ((vertices[tried] - points[:, None]) ** 2).sum(axis=2)
        gaps[:, 1:][(self.surface.bits[tried[:, 1:]] & self.wanted[:, None]) == 0] = np.inf
        nearest: IntArray = tried[np.arange(len(near)), gaps.argmin(axis=1)]
        return nearest

    def _walk(self, points: FloatArray, vertices: FloatArray, near: IntArray) -> IntArray:
        near = near.copy()
        active = np.flatnonzero(self.wanted)
        for _ in range(FARTHEST_WALK):
            ring = self.surface.rings[near[active]]
            gaps = ((vertices[ring] - points[active, None]) ** 2).sum(axis=2)
            gaps[(self.surface.bits[ring] & self.wanted[active, None]) == 0] = np.inf
            gaps[:, 0] = ((vertices[near[active]] - points[active]) ** 2).sum(axis=1)
            best = gaps.argmin(axis=1)
            near[active] = ring[np.arange(len(active)), best]
            active = active[best > 0]
            if not len(active):
                break
        return near

    def _around(self, points: FloatArray, vertices: FloatArray, near: IntArray) -> tuple[IntArray, FloatArray]:
        around = self.surface.fans[near]
        corners = vertices[self.surface.triangles[around.ravel()]]
        weights = closest_weights(np.repeat(points, around.shape[1], axis=0), corners)
        found = np.einsum("nk,nkd->nd", weights, corners).reshape(*around.shape, 3)
        best = ((found - points[:, None]) ** 2).sum(axis=2).argmin(axis=1)
        every = np.arange(len(points))
        return around[every, best], weights.reshape(*around.shape, 3)[every, best]


def fans(triangles: IntArray, count: int) -> IntArray:
    """(count, most) triangles around each vertex, the last repeated where there are fewer; 0 where there are none."""
    order = np.argsort(triangles.ravel(), kind="stable")
    sizes = np.bincount(triangles.ravel(), minlength=count)
    return _table((order // 3).astype(np.int32), sizes)


def _rings(triangles: IntArray, count: int) -> IntArray:
    """(count, most + 1) each vertex itself, then its neighbours, the last repeated where there are fewer."""
    starts, others = neighbours(triangles, count)
    table = _table(others, np.diff(np.append(starts, len(others))))
    alone = np.arange(count, dtype=np.int32)
    sizes = np.diff(np.append(starts, len(others)))
    return np.ascontiguousarray(np.column_stack([alone, np.where(sizes[:, None] > 0, table, alone[:, None])]))


def _table(values: IntArray, sizes: IntArray) -> IntArray:
    """(n, most) rows of consecutive values, the last repeated to fill a row; 0 in empty rows."""
    starts = np.cumsum(sizes) - sizes
    place = np.minimum(np.arange(sizes.max()), np.maximum(sizes - 1, 0)[:, None])
    found = values[np.minimum(starts[:, None] + place, len(values) - 1)]
    return np.ascontiguousarray(np.where(sizes[:, None] > 0, found, 0).astype(np.int32))
