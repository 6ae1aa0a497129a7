# SPDX-License-Identifier: GPL-3.0-or-later
"""The fifteen measurements: true on known shapes, equal to an independent reading, smooth, with true gradients."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT
from avatar_engine.measurements import KEYS, complete
from tests.body.bodies import random_coefficients
from tests.body.independent import Reader
from tests.body.mannequin import mannequin


def test_readings_come_in_the_order_of_the_keys() -> None:
    assert tuple(tape.READERS) == KEYS


def test_the_mean_body_measures_like_a_person() -> None:
    measured = tape.measure(load_shape_space().mean_body().vertices)
    people = complete({})
    assert np.all(measured > people.low * 0.95)
    assert np.all(measured < people.high * 1.05)


def test_all_fifteen_are_true_on_ellipses_cones_and_swellings_of_known_size() -> None:
    vertices, layout, truth = mannequin()
    found = {key: reading.value for key, reading in tape.readings(vertices, layout).items()}
    assert found.keys() == truth.keys() == set(KEYS)
    for key in KEYS:
        assert found[key] == pytest.approx(truth[key], abs=1e-4), key
    np.testing.assert_allclose(tape.measure(vertices, layout), list(found.values()), atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_all_fifteen_agree_with_trimesh_sections_and_scipy_hulls(seed: int) -> None:
    vertices = load_shape_space().vertices(random_coefficients(seed, spread=1.0))
    expected = Reader(vertices).measure()
    measured = dict(zip(KEYS, tape.measure(vertices), strict=True))
    for key in KEYS:
        assert measured[key] == pytest.approx(expected[key], abs=5e-4), key


@pytest.mark.parametrize("seed", range(4))
def test_gradients_tell_what_a_small_change_of_body_does(seed: int) -> None:
    space = load_shape_space()
    vertices = space.vertices(random_coefficients(seed))
    direction = random_coefficients(seed + 100).astype(np.float32) * 1e-5
    step = (space.basis[:VERTEX_COUNT].reshape(-1, space.size) @ direction).reshape(-1, 3).astype(np.float64)
    actual = (tape.measure(vertices + step) - tape.measure(vertices - step)) / 2
    predicted = [(found.gradient * step[found.vertices]).sum() for found in tape.readings(vertices).values()]
    np.testing.assert_allclose(predicted, actual, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_readings_never_jump_on_the_way_from_one_body_to_another(seed: int) -> None:
    space = load_shape_space()
    first, second = (random_coefficients(number, spread=1.0) for number in (seed, seed + 50))
    way = np.linspace(0.0, 1.0, 201)[:, None]
    measured = tape.measure(np.stack([space.vertices(at) for at in first * (1 - way) + second * way]))
    steps = np.abs(np.diff(measured, axis=0))
    # A jump would stand out among its neighbours: a step is at most a tenth of a millimetre longer than theirs.
    neighbours = np.maximum(steps[:-2], steps[2:])
    assert (steps[1:-1] - neighbours).max() < 1e-4


def test_a_batch_reads_as_its_members_and_as_the_readings_with_gradients() -> None:
    space = load_shape_space()
    bodies = np.stack([space.vertices(random_coefficients(seed)) for seed in range(35)])
    measured = tape.measure(bodies)
    assert measured.shape == (35, 15)
    for row, body in zip(measured[::7], bodies[::7], strict=True):
        np.testing.assert_allclose(row, tape.measure(body), rtol=1e-12)
        np.testing.assert_allclose(row, [reading.value for reading in tape.readings(body).values()], rtol=1e-12)


@pytest.mark.parametrize("shape", [(100, 3), (2, 100, 3), (VERTEX_COUNT, 2), (1, 1, VERTEX_COUNT, 3)])
def test_another_topology_is_refused_with_the_right_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(13718, 3\)"):
        tape.measure(np.zeros(shape))
    with pytest.raises(ValueError, match=r"\(13718, 3\)"):
        tape.readings(np.zeros(shape))


def test_a_plane_that_misses_the_body_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cut"):
        tape.measure(np.zeros((VERTEX_COUNT, 3)))
