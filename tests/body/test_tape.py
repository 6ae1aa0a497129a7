# SPDX-License-Identifier: GPL-3.0-or-later
"""The fifteen measurements on bodies: in order, plausible, equal to an independent reading, with true gradients."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import VERTEX_COUNT, load_template
from avatar_engine.measurements import KEYS, complete
from tests.body.bodies import random_coefficients


def test_readings_come_in_the_order_of_the_keys() -> None:
    assert tuple(tape.READERS) == KEYS


def test_the_mean_body_measures_like_a_person() -> None:
    measured = tape.measure(load_shape_space().mean_body().vertices)
    people = complete({})
    assert np.all(measured > people.low * 0.95)
    assert np.all(measured < people.high * 1.05)


def independent_girth(vertices: np.ndarray, height: float, arms: bool) -> float:
    """Hull of trimesh's section at a height, of the torso's and legs' triangles alone."""
    template = load_template()
    names = [n for n in template.bone_names if n.startswith(tape.ARM_BONES)] + ["head", "neck_01"]
    keep = (template.bone_share(*names) < 0.5)[template.outer_triangles].all(axis=1)
    assert not arms
    mesh = trimesh.Trimesh(vertices, template.outer_triangles[keep], process=False)
    section = mesh.section([0, 0, 1], [0, 0, height])
    return float(ConvexHull(section.vertices[:, :2]).area)


@pytest.mark.parametrize("seed", range(12))
def test_chest_and_waist_agree_with_trimesh(seed: int) -> None:
    vertices = load_shape_space().vertices(random_coefficients(seed))
    marks = tape.landmarks(vertices)
    measured = dict(zip(KEYS, tape.measure(vertices), strict=True))
    chest = independent_girth(vertices, marks["bust_left"][2], arms=False)
    waist = independent_girth(vertices, marks["navel"][2], arms=False)
    assert measured["chest_girth"] == pytest.approx(chest, abs=5e-4)
    assert measured["waist_girth"] == pytest.approx(waist, abs=5e-4)


@pytest.mark.parametrize("seed", range(4))
def test_gradients_tell_what_a_small_change_of_body_does(seed: int) -> None:
    space = load_shape_space()
    vertices = space.vertices(random_coefficients(seed))
    direction = random_coefficients(seed + 100).astype(np.float32) * 1e-4
    step = (space.basis[:VERTEX_COUNT].reshape(-1, space.size) @ direction).reshape(-1, 3).astype(np.float64)
    actual = (tape.measure(vertices + step) - tape.measure(vertices - step)) / 2
    readings = tape.readings(vertices).values()
    predicted = np.array([(reading.gradient * step[reading.vertices]).sum() for reading in readings])
    hip = KEYS.index("hip_girth")  # its level's weights move too, which the gradient leaves out
    exact = np.delete(np.arange(15), hip)
    np.testing.assert_allclose(predicted[exact], actual[exact], atol=3e-7 + 0.02 * np.abs(actual).max())
    assert predicted[hip] == pytest.approx(actual[hip], abs=0.5 * abs(actual[hip]) + 1e-5)


def test_a_batch_reads_as_its_members() -> None:
    space = load_shape_space()
    bodies = np.stack([space.vertices(random_coefficients(seed)) for seed in range(3)])
    np.testing.assert_array_equal(tape.measure(bodies)[1], tape.measure(bodies[1]))


def test_another_topology_is_refused_with_the_right_shape() -> None:
    with pytest.raises(ValueError, match=r"\(13718, 3\)"):
        tape.readings(np.zeros((100, 3)))
