# SPDX-License-Identifier: GPL-3.0-or-later
"""Poses keep the body whole: feet on the floor, lengths of bones, symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.avatar import build_body
from avatar_engine.body.pose import POSES, bone_transforms, pose_body
from avatar_engine.body.relief import relieved
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.surface import Surface
from avatar_engine.measurements import complete
from tests.body.bodies import random_coefficients


@pytest.mark.parametrize("pose", POSES)
def test_the_soles_stay_on_the_floor(pose: str) -> None:
    body = load_shape_space().body(random_coefficients(1))
    assert pose_body(body, pose).vertices[:, 2].min() == pytest.approx(0.0, abs=1e-9)


def test_the_a_pose_is_the_body_itself() -> None:
    body = load_shape_space().mean_body()
    np.testing.assert_allclose(pose_body(body, "a_pose").vertices, body.vertices, atol=1e-9)


def test_bones_keep_their_lengths() -> None:
    body = load_shape_space().body(random_coefficients(2))
    posed = pose_body(body, "relaxed")
    before = np.linalg.norm(body.joint_tails - body.joint_heads, axis=1)
    after = np.linalg.norm(posed.joint_tails - posed.joint_heads, axis=1)
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_relaxed_arms_hang_and_leave_a_gap_to_the_hip() -> None:
    body = load_shape_space().mean_body()
    posed = pose_body(body, "relaxed")
    hand = load_template().bone("hand_l")
    assert posed.joint_heads[hand, 0] < body.joint_heads[hand, 0] - 0.15
    wrist = posed.vertices[load_template().bone_share("hand_l") > 0.5]
    hip = posed.vertices[load_template().bone_share("pelvis") > 0.5]
    assert wrist[:, 0].min() > hip[:, 0].max()


def test_half_of_a_pose_lies_between() -> None:
    body = load_shape_space().mean_body()
    angles = [
        bone_transforms(body, "relaxed", share)[load_template().bone("upperarm_l"), 0, 0] for share in (0, 0.5, 1)
    ]
    assert angles[0] > angles[1] > angles[2]


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_both_feet_carry_the_body(pose: str, seed: int) -> None:
    posed = pose_body(load_shape_space().body(random_coefficients(seed)), pose)
    for side in "lr":
        foot = load_template().bone_share(f"foot_{side}", f"ball_{side}") > 0.9
        assert posed.vertices[foot, 2].min() < 0.001


def test_in_contrapposto_the_hip_over_the_standing_leg_is_raised_and_the_shoulder_lowered() -> None:
    posed, template = pose_body(load_shape_space().mean_body(), "contrapposto"), load_template()
    height = {name: posed.joint_heads[template.bone(name), 2] for name in template.bone_names}
    assert height["thigh_r"] > height["thigh_l"] + 0.01
    assert height["upperarm_r"] < height["upperarm_l"] - 0.01


def test_walking_swings_each_arm_with_the_other_leg() -> None:
    posed, template = pose_body(load_shape_space().mean_body(), "walking"), load_template()
    forward = {name: -posed.joint_heads[template.bone(name), 1] for name in template.bone_names}
    assert forward["foot_l"] > forward["foot_r"] + 0.3
    assert forward["hand_r"] > forward["hand_l"] + 0.1


def heaviest_of(count: int) -> Body:
    """The body with the most volume around its trunk among random ones."""
    space = load_shape_space()
    bodies = [space.body(random_coefficients(seed)) for seed in range(count)]
    return max(bodies, key=lambda body: np.ptp(body.vertices[:, 1]))


def test_skin_passes_through_no_skin_when_the_arms_come_down() -> None:
    body, template = heaviest_of(8), load_template()
    left = template.bone_share(*(n for n in template.bone_names if n.startswith(("upperarm", "lowerarm")))) >= 0.5
    arm = left[template.outer_triangles].all(axis=1)
    points = pose_body(body, "relaxed").vertices
    rest = Surface(points, template.outer_triangles[~arm])
    row, column = crossing_pairs(points, template.outer_triangles[arm], rest)
    pairs = zip(template.outer_triangles[arm][row], rest.triangles[column], strict=True)
    assert not [one for one, other in pairs if not np.isin(one, other).any()]


def test_legs_leave_room_for_two_layers_of_cloth() -> None:
    body, template = heaviest_of(8), load_template()
    posed = pose_body(body, "relaxed").vertices
    legs = np.intersect1d(np.flatnonzero(template.bone_share("thigh_l", "calf_l") > 0.9), template.outer_triangles)
    crotch = body.vertices[template.landmarks["crotch"], 2].mean()
    legs = legs[body.vertices[legs, 2] < crotch - 0.04]
    assert 2.0 * posed[legs, 0].min() >= 0.016


def test_flesh_yields_in_the_pose_alone() -> None:
    body = load_shape_space().mean_body()
    np.testing.assert_allclose(pose_body(body, "relaxed", 0.0).vertices, body.vertices, atol=1e-9)
    shift = relieved(body.vertices, bone_transforms(body, "relaxed"), body.joint_heads)
    assert 0.001 < np.linalg.norm(shift, axis=1).max() < 0.03


def test_forearms_of_wide_bodies_hang_from_the_elbow_before_the_hip() -> None:
    template, mean = load_template(), load_shape_space().mean_body()
    girths = {"stature": 1.64, "chest_girth": 1.22, "waist_girth": 1.10, "hip_girth": 1.26}
    wide = build_body(complete(girths, "female")).body
    for body, bent in ((mean, (10.0, 26.0)), (wide, (26.0, 45.0))):
        heads = pose_body(body, "relaxed").joint_heads
        shoulder, elbow, wrist = (heads[template.bone(f"{name}_l")] for name in ("upperarm", "lowerarm", "hand"))
        upper, fore = elbow - shoulder, wrist - elbow
        out = [np.degrees(np.arctan2(limb[0], -limb[2])) for limb in (upper, fore)]
        angle = np.degrees(np.arccos(upper @ fore / np.linalg.norm(upper) / np.linalg.norm(fore)))
        assert bent[0] < angle < bent[1]
        assert out[1] < 18.0
        assert fore[1] < 0.0
        assert body is not wide or out[0] > out[1] + 5.0
