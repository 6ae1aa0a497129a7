# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud to body: the coefficients of the shape space whose surface passes through the cloud's points.

Point i of a cloud always lies at the same place of the template's surface, so the fit is one linear least squares
with the population's variances as prior.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from avatar_engine.assets import load_arrays
from avatar_engine.body.shape import ShapeSpace, load_shape_space
from avatar_engine.body.template import Float32Array, FloatArray, IntArray, load_template

POINT_SD = 0.005  # metres: how far a proposed point may lie from the surface before the prior gains weight


@dataclass(frozen=True)
class Sampling:
    """Where the 10,000 points lie on the template: triangles (10000, 3) vertex ids, weights (10000, 3)."""

    triangles: IntArray
    weights: FloatArray

    def points(self, vertices: FloatArray) -> FloatArray:
        """(10000, 3) points on (13718, 3) vertices."""
        sampled: FloatArray = np.einsum("pk,pki->pi", self.weights, vertices[self.triangles])
        return sampled


@functools.lru_cache(maxsize=1)
def load_sampling() -> Sampling:
    """The sampling that ships with the engine."""
    arrays = load_arrays("cloud_sampling.npz")
    first_two = arrays["weights"].astype(np.float64)
    weights = np.column_stack([first_two, 1.0 - first_two.sum(axis=1)])
    return Sampling(load_template().outer_triangles[arrays["triangles"]], weights)


@dataclass(frozen=True)
class CloudSolver:
    """Linear map from clouds to coefficients: ``gain`` (K, 30000) applied to the cloud minus ``mean`` (10000, 3)."""

    mean: FloatArray
    gain: Float32Array

    def coefficients(self, cloud: FloatArray) -> FloatArray:
        """(K,) coefficients of a (10000, 3) cloud in metres; raises ``ValueError`` for another shape."""
        if cloud.shape != self.mean.shape:
            raise ValueError(f"cloud must be {self.mean.shape}, got {cloud.shape}")
        solved: FloatArray = (self.gain @ (cloud - self.mean).reshape(-1).astype(np.float32)).astype(np.float64)
        return solved


def make_solver(space: ShapeSpace, sampling: Sampling) -> CloudSolver:
    """The solver for a shape space and a sampling."""
    basis = np.einsum("pk,pkij->pij", sampling.weights.astype(np.float32), space.basis[sampling.triangles])
    flat = basis.reshape(-1, space.size)
    normal = (flat.T @ flat).astype(np.float64) / POINT_SD**2 + np.diag(1.0 / space.variances)
    gain = np.linalg.solve(normal, flat.T.astype(np.float64) / POINT_SD**2)
    return CloudSolver(sampling.points(space.mean[: len(load_template().bone_weights)]), gain.astype(np.float32))


@functools.lru_cache(maxsize=1)
def load_solver() -> CloudSolver:
    """The solver for the engine's own shape space and sampling."""
    return make_solver(load_shape_space(), load_sampling())
