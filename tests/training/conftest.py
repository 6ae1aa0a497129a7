# SPDX-License-Identifier: GPL-3.0-or-later
"""A small training set made of the engine's own shape space, and settings to match."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from avatar_engine.body import tape
from avatar_engine.body.correction import jacobian
from avatar_engine.body.shape import load_shape_space
from avatar_engine.generator.card import POINTS
from avatar_engine.meshing.solve import load_sampling
from tests.body.bodies import random_coefficients
from training.config import Config
from training.dataset import Dataset, body_type_posterior, cloud_components, normalisation, score_slopes

BODIES = 40
COMPONENTS = 16
SETTINGS = Config(
    widths=(32, COMPONENTS),
    groups=4,
    variation=4,
    view=20,
    warm_up_epochs=2,
    adversarial_epochs=2,
    warm_up_batch=8,
    batch=12,
    chamfer_points=32,
    checkpoint_every=2,
)


def settings(**changed: object) -> Config:
    """The small settings, some of them changed."""
    return dataclasses.replace(SETTINGS, **changed)  # type: ignore[arg-type]


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
    weight = weight * spread
    slopes = np.array([jacobian(space, tape.readings(body)) for body in vertices])
    slopes = (slopes @ score_slopes(space, sampling, weight, bias)).astype(np.float32)
    posterior = body_type_posterior(measurements)
    return Dataset(clouds, measurements, np.round(posterior), posterior, scores / spread, slopes, weight, bias, scale)
