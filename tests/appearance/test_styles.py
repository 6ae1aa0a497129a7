# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hair style, on heads far from the average."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.appearance import Appearance, HairDye, build_appearance, hair_styles
from avatar_engine.appearance.gather import BUN_RADIUS
from avatar_engine.appearance.head import frame_of
from avatar_engine.appearance.palette import hair_colour
from avatar_engine.appearance.strands import Strands, arc_lengths
from avatar_engine.body.face import with_face
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from tests.appearance.test_hair import depth_in_body

STYLES = sorted(hair_styles())
HEADS = ("far one way", "far the other way")


@pytest.fixture(scope="module")
def styled(bodies: dict[str, Body]) -> dict[tuple[str, str], Appearance]:
    """Each style on each of two extreme heads with faces of their own, standing relaxed."""
    people = {name: with_face(bodies[name], number, float(number)) for number, name in enumerate(HEADS)}
    return {
        (name, style): build_appearance(body, pose_body(body, "relaxed"), style=style, seed=4)
        for name, body in people.items()
        for style in STYLES
    }


def _shoulder(look: Appearance) -> float:
    return float(look.vertices[load_template().landmarks["acromion_left"], 2].mean())


def test_the_styles_people_ask_for_are_there() -> None:
    assert {
        "shaved", "short", "bob", "long", "long-wavy", "curly", "afro", "ponytail", "bun",
    } <= set(STYLES)  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("head", HEADS)
def test_a_style_covers_the_scalp_and_stays_out_of_head_and_face(
    head: str, style: str, styled: dict[tuple[str, str], Appearance]
) -> None:
    look = styled[head, style]
    points = look.hair.points
    assert np.isfinite(points).all()
    np.testing.assert_allclose(look.hair_roots.place(look.vertices), points[:, 0], atol=1e-12)
    some = points[::6].reshape(-1, 3)
    depth = depth_in_body(some, look.vertices)
    assert np.quantile(depth, 0.9995) < 0.0012
    assert depth.max() < 0.003
    local = frame_of(look.vertices).local(points.reshape(-1, 3))
    before_eyes_and_mouth = (np.abs(local[:, 0]) < 0.30) & (local[:, 1] < 0.1) & (np.abs(local[:, 2] + 0.3) < 0.4)
    assert before_eyes_and_mouth.mean() < 0.001


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_light_enough_for_browsers(style: str, styled: dict[tuple[str, str], Appearance]) -> None:
    look = styled[HEADS[0], style]
    cards = look.cards()
    assert 1500 < len(cards.triangles) < 20_000
    # As a file holds it: place, normal, texture coordinates, colour, bones with weights; three indices a triangle.
    assert len(cards.vertices) * (12 + 12 + 8 + 4 + 4 + 4) + len(cards.triangles) * 6 < 1.5e6
    assert np.isfinite(cards.vertices).all()
    assert np.isfinite(cards.normals).all()
    spread = np.ptp(look.hair.points.reshape(-1, 3), axis=0)
    assert np.all(np.ptp(cards.vertices, axis=0) < spread + 0.10)


def test_shaved_hair_is_stubble_and_an_afro_stands_off_all_around(styled: dict[tuple[str, str], Appearance]) -> None:
    for head in HEADS:
        stubble = arc_lengths(styled[head, "shaved"].hair.points)[:, -1]
        assert np.quantile(stubble, 0.995) < 0.004
        assert stubble.max() < 0.010
        afro, vertices = styled[head, "afro"].hair.points, styled[head, "afro"].vertices
        crown = vertices[:, 2].max()
        assert afro[..., 2].max() > crown + 0.035
        ears = np.abs(vertices[np.abs(vertices[:, 2] - crown + 0.12) < 0.01, 0])
        assert np.quantile(afro[..., 0], 0.99) > ears[ears < 0.12].max() + 0.015


