# SPDX-License-Identifier: GPL-3.0-or-later
"""Inner loops of fitting, compiled by numba; imported only where it is installed (numpy equals stand beside)."""

from __future__ import annotations

import numba
import numpy as np

from avatar_engine.fitting.facets import FLAT


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
    for i in range(n):
        if masks[i] == 0:
            continue
        p = points[i]
        best = radii[i] * radii[i]
        if hints[i] >= 0 and labels[hints[i]] & masks[i] != 0:
            best = _try(p, hints[i], best, vertices, triangles, weights, found, i)
        root = np.sqrt(best)
        x0 = max(0, int(np.floor((p[0] - root - origin[0]) / cell)))
        y0 = max(0, int(np.floor((p[1] - root - origin[1]) / cell)))
        z0 = max(0, int(np.floor((p[2] - root - origin[2]) / cell)))
        x1 = min(shape[0], int(np.floor((p[0] + root - origin[0]) / cell)) + 1)
        y1 = min(shape[1], int(np.floor((p[1] + root - origin[1]) / cell)) + 1)
        z1 = min(shape[2], int(np.floor((p[2] + root - origin[2]) / cell)) + 1)
        for x in range(x0, x1):
            for y in range(y0, y1):
                for z in range(z0, z1):
                    c = (x * shape[1] + y) * shape[2] + z
                    for at in range(starts[c], starts[c + 1]):
                        t = items[at]
                        if labels[t] & masks[i] == 0:
                            continue
                        dx, dy, dz = p[0] - centres[t, 0], p[1] - centres[t, 1], p[2] - centres[t, 2]
                        limit = root + reaches[t]
                        if dx * dx + dy * dy + dz * dz <= limit * limit:
                            closer = _try(p, t, best, vertices, triangles, weights, found, i)
                            if closer < best:
                                best = closer
                                root = np.sqrt(best)
    return found, weights


@numba.njit(cache=True)
def filled(first, last, shape):  # type: ignore[no-untyped-def]
    """Where each cell's triangles start, (cells + 1,), and the triangles, cell by cell, as facets.py has it."""
    starts = np.zeros(shape[0] * shape[1] * shape[2] + 1, np.int64)
    for t in range(len(first)):
        for x in range(first[t, 0], last[t, 0] + 1):
            for y in range(first[t, 1], last[t, 1] + 1):
                for z in range(first[t, 2], last[t, 2] + 1):
                    starts[(x * shape[1] + y) * shape[2] + z + 1] += 1
    for c in range(1, len(starts)):
        starts[c] += starts[c - 1]
    at = starts[:-1].copy()
    items = np.empty(starts[-1], np.int32)
    for t in range(len(first)):
        for x in range(first[t, 0], last[t, 0] + 1):
            for y in range(first[t, 1], last[t, 1] + 1):
                for z in range(first[t, 2], last[t, 2] + 1):
                    c = (x * shape[1] + y) * shape[2] + z
                    items[at[c]] = t
                    at[c] += 1
    return starts, items


@numba.njit(cache=True, inline="always")
def _apart(low, high, i, other_low, other_high, t):  # type: ignore[no-untyped-def]
    """Whether box i of some and box t of others have nothing in common."""
    if low[i, 0] > other_high[t, 0] or high[i, 0] < other_low[t, 0]:
        return True
    if low[i, 1] > other_high[t, 1] or high[i, 1] < other_low[t, 1]:
        return True
    return low[i, 2] > other_high[t, 2] or high[i, 2] < other_low[t, 2]


@numba.njit(cache=True, inline="always")
def _is_first(x, y, z, first, i, other_first, t):  # type: ignore[no-untyped-def]
    """Whether a cell is the first that the boxes i and t both touch."""
    if x != max(first[i, 0], other_first[t, 0]) or y != max(first[i, 1], other_first[t, 1]):
        return False
    return z == max(first[i, 2], other_first[t, 2])


@numba.njit(cache=True, inline="always")
def _heights(one, other):  # type: ignore[no-untyped-def]
    """Whether the corners (3, 3) of one triangle lie on both sides of the plane of the other."""
    a, b, c = other[0], other[1], other[2]
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    below = above = False
    for k in range(3):
        height = (one[k, 0] - a[0]) * nx + (one[k, 1] - a[1]) * ny + (one[k, 2] - a[2]) * nz
        below |= height < 0.0
        above |= height > 0.0
    return below and above


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
    return _heights(one, other) and _heights(other, one) and (_pierces(one, other) or _pierces(other, one))


