# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin in real Cycles, beside the swatches of the Monk Skin Tone scale."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from avatar_engine.appearance import build_appearance, load_palette
from avatar_engine.appearance.head import head_frame, project_from_front
from avatar_engine.appearance.palette import linear, to_linear
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import load_shape_space
from blender_addon.scene.camera import FRAMINGS, Framing, frame
from blender_addon.scene.person import DressedAvatar
from blender_addon.scene.presets import Preset

PORTRAIT = Preset(width_px=80, height_px=120, samples=12, denoise_quality="BALANCED", noise=0.1)
# CIE L*a*b* of linear sRGB (D65).
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def _lab(light: np.ndarray) -> np.ndarray:
    """(3,) CIE L*a*b* of linear sRGB."""
    ratio = TO_XYZ @ light / WHITE
    curve = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * curve[1] - 16, 500 * (curve[0] - curve[1]), 200 * (curve[1] - curve[2])])


@pytest.mark.parametrize("tone", [2, 6, 9])
def test_a_lit_cheek_comes_near_the_swatch_of_its_tone(
    blender: ModuleType, monkeypatch: pytest.MonkeyPatch, tone: int
) -> None:
    from blender_addon.scene.build import build_avatar
    from blender_addon.scene.develop import encode, tone_map
    from blender_addon.scene.render import Photographer, empty_scene

    monkeypatch.setitem(FRAMINGS, "portrait", Framing(0.0, lowest=0.80, fill=0.86, foot=0.0, eye=0.92, crop_sides=True))
    body = load_shape_space().mean_body()
    posed = pose_body(body, "a_pose")
    look = build_appearance(body, posed, style="shaved", skin_tone=tone, seed=1)
    person = DressedAvatar(posed, (), np.zeros(13_710, dtype=bool), look)
    studio = Photographer(empty_scene())
    layer = studio.cut_out(build_avatar(person, studio.scene.collection), "portrait", PORTRAIT)
    view = frame(person.outline(), person.stature, FRAMINGS["portrait"], PORTRAIT.aspect)
    head = head_frame()
    # The key light stands on the body's right.
    cheek = project_from_front(np.array([[-0.50, -0.52]]) * head.scale + head.origin[[0, 2]]).place(posed.vertices)
    across, up = view.project(cheek)[0] * PORTRAIT.height_px
    x, y = round(PORTRAIT.width_px / 2 + across), round(PORTRAIT.height_px / 2 - up)
    shown = encode(tone_map(layer[..., :3]))[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3).mean(axis=0) / 255
    apart = np.linalg.norm(_lab(to_linear(shown)) - _lab(linear(load_palette().skin[tone - 1])))
    assert apart < 10.0
