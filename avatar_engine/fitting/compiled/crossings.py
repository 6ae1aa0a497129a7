# SPDX-License-Identifier: GPL-3.0-or-later
"""Triangles in a grid, and which of them cross others."""

from __future__ import annotations

import numba
import numpy as np

from avatar_engine.fitting.compiled.cells import cell_of
from avatar_engine.fitting.facets import FLAT, MARGIN


@numba.njit(cache=True)
def bounded(vertices, triangles):  # type: ignore[no-untyped-def]
    """Corners of triangles and the boxes around them, as facets.py has it."""
    n = len(triangles)
    corners, low, high = np.empty((n, 3, 3)), np.empty((n, 3)), np.empty((n, 3))
    for t in range(n):
        for k in range(3):
            a, b, c = vertices[triangles[t, 0], k], vertices[triangles[t, 1], k], vertices[triangles[t, 2], k]
            corners[t, 0, k], corners[t, 1, k], corners[t, 2, k] = a, b, c
            low[t, k], high[t, k] = min(a, b, c), max(a, b, c)
    return corners, low, high


@numba.njit(cache=True)
def filled(low, high, origin, cell, shape):  # type: ignore[no-untyped-def]
    """Where each cell's triangles start, the triangles cell by cell and their boxes, as facets.py has them."""
    starts = np.zeros(shape[0] * shape[1] * shape[2] + 1, np.int64)
    span = np.empty((len(low), 6), np.int32)
    for t in range(len(low)):
        for k in range(3):
            span[t, k], span[t, 3 + k] = cell_of(low[t, k], origin[k], cell), cell_of(high[t, k], origin[k], cell) + 1
        for x in range(span[t, 0], span[t, 3]):
            for y in range(span[t, 1], span[t, 4]):
                for z in range(span[t, 2], span[t, 5]):
                    starts[(x * shape[1] + y) * shape[2] + z + 1] += 1
    for c in range(1, len(starts)):
        starts[c] += starts[c - 1]
    at = starts[:-1].copy()
    items, boxes = np.empty(starts[-1], np.int32), np.empty((starts[-1], 6), np.float32)
    for t in range(len(low)):
        for x in range(span[t, 0], span[t, 3]):
            for y in range(span[t, 1], span[t, 4]):
                for z in range(span[t, 2], span[t, 5]):
                    c = (x * shape[1] + y) * shape[2] + z
                    i = at[c]
                    items[i] = t
                    for k in range(3):
                        boxes[i, k], boxes[i, 3 + k] = low[t, k] - MARGIN, high[t, k] + MARGIN
                    at[c] = i + 1
    return starts, items, boxes


