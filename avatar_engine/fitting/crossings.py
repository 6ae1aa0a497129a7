# SPDX-License-Identifier: GPL-3.0-or-later
"""Where two triangle surfaces pass through each other: edges of either against triangles of the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.facets import FLAT, Cells, Facets, bounded, spread
from avatar_engine.fitting.kernels import compiled
from avatar_engine.fitting.sections import FloatArray, IntArray

APART = 0.0003  # metres that what crosses is moved further than the other triangle's plane
STRIDE = 0.003  # metres that it is moved to that plane at most at once
DRAWN = 4  # every so many rounds what still crosses is drawn to its neighbours
ALIKE = 0.5


def crossing_pairs(
    vertices: FloatArray, triangles: IntArray, facets: Facets, masks: IntArray | None = None
) -> tuple[IntArray, IntArray]:
    """Pairs of crossing triangles: rows of ``triangles`` (m, 3) and of the facets', (k,) each, sorted.

    Vertices alone do not tell: an edge can pass through a fold or a tip with both of its ends outside.

    Parameters
    ----------
    masks : (m,) label bits of the facets that each triangle is looked at against (all where not given)
    """
    masks = np.full(len(triangles), -1, dtype=np.int32) if masks is None else masks
    kernels = compiled()
    if kernels is None:
        corners, low, high = bounded(vertices, triangles)
        row, column = _crossing(corners, *_near(low, high, masks, facets), facets)
    else:
        row, column = kernels.crossing(
            vertices, triangles, masks, facets.corners, facets.labels, facets.origin, facets.cell, facets.shape,
            facets.starts, facets.items, facets.boxes,
        )  # fmt: skip
    order = np.lexsort((column, row))
    return row[order].astype(np.int32), column[order].astype(np.int32)


@dataclass(frozen=True)
class Crossings:
    """Pairs of triangles that crossed before an attempt to part them, and after it; ``rows`` (k,): those that still do,
    each once.
    """

    before: int
    left: int
    rows: IntArray


def uncross(
    x: FloatArray,
    triangles: IntArray,
    against: Sequence[tuple[Facets, IntArray]],
    rounds: int,
    outward: Callable[[], FloatArray] | None = None,
    rows: IntArray | None = None,
    skins: int = 1,
) -> Crossings:
    """Move triangles that cross others out of them: tips between samples are found so, and what passes through a fold.

    Each pair asks for the shorter of two ways: the cloth's corners out over the other's plane, or the cloth's plane
    over the other's tip. A tip squeezed between two parts finds no way out, so every DRAWN-th round what still crosses
    is drawn to its neighbours instead. After the first round only what has moved is looked at.

    Parameters
    ----------
    x : (n, 3), changed in place
    triangles : (m, 3) outward
    against : facets, outward, with the label bits (m,) that each triangle is looked at against
    outward : gives (n, 3) unit ways out of all facets but the skins, whose folds may face anywhere, or 0 where none is
        known; asked at most once
    skins : how many of the facets, from the first on, are smooth
    rows : (k,) the triangles that may cross others (all where not given)
    """
    rows, before = np.arange(len(triangles), dtype=np.int32) if rows is None else rows, 0
    outward = None if outward is None else cache(outward)
    for number in range(rounds + 1):
        crossed, moves, still = [], [], []
        for which, (facets, masks) in enumerate(against):
            row, column = crossing_pairs(x, triangles[rows], facets, masks[rows])
            if len(row) == 0:
                continue
            ids = triangles[rows[row]]
            ways, depths = _ways_out(x[ids], facets.corners[column])
            asked = ((np.clip(depths, 0.0, STRIDE) + APART)[:, None] * ways)[:, None].repeat(3, axis=1)
            if which >= skins and outward is not None:
                out = outward()[ids]
                known = (out != 0.0).any(axis=2, keepdims=True)
                asked = np.where(known, np.linalg.norm(asked, axis=2, keepdims=True) * out, asked)
            still.append(rows[row])
            crossed.append(ids)
            moves.append(asked)
        ids = np.concatenate([triangles[:0], *crossed])
        before = len(ids) if number == 0 else before
        if len(ids) == 0 or number == rounds:
            break
        moved = np.zeros(len(x), dtype=bool)
        moved[ids] = True
        rows = touching(triangles, moved)
        if number % DRAWN == DRAWN - 1:
            _draw_in(x, triangles[rows], moved)
        else:
            push_apart(x, ids, np.concatenate(moves))
    return Crossings(before, len(ids), np.unique(np.concatenate([rows[:0], *still])))


def touching(triangles: IntArray, chosen: npt.NDArray[np.bool_]) -> IntArray:
    """(k,) those of triangles (m, 3) that have one of the chosen vertices (n,)."""
    one, two, three = (chosen[triangles[:, corner]] for corner in range(3))
    return np.flatnonzero(one | two | three).astype(np.int32)


def deepest(
    x: FloatArray, triangles: IntArray, against: Sequence[tuple[Facets, IntArray]]
) -> tuple[FloatArray, float] | None:
    """Where (3,) triangles cross others the deepest, and how deep in metres; None where none does.

    Parameters are those of ``uncross``.
    """
    places, depths = [np.zeros((0, 3))], [np.zeros(0)]
    for facets, masks in against:
        row, column = crossing_pairs(x, triangles, facets, masks)
        corners = x[triangles[row]]
        places.append(corners.mean(axis=1))
        depths.append(_ways_out(corners, facets.corners[column])[1])
    depth = np.concatenate(depths)
    return (np.concatenate(places)[depth.argmax()], float(depth.max())) if len(depth) else None


def _ways_out(cloth: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(k, 3) unit ways of triangles (k, 3, 3) to the outer side of others (k, 3, 3), and how far it is (k,)."""
    normal, own = _unit_normals(others), _unit_normals(cloth)
    depth = -np.einsum("kcd,kd->kc", cloth - others[:, :1], normal).min(axis=1)
    tip = np.einsum("kcd,kd->kc", others - cloth[:, :1], own).max(axis=1)
    over = ((normal * own).sum(axis=1) > ALIKE) & (tip < depth)
    return np.where(over[:, None], own, normal), np.where(over, tip, depth)


