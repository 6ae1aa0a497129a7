# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended position-based dynamics of one cloth, step by step."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt


@numba.njit(cache=True, error_model="numpy", inline="always")
def _pull(p, i, j, rest, move_i, move_j):  # type: ignore[no-untyped-def]
    """One distance constraint: both ends moved along it by their share of its error."""
    dx, dy, dz = p[i, 0] - p[j, 0], p[i, 1] - p[j, 1], p[i, 2] - p[j, 2]
    error = 1.0 - rest / max(np.sqrt(dx * dx + dy * dy + dz * dz), 1e-12)
    wi, wj = error * move_i, error * move_j
    p[i, 0] += wi * dx
    p[i, 1] += wi * dy
    p[i, 2] += wi * dz
    p[j, 0] -= wj * dx
    p[j, 1] -= wj * dy
    p[j, 2] -= wj * dz


@numba.njit(cache=True, error_model="numpy")
def _stretch(p, pairs, rest, moves):  # type: ignore[no-untyped-def]
    """Distance constraints, all of them."""
    for e in range(len(pairs)):
        _pull(p, pairs[e, 0], pairs[e, 1], rest[e], moves[e, 0], moves[e, 1])


@numba.njit(cache=True, inline="always")
def _is_longer(p, i, j, square):  # type: ignore[no-untyped-def]
    dx, dy, dz = p[i, 0] - p[j, 0], p[i, 1] - p[j, 1], p[i, 2] - p[j, 2]
    return dx * dx + dy * dy + dz * dz > square


@numba.njit(cache=True, error_model="numpy")
def _hold(p, pairs, rest, moves, rows):  # type: ignore[no-untyped-def]
    """Distance constraints that are longer than at rest; ``rows`` has room for their numbers and one more."""
    count = 0
    for e in range(len(pairs)):
        rows[count] = e
        count += _is_longer(p, pairs[e, 0], pairs[e, 1], rest[e] * rest[e])
    for r in range(count):
        e = rows[r]
        if _is_longer(p, pairs[e, 0], pairs[e, 1], rest[e] * rest[e]):
            _pull(p, pairs[e, 0], pairs[e, 1], rest[e], moves[e, 0], moves[e, 1])


@numba.njit(cache=True)
def _bend(p, bends, weights, moves):  # type: ignore[no-untyped-def]
    for e in range(len(bends)):
        a, b, c, d = bends[e, 0], bends[e, 1], bends[e, 2], bends[e, 3]
        va, vb, vc, vd = weights[e, 0], weights[e, 1], weights[e, 2], weights[e, 3]
        wa, wb, wc, wd = moves[e, 0], moves[e, 1], moves[e, 2], moves[e, 3]
        x = va * p[a, 0] + vb * p[b, 0] + vc * p[c, 0] + vd * p[d, 0]
        y = va * p[a, 1] + vb * p[b, 1] + vc * p[c, 1] + vd * p[d, 1]
        z = va * p[a, 2] + vb * p[b, 2] + vc * p[c, 2] + vd * p[d, 2]
        p[a, 0] += wa * x
        p[a, 1] += wa * y
        p[a, 2] += wa * z
        p[b, 0] += wb * x
        p[b, 1] += wb * y
        p[b, 2] += wb * z
        p[c, 0] += wc * x
        p[c, 1] += wc * y
        p[c, 2] += wc * z
        p[d, 0] += wd * x
        p[d, 1] += wd * y
        p[d, 2] += wd * z


@numba.njit(cache=True, error_model="numpy")
def _push(p, x, ids, points, normals, gaps, friction):  # type: ignore[no-untyped-def]
    """Contact planes with Coulomb friction."""
    for c in range(len(ids)):
        i, nx, ny, nz = ids[c], normals[c, 0], normals[c, 1], normals[c, 2]
        depth = gaps[c] - (p[i, 0] - points[c, 0]) * nx - (p[i, 1] - points[c, 1]) * ny - (p[i, 2] - points[c, 2]) * nz
        if depth <= 0.0:
            continue
        px, py, pz = p[i, 0] + depth * nx, p[i, 1] + depth * ny, p[i, 2] + depth * nz
        sx, sy, sz = px - x[i, 0], py - x[i, 1], pz - x[i, 2]
        along = sx * nx + sy * ny + sz * nz
        sx, sy, sz = sx - along * nx, sy - along * ny, sz - along * nz
        hold = min(1.0, friction * depth / max(np.sqrt(sx * sx + sy * sy + sz * sz), 1e-12))
        p[i, 0], p[i, 1], p[i, 2] = px - hold * sx, py - hold * sy, pz - hold * sz


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


