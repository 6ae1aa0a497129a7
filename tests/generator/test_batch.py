# SPDX-License-Identifier: GPL-3.0-or-later
"""Many bodies at once in torch are the bodies that numpy makes one by one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from avatar_engine.body.shape import load_shape_space
from avatar_engine.generator.batch import BodyBatch
from avatar_engine.generator.inference import load_generator
from avatar_engine.measurements import complete
from avatar_engine.meshing.solve import load_solver

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here"))]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("varied", [False, True])
def test_torch_and_numpy_make_the_same_bodies(device: str, varied: bool) -> None:
    rng = np.random.default_rng(8)
    measurements = complete({}).values * rng.normal(1, 0.05, (12, 15))
    body_type = rng.random(12)
    engine, space, solver = load_generator(), load_shape_space(), load_solver()
    variation = rng.normal(size=(12, engine.card.variation)) if varied else None
    made = BodyBatch(device).propose(measurements, body_type, variation)
    clouds = engine.clouds(measurements, body_type, variation)
    np.testing.assert_allclose(made.clouds.cpu().numpy(), clouds, atol=1e-4)
    coefficients = np.array([solver.coefficients(cloud) for cloud in clouds])
    off = (made.coefficients.cpu().numpy() - coefficients) / np.sqrt(space.variances)
    # Clouds within the promised 1e-4 leave the faintest components uncertain; the vertices tell whether it matters.
    assert np.abs(off).max() < 0.2  # standard deviations
    vertices = np.array([space.vertices(each) for each in coefficients])
    np.testing.assert_allclose(made.vertices.cpu().numpy(), vertices, atol=1e-4)
    np.testing.assert_allclose(made.vertices[:, :, 2].amin(dim=1).cpu().numpy(), 0.0, atol=1e-6)


def test_a_body_does_not_depend_on_its_company() -> None:
    batch, rng = BodyBatch(), np.random.default_rng(2)
    measurements = complete({}).values * rng.normal(1, 0.05, (5, 15))
    body_type = rng.random(5)
    together = batch.propose(measurements, body_type).vertices
    alone = batch.propose(measurements[3:4], body_type[3:4]).vertices
    torch.testing.assert_close(together[3:4], alone, atol=1e-5, rtol=0)
