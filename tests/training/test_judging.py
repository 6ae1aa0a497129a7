# SPDX-License-Identifier: GPL-3.0-or-later
"""The ablation's figures are right where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from training.dataset import CLOUD_SCALE, Dataset
from training.features import Features, design, features
from training.judging import accuracy, chamfer_mm2, critic_accuracy, diversity
from training.ways import ridge_on_components, ridge_on_points


@pytest.fixture(scope="module")
def found(small_set: Dataset) -> Features:
    return features(small_set, 4, 24)


def test_the_true_clouds_are_without_fault(small_set: Dataset) -> None:
    figures = accuracy(small_set, lambda rows, rng: small_set.clouds[rows], small_set.held_out)
    assert figures.paired == pytest.approx(0.0, abs=1e-9)
    assert figures.chamfer == pytest.approx(0.0, abs=1e-9)
    assert figures.tape < 0.5  # half-precision clouds, and a prior in the solver
    assert figures.corrected < 0.1
    assert figures.varied_tape == figures.tape


def test_clouds_moved_by_ten_millimetres_are_ten_off(small_set: Dataset) -> None:
    moved = np.array([0.01 / CLOUD_SCALE, 0.0, 0.0])
    figures = accuracy(small_set, lambda rows, rng: small_set.clouds[rows].astype(float) + moved, small_set.held_out)
    assert figures.paired == pytest.approx(10.0, abs=1e-3)
    assert 0.0 < figures.chamfer < 200.0
    assert figures.tape < 1.5  # a tape does not mind where a body stands


def test_the_chamfer_distance_of_points_one_millimetre_apart_is_two() -> None:
    grid = np.stack(np.meshgrid(*[np.arange(4.0)] * 3), axis=-1).reshape(-1, 3)
    assert chamfer_mm2(grid, grid + np.array([0.001, 0.0, 0.0])) == pytest.approx(2.0)


def test_diversity_is_the_spread_of_the_points(small_set: Dataset) -> None:
    def shaken(rows: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        assert rng is not None
        return small_set.clouds[rows] + rng.normal(0, 0.003 / CLOUD_SCALE, (len(rows), 10_000, 3))

    assert diversity(small_set, shaken, small_set.held_out) == pytest.approx(3.0 * 3**0.5, rel=0.01)
    assert diversity(small_set, lambda rows, rng: small_set.clouds[rows], small_set.held_out) == 0.0


def test_a_critic_tells_average_bodies_from_real_ones_but_not_real_from_real(
    small_set: Dataset, found: Features
) -> None:
    everybody = np.arange(len(small_set))
    mean = small_set.clouds.astype(np.float32).mean(axis=0)

    def average(rows: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        return np.repeat(mean[None], len(rows), axis=0)

    assert critic_accuracy(small_set, average, found, everybody) > 0.9
    assert critic_accuracy(small_set, lambda rows, rng: small_set.clouds[rows], found, everybody) == 0.5


def test_ridge_on_points_is_least_squares_with_a_penalty(small_set: Dataset) -> None:
    rows, known = small_set.training, design(small_set)
    penalty = np.eye(known.shape[1])
    penalty[0, 0] = 0.0  # the constant goes free
    clouds = small_set.clouds[rows].astype(float).reshape(len(rows), -1)
    augmented = np.vstack([known[rows], penalty]), np.vstack([clouds, np.zeros((len(penalty), clouds.shape[1]))])
    expected = known @ np.linalg.lstsq(*augmented, rcond=None)[0]
    found = ridge_on_points(small_set, rows)(np.arange(len(small_set)), None)
    np.testing.assert_allclose(found.reshape(len(small_set), -1), expected, atol=1e-5)


def test_ridge_on_components_varies_as_much_as_it_leaves_open(small_set: Dataset) -> None:
    rows = small_set.training
    make = ridge_on_components(small_set, rows)
    within = np.tanh(small_set.scores[rows] @ small_set.output_weight.T + small_set.output_bias)
    left = (make(rows, None) - within.reshape(len(rows), -1, 3)) * CLOUD_SCALE
    spread = np.sqrt((left**2).sum(axis=2).mean()) * 1000
    assert diversity(small_set, make, rows) == pytest.approx(spread, rel=0.1)
    assert diversity(small_set, ridge_on_points(small_set, rows), rows) == pytest.approx(0.0, abs=1e-9)


def test_variation_is_standard_and_tells_nothing_of_the_measurements(small_set: Dataset, found: Features) -> None:
    own = found.variation[small_set.training]
    np.testing.assert_allclose(own.mean(axis=0), 0.0, atol=0.15)
    np.testing.assert_allclose(own.std(axis=0), 1.0, atol=0.05)
    correlation = np.corrcoef(own.T)
    assert np.abs(correlation - np.eye(len(correlation))).max() < 0.05
