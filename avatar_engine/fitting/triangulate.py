# SPDX-License-Identifier: GPL-3.0-or-later
"""Even triangles inside a panel: Delaunay triangulation (Bowyer-Watson) of its boundary and a hexagonal grid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray


def inside(points: FloatArray, outline: FloatArray) -> npt.NDArray[np.bool_]:
    """(n,) bool: points within a closed outline (even-odd rule)."""
    result = np.zeros(len(points), dtype=bool)
    for (ax, ay), (bx, by) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if ay != by:
            spans = (points[:, 1] < ay) != (points[:, 1] < by)
            result ^= spans & (points[:, 0] < ax + (points[:, 1] - ay) / (by - ay) * (bx - ax))
    return result


def distance_to_outline(points: FloatArray, outline: FloatArray) -> FloatArray:
    """(n,) distance from points to the nearest segment of a closed outline."""
    nearest = np.full(len(points), np.inf)
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        along = b - a
        share = np.clip((points - a) @ along / max(float(along @ along), 1e-18), 0.0, 1.0)
        nearest = np.minimum(nearest, np.linalg.norm(points - a - share[:, None] * along, axis=1))
    return nearest


def panel_mesh(boundary: FloatArray, edge_length: float) -> tuple[FloatArray, IntArray]:
    """Points (boundary first, in order) and triangles, counter-clockwise, of a panel.

    Parameters
    ----------
    boundary : (b, 2) float, counter-clockwise, spaced about ``edge_length``

    Raises
    ------
    ValueError
        when a boundary segment is no triangle's side (the outline crosses itself).
    """
    grid = _hexagons(boundary, edge_length)
    grid = grid[inside(grid, boundary)]
    grid = grid[distance_to_outline(grid, boundary) > 0.62 * edge_length]
    outside = _ghosts(boundary, edge_length)
    points = np.concatenate([boundary, grid])
    triangles = delaunay(np.concatenate([points, outside]))
    triangles = triangles[(triangles < len(points)).all(axis=1)]
    triangles = triangles[inside(points[triangles].mean(axis=1), boundary)]
    _check_boundary(triangles, len(boundary))
    return points, triangles.astype(np.int32)


def _hexagons(boundary: FloatArray, h: float) -> FloatArray:
    low, high = boundary.min(axis=0), boundary.max(axis=0)
    rows = np.arange(low[1] + 0.4 * h, high[1], h * np.sqrt(0.75))
    columns = np.arange(low[0], high[0] + h, h)
    x = columns[None, :] + 0.5 * h * (np.arange(len(rows)) % 2)[:, None]
    points = np.stack([x, np.broadcast_to(rows[:, None], x.shape)], axis=-1).reshape(-1, 2)
    # A perfect grid has cocircular points everywhere, for which Delaunay is not unique, and it buckles along its rows.
    jitter = np.random.default_rng(20).uniform(-0.06 * h, 0.06 * h, points.shape)
    return np.asarray(points + jitter)


def _ghosts(boundary: FloatArray, h: float) -> FloatArray:
    """Points just outside, so that straight boundaries make no slivers and stay edges of the triangulation."""
    following = np.roll(boundary, -1, axis=0)
    along = following - boundary
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-12)
    points = 0.5 * (boundary + following) + 0.8 * h * outward
    points = points[~inside(points, boundary)]
    return np.asarray(points[distance_to_outline(points, boundary) > 0.6 * h])


def _check_boundary(triangles: IntArray, count: int) -> None:
    sides = {(int(a), int(b)) for t in triangles for a, b in ((t[0], t[1]), (t[1], t[2]), (t[2], t[0]))}
    missing = [i for i in range(count) if (i, (i + 1) % count) not in sides]
    if missing:
        raise ValueError(f"the outline crosses itself or is too narrow near boundary points {missing[:5]}")


def delaunay(points: FloatArray) -> IntArray:
    """Delaunay triangles (t, 3), counter-clockwise, of (n, 2) points, one point at a time (Bowyer, Watson 1981)."""
    centre, size = points.mean(axis=0), float(np.ptp(points, axis=0).max()) + 1e-9
    corners = np.array([[-30.0, -20.0], [30.0, -20.0], [0.0, 40.0]])
    p = np.concatenate([(points - centre) / size, corners])
    n, room = len(points), 8 * len(points) + 64
    triangles = np.zeros((room, 3), dtype=np.int64)
    circles = np.full((room, 3), -1.0)
    triangles[0] = (n, n + 1, n + 2)
    circles[0] = _circumcircles(p[None, triangles[0]])[0]
    used, free = 1, list[int]()
    for i in np.random.default_rng(7).permutation(n):
        x, y = p[i]
        gap = (circles[:used, 0] - x) ** 2 + (circles[:used, 1] - y) ** 2 - circles[:used, 2]
        bad = np.flatnonzero(gap < 0.0)
        rim = _rim(triangles[bad])
        circles[bad, 2] = -1.0
        free.extend(bad.tolist())
        slots = [free.pop() if free else used + k for k in range(len(rim))]
        used = max(used, max(slots) + 1)
        fresh = np.array([(a, b, i) for a, b in rim])
        triangles[slots] = fresh
        circles[slots] = _circumcircles(p[fresh])
    alive = (circles[:used, 2] >= 0.0) & (triangles[:used] < n).all(axis=1)
    return np.asarray(triangles[:used][alive], dtype=np.int32)


def _rim(bad: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Directed sides of the cavity that belong to one bad triangle only."""
    sides = [(int(a), int(b)) for t in bad for a, b in ((t[0], t[1]), (t[1], t[2]), (t[2], t[0]))]
    known = set(sides)
    return [(a, b) for a, b in sides if (b, a) not in known]


def _circumcircles(corner: FloatArray) -> FloatArray:
    """(k, 3): centre x, y and squared radius of each of (k, 3, 2) triangles."""
    a, b, c = corner[:, 0], corner[:, 1], corner[:, 2]
    ab, ac = b - a, c - a
    twice = 2.0 * (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
    twice = np.where(np.abs(twice) < 1e-18, 1e-18, twice)
    bb, cc = (ab**2).sum(axis=1), (ac**2).sum(axis=1)
    x = (ac[:, 1] * bb - ab[:, 1] * cc) / twice
    y = (ab[:, 0] * cc - ac[:, 0] * bb) / twice
    return np.stack([a[:, 0] + x, a[:, 1] + y, x * x + y * y], axis=1)
