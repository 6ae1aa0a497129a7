# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.appearance import build_appearance, hair_styles, load_palette
from avatar_engine.appearance.palette import linear, skin_albedo, skin_colour, to_linear, to_srgb
from avatar_engine.appearance.styles import hair_style
from avatar_engine.body.shape import load_shape_space
from avatar_engine.errors import LookError

# Monk Skin Tone scale, as published on skintone.google.
MONK = "#f6ede4 #f3e7db #f7ead0 #eadaba #d7bd96 #a07e56 #825c43 #604134 #3a312a #292420".split()


def test_the_ten_tones_are_the_published_ones() -> None:
    assert [skin_colour(tone) for tone in range(1, 11)] == MONK


def test_plain_skin_keeps_the_hue_and_the_order_of_the_tones() -> None:
    albedos = np.array([skin_albedo(tone) for tone in range(1, 11)])
    assert np.all(np.diff(albedos[3:].mean(axis=1)) < 0)
    assert albedos.max() < 0.85
    assert albedos.min() > 0.01
    assert np.all(albedos[:, 0] > albedos[:, 1])
    assert np.all(albedos[:, 1] > albedos[:, 2])
    swatches = np.array([linear(colour) for colour in MONK])
    assert np.all(np.abs(to_srgb(albedos) - to_srgb(swatches)) < 0.18)


def test_light_and_srgb_are_inverse() -> None:
    values = np.linspace(0, 1, 256)
    np.testing.assert_allclose(to_srgb(to_linear(values)), values, atol=1e-12)


def test_there_are_enough_eyes_and_hair_in_two_languages() -> None:
    palette = load_palette()
    assert len(palette.eyes) >= 6
    assert len(palette.hair) >= 8
    rows = [*palette.eyes.values(), *palette.hair.values()]
    assert all(row.names["en"] and row.names["fr"] for row in rows)
    assert all(style.name["en"] and style.name["fr"] for style in hair_styles().values())


@pytest.mark.parametrize("tone", [0, 11, -1, 2.5, True, "3"])
def test_a_tone_off_the_scale_is_refused(tone: object) -> None:
    with pytest.raises(LookError, match="1 to 10"):
        skin_colour(tone)  # type: ignore[arg-type]


def test_unknown_names_are_refused_with_the_nearest() -> None:
    body = load_shape_space().mean_body()
    with pytest.raises(LookError, match="Did you mean short"):
        hair_style("shrot")
    with pytest.raises(LookError, match="Did you mean brown"):
        build_appearance(body, hair="browm")
    with pytest.raises(LookError, match="Did you mean green"):
        build_appearance(body, eyes="Greene")
