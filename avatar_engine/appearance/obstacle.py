# SPDX-License-Identifier: GPL-3.0-or-later
"""A grid that says how far a point is from the skin (and from clothes over it), for hair to stay outside."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avatar_engine.appearance.head import unit, vertex_normals
from avatar_engine.body.template import BoolArray, FloatArray, IntArray

CELL = 0.007
SAMPLE_SPACING = 0.004
REACH = 6
# Skin with cloth nearer than this above it is no obstacle of its own.
CLOTH_REACH, CLOTH_CELL = 0.04, 0.008
Surface = tuple[FloatArray, IntArray]


@dataclass(frozen=True)
class Obstacle:
    """Nearest surface sample per grid cell.

    origin (3,), shape of the grid; nearest: flat (cells,) index into samples, -1 far away;
    samples (s, 3) points on the surface, normals (s, 3) outwards.
    """

    origin: FloatArray
    shape: tuple[int, int, int]
    nearest: IntArray
    samples: FloatArray
    normals: FloatArray

    def distance(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Signed distances (n,) of points (n, 3), negative inside, and outward normals (n, 3).

        Far from the surface the distance is infinite and the normal zero.
        """
        sample = self._sample(points)
        near = sample >= 0
        return self._from_sample(points, sample, near)

    def _sample(self, points: FloatArray) -> IntArray:
        cell = np.floor((points - self.origin) / CELL).astype(np.int64)
        inside = np.all((cell >= 0) & (cell < self.shape), axis=1)
        cell = np.where(inside[:, None], cell, 0)
        flat = (cell[:, 0] * self.shape[1] + cell[:, 1]) * self.shape[2] + cell[:, 2]
        found: IntArray = np.where(inside, self.nearest[flat], -1)
        return found

    def _from_sample(self, points: FloatArray, sample: IntArray, near: BoolArray) -> tuple[FloatArray, FloatArray]:
        normals = np.where(near[:, None], self.normals[sample], 0.0)
        offset = points - self.samples[sample]
        distance = np.einsum("ni,ni->n", offset, normals)
        # Away from the surface a sample's tangent plane says little: there the sample's own distance counts,
        # unless the point lies straight behind it.
        gap = np.linalg.norm(offset, axis=1)
        distance = np.where((gap > 2 * SAMPLE_SPACING) & (distance > -0.5 * gap), np.maximum(distance, gap), distance)
        return np.where(near, distance, np.inf), normals

    def _closest(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Like ``distance``, from the nearest of the samples of all cells around each point."""
        best = self._sample(points)
        gap = ((points - self.samples[best]) ** 2).sum(axis=1)
        for step in (*np.eye(3), *-np.eye(3)):
            other = self._sample(points + CELL * step)
            reach = np.where(other >= 0, ((points - self.samples[other]) ** 2).sum(axis=1), np.inf)
            best, gap = np.where(reach < gap, other, best), np.minimum(reach, gap)
        return self._from_sample(points, best, best >= 0)

    def push_out(self, points: FloatArray, margin: FloatArray | float, exact: bool = False) -> FloatArray:
        """Points (n, 3) moved along the normals until they are ``margin`` away from the surface.

        ``exact`` looks at the cells around each point too, which creases need; it takes longer.
        """
        for _ in range(2):
            distance, normals = self.distance(points)
            points = points + normals * _lack(distance, margin)[:, None]
        if exact:
            for _ in range(4):
                close = np.flatnonzero(self.distance(points)[0] < 2 * CELL)
                distance, normals = self._closest(points[close])
                points[close] += normals * _lack(distance, margin)[:, None]
        return points


def _lack(distance: FloatArray, margin: FloatArray | float) -> FloatArray:
    lack = np.maximum(margin - distance, 0.0)
    return np.where(np.isfinite(lack), lack, 0.0)


def _subdivided(corners: FloatArray, corner_normals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Samples of triangles (m, 3, 3), no further apart than the spacing, with normals blended from the corners'."""
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    parts = np.clip(np.ceil(edges / SAMPLE_SPACING).astype(int), 1, 12)
    samples, facing = [np.zeros((0, 3))], [np.zeros((0, 3))]
    for part in np.unique(parts):
        chosen = parts == part
        grid = [(i + 1 / 3, j + 1 / 3) for i, j in itertools.product(range(part), repeat=2) if i + j < part]
        uv = np.array(grid) / part
        weights = np.column_stack([1 - uv.sum(axis=1), uv])
        samples.append(np.einsum("sk,mkc->msc", weights, corners[chosen]).reshape(-1, 3))
        facing.append(np.einsum("sk,mkc->msc", weights, corner_normals[chosen]).reshape(-1, 3))
    return np.concatenate(samples), unit(np.concatenate(facing))


def _spread(shape: tuple[int, int, int], nearest: IntArray, centres: FloatArray, samples: FloatArray) -> IntArray:
    """Carry the nearest sample from cell to neighbouring cell, ``REACH`` cells far."""
    padded_shape = tuple(n + 2 for n in shape)
    strides = (padded_shape[1] * padded_shape[2], padded_shape[2], 1)
    steps = [sign * stride for stride in strides for sign in (1, -1)]
    best = np.full(padded_shape, -1, dtype=np.int32)
    best[1:-1, 1:-1, 1:-1] = nearest.reshape(shape)
    best = best.ravel()
    inner = np.zeros(padded_shape, dtype=bool)
    inner[1:-1, 1:-1, 1:-1] = True
    inner = inner.ravel()
    position = np.zeros((len(best), 3), dtype=np.float32)
    position[inner] = centres
    gap = np.full(len(best), np.inf, dtype=np.float32)
    front = np.flatnonzero(best >= 0)
    gap[front] = ((position[front] - samples[best[front]]) ** 2).sum(axis=1)
    for _ in range(REACH):
        changed = []
        for step in steps:
            target = front + step
            ours = inner[target]
            target, sample = target[ours], best[front[ours]]
            offer = ((position[target] - samples[sample]) ** 2).sum(axis=1)
            better = offer < gap[target]
            target = target[better]
            best[target], gap[target] = sample[better], offer[better]
            changed.append(target)
        front = np.unique(np.concatenate(changed))
    return best.reshape(padded_shape)[1:-1, 1:-1, 1:-1].ravel()


def _sampled(
    vertices: FloatArray, triangles: IntArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Samples and normals of the part of a surface that lies in the box."""
    corners = vertices[triangles]
    touched = np.all((corners.max(axis=1) > low) & (corners.min(axis=1) < high), axis=1)
    samples, normals = _subdivided(corners[touched], vertex_normals(vertices, triangles)[triangles[touched]])
    within = np.all((samples > low) & (samples < high), axis=1)
    return samples[within], normals[within]


def _beneath(samples: FloatArray, normals: FloatArray, over: FloatArray) -> BoolArray:
    """(s,) which samples of skin have cloth straight above them: hair that met them would slip under the collar."""
    key = np.array([1, 1 << 20, 1 << 40])
    clothed = np.unique(np.floor(over / CLOTH_CELL).astype(np.int64) @ key)
    hidden = np.zeros(len(samples), dtype=np.bool_)
    for height in np.arange(0.0, CLOTH_REACH, 0.5 * CLOTH_CELL):
        hidden |= np.isin(np.floor((samples + height * normals) / CLOTH_CELL).astype(np.int64) @ key, clothed)
    return hidden


def build_obstacle(body: Surface, cover: Sequence[Surface], low: FloatArray, high: FloatArray) -> Obstacle:
    """The obstacle made of a body and the clothes over it, in the box from ``low`` to ``high``."""
    samples, normals = _sampled(*body, low, high)
    if cover:
        over, facing = (np.concatenate(parts) for parts in zip(*(_sampled(*c, low, high) for c in cover), strict=True))
        bare = ~_beneath(samples, normals, over)
        samples, normals = np.concatenate([samples[bare], over]), np.concatenate([normals[bare], facing])
    size = np.ceil((high - low) / CELL).astype(int)
    shape = (int(size[0]), int(size[1]), int(size[2]))
    cell = np.minimum(np.floor((samples - low) / CELL).astype(int), size - 1)
    flat = (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2]
    nearest = np.full(int(np.prod(shape)), -1, dtype=np.int32)
    axes = [low[i] + (np.arange(shape[i]) + 0.5) * CELL for i in range(3)]
    centres = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.float32)
    # Furthest from the cell's centre first, so that the nearest is the one that stays.
    order = np.argsort(-((samples - centres[flat]) ** 2).sum(axis=1), kind="stable")
    nearest[flat[order]] = order
    nearest = _spread(shape, nearest, centres, samples.astype(np.float32))
    return Obstacle(low, shape, nearest, samples, normals)
