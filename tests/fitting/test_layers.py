# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments over garments: under the arms each keeps to its part of the room, and what still crosses is told."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.pose import pose_body
from avatar_engine.body.template import load_template
from avatar_engine.fitting import Outfit, fit_outfit, fitter
from avatar_engine.fitting.contacts import LAYER_GAP, Place, shared_gaps
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.repair import still_crossing
from avatar_engine.fitting.surface import Contact, Surface
from avatar_engine.standing import LAYER_ROOM, Stance, stance_in, standing_in
from tests.fitting.people import Choice, person
from tests.fitting.test_repair import LEFT, ground, sheet

THREE = ("t-shirt", "sweater", "jacket")


def choices(*worn: str) -> list[Choice]:
    return [Choice(each) for each in worn]


def pairs_between(found: Outfit) -> dict[tuple[str, str], int]:
    worn = [each for each in found.garments if each.garment != "base-layer"]
    return {
        (outer.garment, inner.garment): len(
            crossing_pairs(outer.vertices, outer.triangles, Facets(inner.vertices, inner.triangles))[0]
        )
        for number, outer in enumerate(worn)
        for inner in worn[:number]
    }


def test_three_layers_cross_nowhere_around_the_a_pose_and_relaxed() -> None:
    found = fit_outfit(person("slim man"), choices(*THREE), "relaxed", "interactive")
    for each in (found, found.at_rest):
        assert pairs_between(each) == dict.fromkeys(
            [("sweater", "t-shirt"), ("jacket", "t-shirt"), ("jacket", "sweater")], 0
        )
        assert each.cautions == ()


def wall(x: float, facing: float, count: int) -> Contact:
    """What ``count`` points at x = 0 see of a wall at ``x`` whose outer side faces to x (1) or against it (-1)."""
    hit, normal = np.ones(count, dtype=bool), np.tile([facing, 0.0, 0.0], (count, 1))
    distance = np.full(count, -x * facing)
    weights = np.tile([1.0, 0.0, 0.0], (count, 1))
    return Contact(hit, distance, np.tile([x, 0.0, 0.0], (count, 1)), normal, np.zeros(count, dtype=np.int32), weights)


def nothing(count: int) -> Contact:
    seen = wall(1.0, -1.0, count)
    return Contact(~seen.hit, np.full(count, np.inf), seen.point, seen.normal, seen.triangle, seen.weights)


@pytest.mark.parametrize("room", [0.006, 0.02, 0.06])
@pytest.mark.parametrize("layers", [2, 3])
def test_layers_between_two_parts_lie_one_over_the_other_and_keep_to_their_half(room: float, layers: int) -> None:
    low = []
    high = []
    for number in range(1, layers + 1):
        contacts = [wall(-0.4 * room, 1.0, 1), nothing(1), wall(0.6 * room, -1.0, 1), nothing(1)]
        gaps, found = shared_gaps(contacts, 0.0035, Place(number, layers))
        assert found == pytest.approx(room)
        low.append(gaps[0][0])
        high.append(room - gaps[2][0])
    assert low == sorted(low)
    assert all(above > below for below, above in zip(low, high, strict=True))
    assert all(next_low <= 0.0035 or next_low > here for here, next_low in zip(high, low[1:], strict=False))
    assert high == sorted(high)
    assert high[-1] < 0.5 * room
    assert Place(1, layers).apart * room <= max(LAYER_GAP, high[0])


def test_a_garment_that_is_alone_under_the_arms_fills_half_of_the_room() -> None:
    contacts = [wall(-0.001, 1.0, 1), nothing(1), wall(0.003, -1.0, 1), nothing(1)]
    gaps, found = shared_gaps(contacts, 0.0035)
    assert (gaps[0][0], gaps[2][0]) == pytest.approx((0.002, 0.002))
    assert np.isinf(found).all()


def room_under_the_arm(who: str, *worn: str) -> float:
    """Metres between the left upper arm, away from the shoulder, and the trunk in the relaxed pose."""
    body, template = standing_in(person(who), choices(*worn)), load_template()
    points = pose_body(body, "relaxed").vertices
    arm = np.intersect1d(np.flatnonzero(template.bone_share("upperarm_l") > 0.9), template.outer_triangles)
    shoulder = body.joint_heads[template.bone("upperarm_l")]
    arm = arm[np.linalg.norm(body.vertices[arm] - shoulder, axis=1) > 0.14]
    trunk = template.bone_share(*(name for name in template.bone_names if name.startswith(("pelvis", "spine")))) > 0.9
    skin = Surface(points, template.outer_triangles[trunk[template.outer_triangles].all(axis=1)])
    return float(skin.contact(points[arm], 0.2).distance.min())


def test_every_further_top_holds_the_arms_off_and_leaves_the_measured_body() -> None:
    body = person("woman")
    assert stance_in(choices("shirt", "trousers-straight", "leggings")) == Stance()
    assert stance_in(choices("dress-a-line", "jacket")) == Stance(arm_room=LAYER_ROOM)
    assert stance_in(choices(*THREE)) == Stance(arm_room=2.0 * LAYER_ROOM)
    assert standing_in(body, choices("shirt", "jeans")) is body
    held = standing_in(body, choices("shirt", "jacket"))
    assert held.barefoot is body
    assert held is standing_in(held, choices("shirt", "jacket"))
    np.testing.assert_array_equal(held.vertices, body.vertices)
    one, two, three = (room_under_the_arm("woman", *THREE[:count]) for count in (1, 2, 3))
    assert one + 0.002 < two
    assert two + 0.002 < three
    assert one + LAYER_ROOM < three < one + 0.03


def test_where_cloth_still_crosses_is_told_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    place = np.array([0.1, 0.2, 1.234])
    monkeypatch.setattr(fitter, "still_crossing", lambda *_: (place, 0.0021))
    found = fit_outfit(person("woman"), choices("t-shirt"), "a_pose", "interactive")
    (caution,) = found.cautions
    assert caution.say("en").startswith("t-shirt: goes through what it is worn over, 2.1 mm deep at a height of 1.23 m")
    assert caution.say("fr").startswith("t-shirt : traverse ce qu'il recouvre, de 2.1 mm à 1.23 m de hauteur")


def test_where_and_how_deep_repaired_cloth_crosses_is_found() -> None:
    cloth, triangles = sheet(0.0)
    cloth[:, 2] = 0.05 * cloth[:, 0] + 0.0002
    bits = np.full(len(cloth), LEFT, dtype=np.int32)
    far = Surface(*sheet(-5.0))
    found = still_crossing(cloth, triangles, [(ground(LEFT), bits), (far, bits)])
    assert found is not None
    assert abs(found[0][0]) < 0.02
    assert 0.0 < found[1] < 0.002
    assert still_crossing(cloth + 0.01, triangles, [(ground(LEFT), bits), (far, bits)]) is None
