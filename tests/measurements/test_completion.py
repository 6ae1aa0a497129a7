# SPDX-License-Identifier: GPL-3.0-or-later
"""Blanks are filled as the population's law says, and what was given is never touched."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_engine.errors import MeasurementError
from avatar_engine.measurements import KEYS, body_type, complete
from avatar_engine.measurements.completion import NORMAL_95, conditional, estimate
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments

patterns = st.sets(st.sampled_from(VARIABLES), max_size=len(VARIABLES))


def draw(sex: str, count: int, seed: int = 7) -> np.ndarray:
    """People of the law, (count, 17) metres, kilograms, years."""
    mean, covariance = log_moments(sex)
    return np.exp(np.random.default_rng(seed).multivariate_normal(mean, covariance, count))


@given(patterns, st.sampled_from(SEXES), st.integers(0, 50))
def test_the_conditional_is_the_textbook_gaussian(pattern: set[str], sex: str, seed: int) -> None:
    person = draw(sex, 1, seed)[0]
    a = [i for i, name in enumerate(VARIABLES) if name in pattern]
    b = [i for i, name in enumerate(VARIABLES) if name not in pattern]
    mean, cov = log_moments(sex)
    found, sd, evidence = conditional(sex, {VARIABLES[i]: person[i] for i in a})
    inverse = np.linalg.inv(cov[np.ix_(a, a)])
    off = np.log(person[a]) - mean[a]
    np.testing.assert_allclose(found[b], mean[b] + cov[np.ix_(b, a)] @ inverse @ off, atol=1e-8)
    left = np.diag(cov[np.ix_(b, b)] - cov[np.ix_(b, a)] @ inverse @ cov[np.ix_(a, b)])
    np.testing.assert_allclose(sd[b] ** 2, left, atol=1e-10)
    assert (sd[a] == 0.0).all()
    assert evidence == pytest.approx(-0.5 * off @ inverse @ off - 0.5 * np.linalg.slogdet(cov[np.ix_(a, a)])[1])


@given(patterns, st.sampled_from((*SEXES, None)), st.integers(0, 50))
def test_what_was_given_stands_and_the_rest_lies_in_its_interval(pattern: set[str], sex: str | None, seed: int) -> None:
    person = dict(zip(VARIABLES, draw(sex or "female", 1, seed)[0], strict=True))
    lengths = {key: person[key] for key in KEYS if key in pattern}
    weight = person["weight_kg"] if "weight_kg" in pattern else None
    age = max(person["age_years"], 18.0) if "age_years" in pattern else None
    found = complete(lengths, sex, weight, age)
    assert found.given_values() == lengths
    assert (found.weight_kg, found.age_years, found.sex) == (weight, age, sex)
    mask = found.given
    assert (found.low[mask] == found.values[mask]).all()
    assert (found.high[mask] == found.values[mask]).all()
    assert (found.low[~mask] <= found.values[~mask]).all()
    assert (found.values[~mask] <= found.high[~mask]).all()
    assert np.isfinite(found.values).all()
    assert not found.values.flags.writeable


@pytest.mark.parametrize("sex", SEXES)
@pytest.mark.parametrize("known", [("stature",), ("stature", "weight_kg"), ("stature", "chest_girth", "waist_girth")])
@pytest.mark.parametrize("told", [True, False])
def test_ninety_per_cent_intervals_hold_ninety_per_cent(sex: str, known: tuple[str, ...], told: bool) -> None:
    people = draw(sex, 400)
    inside = []
    for person in people:
        whole = estimate({name: person[VARIABLES.index(name)] for name in known}, sex if told else None)
        blank = [i for i, name in enumerate(VARIABLES) if name not in known]
        inside.append(((person >= whole.low) & (person <= whole.high))[blank])
    held = np.mean(inside)
    assert 0.88 <= held <= (0.92 if told else 0.95)


def test_the_mixture_is_the_law_of_both_sexes_together() -> None:
    whole = estimate({})
    both = np.concatenate([draw("female", 20_000), draw("male", 20_000)])
    low, high = np.quantile(both, [0.05, 0.95], axis=0)
    np.testing.assert_allclose(whole.low, low, rtol=0.02)
    np.testing.assert_allclose(whole.high, high, rtol=0.02)


def test_the_mixture_ends_where_one_sex_is_certain() -> None:
    certain = {"stature": 1.95, "neck_girth": 0.42, "wrist_girth": 0.19, "chest_girth": 1.1}
    mixed, male = estimate(certain), estimate(certain, "male")
    assert mixed.male_probability > 0.9999
    np.testing.assert_allclose(mixed.values, male.values, rtol=1e-3)
    np.testing.assert_allclose(mixed.high, male.high, rtol=1e-3)


def test_intervals_grow_with_the_body() -> None:
    waist = KEYS.index("waist_girth")
    light, heavy = (complete({"stature": 1.65}, "female", kg) for kg in (50.0, 100.0))
    assert heavy.high[waist] - heavy.low[waist] > 1.25 * (light.high[waist] - light.low[waist])


def test_more_evidence_never_widens_an_interval() -> None:
    mean, _ = log_moments("male")
    person = np.exp(mean)
    width = np.inf
    for count in range(len(VARIABLES)):
        _, sd, _ = conditional("male", {name: person[i] for i, name in enumerate(VARIABLES[:count])})
        assert sd[-2] <= width + 1e-12
        width = sd[-2]
    assert pytest.approx(1.645, abs=1e-3) == NORMAL_95


def test_old_age_is_no_endless_trend() -> None:
    sixty, ninety = (complete({"stature": 1.7}, "male", 80.0, age) for age in (60.0, 90.0))
    np.testing.assert_array_equal(sixty.values, ninety.values)


def test_body_type_is_what_was_said_or_what_was_given_tells() -> None:
    assert body_type(complete({"stature": 1.9}, "female")) == 0.0
    assert body_type(complete({"stature": 1.5}, "male")) == 1.0
    assert body_type(complete({})) == pytest.approx(0.5)
    assert body_type(complete({"stature": 1.9, "hip_girth": 1.0, "neck_girth": 0.41})) > 0.99
    assert body_type(complete({"stature": 1.55, "hip_girth": 1.0, "neck_girth": 0.31})) < 0.01


@pytest.mark.parametrize(
    ("values", "extra", "field"),
    [
        ({"waist_girt": 0.8}, {}, "waist_girt"),
        ({"waist_girth": 92.0}, {}, "waist_girth"),
        ({"waist_girth": math.nan}, {}, "waist_girth"),
        ({"stature": math.inf}, {}, "stature"),
        ({}, {"weight_kg": 12.0}, "weight_kg"),
        ({}, {"age_years": 12.0}, "age_years"),
    ],
)
def test_what_no_adult_has_is_refused(values: dict[str, float], extra: dict[str, float], field: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        complete(values, **extra)
    assert caught.value.field == field
    assert caught.value.allowed
    assert caught.value.hint


def test_a_misspelt_key_is_told_the_nearest() -> None:
    with pytest.raises(MeasurementError, match="Did you mean waist_girth"):
        complete({"waist_girt": 0.8})