@numba.njit(cache=True)
def crossing(  # type: ignore[no-untyped-def]
    corners, low, high, first, last, masks, others, labels, other_low, other_high, other_first, shape, starts, items
):
    """Pairs of triangles (n, 3, 3) and (t, 3, 3) that cross, each once: in the first cell that both boxes touch."""
    rows, columns = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for i in range(len(low)):
        for x in range(first[i, 0], last[i, 0] + 1):
            for y in range(first[i, 1], last[i, 1] + 1):
                for z in range(first[i, 2], last[i, 2] + 1):
                    c = (x * shape[1] + y) * shape[2] + z
                    for at in range(starts[c], starts[c + 1]):
                        t = items[at]
                        if labels[t] & masks[i] == 0 or _apart(low, high, i, other_low, other_high, t):
                            continue
                        if _is_first(x, y, z, first, i, other_first, t) and _crosses(corners[i], others[t]):
                            rows.append(np.int64(i))
                            columns.append(np.int64(t))
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)


@numba.njit(cache=True)
def _pull(p, pairs, rest, scale, inverse_mass, rows, slack):  # type: ignore[no-untyped-def]
    """Distance constraints of some rows; with ``slack`` only where they are too long."""
    for e in rows:
        i, j = pairs[e, 0], pairs[e, 1]
        dx, dy, dz = p[i, 0] - p[j, 0], p[i, 1] - p[j, 1], p[i, 2] - p[j, 2]
        size = max(np.sqrt(dx * dx + dy * dy + dz * dz), 1e-12)
        if slack and size <= rest[e]:
            continue
        s = (size - rest[e]) / size * scale[e]
        wi, wj = s * inverse_mass[i], s * inverse_mass[j]
        p[i, 0] += wi * dx
        p[i, 1] += wi * dy
        p[i, 2] += wi * dz
        p[j, 0] -= wj * dx
        p[j, 1] -= wj * dy
        p[j, 2] -= wj * dz


@numba.njit(cache=True)
def _tense(p, pairs, squares, rows):  # type: ignore[no-untyped-def]
    """How many distance constraints are longer than at rest; their numbers go into ``rows``."""
    count = 0
    for e in range(len(pairs)):
        i, j = pairs[e, 0], pairs[e, 1]
        dx, dy, dz = p[i, 0] - p[j, 0], p[i, 1] - p[j, 1], p[i, 2] - p[j, 2]
        rows[count] = e
        count += dx * dx + dy * dy + dz * dz > squares[e]
    return count


@numba.njit(cache=True)
def _bend(p, bends, weights, scale, inverse_mass):  # type: ignore[no-untyped-def]
    for e in range(len(bends)):
        a, b, c, d = bends[e, 0], bends[e, 1], bends[e, 2], bends[e, 3]
        va, vb, vc, vd = weights[e, 0], weights[e, 1], weights[e, 2], weights[e, 3]
        s = scale[e]
        wa, wb, wc, wd = (
            s * va * inverse_mass[a],
            s * vb * inverse_mass[b],
            s * vc * inverse_mass[c],
            s * vd * inverse_mass[d],
        )
        for k in range(3):
            error = va * p[a, k] + vb * p[b, k] + vc * p[c, k] + vd * p[d, k]
            p[a, k] += wa * error
            p[b, k] += wb * error
            p[c, k] += wc * error
            p[d, k] += wd * error


@numba.njit(cache=True)
def _push(p, x, ids, points, normals, gaps, friction):  # type: ignore[no-untyped-def]
    """Contact planes with Coulomb friction."""
    slide = np.empty(3)
    for c in range(len(ids)):
        i, n = ids[c], normals[c]
        depth = gaps[c]
        for k in range(3):
            depth -= (p[i, k] - points[c, k]) * n[k]
        if depth <= 0.0:
            continue
        along = 0.0
        for k in range(3):
            p[i, k] += depth * n[k]
            along += (p[i, k] - x[i, k]) * n[k]
        square = 0.0
        for k in range(3):
            slide[k] = p[i, k] - x[i, k] - along * n[k]
            square += slide[k] ** 2
        hold = min(1.0, friction * depth / max(np.sqrt(square), 1e-12))
        for k in range(3):
            p[i, k] -= hold * slide[k]


@numba.njit(cache=True)
def _part(p, pairs, gap, move, share):  # type: ignore[no-untyped-def]
    """Pairs closer than ``gap`` moved apart, each vertex by the mean of what its pairs ask."""
    for e in range(len(pairs)):
        for q in range(2):
            share[pairs[e, q]] = 0.0
            for k in range(3):
                move[pairs[e, q], k] = 0.0
    for e in range(len(pairs)):
        i, j = pairs[e, 0], pairs[e, 1]
        dx, dy, dz = p[i, 0] - p[j, 0], p[i, 1] - p[j, 1], p[i, 2] - p[j, 2]
        size = np.sqrt(dx * dx + dy * dy + dz * dz)
        if size >= gap or size < 1e-9:
            continue
        s = 0.5 * (gap - size) / size
        for q, sign in ((i, 1.0), (j, -1.0)):
            share[q] += 1.0
            move[q, 0] += sign * s * dx
            move[q, 1] += sign * s * dy
            move[q, 2] += sign * s * dz
    for e in range(len(pairs)):
        for q in range(2):
            i = pairs[e, q]
            if share[i] > 0.0:
                for k in range(3):
                    p[i, k] += move[i, k] / share[i]
                share[i] = 0.0


