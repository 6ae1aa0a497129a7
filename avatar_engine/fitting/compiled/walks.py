# SPDX-License-Identifier: GPL-3.0-or-later
"""What is nearest to points on a surface, walking over it from where it was before."""

from __future__ import annotations

import numba
import numpy as np

from avatar_engine.fitting.facets import FACING


@numba.njit(cache=True)
def _better(p, wanted, near, best, others, bits, vertices):  # type: ignore[no-untyped-def]
    """The nearest allowed vertex to a point, of one known and those after the first of a row that ends in repeats."""
    for k in range(1, len(others)):
        other = others[k]
        if k > 1 and other == others[k - 1]:
            continue
        dx, dy, dz = vertices[other, 0] - p[0], vertices[other, 1] - p[1], vertices[other, 2] - p[2]
        gap = dx * dx + dy * dy + dz * dz
        if gap < best and bits[other] & wanted != 0:
            near, best = other, gap
    return near, best


@numba.njit(cache=True)
def _touch(p, wanted, tried, bits, rings, wings, vertices, normals, point, normal):  # type: ignore[no-untyped-def]
    """The vertex nearest to a point and how far off the surface is, signed, inf aside of it; as Meeting does in numpy.

    ``point`` and unit ``normal`` (3,) are filled in.
    """
    near = tried[0]
    dx, dy, dz = vertices[near, 0] - p[0], vertices[near, 1] - p[1], vertices[near, 2] - p[2]
    near, best = _better(p, wanted, near, dx * dx + dy * dy + dz * dz, tried, bits, vertices)
    home = -1
    while near != home:
        home = near
        near, best = _better(p, wanted, home, best, rings[home], bits, vertices)
    hx, hy, hz = vertices[near, 0], vertices[near, 1], vertices[near, 2]
    dx, dy, dz = p[0] - hx, p[1] - hy, p[2] - hz
    least, at, best_s, best_t = np.inf, 0, 0.0, 0.0
    for k in range(wings.shape[1]):
        one, two = wings[near, k, 0], wings[near, k, 1]
        if k > 0 and one == wings[near, k - 1, 0] and two == wings[near, k - 1, 1]:
            break
        ax, ay, az = vertices[one, 0] - hx, vertices[one, 1] - hy, vertices[one, 2] - hz
        cx, cy, cz = vertices[two, 0] - hx, vertices[two, 1] - hy, vertices[two, 2] - hz
        b_one, b_two = ax * dx + ay * dy + az * dz, cx * dx + cy * dy + cz * dz
        g_one, g_two = ax * ax + ay * ay + az * az, cx * cx + cy * cy + cz * cz
        g_both = ax * cx + ay * cy + az * cz
        scale = max(g_one * g_two - g_both * g_both, 1e-24)
        s, t = (b_one * g_two - b_two * g_both) / scale, (b_two * g_one - b_one * g_both) / scale
        if t < 0.0:
            s, t = min(max(b_one / max(g_one, 1e-18), 0.0), 1.0), 0.0
        elif s < 0.0:
            s, t = 0.0, min(max(b_two / max(g_two, 1e-18), 0.0), 1.0)
        elif s + t > 1.0:
            t = (b_two - b_one - g_both + g_one) / max(g_one + g_two - 2.0 * g_both, 1e-18)
            t = min(max(t, 0.0), 1.0)
            s = 1.0 - t
        square = s * (s * g_one + 2.0 * t * g_both - 2.0 * b_one) + t * (t * g_two - 2.0 * b_two)
        if square < least:
            least, at, best_s, best_t = square, k, s, t
    one, two, rest = wings[near, at, 0], wings[near, at, 1], 1.0 - best_s - best_t
    size = 0.0
    for q in range(3):
        point[q] = rest * vertices[near, q] + best_s * vertices[one, q] + best_t * vertices[two, q]
        normal[q] = rest * normals[near, q] + best_s * normals[one, q] + best_t * normals[two, q]
        size += normal[q] * normal[q]
    size = max(np.sqrt(size), 1e-12)
    along = square = 0.0
    for q in range(3):
        normal[q] /= size
        along += (p[q] - point[q]) * normal[q]
        square += (p[q] - point[q]) ** 2
    size = np.sqrt(square)
    distance = np.inf if abs(along) < FACING * size else (-size if along < 0.0 else size)
    return near, distance


@numba.njit(cache=True)
def looked(  # type: ignore[no-untyped-def]
    points, within, beside, wanted, nearest, place, away, bits, rings, wings, vertices, normals
):
    """Meeting.look: rows, points, normals and distances; ``nearest``, ``place`` and ``away`` are brought up to date."""
    n, count, before = len(points), 0, nearest.copy()
    rows, found, facing, distance = np.empty(n, np.int64), np.empty((n, 3)), np.empty((n, 3)), np.empty(n)
    tried = np.empty(beside.shape[1], nearest.dtype)
    for i in range(n):
        p, moved = points[i], 0.0
        for q in range(3):
            moved += (p[q] - place[i, q]) ** 2
        if not away[i] - np.sqrt(moved) < within:
            continue
        for k in range(len(tried)):
            tried[k] = before[beside[i, k]]
        nearest[i], distance[count] = _touch(
            p, wanted[i], tried, bits, rings, wings, vertices, normals, found[count], facing[count]
        )
        size = 0.0
        for q in range(3):
            place[i, q] = p[q]
            size += (p[q] - found[count, q]) ** 2
        away[i] = -np.inf if distance[count] < 0.0 else np.sqrt(size)
        rows[count] = i
        count += 1
    return rows[:count], found[:count], facing[:count], distance[:count]


@numba.njit(cache=True)
def looked_between(  # type: ignore[no-untyped-def]
    points, ids, within, wanted, nearest, away, bits, rings, wings, vertices, normals
):
    """Meeting.between: rows of ``ids`` (k, c), points, normals and distances."""
    n, c, count = len(ids), ids.shape[1], 0
    rows, found, facing, distance = np.empty(n, np.int64), np.empty((n, 3)), np.empty((n, 3)), np.empty(n)
    tried, middle = np.empty(c, nearest.dtype), np.empty(3)
    for i in range(n):
        parts, closest = wanted[ids[i, 0]], away[ids[i, 0]]
        for k in range(1, c):
            parts &= wanted[ids[i, k]]
            closest = min(closest, away[ids[i, k]])
        if parts == 0 or not closest < within:
            continue
        for q in range(3):
            middle[q] = 0.0
            for k in range(c):
                middle[q] += points[ids[i, k], q] / c
        for k in range(c):
            tried[k] = nearest[ids[i, k]]
        _, distance[count] = _touch(
            middle, parts, tried, bits, rings, wings, vertices, normals, found[count], facing[count]
        )
        rows[count] = i
        count += 1
    return rows[:count], found[:count], facing[:count], distance[:count]
