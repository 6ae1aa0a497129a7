# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended position-based dynamics of one cloth: numba where installed, the same steps in numpy elsewhere.

Source: Macklin, Mueller, Chentanez, "XPBD", 2016; Macklin et al., "Small steps in physics simulation", 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.cloth import Cloth
from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

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
    """Colour by colour, all constraints of a colour at once; axis by axis in memory, which numpy gathers fastest."""
    edge_moves = -inverse_mass[edges] / (inverse_mass[edges].sum(axis=1) + edge_compliance / dt**2)[:, None]
    stretches = [
        (_flat(edges[a:b].T.ravel(), len(x)), rest[a:b], np.ascontiguousarray(edge_moves[a:b].T))
        for a, b in zip(edge_colours, edge_colours[1:], strict=False)
    ]
    held = _Tethers.of(tethers, tether_rest, inverse_mass)
    moved = inverse_mass[bends] * bend_weights
    bend_scale = -1.0 / ((moved * bend_weights).sum(axis=1) + bend_compliance / dt**2)
    folds = [
        (
            _flat(bends[a:b].T.ravel(), len(x)),
            np.ascontiguousarray(bend_weights[a:b].T),
            np.ascontiguousarray((bend_scale[a:b, None] * moved[a:b]).T),
        )
        for a, b in zip(bend_colours, bend_colours[1:], strict=False)
    ]
    contacts = [
        (plane_ids[a:b].astype(np.intp), plane_points[a:b].T, plane_normals[a:b].T, plane_gaps[a:b])
        for a, b in zip(plane_groups, plane_groups[1:], strict=False)
    ]
    start, speed = np.ascontiguousarray(x.T), np.ascontiguousarray(velocity.T)
    for _ in range(steps):
        speed = (speed + gravity[:, None] * dt) * (1.0 - damping * dt)
        p = start + speed * dt
        for stretch in stretches:
            _stretch(p, *stretch)
        tense = held.tense(p)
        for rows in np.split(tense, np.searchsorted(tense, tether_colours[1:-1])):
            held.pull(p, rows)
        for ids, weights, moves in folds:
            _bend(p, ids, weights, moves)
        if len(pairs):
            p = np.ascontiguousarray(_parted(p.T, pairs, pair_gap).T)
        p[2, ring] += ring_pull * (ring_height - p[2, ring])
        for plane in contacts:
            _push(p, start, *plane, friction)
        speed, start = (p - start) / dt, p
        speed *= np.minimum(1.0, top_speed / np.maximum(_sizes(speed), 1e-12))
    x[:], velocity[:] = start.T, speed.T


@dataclass(frozen=True)
class _Tethers:
    """Longest distances: first and second vertices (k,), lengths, and what an error moves either of them by."""

    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    rest: FloatArray
    moves: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, pairs: IntArray, rest: FloatArray, inverse_mass: FloatArray) -> _Tethers:
        """Tethers between ``pairs`` (k, 2) of vertices."""
        first, second = pairs.T.astype(np.intp)
        one, two = inverse_mass[first], inverse_mass[second]
        return cls(first, second, rest, (-one / (one + two), -two / (one + two)))

    def tense(self, p: FloatArray) -> npt.NDArray[np.intp]:
        """Rows that are longer than at rest, places (3, n) given axis by axis."""
        away = p.take(self.first, 1) - p.take(self.second, 1)
        return np.flatnonzero(_squares(away) > self.rest**2)

    def pull(self, p: FloatArray, rows: npt.NDArray[np.intp]) -> None:
        """Solve rows that share no vertex where they are too long."""
        if len(rows) == 0:
            return
        first, second = self.first[rows], self.second[rows]
        near, far = p.take(first, 1), p.take(second, 1)
        away = near - far
        error = np.maximum(1.0 - self.rest[rows] / np.maximum(_sizes(away), 1e-12), 0.0)
        near += (error * self.moves[0][rows]) * away
        far -= (error * self.moves[1][rows]) * away
        _put(p, first, near)
        _put(p, second, far)


def _stretch(p: FloatArray, ids: npt.NDArray[np.intp], rest: FloatArray, moves: FloatArray) -> None:
    """Distance constraints that share no vertex, places ``ids`` (6 e,) of ``_flat``, lengths and ``moves`` (2, e)."""
    ends = p.take(ids).reshape(3, 2, -1)
    away = ends[:, 0] - ends[:, 1]
    error = 1.0 - rest / np.maximum(_sizes(away), 1e-12)
    ends[:, 0] += (error * moves[0]) * away
    ends[:, 1] -= (error * moves[1]) * away
    p.reshape(-1)[ids] = ends.reshape(-1)


def _flat(ids: IntArray, count: int) -> npt.NDArray[np.intp]:
    """Where vertices (k,) lie in a flat array of ``count`` places, axis by axis, (3 k,)."""
    wide = ids.astype(np.intp)
    return np.concatenate([wide, wide + count, wide + 2 * count])


def _squares(rows: FloatArray) -> FloatArray:
    """(k,) squared lengths of (3, k) vectors."""
    one, two, three = rows * rows
    return np.asarray(one + two + three)


def _sizes(rows: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(_squares(rows)))


def _put(p: FloatArray, ids: npt.NDArray[np.intp], values: FloatArray) -> None:
    for axis in range(3):
        p[axis][ids] = values[axis]


def _bend(p: FloatArray, ids: npt.NDArray[np.intp], weights: FloatArray, moves: FloatArray) -> None:
    """Quadratic bending of hinges, places ``ids`` (12 b,) of ``_flat``, ``weights`` and ``moves`` (4, b)."""
    around = p.take(ids).reshape(3, 4, -1)
    one, two, three, four = (around * weights).swapaxes(0, 1)
    around += moves * (one + two + three + four)[:, None]
    p.reshape(-1)[ids] = around.reshape(-1)


def _parted(p: FloatArray, pairs: IntArray, gap: float) -> FloatArray:
    """Places (n, 3) with pairs closer than the gap moved apart, each vertex by the mean of what its pairs ask."""
    away = p[pairs[:, 0]] - p[pairs[:, 1]]
    size = np.linalg.norm(away, axis=1)
    close = (size < gap) & (size >= 1e-9)
    push = (0.5 * (gap - size[close]) / size[close])[:, None] * away[close]
    move, share = np.zeros(p.shape), np.zeros(len(p))
    for column, sign in ((0, 1.0), (1, -1.0)):
        np.add.at(move, pairs[close, column], sign * push)
        np.add.at(share, pairs[close, column], 1.0)
    return np.asarray(p + move / np.maximum(share, 1.0)[:, None])


def _push(
    p: FloatArray,
    x: FloatArray,
    ids: npt.NDArray[np.intp],
    points: FloatArray,
    normals: FloatArray,
    gaps: FloatArray,
    friction: float,
) -> None:
    """Contact planes with Coulomb friction; places (3, n) given axis by axis."""
    one, two, three = (p.take(ids, 1) - points) * normals
    depth = gaps - (one + two + three)
    deep = np.flatnonzero(depth > 0.0)
    ids, normals, depth = ids[deep], normals.take(deep, 1), depth[deep]
    then, now = x.take(ids, 1), p.take(ids, 1) + depth * normals
    moved = now - then
    one, two, three = moved * normals
    slide = moved - (one + two + three) * normals
    _put(p, ids, now - np.minimum(1.0, friction * depth / np.maximum(_sizes(slide), 1e-12)) * slide)
