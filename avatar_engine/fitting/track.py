# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts with a surface of fixed topology, sought from where they were before: no grid to build.

From a vertex that was near, the search walks over the mesh to the nearest vertex, and then to the nearest point on the
triangles around it. Points that were far from the surface, and have not moved as far since, are not looked up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.binding import neighbours
from avatar_engine.fitting.cloth import nearest_ids
from avatar_engine.fitting.facets import FACING
from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

FARTHEST_WALK = 40
USUAL = 6  # triangles around a vertex


@dataclass(frozen=True)
class Touch:
    """Nearest surface points of some of the tracked points: their rows (k,), points and unit normals (k, 3), and signed
    distance (k,), negative inside, inf aside of the border of what may be touched.
    """

    rows: IntArray
    point: FloatArray
    normal: FloatArray
    distance: FloatArray


class Walk:
    """A surface of ``count`` vertices to walk over: triangles (t, 3) with the bits (t,) of the parts they belong to.

    ``rings`` (count, r): each vertex and its neighbours; ``wings`` (count, w, 2): the other corners of each triangle
    around it; ``sizes`` (count,): how many those are;
    ``wings_by_corner`` (2, w, count): they again, as numpy gathers them fastest.
    """

    def __init__(self, triangles: IntArray, count: int, bits: IntArray) -> None:
        self.triangles = np.ascontiguousarray(triangles, dtype=np.int32)
        self.bits = np.zeros(count, dtype=np.int32)
        np.bitwise_or.at(self.bits, self.triangles, bits[:, None].astype(np.int32))
        self.rings = _rings(self.triangles, count)
        self.wings = _wings(self.triangles, count)
        self.wings_by_corner = np.ascontiguousarray(self.wings.T, dtype=np.intp)
        self.sizes = np.bincount(self.triangles.ravel(), minlength=count)


