# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.appearance.cards import UNDER_SEGMENTS, CardMesh
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.export.gltf_material import picture_file


@pytest.mark.parametrize("style", ["short", "long"])
def test_cards_are_light_skinned_and_textured(style: str, looks: dict[tuple[str, str], Appearance]) -> None:
    for (_, worn), look in looks.items():
        if worn != style:
            continue
        cards = look.cards()
        assert cards.texture.shape == (512, 512, 4)
        assert cards.triangles.max() < len(cards.vertices) == len(cards.uvs) == len(cards.normals)
        assert np.all((cards.uvs >= 0) & (cards.uvs <= 1))
        np.testing.assert_allclose(cards.bone_weights.sum(axis=1), 1.0, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(cards.normals, axis=1), 1.0, atol=1e-9)
        assert np.isfinite(cards.vertices).all()


def _file_size(cards: CardMesh) -> int:
    """Bytes of a GLB's buffers: four floats of weights, eight of place, normal and texture, 4 bytes of bones."""
    return 52 * len(cards.vertices) + 12 * len(cards.triangles) + len(picture_file(cards.texture, "PNG"))


@pytest.mark.parametrize("style", hair_styles())
def test_hair_is_light_enough_for_a_browser_and_its_fronts_look_outwards(style: str, bodies: dict[str, Body]) -> None:
    cards = build_appearance(bodies["average"], style=style).cards()
    assert len(cards.triangles) < 19_000
    assert _file_size(cards) < 1_500_000
    a, b, c = (cards.vertices[cards.triangles[:, corner]] for corner in range(3))
    fronts = np.einsum("ni,ni->n", np.cross(b - a, c - a), cards.normals[cards.triangles].mean(axis=1)) > 0
    # Where browsers draw both sides they turn the normals of backs: those of fronts must be right.
    assert fronts.mean() > 0.88


def test_curly_hair_is_wound_and_straight_hair_is_not(bodies: dict[str, Body]) -> None:
    """Ringlets turn about their way; the normals along one strip go round with them."""
    for style, wound in (("curly", True), ("long", False)):
        look = build_appearance(bodies["average"], style=style)
        strips, rows = look.hair_style.cards, look.hair_style.card_segments + 1
        first = (strips - strips // 2) * 2 * (UNDER_SEGMENTS + 1) if wound else 0
        count = strips // 2 if wound else strips
        normals = look.cards().normals[first : first + count * rows * 2].reshape(count, rows, 2, 3)[:, :, 0]
        least = np.einsum("nki,ni->nk", normals, normals[:, 0]).min(axis=1)
        assert (np.median(least) < 0.0) == wound


def test_what_lies_deep_is_darker(bodies: dict[str, Body]) -> None:
    texture = build_appearance(bodies["average"], hair="blond").cards(256).texture[20:120, :240, :3].astype(float)
    columns = texture.reshape(100, 8, 30, 3).mean(axis=(0, 2, 3))
    assert np.all(np.diff(columns) > 0)
    assert columns[-1] > 1.2 * columns[0]


def test_short_hair_moves_with_the_head_alone_and_long_hair_with_the_chest_too(
    looks: dict[tuple[str, str], Appearance],
) -> None:
    template = load_template()
    for style, alone in (("short", True), ("long", False)):
        look = looks["average", style]
        cards = look.cards()
        head = np.where(cards.bone_indices == template.bone("head"), cards.bone_weights, 0).sum(axis=1)
        above = cards.vertices[:, 2] > look.vertices[template.landmarks["neck_top"], 2].mean()
        np.testing.assert_allclose(head[above], 1.0)
        assert (np.mean(head > 0.99) > 0.97) == alone


def test_the_texture_has_gaps_at_the_tips_and_none_in_the_plain_strip(bodies: dict[str, Body]) -> None:
    texture = build_appearance(bodies["average"], hair="red").cards(256).texture
    assert texture.shape == (256, 256, 4)
    assert np.all(texture[:, -8:, 3] == 255)
    assert texture[-12:, :230, 3].mean() < 60
    assert texture[:60, :230, 3].mean() > 180
    red, green, _ = texture[40, 100, :3].astype(int)
    assert red > green
