# SPDX-License-Identifier: GPL-3.0-or-later
"""From measurements to a body: what was asked is what the tape reads, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.avatar import build_body
from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.measurements import KEYS, complete, tolerances
from tests.body.bodies import random_coefficients

PEOPLE = {
    "small woman": ("female", {"stature": 1.50, "chest_girth": 0.80, "waist_girth": 0.66, "hip_girth": 0.86}),
    "tall man": ("male", {"stature": 2.00, "chest_girth": 1.05, "waist_girth": 0.90, "crotch_height": 0.96}),
    "heavy woman": ("female", {"stature": 1.65, "chest_girth": 1.20, "waist_girth": 1.15, "hip_girth": 1.28}),
    "heavy man": ("male", {"stature": 1.78, "chest_girth": 1.28, "waist_girth": 1.30, "hip_girth": 1.22}),
    "unsaid": (None, {"stature": 1.72, "waist_girth": 0.80}),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_given_values_are_read_back_within_a_millimetre(name: str) -> None:
    sex, given = PEOPLE[name]
    made = build_body(complete(given, sex=sex))
    for key, value in given.items():
        assert made.measured[KEYS.index(key)] == pytest.approx(value, abs=1e-3), key
    np.testing.assert_allclose(tape.measure(made.body.vertices), made.measured, atol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_all_fifteen_of_a_possible_body_are_met_within_half_a_millimetre(seed: int) -> None:
    wanted = tape.measure(load_shape_space().vertices(random_coefficients(seed)))
    made = build_body(complete(dict(zip(KEYS, wanted, strict=True))))
    assert np.abs(made.measured - wanted).max() < 5e-4
    assert (np.abs(made.measured - wanted) < tolerances()).all()


def test_predicted_values_stay_inside_their_interval() -> None:
    asked = complete({"stature": 1.68, "hip_girth": 1.0}, sex="female")
    made = build_body(asked)
    assert (made.measured[~asked.given] > asked.low[~asked.given]).all()
    assert (made.measured[~asked.given] < asked.high[~asked.given]).all()


def test_the_same_measurements_give_the_same_bytes() -> None:
    asked = complete({"stature": 1.81, "chest_girth": 1.01}, sex="male")
    assert build_body(asked).body.vertices.tobytes() == build_body(asked).body.vertices.tobytes()


def test_another_variation_is_another_body_of_the_same_measurements() -> None:
    asked = complete(dict(zip(KEYS, tape.measure(load_shape_space().mean_body().vertices), strict=True)))
    usual = build_body(asked)
    other = build_body(asked, np.random.default_rng(4).normal(size=16))
    np.testing.assert_allclose(other.measured, usual.measured, atol=5e-4)
    assert np.linalg.norm(other.body.vertices - usual.body.vertices, axis=1).max() > 5e-3


def test_a_body_beyond_what_was_learned_says_so() -> None:
    assert build_body(complete({"stature": 1.65}, sex="female", weight_kg=115.0)).low_confidence
    assert not build_body(complete({"stature": 1.65}, sex="female", weight_kg=60.0)).low_confidence