def _unit_normals(corners: FloatArray) -> FloatArray:
    (ux, uy, uz), (vx, vy, vz) = (corners[:, 1:] - corners[:, :1]).transpose(1, 2, 0)
    normal = np.stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], axis=1)
    return np.asarray(normal / np.maximum(np.sqrt((normal * normal).sum(axis=1, keepdims=True)), 1e-15))


def _draw_in(x: FloatArray, around: IntArray, moved: npt.NDArray[np.bool_]) -> None:
    """Take the chosen vertices of x (n, 3) half-way to the mean of the triangles (k, 3) around them."""
    drawn = x.copy()
    push_apart(drawn, around, 0.5 * (x[around].mean(axis=1)[:, None] - x[around]))
    x[moved] = drawn[moved]


def push_apart(x: FloatArray, ids: IntArray, moves: FloatArray) -> None:
    """Add to every vertex of x (n, 3) the mean of what its samples ``ids`` (k, c) ask for, ``moves`` (k, 3), or
    (k, c, 3) where each asks for its own.
    """
    total, share = np.zeros_like(x), np.zeros(len(x))
    for column in range(ids.shape[1]):
        np.add.at(total, ids[:, column], moves if moves.ndim == 2 else moves[:, column])
        np.add.at(share, ids[:, column], 1.0)
    x += total / np.maximum(share, 1.0)[:, None]


def _near(low: FloatArray, high: FloatArray, masks: IntArray, facets: Facets) -> tuple[Cells, Cells]:
    """Pairs of triangles whose boxes overlap, each once."""
    within = ((high >= facets.origin) & (low <= facets.top)).all(axis=1)
    rows = np.flatnonzero(within & (masks != 0))
    last = facets.shape - 1
    first, final = (np.clip(facets.cells(each[rows]), 0, last) for each in (low, high))
    owner, cells = spread(first, final, facets.shape)
    filled = facets.starts[cells + 1] - facets.starts[cells]
    row = np.repeat(rows[owner], filled)
    at = np.repeat(facets.starts[cells] - np.cumsum(filled) + filled, filled) + np.arange(len(row))
    boxes = facets.boxes[at]
    meet = np.flatnonzero(((low[row] <= boxes[:, 3:]) & (high[row] >= boxes[:, :3])).all(axis=1))
    row, column = row[meet], facets.items[at[meet]].astype(np.int64)
    wanted = (facets.labels[column] & masks[row]) != 0
    codes = np.unique(row[wanted] * len(facets.triangles) + column[wanted])
    return codes // len(facets.triangles), codes % len(facets.triangles)


def _crossing(corners: FloatArray, row: Cells, column: Cells, facets: Facets) -> tuple[Cells, Cells]:
    """Those of pairs of triangles, rows of corners (m, 3, 3) and of the facets', that cross."""
    one, two = corners[row], facets.corners[column]
    straddling = _straddles(one, two)
    row, column, one, two = row[straddling], column[straddling], one[straddling], two[straddling]
    straddling = _straddles(two, one)
    row, column, one, two = row[straddling], column[straddling], one[straddling], two[straddling]
    found = np.zeros(len(row), dtype=bool)
    for edges, faces in ((one, two), (two, one)):
        for k in range(3):
            found |= _passes(edges[:, k], edges[:, (k + 1) % 3], faces)
    return row[found], column[found]


def _straddles(one: FloatArray, two: FloatArray) -> npt.NDArray[np.bool_]:
    """(k,) whether the corners (k, 3, 3) of one lie on both sides of the plane of two."""
    normal = np.cross(two[:, 1] - two[:, 0], two[:, 2] - two[:, 0])
    height = np.einsum("kcd,kd->kc", one - two[:, :1], normal)
    return np.asarray((height.min(axis=1) < 0.0) & (height.max(axis=1) > 0.0))


def _passes(start: FloatArray, end: FloatArray, faces: FloatArray) -> npt.NDArray[np.bool_]:
    """(k,) whether segments pass through triangles (k, 3, 3).

    Source: Moeller, Trumbore, "Fast, minimum storage ray/triangle intersection", 1997.
    """
    along, ab, ac = end - start, faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0]
    p = np.cross(along, ac)
    scale = (ab * p).sum(axis=1)
    safe = np.where(np.abs(scale) < FLAT, 1.0, scale)
    away = start - faces[:, 0]
    u = (away * p).sum(axis=1) / safe
    q = np.cross(away, ab)
    v = (along * q).sum(axis=1) / safe
    t = (ac * q).sum(axis=1) / safe
    inside = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t >= 0.0) & (t <= 1.0)
    return np.asarray(inside & (np.abs(scale) >= FLAT))
