# SPDX-License-Identifier: GPL-3.0-or-later
"""Outfits on real people: nothing through the skin, layers in order, waistbands level, sizes and errors clear."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from avatar_engine.body.pose import pose_body
from avatar_engine.body.template import load_template
from avatar_engine.errors import FitError, LookError
from avatar_engine.fitting import FittedGarment, Outfit, fit_outfit
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.dimensions import landmark, waist_height
from avatar_engine.fitting.surface import Contact, Surface
from garments import catalogue
from tests.fitting.people import Choice, person, wardrobe

OUTFITS = {
    "tee": ("trousers-straight", "t-shirt"),
    "sweater": ("skirt-circle", "sweater"),
    "dress": ("dress-a-line",),
    "bare": (),
}


@cache
def fitted(who: str, name: str) -> Outfit:
    return fit_outfit(person(who), [Choice(garment) for garment in OUTFITS[name]], "relaxed", "interactive")


def outfit(who: str, name: str, pose: str = "a_pose") -> Outfit:
    return fitted(who, name).at_rest if pose == "a_pose" else fitted(who, name)


def against_skin(who: str, garment: FittedGarment, pose: str) -> Contact:
    posed = pose_body(person(who), pose)
    return Surface(posed.vertices, load_template().outer_triangles).contact(garment.vertices, 0.03)


def worn(found: Outfit, garment: str) -> FittedGarment:
    return next(each for each in found.garments if each.garment == garment)


WORN_BY = [
    ("woman", "tee"),
    ("slim man", "tee"),
    ("heavy woman", "tee"),
    ("slight woman", "dress"),
    ("heavy man", "dress"),
    ("woman", "sweater"),
]


@pytest.mark.parametrize("pose", ["a_pose", "relaxed"])
@pytest.mark.parametrize(("who", "name"), WORN_BY)
def test_nothing_of_the_cloth_passes_through_the_skin(who, name, pose):
    skin = Surface(pose_body(person(who), pose).vertices, load_template().outer_triangles)
    for garment in outfit(who, name, pose).garments:
        assert against_skin(who, garment, pose).distance.min() > -0.001, garment.garment
        row, _ = crossing_pairs(garment.vertices, garment.triangles, skin)
        assert len(row) == 0, (garment.garment, garment.vertices[garment.triangles[row]].mean(axis=(0, 1)))


def test_the_inner_layer_does_not_show_through_the_outer():
    found = outfit("woman", "tee")
    trousers, shirt = worn(found, "trousers-straight"), worn(found, "t-shirt")
    contact = Surface(trousers.vertices, trousers.triangles).contact(shirt.vertices, 0.02)
    over = contact.hit
    assert over.sum() > 50
    assert contact.distance[over].min() > -0.001


@pytest.mark.parametrize("name", ["tee", "sweater"])
def test_the_waistband_stays_level_where_it_was_put(name):
    garment = outfit("woman", name).garments
    below = next(each for each in garment if each.garment in ("trousers-straight", "skirt-circle"))
    band = np.unique(below.triangles[below.triangle_slots == below.slots.index("trim")])
    heights = below.vertices[band, 2]
    drop = catalogue()[below.garment].cut.get("below_waist", 0.0) * 0.01
    assert heights.max() == pytest.approx(waist_height(person("woman")) - drop + 0.035, abs=0.012)
    assert np.ptp(heights) < 0.055


def test_hems_hang_level():
    dress = worn(outfit("slight woman", "dress"), "dress-a-line")
    lowest = dress.vertices[dress.vertices[:, 2] < dress.vertices[:, 2].min() + 0.05]
    angle = np.arctan2(lowest[:, 1], lowest[:, 0])
    sectors = [lowest[(angle > a) & (angle <= a + np.pi / 4), 2].min() for a in np.arange(-4, 4) * np.pi / 4]
    assert np.ptp(sectors) < 0.035


def test_trousers_end_above_the_floor_and_under_the_calves():
    trousers = worn(outfit("slim man", "tee"), "trousers-straight")
    assert 0.0 < trousers.vertices[:, 2].min() < 0.09


def test_a_garment_keeps_its_cloth():
    for garment in outfit("woman", "tee").garments:
        sides = [(k, (k + 1) % 3) for k in range(3)]
        points = garment.vertices[garment.triangles]
        worn_length = np.concatenate([np.linalg.norm(points[:, a] - points[:, b], axis=1) for a, b in sides])
        flat = np.concatenate(
            [np.linalg.norm(garment.corner_uvs[:, a] - garment.corner_uvs[:, b], axis=1) for a, b in sides]
        )
        cloth = flat > 1e-9  # the rim of a button has no length in the plane
        assert cloth.mean() > 0.98
        assert abs(np.median(worn_length[cloth] / flat[cloth]) - 1.0) < 0.03
        assert np.percentile(worn_length[cloth] / flat[cloth], 95) < 1.15


def test_weights_are_normalised_and_carry_the_garment_into_the_pose():
    for garment in outfit("woman", "tee").garments:
        assert garment.bone_weights.sum(axis=1) == pytest.approx(np.ones(len(garment.vertices)))
        assert garment.bone_indices.min() >= 0
        assert garment.bone_indices.max() < len(load_template().bone_names)


def test_faces_under_cloth_are_hidden_and_hands_and_head_never():
    template = load_template()
    hidden = outfit("woman", "tee").hidden_quads
    assert hidden.shape == (13710,)
    assert 800 < hidden.sum() < 6000
    strongest = template.bone_indices[np.arange(len(template.bone_weights)), template.bone_weights.argmax(axis=1)]
    bones = {template.bone_names[bone] for bone in strongest[np.unique(template.quads[hidden])]}
    assert not {name for name in bones if name.startswith(("hand", "head", "foot", "index"))}


def test_everybody_wears_a_base_layer_unless_it_is_covered():
    bare = worn(outfit("heavy woman", "bare"), "base-layer")
    body = person("heavy woman")
    assert bare.vertices[:, 2].max() < landmark(body, "c7")[2] + 0.02
    assert bare.vertices[:, 2].min() > landmark(body, "crotch")[2] - 0.06
    assert against_skin("heavy woman", bare, "a_pose").distance.max() < 0.013
    assert [each.garment for each in outfit("woman", "tee").garments] == ["trousers-straight", "t-shirt"]
    assert [each.garment for each in outfit("slight woman", "dress").garments] == ["base-layer", "dress-a-line"]


def test_the_same_outfit_comes_out_in_the_same_bytes_with_and_without_a_pose():
    again = fit_outfit(person("slight woman"), [Choice("dress-a-line")], "a_pose", "interactive")
    before = outfit("slight woman", "dress")
    assert again.at_rest is again
    assert np.array_equal(again.hidden_quads, before.hidden_quads)
    for one, two in zip(before.garments, again.garments, strict=True):
        assert one.vertices.tobytes() == two.vertices.tobytes()
        assert one.bone_weights.tobytes() == two.bone_weights.tobytes()


def test_progress_rises_to_one():
    seen: list[float] = []
    fit_outfit(person("woman"), [Choice("skirt-circle")], "a_pose", "interactive", lambda share, _: seen.append(share))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_ease_grows_from_size_to_size_and_is_told_in_millimetres():
    wearer = person("woman")
    eases = []
    for size in ("S", "M", "L"):
        worn_garments = wardrobe().dress(wearer, [Choice("t-shirt", size)]).garments
        eases.append({each.garment: each.ease_mm for each in worn_garments}["t-shirt"]["chest_girth"])
    assert eases == sorted(eases)
    assert np.diff(eases) == pytest.approx(np.full(2, 80.0 * 1.12), abs=8.0)
    assert {each.garment: each.ease_mm for each in worn_garments}["base-layer"] == {}


def test_a_size_that_cannot_be_worn_is_refused_with_place_and_amount():
    with pytest.raises(FitError) as caught:
        fit_outfit(person("heavy woman"), [Choice("trousers-straight", "S")], "a_pose", "interactive")
    assert str(caught.value.where) in ("waist", "hip", "thigh")
    assert caught.value.amount_mm > 50.0
    assert "too small" in str(caught.value)


@pytest.mark.parametrize(
    ("choice", "key", "near"),
    [
        (Choice("t-shrt"), "garment", "t-shirt"),
        (Choice("t-shirt", "5XL"), "size", "XL"),
        (Choice("t-shirt", colours={"bodi": "#ffffff"}), "colours", "body"),
        (Choice("t-shirt", fabric="jersy"), "fabric", "jersey"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_ones(choice, key, near):
    with pytest.raises(LookError) as caught:
        fit_outfit(person("woman"), [choice], "a_pose", "interactive")
    assert caught.value.key == key
    assert near in str(caught.value.hint)