def test_a_bob_ends_between_chin_and_shoulder_and_long_hair_below(styled: dict[tuple[str, str], Appearance]) -> None:
    for head in HEADS:
        tips = {style: styled[head, style].hair.points[:, -1, 2] for style in ("bob", "long", "long-wavy")}
        shoulder = _shoulder(styled[head, "bob"])
        assert np.quantile(tips["bob"], 0.01) > shoulder + 0.05
        assert np.median(tips["bob"]) < shoulder + 0.16
        for style in ("long", "long-wavy"):
            assert np.mean(tips[style] < shoulder) > 0.5


def test_gathered_hair_meets_at_the_back_of_the_head(styled: dict[tuple[str, str], Appearance]) -> None:
    for head in HEADS:
        for style in ("ponytail", "bun"):
            look = styled[head, style]
            frame = frame_of(look.vertices)
            assert look.hair_style.tie is not None
            tie = frame.world(np.array([0.0, *look.hair_style.tie]))
            nearest = np.linalg.norm(look.hair.points - tie, axis=2).min(axis=1)
            assert np.quantile(nearest, 0.99) < 0.05
            # From the forehead it runs up over the head, not across it.
            local = frame.local(look.hair.points)
            forehead = (local[:, 0, 1] < 0.0) & (np.abs(local[:, 0, 0]) < 0.3)
            way = local[forehead, 3] - local[forehead, 0]
            assert forehead.sum() > 10
            assert np.mean(way[:, 2] > np.abs(way[:, 0])) > 0.9
            tips = look.hair.points[:, -1]
            if style == "bun":
                assert np.quantile(np.linalg.norm(tips - tie, axis=1), 0.99) < 2.6 * BUN_RADIUS
            else:
                assert np.median(tips[:, 2]) < tie[2] - 0.15
                assert np.all(frame.local(tips)[:, 1] > 0.9)


def _straight_strands(count: int = 2000) -> Strands:
    across = np.linspace(-0.08, 0.08, count)
    fall = np.linspace(0.0, -0.3, 31)
    points = np.stack(np.broadcast_arrays(across[:, None], 0.0, fall[None]), axis=-1)
    return Strands(points, np.full(points.shape[:2], 5e-5), np.zeros(count))


def test_grown_out_roots_keep_their_colour_near_the_skin_alone() -> None:
    dye = HairDye(hair_colour("#7a4fa0"), roots=hair_colour("black"))
    absorbed = dye.absorption(_straight_strands())
    np.testing.assert_allclose(absorbed[:, 0], np.broadcast_to(hair_colour("black").absorption, (2000, 3)))
    np.testing.assert_allclose(absorbed[:, -1], np.broadcast_to(hair_colour("#7a4fa0").absorption, (2000, 3)))
    assert dye.natural.key == "black"


def test_highlights_are_streaks_in_part_of_the_hair() -> None:
    dye = HairDye(hair_colour("brown"), highlights=hair_colour("blond"))
    tips = dye.absorption(_straight_strands())[:, -1]
    streaked = np.isclose(tips, hair_colour("blond").absorption).all(axis=1)
    plain = np.isclose(tips, hair_colour("brown").absorption).all(axis=1)
    assert 0.15 < streaked.mean() < 0.5
    assert plain.mean() > 0.35
    assert 8 < np.sum(np.diff(streaked.astype(int)) == 1) < 60


def test_colours_of_hair_absorb_what_they_do_not_show() -> None:
    black, blond, purple = (hair_colour(key).absorption for key in ("black", "blond", "#7A4FA0"))
    assert black.min() > blond.max()
    assert purple.argmax() == 1
    assert HairDye(hair_colour("#00ff88")).natural.key == "brown"


def test_cards_show_roots_above_and_dye_below(bodies: dict[str, Body]) -> None:
    look = build_appearance(bodies["average"], style="long", hair="#e04040", roots="black", seed=1)
    texture = look.cards(256).texture.astype(float)
    covered = texture[..., 3] > 128
    columns = np.s_[:230]
    above, below = (
        texture[rows, columns][covered[rows, columns]][:, :3].mean(axis=0) for rows in (np.s_[4:12], np.s_[90:150])
    )
    assert below[0] > 2 * above[0]
    assert below[0] > 2 * below[2]
