# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth that shows a map of the fit, in real Cycles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np

from avatar_engine.fitting.fit_map import linear
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset
from render_service.worker.job import colours, pack, shape_key, unpack

THUMBNAIL = Preset(width_px=64, height_px=96, samples=4, denoise_quality="BALANCED", noise=0.1)
TIGHT, LOOSE = np.array([0xFD, 0xE7, 0x25]), np.array([0x44, 0x01, 0x54])


def painted(person: DressedAvatar) -> DressedAvatar:
    """The person with cloth in two colours, above and below the chest's middle."""
    dress = person.garments[0]
    upper = dress.vertices[:, 2] > np.median(dress.vertices[:, 2])
    return replace(person, cloth_colours={dress.garment: linear(np.where(upper[:, None], TIGHT, LOOSE) / 255.0)})


def test_cloth_is_seen_in_the_colours_of_its_map(
    blender: ModuleType, make_person: Callable[..., DressedAvatar]
) -> None:
    from blender_addon.scene.build import build_avatar, remove_avatar
    from blender_addon.scene.develop import encode, tone_map
    from blender_addon.scene.render import Photographer, empty_scene

    studio = Photographer(empty_scene())
    avatar = build_avatar(painted(make_person()), studio.scene.collection)
    picture = encode(tone_map(studio.cut_out(avatar, "front", THUMBNAIL)[..., :3])).astype(float)
    remove_avatar(avatar)
    assert np.abs(picture[28:33, 28:36].mean(axis=(0, 1)) - TIGHT).max() < 45
    assert np.abs(picture[46:52, 28:36].mean(axis=(0, 1)) - LOOSE).max() < 45


def test_a_map_travels_to_the_worker_is_another_shape_and_is_not_dyed(
    make_person: Callable[..., DressedAvatar],
) -> None:
    plain = make_person()
    person = painted(plain)
    again = unpack(pack(person))
    assert np.array_equal(again.cloth_colours["t-shirt"], person.cloth_colours["t-shirt"])
    assert colours(plain) == {"t-shirt": {"body": "#b02020"}}
    assert colours(person) == {}
    assert shape_key(person) != shape_key(plain)
