# SPDX-License-Identifier: GPL-3.0-or-later
"""The 15 rows are whole, in their order, and in both languages."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.measurements import BY_KEY, KEYS, MEASUREMENTS, Measurement, tolerances
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments


def test_the_order_is_the_contract() -> None:
    assert KEYS == (
        "stature",
        "neck_girth",
        "shoulder_breadth",
        "chest_girth",
        "waist_girth",
        "hip_girth",
        "thigh_girth",
        "calf_girth",
        "ankle_girth",
        "upper_arm_girth",
        "wrist_girth",
        "arm_length",
        "back_waist_length",
        "waist_height",
        "crotch_height",
    )


@pytest.mark.parametrize("row", MEASUREMENTS, ids=KEYS)
def test_a_row_says_what_to_do_in_both_languages(row: Measurement) -> None:
    assert row.name_en != row.name_fr or row.key == "stature"
    for definition in (row.definition_en, row.definition_fr):
        assert definition.endswith(".")
        assert len(definition.split()) >= 12
    assert row.kind in ("height", "breadth", "girth", "length")
    assert row.group in ("overall", "torso", "arms", "legs")


def test_tolerances_are_those_of_iso_20685_1() -> None:
    allowed = {"height": {0.004}, "breadth": {0.004}, "girth": {0.004, 0.009}, "length": {0.005}}
    assert all(row.tolerance in allowed[row.kind] for row in MEASUREMENTS)
    assert {key for key, limit in zip(KEYS, tolerances(), strict=True) if limit == 0.009} == {
        "chest_girth",
        "waist_girth",
        "hip_girth",
        "thigh_girth",
    }


@pytest.mark.parametrize("sex", SEXES)
def test_bounds_leave_room_for_the_whole_population(sex: str) -> None:
    mean, covariance = log_moments(sex)
    for i, key in enumerate(KEYS):
        spread = 4.5 * np.sqrt(covariance[i, i])
        assert BY_KEY[key].lower < np.exp(mean[i] - spread)
        assert BY_KEY[key].upper > np.exp(mean[i] + spread) or key in ("chest_girth", "waist_girth")


@pytest.mark.parametrize("sex", SEXES)
def test_the_law_has_the_survey_moments(sex: str) -> None:
    mean, covariance = log_moments(sex)
    variance = np.diag(covariance)
    back = np.exp(mean + variance / 2.0)
    sd = back * np.sqrt(np.expm1(variance))
    stature, waist = VARIABLES.index("stature"), VARIABLES.index("waist_girth")
    published = {"female": (1.62847, 0.0642, 0.86091, 0.09993), "male": (1.75621, 0.06855, 0.94058, 0.11171)}
    np.testing.assert_allclose((back[stature], sd[stature], back[waist], sd[waist]), published[sex], rtol=1e-9)
    assert np.linalg.eigvalsh(covariance).min() > 0.0
    arm = VARIABLES.index("upper_arm_girth")
    relaxed = {"female": 0.30558 * 0.94, "male": 0.35814 * 0.93}
    assert back[arm] == pytest.approx(relaxed[sex], rel=1e-3)