@numba.njit(cache=True, inline="always")
def _normal(corners):  # type: ignore[no-untyped-def]
    """The normal of a triangle (3, 3), twice its area long."""
    ux, uy, uz = corners[1, 0] - corners[0, 0], corners[1, 1] - corners[0, 1], corners[1, 2] - corners[0, 2]
    vx, vy, vz = corners[2, 0] - corners[0, 0], corners[2, 1] - corners[0, 1], corners[2, 2] - corners[0, 2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@numba.njit(cache=True, inline="always")
def _straddles(one, at, nx, ny, nz):  # type: ignore[no-untyped-def]
    """Whether the corners (3, 3) of a triangle lie on both sides of the plane through a point with a normal."""
    a = (one[0, 0] - at[0]) * nx + (one[0, 1] - at[1]) * ny + (one[0, 2] - at[2]) * nz
    b = (one[1, 0] - at[0]) * nx + (one[1, 1] - at[1]) * ny + (one[1, 2] - at[2]) * nz
    c = (one[2, 0] - at[0]) * nx + (one[2, 1] - at[1]) * ny + (one[2, 2] - at[2]) * nz
    return ((a < 0.0) | (b < 0.0) | (c < 0.0)) & ((a > 0.0) | (b > 0.0) | (c > 0.0))


@numba.njit(cache=True)
def _pierces(one, other):  # type: ignore[no-untyped-def]
    """Whether an edge of one triangle (3, 3) passes through the other (Moeller, Trumbore, as crossings.py has it)."""
    a, b, c = other[0], other[1], other[2]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    for k in range(3):
        start, end = one[k], one[(k + 1) % 3]
        dx, dy, dz = end[0] - start[0], end[1] - start[1], end[2] - start[2]
        px, py, pz = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
        scale = ux * px + uy * py + uz * pz
        if abs(scale) < FLAT:
            continue
        sx, sy, sz = start[0] - a[0], start[1] - a[1], start[2] - a[2]
        s = (sx * px + sy * py + sz * pz) / scale
        qx, qy, qz = sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux
        t = (dx * qx + dy * qy + dz * qz) / scale
        along = (vx * qx + vy * qy + vz * qz) / scale
        if s >= 0.0 and t >= 0.0 and s + t <= 1.0 and along >= 0.0 and along <= 1.0:
            return True
    return False


@numba.njit(cache=True)
def _crosses(one, other):  # type: ignore[no-untyped-def]
    """Whether two triangles (3, 3) cross, the second of which lies on both sides of the first one's plane."""
    nx, ny, nz = _normal(other)
    return _straddles(one, other[0], nx, ny, nz) and (_pierces(one, other) or _pierces(other, one))


@numba.njit(cache=True, inline="always")
def _is_first(x, y, z, first, other, origin, cell):  # type: ignore[no-untyped-def]
    """Whether a cell is the first that a triangle with the ``first`` cell and another (3, 3) both touch."""
    if x != max(first[0], cell_of(min(other[0, 0], other[1, 0], other[2, 0]), origin[0], cell)):
        return False
    if y != max(first[1], cell_of(min(other[0, 1], other[1, 1], other[2, 1]), origin[1], cell)):
        return False
    return z == max(first[2], cell_of(min(other[0, 2], other[1, 2], other[2, 2]), origin[2], cell))


@numba.njit(cache=True, inline="always")
def _span(own, origin, cell, shape, first, last):  # type: ignore[no-untyped-def]
    """Fill in the first and last cells that the box of a triangle (3, 3) touches; whether it touches any."""
    touches = True
    for k in range(3):
        first[k] = max(0, cell_of(min(own[0, k], own[1, k], own[2, k]), origin[k], cell))
        last[k] = min(shape[k] - 1, cell_of(max(own[0, k], own[1, k], own[2, k]), origin[k], cell))
        touches &= first[k] <= last[k]
    return touches


@numba.njit(cache=True)
def crossing(  # type: ignore[no-untyped-def]
    vertices, triangles, masks, others, labels, origin, cell, shape, starts, items, boxes
):
    """Pairs of triangles (n, 3) and others (t, 3, 3) that cross, each once: in the first cell that both boxes touch."""
    rows, columns = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    own, first, last = np.empty((3, 3)), np.empty(3, np.int64), np.empty(3, np.int64)
    for i in range(len(triangles)):
        for q in range(3):
            for k in range(3):
                own[q, k] = vertices[triangles[i, q], k]
        if masks[i] == 0 or not _span(own, origin, cell, shape, first, last):
            continue
        low_x = np.float32(min(own[0, 0], own[1, 0], own[2, 0]))
        high_x = np.float32(max(own[0, 0], own[1, 0], own[2, 0]))
        low_y = np.float32(min(own[0, 1], own[1, 1], own[2, 1]))
        high_y = np.float32(max(own[0, 1], own[1, 1], own[2, 1]))
        low_z = np.float32(min(own[0, 2], own[1, 2], own[2, 2]))
        high_z = np.float32(max(own[0, 2], own[1, 2], own[2, 2]))
        nx, ny, nz = _normal(own)
        for x in range(first[0], last[0] + 1):
            for y in range(first[1], last[1] + 1):
                for z in range(first[2], last[2] + 1):
                    c = (x * shape[1] + y) * shape[2] + z
                    for at in range(starts[c], starts[c + 1]):
                        apart = (low_x > boxes[at, 3]) | (high_x < boxes[at, 0]) | (low_y > boxes[at, 4])
                        if apart | (high_y < boxes[at, 1]) | (low_z > boxes[at, 5]) | (high_z < boxes[at, 2]):
                            continue
                        t = items[at]
                        if labels[t] & masks[i] == 0 or not _straddles(others[t], own[0], nx, ny, nz):
                            continue
                        if _is_first(x, y, z, first, others[t], origin, cell) and _crosses(own, others[t]):
                            rows.append(np.int64(i))
                            columns.append(np.int64(t))
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
