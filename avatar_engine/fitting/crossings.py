# SPDX-License-Identifier: GPL-3.0-or-later
"""Where two triangle surfaces pass through each other: edges of either against triangles of the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Surface

FLAT = 1e-12


def crossing_pairs(
    vertices: FloatArray, triangles: IntArray, surface: Surface, masks: IntArray | None = None
) -> tuple[IntArray, IntArray]:
    """Pairs of crossing triangles: rows of ``triangles`` (m, 3) and of the surface's, (k,) each.

    Vertices alone do not tell: an edge can pass through a fold or a tip with both of its ends outside.

    Parameters
    ----------
    masks : (m,) label bits of the surface that each triangle is looked at against (all where not given)
    """
    corners = vertices[triangles]
    row, column = _near(corners, surface)
    if masks is not None:
        wanted = (surface.labels[column] & masks[row]) != 0
        row, column = row[wanted], column[wanted]
    one, two = corners[row], surface.vertices[surface.triangles[column]]
    straddling = _straddles(one, two) & _straddles(two, one)
    row, column, one, two = row[straddling], column[straddling], one[straddling], two[straddling]
    found = np.zeros(len(row), dtype=bool)
    for edges, faces in ((one, two), (two, one)):
        for k in range(3):
            found |= _passes(edges[:, k], edges[:, (k + 1) % 3], faces)
    return row[found].astype(np.int32), column[found].astype(np.int32)


def _near(corners: FloatArray, surface: Surface) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of triangles whose boxes overlap, each once."""
    low, high = corners.min(axis=1), corners.max(axis=1)
    last = np.asarray(surface.shape) - 1
    first = np.clip(((low - surface.origin) / surface.cell).astype(np.int64), 0, last)
    span = np.clip(((high - surface.origin) / surface.cell).astype(np.int64), 0, last) - first + 1
    counts = span.prod(axis=1)
    owner = np.repeat(np.arange(len(corners)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    x = first[owner, 0] + step // (span[owner, 1] * span[owner, 2])
    y = first[owner, 1] + step // span[owner, 2] % span[owner, 1]
    z = first[owner, 2] + step % span[owner, 2]
    cells = (x * surface.shape[1] + y) * surface.shape[2] + z
    filled = surface.starts[cells + 1] - surface.starts[cells]
    row = np.repeat(owner, filled)
    within = np.arange(len(row)) - np.repeat(np.cumsum(filled) - filled, filled)
    column = surface.items[np.repeat(surface.starts[cells], filled) + within].astype(np.int64)
    other_low, other_high = surface.boxes
    apart = ((low[row] > other_high[column]) | (high[row] < other_low[column])).any(axis=1)
    codes = np.unique(row[~apart] * len(surface.triangles) + column[~apart])
    return codes // len(surface.triangles), codes % len(surface.triangles)


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