@numba.njit(cache=True)
def _advance(x, p, velocity, dt, top_speed):  # type: ignore[no-untyped-def]
    for i in range(len(x)):
        square = 0.0
        for k in range(3):
            velocity[i, k] = (p[i, k] - x[i, k]) / dt
            square += velocity[i, k] ** 2
            x[i, k] = p[i, k]
        if square > top_speed * top_speed:
            for k in range(3):
                velocity[i, k] *= top_speed / np.sqrt(square)


# fmt: off
@numba.njit(cache=True)
def substeps(  # type: ignore[no-untyped-def]
    steps, dt, x, velocity, inverse_mass, gravity, damping, top_speed, edges, rest, edge_compliance,
    tethers, tether_rest, bends, bend_weights, bend_compliance, plane_ids, plane_points, plane_normals, plane_gaps,
    friction, ring, ring_height, ring_pull, pairs, pair_gap,
):
    """``steps`` XPBD substeps in place; equal to solver.numpy_substeps up to rounding."""
    p = np.empty_like(x)
    every, tense, squares = np.arange(len(edges)), np.zeros(len(tethers) + 1, np.int64), tether_rest * tether_rest
    stretch, hold, bending = np.empty(len(edges)), np.empty(len(tethers)), np.empty(len(bends))
    for e in range(len(edges)):
        weight = inverse_mass[edges[e, 0]] + inverse_mass[edges[e, 1]]
        stretch[e] = -1.0 / (weight + edge_compliance[e] / (dt * dt))
    for e in range(len(tethers)):
        hold[e] = -1.0 / (inverse_mass[tethers[e, 0]] + inverse_mass[tethers[e, 1]])
    for e in range(len(bends)):
        weight = bend_compliance[e] / (dt * dt)
        for q in range(4):
            weight += inverse_mass[bends[e, q]] * bend_weights[e, q] ** 2
        bending[e] = -1.0 / weight
    move, share = np.zeros_like(x), np.zeros(len(x))
    for _ in range(steps):
        for i in range(len(x)):
            for k in range(3):
                velocity[i, k] = (velocity[i, k] + gravity[k] * dt) * (1.0 - damping * dt)
                p[i, k] = x[i, k] + velocity[i, k] * dt
        _pull(p, edges, rest, stretch, inverse_mass, every, False)
        count = _tense(p, tethers, squares, tense)
        _pull(p, tethers, tether_rest, hold, inverse_mass, tense[:count], True)
        _bend(p, bends, bend_weights, bending, inverse_mass)
        _part(p, pairs, pair_gap, move, share)
        for r in range(len(ring)):
            p[ring[r], 2] += ring_pull * (ring_height[r] - p[ring[r], 2])
        _push(p, x, plane_ids, plane_points, plane_normals, plane_gaps, friction)
        _advance(x, p, velocity, dt, top_speed)
# fmt: on


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
def _walked(p, wanted, tried, bits, rings, vertices):  # type: ignore[no-untyped-def]
    """The vertex nearest to a point that a walk over allowed ones comes to, from the best of those tried."""
    near = tried[0]
    dx, dy, dz = vertices[near, 0] - p[0], vertices[near, 1] - p[1], vertices[near, 2] - p[2]
    near, best = _better(p, wanted, near, dx * dx + dy * dy + dz * dz, tried, bits, vertices)
    while True:
        home = near
        near, best = _better(p, wanted, home, best, rings[home], bits, vertices)
        if near == home:
            return near


@numba.njit(cache=True)
def tracked(points, wanted, tried, bits, rings, wings, vertices, normals):  # type: ignore[no-untyped-def]
    """Walk to the vertex nearest to every point, and find the nearest point around it; as Meeting does in numpy."""
    n = len(points)
    nearest = np.empty(n, np.int32)
    found, facing = np.empty((n, 3)), np.empty((n, 3))
    for i in range(n):
        near = _walked(points[i], wanted[i], tried[i], bits, rings, vertices)
        hx, hy, hz = vertices[near, 0], vertices[near, 1], vertices[near, 2]
        dx, dy, dz = points[i, 0] - hx, points[i, 1] - hy, points[i, 2] - hz
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
        for q in range(3):
            found[i, q] = rest * vertices[near, q] + best_s * vertices[one, q] + best_t * vertices[two, q]
            facing[i, q] = rest * normals[near, q] + best_s * normals[one, q] + best_t * normals[two, q]
        nearest[i] = near
    return nearest, found, facing
