# SPDX-License-Identifier: GPL-3.0-or-later
"""Inner loops of fitting, compiled by numba; imported only where it is installed (numpy equals stand beside)."""

from __future__ import annotations

import numba
import numpy as np

from avatar_engine.fitting.facets import FACING, FLAT, MARGIN


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
def _cell(x, start, cell):  # type: ignore[no-untyped-def]
    return int(np.floor((x - start) / cell))


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
                first[k] = max(0, _cell(p[k] - root, origin[k], cell))
                last[k] = min(shape[k] - 1, _cell(p[k] + root, origin[k], cell))
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
def filled(low, high, origin, cell, shape):  # type: ignore[no-untyped-def]
    """Where each cell's triangles start, the triangles cell by cell and their boxes, as facets.py has them."""
    starts = np.zeros(shape[0] * shape[1] * shape[2] + 1, np.int64)
    span = np.empty((len(low), 6), np.int32)
    for t in range(len(low)):
        for k in range(3):
            span[t, k], span[t, 3 + k] = _cell(low[t, k], origin[k], cell), _cell(high[t, k], origin[k], cell) + 1
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


@numba.njit(cache=True, inline="always")
def _is_first(x, y, z, first, other, origin, cell):  # type: ignore[no-untyped-def]
    """Whether a cell is the first that a triangle with the ``first`` cell and another (3, 3) both touch."""
    if x != max(first[0], _cell(min(other[0, 0], other[1, 0], other[2, 0]), origin[0], cell)):
        return False
    if y != max(first[1], _cell(min(other[0, 1], other[1, 1], other[2, 1]), origin[1], cell)):
        return False
    return z == max(first[2], _cell(min(other[0, 2], other[1, 2], other[2, 2]), origin[2], cell))


@numba.njit(cache=True, inline="always")
def _span(own, origin, cell, shape, first, last):  # type: ignore[no-untyped-def]
    """Fill in the first and last cells that the box of a triangle (3, 3) touches; whether it touches any."""
    touches = True
    for k in range(3):
        first[k] = max(0, _cell(min(own[0, k], own[1, k], own[2, k]), origin[k], cell))
        last[k] = min(shape[k] - 1, _cell(max(own[0, k], own[1, k], own[2, k]), origin[k], cell))
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
        low_x, high_x = min(own[0, 0], own[1, 0], own[2, 0]), max(own[0, 0], own[1, 0], own[2, 0])
        low_y, high_y = min(own[0, 1], own[1, 1], own[2, 1]), max(own[0, 1], own[1, 1], own[2, 1])
        low_z, high_z = min(own[0, 2], own[1, 2], own[2, 2]), max(own[0, 2], own[1, 2], own[2, 2])
        for x in range(first[0], last[0] + 1):
            for y in range(first[1], last[1] + 1):
                for z in range(first[2], last[2] + 1):
                    c = (x * shape[1] + y) * shape[2] + z
                    for at in range(starts[c], starts[c + 1]):
                        if low_x > boxes[at, 3] or high_x < boxes[at, 0] or low_y > boxes[at, 4]:
                            continue
                        if high_y < boxes[at, 1] or low_z > boxes[at, 5] or high_z < boxes[at, 2]:
                            continue
                        t = items[at]
                        wanted = labels[t] & masks[i] != 0 and _is_first(x, y, z, first, others[t], origin, cell)
                        if wanted and _crosses(own, others[t]):
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