@numba.njit(cache=True, error_model="numpy")
def _advance(x, p, velocity, dt, top_speed):  # type: ignore[no-untyped-def]
    for i in range(len(x)):
        square = 0.0
        for k in range(3):
            velocity[i, k] = (p[i, k] - x[i, k]) / dt
            square += velocity[i, k] ** 2
            x[i, k] = p[i, k]
        if square > top_speed * top_speed:
            slower = top_speed / np.sqrt(square)
            for k in range(3):
                velocity[i, k] *= slower


@numba.njit(cache=True, error_model="numpy")
def _moves_of(ids, weights, inverse_mass, compliance):  # type: ignore[no-untyped-def]
    """What an error of each constraint moves each of its vertices by, (k, c)."""
    moves = np.empty(ids.shape)
    for e in range(len(ids)):
        total = compliance[e]
        for q in range(ids.shape[1]):
            moves[e, q] = weights[e, q] * inverse_mass[ids[e, q]]
            total += moves[e, q] * weights[e, q]
        for q in range(ids.shape[1]):
            moves[e, q] /= -total
    return moves


# fmt: off
@numba.njit(cache=True)
def _run(  # type: ignore[no-untyped-def]
    steps, dt, x, velocity, inverse_mass, gravity, damping, top_speed, edges, rest, edge_compliance,
    tethers, tether_rest, bends, bend_weights, bend_compliance, plane_ids, plane_points, plane_normals, plane_gaps,
    friction, ring, ring_height, ring_pull, pairs, pair_gap,
):
    p, tense = np.empty_like(x), np.zeros(len(tethers) + 1, np.uint32)
    stretch = _moves_of(edges, np.ones((len(edges), 2)), inverse_mass, edge_compliance / (dt * dt))
    hold = _moves_of(tethers, np.ones((len(tethers), 2)), inverse_mass, np.zeros(len(tethers)))
    bending = _moves_of(bends, bend_weights, inverse_mass, bend_compliance / (dt * dt))
    move, share = np.zeros_like(x), np.zeros(len(x))
    for _ in range(steps):
        for i in range(len(x)):
            for k in range(3):
                velocity[i, k] = (velocity[i, k] + gravity[k] * dt) * (1.0 - damping * dt)
                p[i, k] = x[i, k] + velocity[i, k] * dt
        _stretch(p, edges, rest, stretch)
        _hold(p, tethers, tether_rest, hold, tense)
        _bend(p, bends, bend_weights, bending)
        _part(p, pairs, pair_gap, move, share)
        for r in range(len(ring)):
            p[ring[r], 2] += ring_pull * (ring_height[r] - p[ring[r], 2])
        _push(p, x, plane_ids, plane_points, plane_normals, plane_gaps, friction)
        _advance(x, p, velocity, dt, top_speed)


def substeps(  # type: ignore[no-untyped-def]
    steps, dt, x, velocity, inverse_mass, gravity, damping, top_speed, edges, rest, edge_compliance,
    tethers, tether_rest, bends, bend_weights, bend_compliance, plane_ids, plane_points, plane_normals, plane_gaps,
    friction, ring, ring_height, ring_pull, pairs, pair_gap,
):
    """``steps`` XPBD substeps in place; equal to solver.numpy_substeps up to rounding.

    Vertices go in as unsigned numbers: those of which none can count from the end are found faster.
    """
    _run(
        steps, dt, x, velocity, inverse_mass, gravity, damping, top_speed, _unsigned(edges), rest, edge_compliance,
        _unsigned(tethers), tether_rest, _unsigned(bends), bend_weights, bend_compliance,
        _unsigned(plane_ids), plane_points, plane_normals, plane_gaps,
        friction, _unsigned(ring), ring_height, ring_pull, _unsigned(pairs), pair_gap,
    )
# fmt: on


def _unsigned(ids: npt.NDArray[np.int32]) -> npt.NDArray[np.uint32]:
    return np.ascontiguousarray(ids, dtype=np.int32).view(np.uint32)
