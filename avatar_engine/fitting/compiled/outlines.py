# SPDX-License-Identifier: GPL-3.0-or-later
"""Normals of a surface, and where planes cut it."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def vertex_normals(vertices, triangles):  # type: ignore[no-untyped-def]
    """Unit normals, area-weighted, as surface.py has them."""
    total = np.zeros((len(vertices), 3))
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1], vertices[b, 2] - vertices[a, 2]
        vx, vy, vz = vertices[c, 0] - vertices[a, 0], vertices[c, 1] - vertices[a, 1], vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            total[corner, 0] += nx
            total[corner, 1] += ny
            total[corner, 2] += nz
    for i in range(len(total)):
        size = max(np.sqrt(total[i, 0] ** 2 + total[i, 1] ** 2 + total[i, 2] ** 2), 1e-15)
        for k in range(3):
            total[i, k] /= size
    return total


@numba.njit(cache=True)
def section(vertices, edges, origin, normal):  # type: ignore[no-untyped-def]
    """Points in which edges cross a plane, as sections.py has them."""
    height, count = np.empty(len(vertices)), 0
    base = origin[0] * normal[0] + origin[1] * normal[1] + origin[2] * normal[2]
    for i in range(len(vertices)):
        height[i] = vertices[i, 0] * normal[0] + vertices[i, 1] * normal[1] + vertices[i, 2] * normal[2] - base
    crossed = np.empty(len(edges) + 1, np.int64)
    for e in range(len(edges)):
        crossed[count] = e  # overwritten unless the edge counts
        count += (height[edges[e, 0]] >= 0.0) != (height[edges[e, 1]] >= 0.0)
    points = np.empty((count, 3))
    for row in range(count):
        a, b = edges[crossed[row], 0], edges[crossed[row], 1]
        share = height[a] / (height[a] - height[b])
        for k in range(3):
            points[row, k] = vertices[a, k] + share * (vertices[b, k] - vertices[a, k])
    return points


@numba.njit(cache=True)
def _chain(points, order, chain):  # type: ignore[no-untyped-def]
    """Those of points, in order, that make a chain which turns left only; how many they are."""
    count = 0
    for i in order:
        while count > 1:
            a, b = chain[count - 2], chain[count - 1]
            ux, uy = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
            if ux * (points[i, 1] - points[a, 1]) - uy * (points[i, 0] - points[a, 0]) > 0.0:
                break
            count -= 1
        chain[count] = i
        count += 1
    return count


@numba.njit(cache=True)
def hull(points):  # type: ignore[no-untyped-def]
    """Convex hull of points in the plane, as body/hull.py has it."""
    n = len(points)
    if n < 3:
        return np.zeros((0, 2))
    order = np.argsort(points[:, 0])
    for i in range(1, n):
        row, at = order[i], i
        while at and points[order[at - 1], 0] == points[row, 0] and points[order[at - 1], 1] > points[row, 1]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = row
    chain = np.empty(2 * n, np.int64)
    half = _chain(points, order, chain) - 1
    count = half + _chain(points, order[::-1], chain[half:]) - 1
    outline = np.empty((count, 2))
    for i in range(count):
        outline[i, 0], outline[i, 1] = points[chain[i], 0], points[chain[i], 1]
    return outline
