# SPDX-License-Identifier: GPL-3.0-or-later
"""The body reads what was asked, stays near the population, and says what cannot be had together."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.avatar import BodyResult, build_body
from avatar_engine.body import correction
from avatar_engine.body.correction import GIVEN_SD, REACH, UNMET, correct
from avatar_engine.body.shape import load_shape_space
from avatar_engine.measurements import KEYS, complete
from avatar_engine.measurements.population import SEXES, log_moments
from tests.body.bodies import random_coefficients


def made(sex: str, **given: float) -> BodyResult:
    return build_body(complete(given, sex))


@pytest.mark.parametrize("sex", SEXES)
def test_people_of_the_law_are_met_without_going_far(sex: str) -> None:
    mean, covariance = log_moments(sex)
    space = load_shape_space()
    for person in np.exp(np.random.default_rng(4).multivariate_normal(mean[:15], covariance[:15, :15], 10)):
        result = made(sex, **dict(zip(KEYS, person, strict=True)))
        assert np.abs(result.measured - person).max() < UNMET
        assert result.unmet == ()
        assert np.sqrt((result.body.coefficients**2 / space.variances).sum()) < 12.0


def test_a_wish_that_no_body_has_names_what_stands_against_it() -> None:
    result = made("male", stature=1.75, waist_girth=1.85, hip_girth=1.0)
    worst = result.unmet[0]
    assert {worst.field, worst.against} == {"waist_girth", "hip_girth"}
    assert worst.asked == {"waist_girth": 1.85, "hip_girth": 1.0}[worst.field]
    assert worst.reached == result.measured[KEYS.index(worst.field)]
    misses = [abs(unmet.reached - unmet.asked) for unmet in result.unmet]
    assert misses == sorted(misses, reverse=True)
    assert misses[-1] > UNMET
    freed = made("male", stature=1.75, **{worst.field: worst.asked})
    assert abs(freed.measured[KEYS.index(worst.field)] - worst.asked) < misses[0]


@pytest.mark.parametrize("given", [{"waist_girth": 1.85, "hip_girth": 0.9}, {"chest_girth": 0.65, "neck_girth": 0.6}])
def test_no_wish_moves_a_body_beyond_reach(given: dict[str, float]) -> None:
    space, measurements = load_shape_space(), complete(given, "female")
    wanted_sd = np.where(measurements.given, GIVEN_SD, 0.01)
    proposal = random_coefficients(3)
    found = correct(space, proposal, measurements.values, wanted_sd)
    moved = np.sqrt(((found.coefficients - proposal) ** 2 / space.variances).sum())
    assert moved == pytest.approx(found.moved)
    assert moved <= REACH + 1e-6
    assert found.unmet


def test_the_nearest_body_is_taken() -> None:
    space, proposal = load_shape_space(), random_coefficients(8, 0.4)
    readings, _ = correction.tape.readings(space.vertices(proposal)), None
    start = np.array([reading.value for reading in readings.values()])
    wanted = start + np.where(np.array(KEYS) == "waist_girth", 0.01, 0.0)
    found = correct(space, proposal, wanted, np.full(15, GIVEN_SD))
    slopes = correction.jacobian(space, readings)
    spread = slopes * space.variances
    nearest = spread.T @ np.linalg.solve(spread @ slopes.T, wanted - start)
    shortest = np.sqrt((nearest**2 / space.variances).sum())
    assert np.abs(found.measured - wanted).max() < 0.0003
    assert found.moved == pytest.approx(shortest, rel=0.1)


def test_the_same_measurements_give_the_same_bytes() -> None:
    first, second = (made("female", stature=1.68, waist_girth=0.8, hip_girth=1.02) for _ in range(2))
    assert first.body.vertices.tobytes() == second.body.vertices.tobytes()
    assert first.measured.tobytes() == second.measured.tobytes()
