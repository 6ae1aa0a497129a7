# SPDX-License-Identifier: GPL-3.0-or-later
"""A small training set made of the engine's own shape space."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.generator.card import POINTS
from avatar_engine.meshing.solve import load_sampling
from tests.body.bodies import random_coefficients
from training.dataset import Dataset, body_type_posterior, cloud_components, normalisation

BODIES = 40
COMPONENTS = 16


@pytest.fixture(scope="session")
def small_set() -> Dataset:
    """Forty random bodies with sixteen components."""
    space, sampling = load_shape_space(), load_sampling()
    vertices = [space.vertices(random_coefficients(seed)) for seed in range(BODIES)]
    measurements = np.array([tape.measure(body) for body in vertices])
    scale = normalisation(measurements)
    clouds = np.array([scale.to_units(sampling.points(body)) for body in vertices], np.float16)
    weight, bias = cloud_components(clouds.astype(np.float32), COMPONENTS)
    scores = (np.arctanh(clouds.astype(np.float32).reshape(BODIES, POINTS * 3)) - bias) @ weight
    spread = scores.std(axis=0)
    slopes = np.random.default_rng(0).normal(0, 0.001, (BODIES, 15, COMPONENTS)).astype(np.float32)
    posterior = body_type_posterior(measurements)
    return Dataset(
        clouds, measurements, np.round(posterior), posterior, scores / spread, slopes, weight * spread, bias, scale
    )
