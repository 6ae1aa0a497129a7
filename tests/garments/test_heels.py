# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever wears raised heels stands on them: balls and heels on the floor, toes flat, everything above as measured."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.heels import heel_height
from avatar_engine.body.pose import POSES, bone_transforms, pose_body, skin
from avatar_engine.body.tape import measure
from avatar_engine.body.template import load_template
from avatar_engine.fitting import body_dimensions
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.outfit import shoes_on
from avatar_engine.look import GarmentChoice, HairChoice, Look
from avatar_engine.standing import standing_in, standing_lift
from blender_addon.scene.dressing import Dressing
from garments import catalogue
from tests.fitting.people import Choice, person

HEELED = [spec for spec in catalogue().values() if spec.heel_height > 0.0]
WHO = ("slight woman", "heavy man")
EVERY = pytest.mark.parametrize("spec", HEELED, ids=lambda spec: spec.id)


def skin_of(*bones: str) -> np.ndarray:
    template = load_template()
    return np.intersect1d(np.flatnonzero(template.bone_share(*bones) > 0.99), template.outer_triangles)


def test_boots_and_court_shoes_have_heels_and_flat_shoes_leave_the_body_itself() -> None:
    assert {spec.id: round(1000.0 * spec.heel_height) for spec in HEELED} == {"ankle-boots": 30, "court-shoes": 70}
    body = person("woman")
    for worn in ((), ("trainers",), ("flats", "jeans"), ("no-such-thing",)):
        assert standing_in(body, [Choice(each) for each in worn]) is body
    high = standing_in(body, [Choice("court-shoes")])
    assert standing_in(high, [Choice("flats")]) is body
    assert standing_in(high, [Choice("court-shoes")]) is high


@EVERY
@pytest.mark.parametrize("who", WHO)
def test_heels_rise_by_their_height_and_toes_stay_flat(spec, who) -> None:
    body = person(who)
    stood = standing_in(body, [Choice(spec.id)])
    assert heel_height(stood) == pytest.approx(spec.heel_height, abs=2e-5)
    assert heel_height(body) < 0.003
    level = stood.vertices[:, 2].min()
    for side in "lr":
        toes = skin_of(f"ball_{side}")
        moved = stood.vertices[toes] - body.vertices[toes]
        rest = np.linalg.norm(body.vertices[toes] - body.joint_heads[load_template().bone(f"ball_{side}")], axis=1)
        assert np.ptp(moved[rest > 0.05], axis=0).max() < 0.002, "they go down as they are"
        assert stood.vertices[toes, 2].min() - level < 0.001
    above = np.setdiff1d(np.arange(len(body.vertices)), np.flatnonzero(load_template().bone_share(
        "foot_l", "foot_r", "ball_l", "ball_r") > 0.0))  # fmt: skip
    assert np.array_equal(stood.vertices[above], body.vertices[above])


@EVERY
def test_clothes_are_cut_for_the_body_as_it_was_measured(spec) -> None:
    body = person("woman")
    stood = standing_in(body, [Choice(spec.id)])
    assert body_dimensions(stood) == body_dimensions(body)
    assert stood.barefoot is body
    assert np.array_equal(measure(stood.barefoot.vertices), measure(body.vertices))


@EVERY
@pytest.mark.parametrize("who", WHO)
def test_sole_and_heel_stand_on_one_level_and_the_foot_is_in_the_shoe(spec, who) -> None:
    body = person(who)
    stood, shoes = standing_in(body, [Choice(spec.id)]), shoes_on(body, spec, Choice(spec.id))
    floor = shoes.vertices[:, 2].min()
    thick = stood.vertices[:, 2].min() - floor
    assert thick == pytest.approx(spec.cut["sole_mm"] / 1000.0, abs=0.0015)
    for slot, sign in ((slot, sign) for slot in ("sole", "heel") for sign in (-1.0, 1.0)):
        ids = np.unique(shoes.triangles[shoes.triangle_slots == shoes.slots.index(slot)])
        side = shoes.vertices[ids][sign * shoes.vertices[ids, 0] > 0.0]
        assert side[:, 2].min() == pytest.approx(floor, abs=2e-4)
        if slot == "heel":
            assert np.ptp(side[:, 2]) == pytest.approx(spec.heel_height, abs=0.03)
    rows, _ = crossing_pairs(shoes.vertices, shoes.triangles, Facets(stood.vertices, load_template().outer_triangles))
    assert len(rows) == 0


@pytest.mark.parametrize("pose", POSES)
def test_in_every_pose_both_shoes_reach_the_floor_and_neither_goes_below(pose) -> None:
    body = person("woman")
    for spec in HEELED:
        stood, shoes = standing_in(body, [Choice(spec.id)]), shoes_on(body, spec, Choice(spec.id))
        placed = skin(shoes.vertices, shoes.bone_indices, shoes.bone_weights, bone_transforms(stood, pose))
        lift = -placed[:, 2].min()
        for sign in (-1.0, 1.0):
            assert (placed[sign * shoes.vertices[:, 0] > 0.0, 2] + lift).min() < 0.004
        assert lift == pytest.approx(standing_lift([shoes]), abs=0.004)
        level = pose_body(stood, pose).vertices[:, 2].min()
        assert level >= stood.vertices[:, 2].min() - 1e-9


def test_pictures_stand_on_the_floor() -> None:
    look = Look((GarmentChoice("court-shoes"),), HairChoice("shaved"))
    for pose in ("relaxed", "walking"):
        shown = Dressing(person("woman"), look, pose, "live").posed()
        assert shown.outline()[:, 2].min() == pytest.approx(0.0, abs=1e-9)
        assert 0.054 < shown.lift < 0.060
        # The ball of a foot stands on the sole.
        assert shown.body.vertices[:, 2].min() + shown.lift == pytest.approx(0.005, abs=0.0035)
