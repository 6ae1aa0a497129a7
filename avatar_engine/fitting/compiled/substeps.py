# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended position-based dynamics of one cloth, step by step."""

from __future__ import annotations

import numba
import numpy as np


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
