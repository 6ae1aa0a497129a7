# SPDX-License-Identifier: GPL-3.0-or-later
"""Beards grow where beards grow, as long as they are called, on every face."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.appearance import build_appearance
from avatar_engine.appearance.beard import NONE, beard_style, beards, cover, grow_beard
from avatar_engine.appearance.head import frame_of
from avatar_engine.appearance.palette import hair_colour, skin_albedo, to_linear
from avatar_engine.appearance.skin import skin_texture
from avatar_engine.appearance.strands import arc_lengths
from avatar_engine.body.face import with_face
from avatar_engine.body.shape import Body
from avatar_engine.errors import LookError


def test_beards_cover_chin_cheeks_and_upper_lip_and_leave_the_rest_bare() -> None:
    grown = {"chin": (0, -0.28, -0.90), "jaw": (0.45, 0.1, -0.62), "upper lip": (0.1, -0.33, -0.52)}
    bare = {"cheekbone": (0.4, -0.1, -0.25), "nose": (0, -0.4, -0.35), "neck": (0, 0.1, -1.3), "ear": (0.75, 0.7, -0.2)}
    for name, place in grown.items():
        assert cover(np.array([place], dtype=float))[0] > 0.8, name
    for name, place in bare.items():
        assert cover(np.array([place], dtype=float))[0] == 0.0, name


@pytest.mark.parametrize("key", sorted(beards()))
def test_a_beard_is_as_long_as_its_style_says_and_stays_outside_the_face(key: str, bodies: dict[str, Body]) -> None:
    style = beards()[key]
    for seed, body in enumerate(bodies.values()):
        vertices = with_face(body, seed, 1.0).vertices
        strands = grow_beard(vertices, style, seed)
        lengths = arc_lengths(strands.points)[:, -1]
        assert len(strands.points) == style.strands
        assert 0.5 * style.length < np.quantile(lengths, 0.95) < 1.6 * style.length
        local = frame_of(vertices).local(strands.points[:, 0])
        assert np.all((local[:, 2] < -0.05) & (local[:, 2] > -1.35))
        # Neither eyes nor nose are grown over.
        tips = frame_of(vertices).local(strands.points[:, -1])
        assert tips[:, 2].max() < -0.05


def test_lips_stay_free_of_roots(bodies: dict[str, Body]) -> None:
    look = build_appearance(bodies["average"], beard="full", seed=2)
    local = frame_of(look.vertices).local(look.beard.points[:, 0])
    on_lips = (np.abs(local[:, 0]) < 0.12) & (local[:, 2] < -0.585) & (local[:, 2] > -0.68)
    assert on_lips.mean() < 0.004


def test_clean_shaven_faces_have_no_strands_and_unknown_beards_are_refused(bodies: dict[str, Body]) -> None:
    assert beard_style(NONE) is None
    assert len(build_appearance(bodies["average"]).beard.points) == 0
    with pytest.raises(LookError, match="stubble"):
        beard_style("stuble")


def test_files_show_a_full_beard_and_stubble_as_a_shadow_alone(bodies: dict[str, Body]) -> None:
    plain, stubble, full = (
        len(build_appearance(bodies["average"], style="shaved", beard=key).cards(64).triangles)
        for key in (NONE, "stubble", "full")
    )
    assert plain == stubble
    assert full - plain == 4 * beards()["full"].ribbons


def test_a_beard_darkens_the_chin_of_the_texture_and_not_the_forehead() -> None:
    shaved, bearded = (
        skin_texture(3, hair_colour("black"), 0.0, 0.0, 2, 512, beard=beard)
        for beard in (None, (hair_colour("black"), 0.7))
    )
    darker = shaved.astype(int).sum(axis=2) - bearded.astype(int).sum(axis=2)
    assert 0.004 < np.mean(darker > 60) < 0.04
    assert darker.min() >= 0


@pytest.mark.parametrize("tone", range(1, 11))
def test_undertones_turn_a_tone_rosy_or_golden_but_hardly_lighter(tone: int) -> None:
    neutral, cool, warm = (skin_albedo(tone, under) for under in ("neutral", "cool", "warm"))
    assert warm[2] / warm[0] < 0.85 * neutral[2] / neutral[0]
    assert cool[2] / cool[1] > 1.07 * neutral[2] / neutral[1]
    luminance = np.array([0.2126, 0.7152, 0.0722])
    for tinted in (cool, warm):
        assert tinted @ luminance == pytest.approx(neutral @ luminance, rel=0.015)
    with pytest.raises(LookError, match="warm"):
        skin_albedo(tone, "warmer")


def test_lines_of_age_deepen_from_the_thirties_on(bodies: dict[str, Body]) -> None:
    young, middle, old = (
        build_appearance(bodies["average"], skin_tone=3, age_years=age, seed=1) for age in (25, 50, 85)
    )
    assert young.lines == 0.0
    assert 0.3 < middle.lines < 0.6
    assert old.lines == 1.0
    relief = [look.lines_relief(256).max() for look in (young, middle, old)]
    assert relief[0] == 0 < relief[1] < relief[2]
    smooth, creased = (to_linear(look.skin_texture(512) / 255.0).mean(axis=2) for look in (young, old))
    deep = old.lines_relief(512)[..., 0] > 150
    assert np.mean(creased[deep]) < 0.85 * np.mean(smooth[deep])


def test_grey_comes_strand_by_strand_and_at_the_temples_first(bodies: dict[str, Body]) -> None:
    dark, pepper = (build_appearance(bodies["average"], hair="black", grey=share, seed=1) for share in (0.0, 0.3))
    absorbed = pepper.dye.absorption(pepper.hair).mean(axis=(1, 2))
    white = absorbed < 0.3 * dark.dye.absorption(dark.hair).mean()
    aside = np.abs(pepper.hair.points[:, 0, 0])
    assert np.mean(white) == pytest.approx(0.3, abs=0.08)
    assert white[aside > 0.07].mean() > 1.3 * white[aside < 0.03].mean()
    assert pepper.dye.natural.melanin is not None
    assert dark.dye.natural.melanin is not None
    assert pepper.dye.natural.melanin < dark.dye.natural.melanin
    assert pepper.beard_dye.grey == 0.3
    texture = [look.cards(128).texture[20:90, :110].astype(float).mean() for look in (dark, pepper)]
    assert texture[1] > texture[0] + 20
