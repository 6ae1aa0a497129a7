# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoes fit the feet of any body, keep off the skin, and stand on the floor with their wearer."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from avatar_engine.body.template import load_template
from avatar_engine.export.glb import glb_bytes
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.dimensions import landmark
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.footwear.shoe import make_pair
from avatar_engine.fitting.outfit import shoes_on
from avatar_engine.fitting.surface import Surface
from avatar_engine.standing import standing_in, standing_lift
from garments import catalogue
from render_service.fit_cases import random_bodies
from tests.fitting.people import Choice, person

SHOES = [spec for spec in catalogue().values() if spec.source == "last"]
WHO = ("slight woman", "heavy man", "slim man")


def feet(body):
    return body.vertices[load_template().bone_share("foot_l", "ball_l") > 0.9]


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", WHO)
def test_no_part_of_a_shoe_lies_inside_the_foot(spec, who):
    body = person(who)
    skin = Surface(body.vertices, load_template().outer_triangles)
    assert skin.contact(make_pair(body, spec.cut).vertices, 0.02).distance.min() > -0.001


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", WHO)
def test_a_shoe_is_as_long_as_the_foot_and_the_room_before_its_toes(spec, who):
    shoes, foot = make_pair(person(who), spec.cut), feet(person(who))
    upper = shoes.vertices[np.unique(shoes.triangles[np.isin(shoes.slots, ("body", "trim"))])]
    spare = 1000.0 * (np.ptp(upper[:, 1]) - np.ptp(foot[:, 1]))
    assert spec.cut["toe_room_mm"] < spare < spec.cut["toe_room_mm"] + 14.0


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
def test_its_sole_lies_flat_at_the_depth_it_is_thick(spec):
    shoes = make_pair(person("woman"), spec.cut)
    sole = shoes.vertices[np.unique(shoes.triangles[shoes.slots == "sole"])]
    lowest = sole[:, 2] < sole[:, 2].min() + 1e-4
    assert sole[:, 2].min() == pytest.approx(-spec.cut["sole_mm"] / 1000.0)
    assert np.ptp(sole[lowest & (sole[:, 0] > 0), 1]) > 0.6 * np.ptp(feet(person("woman"))[:, 1])
    assert lowest.sum() > 60


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
def test_surfaces_face_outwards_and_both_shoes_are_mirror_images(spec):
    shoes = make_pair(person("woman"), spec.cut)
    half = len(shoes.vertices) // 2
    assert shoes.vertices[half:] == pytest.approx(shoes.vertices[:half] * [-1.0, 1.0, 1.0])
    left = shoes.triangles[: len(shoes.triangles) // 2]
    upper = left[shoes.slots[: len(left)] == "body"]
    a, b, c = (shoes.vertices[upper[:, k]] for k in range(3))
    normal, centre = np.cross(b - a, c - a), (a + b + c) / 3.0
    outward = centre[:, :2] - centre[:, :2].mean(axis=0)
    assert ((normal[:, :2] * outward).sum(axis=1) > 0.0).mean() > 0.85


@pytest.mark.parametrize("who", WHO)
def test_low_shoes_end_under_the_ankle_and_boots_above_it(who):
    body = person(who)
    ankle, heel = landmark(body, "ankle_left"), feet(body)[:, 1].max()
    for spec in SHOES:
        shoes = make_pair(body, spec.cut).vertices
        beside = (shoes[:, 0] > ankle[0]) & (np.abs(heel - shoes[:, 1] - 0.22 * np.ptp(feet(body)[:, 1])) < 0.012)
        assert (shoes[beside, 2].max() > ankle[2]) == (spec.id == "ankle-boots")


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", WHO)
def test_leather_lies_close_around_the_foot_behind_the_toes(spec, who):
    body = person(who)
    shoes, foot = make_pair(body, spec.cut), feet(body)
    upper = shoes.vertices[np.unique(shoes.triangles[shoes.slots == "body"])]
    behind = upper[(upper[:, 1] > foot[:, 1].min() + 0.45 * np.ptp(foot[:, 1])) & (upper[:, 2] > 0.03)]
    skin = Surface(body.vertices, load_template().outer_triangles)
    assert np.median(skin.contact(behind, 0.03).distance) < 0.006


def test_a_sole_is_narrower_at_its_waist_than_at_the_ball():
    shoes = make_pair(person("woman"), catalogue()["ankle-boots"].cut)
    sole = shoes.vertices[np.unique(shoes.triangles[shoes.slots == "sole"])]
    sole = sole[sole[:, 0] > 0.0]
    share = (sole[:, 1].max() - sole[:, 1]) / np.ptp(sole[:, 1])
    waist, ball = (np.ptp(sole[np.abs(share - at) < 0.03, 0]) for at in (0.40, 0.64))
    assert waist < ball - 0.008


def test_pieces_of_leather_are_stitched_along_their_edges_and_soles_are_not():
    shoes = make_pair(person("woman"), catalogue()["trainers"].cut)
    stitched = {
        slot: shoes.stitches[np.unique(shoes.triangles[shoes.slots == slot])].max() for slot in set(shoes.slots)
    }
    assert stitched["trim"] == stitched["body"] == pytest.approx(0.0028)
    assert stitched["sole"] < 0.0
    assert stitched["laces"] < 0.0


def test_flats_trainers_and_boots_open_at_three_heights():
    tops = {spec.id: make_pair(person("woman"), spec.cut) for spec in SHOES}
    heights = {key: shoes.vertices[:, 2].max() for key, shoes in tops.items()}
    assert heights["flats"] < heights["trainers"] < heights["ankle-boots"]


def test_whoever_wears_shoes_is_lifted_by_their_soles_in_files_too():
    body, spec = person("woman"), catalogue()["trainers"]
    lift = standing_lift([shoes_on(body, spec, None)])
    assert lift == pytest.approx(spec.cut["sole_mm"] / 1000.0)
    assert standing_lift([]) == 0.0
    roots = []
    for height in (0.0, lift):
        content = glb_bytes(body, [], height)
        size = struct.unpack_from("<I", content, 12)[0]
        document = json.loads(content[20 : 20 + size])
        roots.append(document["nodes"][document["skins"][0]["skeleton"]]["translation"])
    assert np.subtract(*roots[::-1]) == pytest.approx([0.0, lift, 0.0], abs=2e-6)


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", WHO)
def test_no_edge_of_a_shoe_passes_through_the_foot(spec, who):
    body = person(who)
    shoes = make_pair(body, spec.cut)
    rows, _ = crossing_pairs(shoes.vertices, shoes.triangles, Facets(body.vertices, load_template().outer_triangles))
    assert len(rows) == 0


@pytest.mark.parametrize("spec", SHOES, ids=lambda spec: spec.id)
def test_shoes_worn_by_the_heaviest_of_the_benchmark_stay_out_of_his_heels(spec):
    body = list(random_bodies(4))[-1][1]  # men from the thinnest to the heaviest
    made, skin = make_pair(body, spec.cut), Facets(body.vertices, load_template().outer_triangles)
    assert len(crossing_pairs(made.vertices, made.triangles, skin)[0]) > 0
    worn = shoes_on(body, spec, Choice(spec.id))
    skin = Facets(standing_in(body, [worn]).vertices, load_template().outer_triangles)
    assert len(crossing_pairs(worn.vertices, worn.triangles, skin)[0]) == 0
