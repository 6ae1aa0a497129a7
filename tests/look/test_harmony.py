# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours in OKLCH against published values, and the rules of which go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_engine.colour import Colour, hue_distance
from avatar_engine.harmony import goes_with, harmonious

RED, GREEN, NAVY, CREAM = "#b04a4a", "#3f7d4f", "#24304a", "#f4efe3"


# Lightness, chroma and hue of sRGB's corners, as CSS Color 4 and its implementations give them.
@pytest.mark.parametrize(
    ("text", "lightness", "chroma", "hue"),
    [("#ff0000", 0.6280, 0.2577, 29.23), ("#00ff00", 0.8664, 0.2948, 142.50), ("#0000ff", 0.4520, 0.3132, 264.05),
     ("#ffffff", 1.0, 0.0, None), ("#808080", 0.5999, 0.0, None)],
)  # fmt: skip
def test_oklch_is_as_published(text, lightness, chroma, hue):
    found = Colour.from_hex(text)
    assert found.lightness == pytest.approx(lightness, abs=2e-4)
    assert found.chroma == pytest.approx(chroma, abs=2e-4)
    assert hue is None or found.hue == pytest.approx(hue, abs=0.02)


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_of_a_screen_comes_back(number):
    text = f"#{number:06x}"
    assert Colour.from_hex(text).hex() == text


@given(st.floats(0.2, 1.0), st.floats(0.0, 0.4), st.floats(0.0, 359.9))
def test_what_no_screen_shows_loses_chroma_not_lightness(lightness, chroma, hue):
    shown = Colour.from_hex(Colour(lightness, chroma, hue).hex())
    assert shown.lightness == pytest.approx(lightness, abs=0.03)
    assert shown.chroma <= chroma + 0.02


@pytest.mark.parametrize(("one", "other", "apart"), [(10.0, 350.0, 20.0), (0.0, 180.0, 180.0), (90.0, 45.0, 45.0)])
def test_hues_are_counted_around_the_circle(one, other, apart):
    assert hue_distance(Colour(0.5, 0.1, one), Colour(0.5, 0.1, other)) == pytest.approx(apart)


def test_neutrals_go_with_everything_and_vivid_opposites_with_nothing():
    red, green, navy, cream = (Colour.from_hex(text) for text in (RED, GREEN, NAVY, CREAM))
    assert goes_with(red, navy)
    assert goes_with(green, cream)
    assert not goes_with(red, green)
    assert harmonious([red, navy, cream])
    assert not harmonious([red, green, navy])


@pytest.mark.parametrize(
    ("hues", "chroma", "fine"),
    [((30, 60), 0.15, True), ((30, 110), 0.07, False), ((30, 210), 0.15, False), ((30, 210), 0.07, True),
     ((30, 200, 120), 0.07, False)],
)  # fmt: skip
def test_neighbours_and_muted_opposites_go_together(hues, chroma, fine):
    assert harmonious([Colour(0.5, chroma, hue) for hue in hues]) is fine
