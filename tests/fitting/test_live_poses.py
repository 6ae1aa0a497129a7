# SPDX-License-Identifier: GPL-3.0-or-later
"""Live clothes in a pose: carried there by the bones, and then out of the skin again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from avatar_engine.body.pose import bone_transforms, pose_body, relief, skin
from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.fitting import FittedGarment, Outfit
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.live_piece import unique_edges
from avatar_engine.standing import standing_in
from garments import catalogue
from tests.fitting.people import Choice, person, wardrobe


@cache
def posed(who: str, pose: str, *garments: str) -> Outfit:
    return wardrobe().dress(person(who), [Choice(name) for name in garments], pose)


def crossings(vertices: FloatArray, garment: FittedGarment, body: FloatArray) -> int:
    return len(crossing_pairs(vertices, garment.triangles, Facets(body, load_template().outer_triangles))[0])


@pytest.mark.parametrize(
    ("who", "pose", "garment"),
    [
        ("woman", "relaxed", "t-shirt"),
        ("woman", "walking", "dress-a-line"),
        ("heavy man", "relaxed", "shirt"),
        ("heavy woman", "contrapposto", "sweater"),
    ],
)
def test_no_skin_comes_through_cloth_that_bones_alone_press_into_it(who: str, pose: str, garment: str) -> None:
    outfit = posed(who, pose, garment)
    worn, rest = outfit.garments[-1], outfit.at_rest.garments[-1]
    body = pose_body(person(who), pose).vertices
    transforms = bone_transforms(person(who), pose)
    carried = skin(rest.vertices, rest.bone_indices, rest.bone_weights, transforms)
    assert crossings(carried, rest, body) > 50
    assert crossings(worn.vertices, worn, body) == 0


def test_the_a_pose_is_left_as_it_is() -> None:
    outfit, still = posed("woman", "relaxed", "t-shirt"), posed("woman", "a_pose", "t-shirt")
    assert outfit.rest is not None
    for one, two in zip(outfit.rest.garments, still.garments, strict=True):
        np.testing.assert_array_equal(one.vertices, two.vertices)
    assert still.rest is None
    assert not still.hidden_quads.any()
    assert outfit.hidden_quads.sum() > 500


def test_under_three_layers_arms_and_trunk_stay_inside_and_the_jacket_smooth() -> None:
    names = ("t-shirt", "hoodie", "jacket")
    outfit = posed("slim man", "relaxed", *names)
    body = standing_in(person("slim man"), [Choice(name) for name in names])
    jacket, rest = outfit.garments[-1], outfit.at_rest.garments[-1]
    flesh = pose_body(body, "relaxed").vertices
    carried = skin(rest.vertices, rest.bone_indices, rest.bone_weights, bone_transforms(body, "relaxed"))
    assert crossings(jacket.vertices, jacket, flesh) < 0.2 * crossings(carried, rest, flesh)
    edges = unique_edges(jacket.triangles)
    longer = lengths(jacket.vertices, edges) / lengths(carried, edges)
    assert np.percentile(longer, [1, 99]) == pytest.approx([1.0, 1.0], abs=0.35)


def lengths(vertices: FloatArray, edges: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1))


def test_shoes_go_with_the_feet() -> None:
    outfit = posed("woman", "walking", "trainers")
    worn, rest = outfit.garments[-1], outfit.at_rest.garments[-1]
    transforms = bone_transforms(person("woman"), "walking")
    moved = skin(rest.vertices, rest.bone_indices, rest.bone_weights, transforms)
    np.testing.assert_allclose(worn.vertices, moved, atol=1e-12)


def test_cloth_at_the_trunk_follows_the_flesh_that_arms_press_in() -> None:
    moves = relief(person("heavy woman"), "relaxed")
    assert np.linalg.norm(moves, axis=1).max() > 0.005
    shirt = wardrobe()._garment(catalogue()["t-shirt"])
    followed = np.linalg.norm(shirt.following(moves), axis=1)
    assert followed.max() > 0.004
    hem = shirt.vertices[:, 2] < shirt.vertices[:, 2].min() + 0.05
    assert followed[hem].max() < 0.002
