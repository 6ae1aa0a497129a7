# SPDX-License-Identifier: GPL-3.0-or-later
"""The triangle nearest to a point, by the grid of a surface."""

from __future__ import annotations

import numba
import numpy as np

from avatar_engine.fitting.compiled.cells import cell_of


@numba.njit(cache=True, fastmath=False, inline="always")
def _closest_on_triangle(p, a, b, c):  # type: ignore[no-untyped-def]
    """Barycentric weights of the triangle's point nearest to p (Ericson, Real-Time Collision Detection, 5.1.5)."""
    abx, aby, abz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    acx, acy, acz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    apx, apy, apz = p[0] - a[0], p[1] - a[1], p[2] - a[2]
    d1 = abx * apx + aby * apy + abz * apz
    d2 = acx * apx + acy * apy + acz * apz
    if d1 <= 0.0 and d2 <= 0.0:
        return 1.0, 0.0, 0.0
    bpx, bpy, bpz = p[0] - b[0], p[1] - b[1], p[2] - b[2]
    d3 = abx * bpx + aby * bpy + abz * bpz
    d4 = acx * bpx + acy * bpy + acz * bpz
    if d3 >= 0.0 and d4 <= d3:
        return 0.0, 1.0, 0.0
    vc = d1 * d4 - d3 * d2
    if vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0:
        v = d1 / (d1 - d3)
        return 1.0 - v, v, 0.0
    cpx, cpy, cpz = p[0] - c[0], p[1] - c[1], p[2] - c[2]
    d5 = abx * cpx + aby * cpy + abz * cpz
    d6 = acx * cpx + acy * cpy + acz * cpz
    if d6 >= 0.0 and d5 <= d6:
        return 0.0, 0.0, 1.0
    vb = d5 * d2 - d1 * d6
    if vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0:
        w = d2 / (d2 - d6)
        return 1.0 - w, 0.0, w
    va = d3 * d6 - d5 * d4
    if va <= 0.0 and (d4 - d3) >= 0.0 and (d5 - d6) >= 0.0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        return 0.0, 1.0 - w, w
    total = 1.0 / (va + vb + vc)
    return va * total, vb * total, vc * total


@numba.njit(cache=True, inline="always")
def _try(p, t, best, vertices, triangles, weights, found, i):  # type: ignore[no-untyped-def]
    """Squared distance of the best triangle so far, this one taken in."""
    a, b, c = vertices[triangles[t, 0]], vertices[triangles[t, 1]], vertices[triangles[t, 2]]
    u, v, w = _closest_on_triangle(p, a, b, c)
    x = p[0] - u * a[0] - v * b[0] - w * c[0]
    y = p[1] - u * a[1] - v * b[1] - w * c[1]
    z = p[2] - u * a[2] - v * b[2] - w * c[2]
    gap = x * x + y * y + z * z
    if gap < best:
        found[i] = t
        weights[i, 0], weights[i, 1], weights[i, 2] = u, v, w
        return gap
    return best


@numba.njit(cache=True, inline="always")
def _beyond(x, place, origin, cell):  # type: ignore[no-untyped-def]
    """How far a place lies from the cells with number x, along one axis."""
    low = origin + x * cell
    return max(0.0, low - place, place - low - cell)


@numba.njit(cache=True)
def _nearest_in(  # type: ignore[no-untyped-def]
    p, mask, best, begin, end, items, vertices, triangles, labels, centres, reaches, weights, found, i
):
    """Squared distance of the best triangle so far, those of one cell taken in."""
    root = np.sqrt(best)
    for at in range(begin, end):
        t = items[at]
        if labels[t] & mask == 0:
            continue
        dx, dy, dz = p[0] - centres[t, 0], p[1] - centres[t, 1], p[2] - centres[t, 2]
        limit = root + reaches[t]
        if dx * dx + dy * dy + dz * dz <= limit * limit:
            closer = _try(p, t, best, vertices, triangles, weights, found, i)
            if closer < best:
                best = closer
                root = np.sqrt(best)
    return best


@numba.njit(cache=True)
def nearest(  # type: ignore[no-untyped-def]
    points, masks, radii, hints, vertices, triangles, labels, centres, reaches, origin, cell, shape, starts, items
):
    """Nearest allowed triangle within its radius of every point: ids (-1 where none) and barycentric weights.

    ``hints``: a triangle that may be near each point, -1 where none is known; it changes the time, not the answer.
    """
    n = len(points)
    found = np.full(n, -1, np.int32)
    weights = np.zeros((n, 3))
    first, last = np.empty(3, np.int64), np.empty(3, np.int64)
    for i in range(n):
        if masks[i] == 0:
            continue
        p = points[i]
        best = radii[i] * radii[i]
        if hints[i] >= 0 and labels[hints[i]] & masks[i] != 0:
            best = _try(p, hints[i], best, vertices, triangles, weights, found, i)
        for again in range(2):
            # The cell that it lies in first: what is found there spares most of the others.
            root = np.sqrt(best) if again else 0.0
            for k in range(3):
                first[k] = max(0, cell_of(p[k] - root, origin[k], cell))
                last[k] = min(shape[k] - 1, cell_of(p[k] + root, origin[k], cell))
            for x in range(first[0], last[0] + 1):
                gap_x = _beyond(x, p[0], origin[0], cell) ** 2
                for y in range(first[1], last[1] + 1):
                    gap_y = gap_x + _beyond(y, p[1], origin[1], cell) ** 2
                    for z in range(first[2], last[2] + 1):
                        if gap_y + _beyond(z, p[2], origin[2], cell) ** 2 > best:
                            continue
                        c = (x * shape[1] + y) * shape[2] + z
                        best = _nearest_in(
                            p, masks[i], best, starts[c], starts[c + 1], items, vertices, triangles, labels, centres,
                            reaches, weights, found, i,
                        )  # fmt: skip
    return found, weights
