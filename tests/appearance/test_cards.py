# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template


@pytest.mark.parametrize("style", ["short", "long"])
def test_cards_are_light_skinned_and_textured(style: str, looks: dict[tuple[str, str], Appearance]) -> None:
    for (_, worn), look in looks.items():
        if worn != style:
            continue
        cards = look.cards()
        assert len(cards.triangles) < 12_000
        assert cards.texture.shape == (512, 512, 4)
        assert cards.triangles.max() < len(cards.vertices) == len(cards.uvs) == len(cards.normals)
        assert np.all((cards.uvs >= 0) & (cards.uvs <= 1))
        np.testing.assert_allclose(cards.bone_weights.sum(axis=1), 1.0, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(cards.normals, axis=1), 1.0, atol=1e-9)
        assert np.isfinite(cards.vertices).all()


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
