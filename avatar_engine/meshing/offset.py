# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left between our surface and a scan, as one smooth field over our vertices."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from avatar_engine.body import slicing
from avatar_engine.body.template import BoolArray, FloatArray, Indices, IntArray, load_template

STIFFNESS = 0.4  # weight of a difference between neighbours against what scan points weigh at a vertex
ROUNDS = 80


@dataclass(frozen=True)
class Offset:
    """Metres outwards (13718,) that our skin lies under the scan; ``seen`` (13718,) where scan points speak for it."""

    metres: FloatArray
    seen: BoolArray


@functools.lru_cache(maxsize=1)
def _edges() -> IntArray:
    return slicing.unique_edges(load_template().outer_triangles)


def smooth_offset(triangles: Indices, corners: FloatArray, distances: FloatArray) -> FloatArray:
    """The smooth field (13718,) through (n,) signed distances at (n, 3) barycentric corners of (n, 3) triangles.

    Least squares with the graph's Laplacian as stiffness, by conjugate gradients; far from any point the field runs on
    without bending.
    """
    count = len(load_template().bone_weights)
    weight = np.bincount(triangles.ravel(), corners.ravel(), count).astype(np.float64)
    pull = np.bincount(triangles.ravel(), (corners * distances[:, None]).ravel(), count).astype(np.float64)
    first, second = _edges().T
    stiffness = STIFFNESS * float(weight[weight > 0.0].mean()) if weight.any() else 1.0

    def system(field: FloatArray) -> FloatArray:
        bend = stiffness * (field[first] - field[second])
        stiff: FloatArray = weight * field + np.bincount(first, bend, count) - np.bincount(second, bend, count)
        return stiff

    field, residual = np.zeros(count), pull
    direction, size = residual, float(residual @ residual)
    for _ in range(ROUNDS):
        if size < 1e-16:
            break
        image = system(direction)
        step = size / float(direction @ image)
        field, residual = field + step * direction, residual - step * image
        renewed = float(residual @ residual)
        direction, size = residual + renewed / size * direction, renewed
    return field
