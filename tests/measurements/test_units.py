# SPDX-License-Identifier: GPL-3.0-or-later
"""Lengths come in and go out in the unit that was named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_engine.errors import MeasurementError
from avatar_engine.measurements.units import UNITS, from_metres, is_number, nearest, parse_length, show, to_metres


@pytest.mark.parametrize(
    ("text", "unit", "metres"),
    [("92.5", "cm", 0.925), ("92,5", "cm", 0.925), (" 925 ", "mm", 0.925), ("36", "in", 0.9144), (".5", "in", 0.0127)],
)
def test_what_is_typed_becomes_metres(text: str, unit: str, metres: float) -> None:
    assert parse_length(text, unit) == pytest.approx(metres, abs=1e-12)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1e3", "nan", "inf", "0x10", "1_000", "٣٤", "92 cm", "1,234,5"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(MeasurementError, match=r"number such as 92\.5"):
        parse_length(text, "cm", "waist_girth")


def test_an_unknown_unit_is_refused_by_name() -> None:
    with pytest.raises(MeasurementError, match="cm, mm, in"):
        parse_length("3", "ft", "stature")


@given(st.floats(0.01, 3.0), st.sampled_from(UNITS))
def test_there_and_back_is_the_same_length(metres: float, unit: str) -> None:
    assert to_metres(from_metres(metres, unit), unit) == pytest.approx(metres, rel=1e-14)


@given(st.floats(0.01, 3.0), st.sampled_from(UNITS))
def test_what_is_shown_can_be_typed_again(metres: float, unit: str) -> None:
    half_a_step = {"cm": 0.0005, "mm": 0.0005, "in": 0.000127}[unit]
    assert parse_length(show(from_metres(metres, unit), unit), unit) == pytest.approx(metres, abs=half_a_step * 1.01)


@given(st.text(max_size=12))
def test_a_number_is_what_float_reads_too(text: str) -> None:
    if is_number(text):
        assert float(text) == float(text.strip())


def test_the_nearest_word_is_found() -> None:
    assert nearest("Waist", ["hip_girth", "waist_girth", "stature"]) == "waist_girth"
    assert nearest("", ["hip_girth"]) == "hip_girth"
