# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest

from blender_addon.scene.camera import FRAMINGS, carried_round, frame

ASPECT = 2 / 3
WHOLE = ["front", "three_quarter", "side", "back"]


def box(stature: float, half_width: float = 0.32, half_depth: float = 0.14) -> np.ndarray:
    return np.array(
        [
            (x, y, z)
            for x in (-half_width, half_width)
            for y in (-half_depth, half_depth)
            for z in np.linspace(0, stature)
        ]
    )


@pytest.mark.parametrize("framing", WHOLE)
@pytest.mark.parametrize("stature", [1.45, 1.75, 2.05])
def test_head_and_feet_are_in_the_picture_with_room_to_spare(framing: str, stature: float) -> None:
    seen = frame(box(stature), stature, FRAMINGS[framing], ASPECT).project(box(stature))
    assert seen[:, 1].min() == pytest.approx(-0.5 + FRAMINGS[framing].foot, abs=1e-6)
    headroom = 0.5 - seen[:, 1].max()
    assert 0.04 < headroom < 0.14
    assert np.abs(seen[:, 0]).max() < ASPECT / 2


@pytest.mark.parametrize("framing", WHOLE)
def test_the_figure_is_centred_wherever_it_stands(framing: str) -> None:
    points = box(1.7) + np.array([0.4, -0.3, 0.0])
    seen = frame(points, 1.7, FRAMINGS[framing], ASPECT).project(points)
    assert seen[:, 0].min() == pytest.approx(-seen[:, 0].max(), abs=0.02)


def test_a_tall_person_looks_taller_than_a_small_one_and_a_wide_skirt_still_fits() -> None:
    small, tall = (np.ptp(frame(box(s), s, FRAMINGS["front"], ASPECT).project(box(s))[:, 1]) for s in (1.5, 2.0))
    assert 1.04 < tall / small < 1.12
    wide = box(1.7, half_width=0.9)
    assert np.abs(frame(wide, 1.7, FRAMINGS["front"], ASPECT).project(wide)[:, 0]).max() < ASPECT / 2


def test_a_close_up_shows_the_head_large() -> None:
    head = box(1.7, 0.08, 0.1)
    head = head[head[:, 2] > 0.87 * 1.7]
    seen = frame(np.concatenate([box(1.7), head]), 1.7, FRAMINGS["close_up"], ASPECT).project(head)
    assert seen[:, 1].max() < 0.5
    assert np.ptp(seen[:, 1]) > 0.4


def test_the_camera_walks_towards_the_persons_left_and_looks_from_below_the_eyes() -> None:
    view = frame(box(1.7), 1.7, FRAMINGS["three_quarter"], ASPECT)
    assert view.position[0] > 1.0
    assert view.position[1] < -2.0
    assert view.position[2] < 0.93 * 1.7


@pytest.mark.parametrize("framing", ["torso", "legs", "neck_down", "feet"])
@pytest.mark.parametrize("half_width", [0.2, 0.45])
def test_a_part_of_a_person_fills_the_picture_up_to_where_it_ends(framing: str, half_width: float) -> None:
    row, points = FRAMINGS[framing], box(1.7, half_width)
    part = points[(points[:, 2] >= row.lowest * 1.7) & (points[:, 2] <= row.highest * 1.7)]
    seen = frame(points, 1.7, row, 0.8).project(part)
    assert seen[:, 1].max() == pytest.approx(row.fill + row.foot - 0.5, abs=1e-6)
    assert np.abs(seen[:, 0]).max() < 0.4
    assert seen[:, 1].min() > -0.5


def test_a_turntable_neither_sways_nor_grows() -> None:
    points = np.array([[x, y, z] for x in (-0.3, 0.3) for y in (-0.1, 0.2) for z in (0.0, 0.9, 1.7)])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    front = frame(points, 1.7, FRAMINGS["front"], 2 / 3)
    for turn in (30.0, 90.0, 200.0):
        view = carried_round(front, middle, turn)
        assert view.project(middle[None])[0] == pytest.approx(front.project(middle[None])[0], abs=1e-9)
    quarter = carried_round(front, middle, 90.0)
    left = middle + np.array([0.5, 0.0, 0.0])
    assert quarter.position[0] > left[0], "the camera walks towards the person's left"
    assert quarter.project(left[None])[0, 0] == pytest.approx(0.0, abs=1e-9)
