# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud is solved for the body it was taken from, and noise is not mistaken for shape."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.meshing.solve import load_sampling, load_solver
from tests.body.bodies import random_coefficients


@pytest.mark.parametrize("seed", range(5))
def test_a_body_comes_back_from_its_own_cloud(seed: int) -> None:
    space = load_shape_space()
    coefficients = random_coefficients(seed)
    unshifted = space.mean[:13718] + (space.basis[:13718].reshape(-1, space.size) @ coefficients).reshape(-1, 3)
    solved = load_solver().coefficients(load_sampling().points(unshifted))
    error = np.linalg.norm(space.vertices(solved) - space.vertices(coefficients), axis=1)
    assert error.mean() < 2e-4
    assert error.max() < 2e-3


def test_noise_of_a_centimetre_moves_the_body_by_less_than_two_millimetres() -> None:
    space = load_shape_space()
    coefficients = random_coefficients(3)
    points = load_sampling().points(space.vertices(coefficients))
    noisy = points + np.random.default_rng(0).normal(0, 0.01, points.shape)
    error = np.linalg.norm(space.vertices(load_solver().coefficients(noisy)) - space.vertices(coefficients), axis=1)
    assert error.mean() < 2e-3


def test_points_lie_on_the_outer_skin_and_cover_it() -> None:
    sampling, template = load_sampling(), load_template()
    vertices = load_shape_space().mean_body().vertices
    assert sampling.triangles.shape == (10_000, 3)
    np.testing.assert_allclose(sampling.weights.sum(axis=1), 1.0, atol=1e-6)
    assert (sampling.weights > -1e-6).all()
    points = sampling.points(vertices)
    hands = np.abs(points[:, 0]) > 0.4
    assert 0.02 < hands.mean() < 0.15
    assert set(map(tuple, np.sort(sampling.triangles, axis=1))) <= set(
        map(tuple, np.sort(template.outer_triangles, axis=1))
    )


def test_a_cloud_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(10000, 3\)"):
        load_solver().coefficients(np.zeros((500, 3)))
