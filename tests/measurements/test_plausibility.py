# SPDX-License-Identifier: GPL-3.0-or-later
"""Real people pass, slips of the pen are named, and what no person has is refused."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.measurements import KEYS, cautions, complete, review
from avatar_engine.measurements.plausibility import ASK, ORDERED, REFUSE, Doubt, distance, distance_limit
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments

TYPICAL = {sex: dict(zip(VARIABLES, map(float, np.exp(log_moments(sex)[0])), strict=True)) for sex in SEXES}


def doubt_about(sex: str | None, values: dict[str, float]) -> Doubt | None:
    lengths = {key: value for key, value in values.items() if key in KEYS}
    return review(complete(lengths, sex, values.get("weight_kg"), values.get("age_years")))


def with_change(sex: str, **changed: float) -> dict[str, float]:
    """A typical person with some values replaced; no age."""
    return {**{name: TYPICAL[sex][name] for name in (*KEYS, "weight_kg")}, **changed}


@pytest.mark.parametrize("sex", SEXES)
@pytest.mark.parametrize("count", [1, 3, 6, 15])
def test_people_of_the_law_pass(sex: str, count: int) -> None:
    mean, covariance = log_moments(sex)
    people = np.exp(np.random.default_rng(3).multivariate_normal(mean, covariance, 1000))
    doubts = [doubt_about(sex, dict(zip(KEYS[:count], person, strict=False))) for person in people]
    assert sum(doubt is not None for doubt in doubts) <= 6
    assert not any(doubt.refused for doubt in doubts if doubt)


def test_the_limit_for_fifteen_values_is_the_one_written_down() -> None:
    assert distance_limit(15, ASK) == pytest.approx(ASK)
    assert distance_limit(15, REFUSE) == pytest.approx(REFUSE)


def test_fewer_values_have_a_smaller_limit() -> None:
    limits = [distance_limit(count, ASK) for count in range(1, 17)]
    assert limits == sorted(limits)
    assert 3.0 < limits[0] < 3.4


def test_a_distance_without_a_sex_is_the_smaller_of_both() -> None:
    values = {key: TYPICAL["male"][key] for key in KEYS}
    assert distance(values) == distance(values, "male") == pytest.approx(0.0, abs=1e-9)
    assert distance(values, "female") > 4.0


@pytest.mark.parametrize("sex", SEXES)
def test_pounds_typed_as_kilograms_are_named(sex: str) -> None:
    doubt = doubt_about(sex, with_change(sex, weight_kg=TYPICAL[sex]["weight_kg"] * 2.2046))
    assert doubt is not None
    assert doubt.refused
    assert (doubt.field, doubt.slip.kind, doubt.slip.other) == ("weight_kg", "unit", "lb")
    assert doubt.slip.meant == pytest.approx(TYPICAL[sex]["weight_kg"], rel=1e-3)


def test_inches_within_the_bounds_of_centimetres_are_named() -> None:
    heavy = complete({"waist_girth": 1.30, "stature": 1.75}, "male")
    values = {key: heavy[key] for key in KEYS} | {"waist_girth": 1.30 / 2.54}
    doubt = doubt_about("male", values)
    assert doubt is not None
    assert doubt.refused
    assert (doubt.field, doubt.slip.kind, doubt.slip.other) == ("waist_girth", "unit", "in")
    assert doubt.slip.meant == pytest.approx(1.30)


@pytest.mark.parametrize(("one", "other"), [("chest_girth", "waist_girth"), ("wrist_girth", "ankle_girth")])
def test_two_values_swapped_are_named(one: str, other: str) -> None:
    slim = complete({"stature": 1.68, "chest_girth": 0.98, "waist_girth": 0.76}, "female")
    values = {key: slim[key] for key in KEYS}
    values[one], values[other] = values[other], values[one]
    doubt = doubt_about("female", values)
    assert doubt is not None
    assert doubt.slip.kind == "swap"
    assert {doubt.field, doubt.slip.other} == {one, other}


@pytest.mark.parametrize("field", KEYS)
def test_the_value_that_stands_out_is_the_one_named(field: str) -> None:
    doubt = doubt_about("female", with_change("female", **{field: TYPICAL["female"][field] * 1.4}))
    assert doubt is not None
    if doubt.broken_order is None:
        assert doubt.field == field
        assert doubt.low < TYPICAL["female"][field] < doubt.high < doubt.value


@pytest.mark.parametrize(("larger", "smaller", "margin"), ORDERED)
def test_a_contradiction_is_refused_in_its_own_words(larger: str, smaller: str, margin: float) -> None:
    middle = (TYPICAL["male"][larger] + TYPICAL["male"][smaller]) / 2.0
    values = {larger: middle + margin / 2.0 - 0.006, smaller: middle - margin / 2.0 + 0.006}
    doubt = doubt_about("male", values)
    assert doubt is not None
    assert doubt.refused
    assert doubt.broken_order == (larger, smaller, margin)
    assert doubt.field in (larger, smaller)


def test_a_chest_sixty_centimetres_under_the_waist_is_refused() -> None:
    doubt = doubt_about(None, {"chest_girth": 0.90, "waist_girth": 1.50})
    assert doubt is not None
    assert doubt.refused
    assert doubt.broken_order[:2] == ("chest_girth", "waist_girth")


def test_what_is_only_unusual_is_not_refused() -> None:
    doubt = doubt_about("female", {"stature": 1.63 * np.exp(0.0394 * 3.6)})
    assert doubt is not None
    assert not doubt.refused


def test_thin_data_are_told() -> None:
    assert cautions(complete({"stature": 1.75}, "male", 80.0, 40.0)) == ()
    (heavy,) = cautions(complete({"stature": 1.60}, "female", 105.0))
    assert heavy.say("en").startswith("BMI 41")
    (girth,) = cautions(complete({"stature": 1.60, "waist_girth": 1.40, "hip_girth": 1.40}, "female"))
    assert girth.say("en").startswith("BMI")
    (old,) = cautions(complete({"stature": 1.75}, "male", 80.0, 71.0))
    assert old.say("en").startswith("71 years")


@pytest.mark.parametrize("hip", [1.58, 1.62, 1.70])
def test_a_refused_value_lies_outside_what_is_allowed_and_what_is_allowed_is_taken(hip: float) -> None:
    others = {"stature": 1.65, "waist_girth": 1.62}
    doubt = review(complete({**others, "hip_girth": hip}, sex="female"))
    assert doubt is not None
    assert doubt.refused
    assert doubt.field == "hip_girth"
    assert not doubt.low <= hip <= doubt.high
    for value in (doubt.low * 1.001, doubt.high / 1.001):
        again = review(complete({**others, "hip_girth": value}, sex="female"))
        assert again is None or not again.refused
