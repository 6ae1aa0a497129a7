# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Cycles, at the size of a thumbnail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from avatar_engine.errors import RenderError
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset, presets

THUMBNAIL = Preset(width_px=64, height_px=96, samples=4, denoise_quality="BALANCED", noise=0.1)


@pytest.fixture(scope="module")
def studio(blender: ModuleType):
    from blender_addon.scene.render import Photographer, empty_scene

    return Photographer(empty_scene())


@pytest.fixture
def seated(studio, make_person: Callable[..., DressedAvatar]):
    """Puts people into the studio and takes them out again."""
    from blender_addon.scene.build import build_avatar, remove_avatar

    made = []

    def seat(*arguments: object):
        made.append(build_avatar(make_person(*arguments), studio.scene.collection))
        return made[-1]

    yield seat
    for avatar in made:
        remove_avatar(avatar)


@pytest.mark.parametrize("size", [-2.5, 2.5])
def test_small_and_tall_people_stand_whole_in_the_middle_of_the_picture(studio, seated, size: float) -> None:
    alpha = studio.cut_out(seated(size), "front", THUMBNAIL)[..., 3] > 0.5
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    assert rows[0] >= 2
    assert 96 * 0.90 < rows[-1] < 96 * 0.96
    assert abs((columns[0] + columns[-1]) / 2 - 31.5) < 2
    assert 0.72 * 96 < len(rows) < 0.92 * 96


def test_cloth_comes_out_in_the_colour_asked_and_is_dyed_without_building_anew(studio, seated) -> None:
    from blender_addon.scene.build import recolour
    from blender_addon.scene.develop import encode, tone_map

    def chest() -> np.ndarray:
        layer = studio.cut_out(avatar, "front", THUMBNAIL)
        return encode(tone_map(layer[..., :3]))[34:40, 28:36].astype(float).mean(axis=(0, 1))

    avatar = seated(0.0, "#b02020")
    before = [thing.session_uid for thing in studio.scene.objects]
    assert np.abs(chest() - (0xB0, 0x20, 0x20)).max() < 22
    recolour(avatar, "t-shirt", "body", "#2f6b3a")
    assert np.abs(chest() - (0x2F, 0x6B, 0x3A)).max() < 22
    assert [thing.session_uid for thing in studio.scene.objects] == before


def test_dyeing_what_is_not_worn_names_what_is(seated) -> None:
    from blender_addon.scene.build import recolour

    with pytest.raises(RenderError, match="t-shirt body"):
        recolour(seated(), "cape", "body", "#000000")


def test_a_picture_has_a_backdrop_and_progress_that_only_rises(studio, seated, tmp_path: Path) -> None:
    path, told = tmp_path / "picture.png", []
    studio.photograph(seated(), "front", THUMBNAIL, path, lambda share, step: told.append(share))
    picture = np.asarray(Image.open(path)).astype(float)
    assert picture.shape == (96, 64, 3)
    assert 150 < picture[3, 3].mean() < 235
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert list(tmp_path.iterdir()) == [path]


def test_the_person_throws_a_shadow_on_the_floor_beside_them(studio, seated, tmp_path: Path) -> None:
    floors = []
    for present in (True, False):
        avatar = seated()
        for thing in avatar.objects():
            thing.hide_render = not present
        studio.photograph(avatar, "front", THUMBNAIL, tmp_path / "picture.png")
        with Image.open(tmp_path / "picture.png") as picture:
            floors.append(np.asarray(picture).astype(float)[86:94, 42:52].mean())
        for thing in avatar.objects():
            thing.hide_render = True
    assert floors[0] < floors[1] - 4


def test_cloth_under_cloth_is_left_out_but_for_its_visible_edge(blender: ModuleType) -> None:
    from blender_addon.scene.build import covered_triangles
    from tests.scene.conftest import tube

    inner, outer = tube("a", "jersey", "#ffffff", 0.20, 0.5, 1.5), tube("b", "jersey", "#ffffff", 0.21, 0.9, 1.9)
    hidden = covered_triangles(inner, [outer])
    height = inner.vertices[inner.triangles][..., 2]
    assert not hidden[height.min(axis=1) < 0.9].any()
    assert hidden[height.min(axis=1) > 1.1].all()
    assert not covered_triangles(outer, []).any()


def test_asking_for_a_studio_or_a_framing_that_is_not_there_lists_what_is(studio, seated) -> None:
    from blender_addon.scene.render import Photographer

    with pytest.raises(RenderError, match="plain"):
        Photographer(studio.scene, "moon")
    with pytest.raises(RenderError, match="three_quarter"):
        studio.cut_out(seated(), "sideways", THUMBNAIL)


def test_the_standard_picture_is_800_by_1200_at_64_samples() -> None:
    standard = presets()["standard"]
    assert (standard.width_px, standard.height_px, standard.samples) == (800, 1200, 64)
    assert list(presets()) == ["draft", "standard", "final"]
