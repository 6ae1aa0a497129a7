# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended position-based dynamics of one cloth: numba where installed, the same steps in numpy elsewhere.

Source: Macklin, Mueller, Chentanez, "XPBD", 2016; Macklin et al., "Small steps in physics simulation", 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.cloth import Cloth
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import compiled

GRAVITY = np.array([0.0, 0.0, -9.81])
TOP_SPEED = 1.5


@dataclass
class Planes:
    """Contact planes: vertex ids (k,), a point and unit normal (k, 3), least distance (k,).

    ``groups`` are starts of runs within which no vertex comes twice.
    """

    ids: IntArray
    points: FloatArray
    normals: FloatArray
    gaps: FloatArray
    groups: IntArray


@dataclass
class Ring:
    """Vertices held at a height: ids (r,), heights (r,) metres, and the share of the error taken out per substep."""

    ids: IntArray
    heights: FloatArray
    pull: float


@dataclass
class Pairs:
    """Vertices of one cloth to be kept apart: ids (k, 2) and the least distance in metres."""

    ids: IntArray
    gap: float


def step(
    cloth: Cloth, x: FloatArray, velocity: FloatArray, planes: Planes, ring: Ring, pairs: Pairs,
    steps: int, dt: float, damping: float, friction: float, gravity: float = 1.0,
) -> None:  # fmt: skip
    """Advance positions and velocities (n, 3) in place by ``steps`` substeps of ``dt`` seconds."""
    kernels = compiled()
    run: Callable[..., None] = numpy_substeps if kernels is None else kernels.substeps
    arguments = [
        steps, dt, x, velocity, cloth.inverse_mass, GRAVITY * gravity, damping, TOP_SPEED,
        cloth.edges, cloth.rest, cloth.edge_compliance, cloth.tethers, cloth.tether_rest,
        cloth.bends, cloth.bend_weights, cloth.bend_compliance,
        planes.ids, planes.points, planes.normals, planes.gaps, friction, ring.ids, ring.heights, ring.pull,
        pairs.ids, pairs.gap,
    ]  # fmt: skip
    if kernels is None:
        arguments += [cloth.edge_colours, cloth.tether_colours, cloth.bend_colours, planes.groups]
    run(*arguments)


def numpy_substeps(
    steps: int, dt: float, x: FloatArray, velocity: FloatArray, inverse_mass: FloatArray, gravity: FloatArray,
    damping: float, top_speed: float, edges: IntArray, rest: FloatArray, edge_compliance: FloatArray,
    tethers: IntArray, tether_rest: FloatArray, bends: IntArray, bend_weights: FloatArray, bend_compliance: FloatArray,
    plane_ids: IntArray, plane_points: FloatArray, plane_normals: FloatArray, plane_gaps: FloatArray, friction: float,
    ring: IntArray, ring_height: FloatArray, ring_pull: float, pairs: IntArray, pair_gap: float, edge_colours: IntArray,
    tether_colours: IntArray, bend_colours: IntArray,
    plane_groups: IntArray,
) -> None:  # fmt: skip
    """Colour by colour, all constraints of a colour at once."""
    edge_scale = -1.0 / (inverse_mass[edges].sum(axis=1) + edge_compliance / dt**2)
    tether_scale = -1.0 / inverse_mass[tethers].sum(axis=1)
    moved = inverse_mass[bends] * bend_weights
    bend_scale = -1.0 / ((moved * bend_weights).sum(axis=1) + bend_compliance / dt**2)
    for _ in range(steps):
        velocity[:] = (velocity + gravity * dt) * (1.0 - damping * dt)
        p = x + velocity * dt
        for a, b in zip(edge_colours, edge_colours[1:], strict=False):
            _project_edges(p, edges[a:b], rest[a:b], edge_scale[a:b], inverse_mass)
        for a, b in zip(tether_colours, tether_colours[1:], strict=False):
            _project_edges(p, tethers[a:b], tether_rest[a:b], tether_scale[a:b], inverse_mass, slack=True)
        for a, b in zip(bend_colours, bend_colours[1:], strict=False):
            error = np.einsum("bq,bqk->bk", bend_weights[a:b], p[bends[a:b]]) * bend_scale[a:b, None]
            p[bends[a:b]] += moved[a:b, :, None] * error[:, None]
        _part(p, pairs, pair_gap)
        p[ring, 2] += ring_pull * (ring_height - p[ring, 2])
        for a, b in zip(plane_groups, plane_groups[1:], strict=False):
            _project_planes(p, x, plane_ids[a:b], plane_points[a:b], plane_normals[a:b], plane_gaps[a:b], friction)
        velocity[:] = (p - x) / dt
        x[:] = p
        speed = np.linalg.norm(velocity, axis=1)
        fast = speed > top_speed
        velocity[fast] *= (top_speed / speed[fast])[:, None]


def _project_edges(
    p: FloatArray, edges: IntArray, rest: FloatArray, scale: FloatArray, inverse_mass: FloatArray, slack: bool = False
) -> None:
    i, j = edges.T
    away = p[i] - p[j]
    size = np.maximum(np.linalg.norm(away, axis=1), 1e-12)
    error = np.maximum(size - rest, 0.0) if slack else size - rest
    push = (error * scale / size)[:, None] * away
    p[i] += inverse_mass[i, None] * push
    p[j] -= inverse_mass[j, None] * push


def _part(p: FloatArray, pairs: IntArray, gap: float) -> None:
    away = p[pairs[:, 0]] - p[pairs[:, 1]]
    size = np.linalg.norm(away, axis=1)
    close = (size < gap) & (size >= 1e-9)
    push = (0.5 * (gap - size[close]) / size[close])[:, None] * away[close]
    move, share = np.zeros_like(p), np.zeros(len(p))
    for column, sign in ((0, 1.0), (1, -1.0)):
        np.add.at(move, pairs[close, column], sign * push)
        np.add.at(share, pairs[close, column], 1.0)
    p += move / np.maximum(share, 1.0)[:, None]


def _project_planes(
    p: FloatArray,
    x: FloatArray,
    ids: IntArray,
    points: FloatArray,
    normals: FloatArray,
    gaps: FloatArray,
    friction: float,
) -> None:
    depth = gaps - ((p[ids] - points) * normals).sum(axis=1)
    deep = depth > 0.0
    ids, normals, depth = ids[deep], normals[deep], depth[deep]
    p[ids] += depth[:, None] * normals
    moved = p[ids] - x[ids]
    slide = moved - (moved * normals).sum(axis=1, keepdims=True) * normals
    size = np.maximum(np.linalg.norm(slide, axis=1), 1e-12)
    p[ids] -= np.minimum(1.0, friction * depth / size)[:, None] * slide