class Track:
    """Which points of a cloth may meet a surface, and where they do on the reference.

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


class Meeting:
    """The points of a track against its surface as that stands now: ``vertices`` and unit ``normals`` (v, 3)."""

    def __init__(self, track: Track, vertices: FloatArray, normals: FloatArray) -> None:
        self._surface, self._wanted = track.surface, track.wanted
        self._vertices, self._normals = vertices, normals
        self._near = track.start.copy()
        self._place = np.zeros((len(self._near), 3))
        self._away = np.where(track.wanted != 0, -np.inf, np.inf)

    def look(self, points: FloatArray, within: float, rings: IntArray | None = None) -> Touch:
        """What is nearest to those of the points (n, 3) that may be within a distance in metres.

        ``rings`` (n, k): the cloth's own neighbours, whose findings each point tries too: across a fold a walk can
        stop at the wrong side, and points beside it seldom do all.
        """
        beside = np.arange(len(points))[:, None] if rings is None else rings
        kernels = compiled()
        if kernels is not None:
            found = kernels.looked(
                points, within, beside, self._wanted, self._near, self._place, self._away, *self._surroundings
            )
            return Touch(*found)
        moved = np.sqrt(((points - self._place) ** 2).sum(axis=1))
        rows = np.flatnonzero(self._away - moved < within)
        chosen = points[rows]
        near, touch = self._found(rows, chosen, self._wanted[rows], self._near[beside[rows]])
        size = np.sqrt(((chosen - touch.point) ** 2).sum(axis=1))
        self._near[rows], self._place[rows] = near, chosen
        self._away[rows] = np.where(touch.distance < 0.0, -np.inf, size)
        return touch

    def ways(self, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Normals (n, 3) of this surface where it was last found nearest to points (n, 3), how far above it they are
        (n,), and the squares of their distances to it (n,), inf where they never meet it.
        """
        away, normals = points - self._vertices[self._near], self._normals[self._near]
        squares = np.where(self._wanted != 0, (away**2).sum(axis=1), np.inf)
        return normals, (away * normals).sum(axis=1), squares

    def between(self, points: FloatArray, ids: IntArray, within: float) -> Touch:
        """What is nearest to the middles of points (n, 3) taken together, ``ids`` (k, c); rows are those of ``ids``.

        Looked up where one of the points was within a distance, metres, the last time.
        """
        kernels = compiled()
        if kernels is not None:
            found = kernels.looked_between(
                points, ids, within, self._wanted, self._near, self._away, *self._surroundings
            )
            return Touch(*found)
        wanted = np.bitwise_and.reduce(self._wanted[ids], axis=1)
        rows = np.flatnonzero((wanted != 0) & (self._away[ids].min(axis=1) < within))
        middles = points[ids[rows]].mean(axis=1)
        return self._found(rows, middles, wanted[rows], self._near[ids[rows]])[1]

    @property
    def _surroundings(self) -> tuple[npt.NDArray[np.generic], ...]:
        """The surface as the compiled search takes it."""
        surface = self._surface
        return surface.bits, surface.rings, surface.wings, self._vertices, self._normals

    def _found(self, rows: IntArray, points: FloatArray, wanted: IntArray, tried: IntArray) -> tuple[IntArray, Touch]:
        """Nearest vertices (k,) and points for (k, 3) points, from the best of the vertices (k, c) to try."""
        near = self._walk(points, wanted, self._best_of(points, wanted, tried))
        point, normal = self._around(points, near)
        normal /= np.maximum(np.sqrt((normal**2).sum(axis=1, keepdims=True)), 1e-12)
        away = points - point
        along, size = (away * normal).sum(axis=1), np.sqrt((away**2).sum(axis=1))
        # Aside of the border of what may be touched, in or out means nothing.
        facing = np.abs(along) >= FACING * size
        return near, Touch(rows, point, normal, np.where(facing, np.where(along < 0.0, -size, size), np.inf))

    def _best_of(self, points: FloatArray, wanted: IntArray, tried: IntArray) -> IntArray:
        """Of vertices (k, c) the nearest to each of (k, 3) points, the first unless another may be touched."""
        one, two, three = self._by_axis.take(tried, 1) - points.T[:, :, None]
        gaps = one * one + two * two + three * three
        gaps[:, 1:][(self._surface.bits[tried[:, 1:]] & wanted[:, None]) == 0] = np.inf
        best: IntArray = tried[np.arange(len(tried)), gaps.argmin(axis=1)]
        return best

    def _walk(self, points: FloatArray, wanted: IntArray, near: IntArray) -> IntArray:
        near = near.copy()
        active = np.arange(len(near))
        for _ in range(FARTHEST_WALK):
            best = self._best_of(points[active], wanted[active], self._surface.rings[near[active]])
            active, best = active[best != near[active]], best[best != near[active]]
            near[active] = best
            if not len(active):
                break
        return near

    def _around(self, points: FloatArray, near: IntArray) -> tuple[FloatArray, FloatArray]:
        """Nearest points of the triangles around vertices, and normals there, not yet of unit length, (k, 3) each."""
        point, normal = np.empty_like(points), np.empty_like(points)
        # Most have USUAL triangles around them at most, and are spared the rest of the table.
        usual = self._surface.sizes[near] <= USUAL
        for rows, width in ((np.flatnonzero(usual), USUAL), (np.flatnonzero(~usual), None)):
            ids = near[rows]
            wings = self._surface.wings_by_corner[:, :width].take(ids, 2)
            best, s, t = self._nearest_wing(points[rows], ids, wings)
            corners = ids, *wings[:, best, np.arange(len(rows))]
            weights = (1.0 - s - t)[:, None], s[:, None], t[:, None]
            for found, values in ((point, self._vertices), (normal, self._normals)):
                found[rows] = sum(weight * values[corner] for weight, corner in zip(weights, corners, strict=True))
        return point, normal

    def _nearest_wing(
        self, points: FloatArray, near: IntArray, wings: IntArray
    ) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
        """Which of the triangles (2, w, k) around vertices is nearest to points (k, 3), and where on it: shares (k,) of
        its second and third corner.
        """
        home = self._by_axis.take(near, 1)
        one, two = (self._by_axis.take(corners, 1) - home[:, None] for corners in wings)
        away = points.T - home
        b_one, b_two, g_one, g_two, g_both = (
            a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
            for a, b in ((one, away[:, None]), (two, away[:, None]), (one, one), (two, two), (one, two))
        )
        scale = np.maximum(g_one * g_two - g_both * g_both, 1e-24)
        s, t = (b_one * g_two - b_two * g_both) / scale, (b_two * g_one - b_one * g_both) / scale
        over, left, right = s + t > 1.0, s < 0.0, t < 0.0
        share = (b_two - b_one - g_both + g_one) / np.maximum(g_one + g_two - 2.0 * g_both, 1e-18)
        share = np.minimum(np.maximum(share, 0.0), 1.0)
        s, t = np.where(over, 1.0 - share, s), np.where(over, share, t)
        t = np.where(left, np.minimum(np.maximum(b_two / np.maximum(g_two, 1e-18), 0.0), 1.0), t)
        s = np.where(left, 0.0, s)
        s = np.where(right, np.minimum(np.maximum(b_one / np.maximum(g_one, 1e-18), 0.0), 1.0), s)
        t = np.where(right, 0.0, t)
        square = s * (s * g_one + 2.0 * t * g_both - 2.0 * b_one) + t * (t * g_two - 2.0 * b_two)
        every, best = np.arange(len(points)), square.argmin(axis=0)
        return best, s[best, every], t[best, every]

    @cached_property
    def _by_axis(self) -> FloatArray:
        """(3, v) the surface's vertices."""
        return np.ascontiguousarray(self._vertices.T)


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


def _wings(triangles: IntArray, count: int) -> IntArray:
    """(count, most, 2) the other two corners of the triangles around each vertex, the last repeated to fill a row."""
    order = np.argsort(triangles.ravel(), kind="stable")
    sizes = np.bincount(triangles.ravel(), minlength=count)
    others = [triangles[order // 3, (order + turn) % 3].astype(np.int32) for turn in (1, 2)]
    return np.ascontiguousarray(np.stack([_table(each, sizes) for each in others], axis=2))
