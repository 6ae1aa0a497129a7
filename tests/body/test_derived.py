# SPDX-License-Identifier: GPL-3.0-or-later
"""Derived values are what an anthropometrist would read on the same body."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from avatar_engine.avatar import build_body
from avatar_engine.body import tape
from avatar_engine.body.derived import density, derived, hanging_arms, volume
from avatar_engine.body.joints import load_joint_map
from avatar_engine.body.layout import ARM_BONES
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.measurements import KEYS, complete, population
from avatar_engine.measurements.population import RELAXED_ARM_FRACTION, SEXES
from tests.body.bodies import random_coefficients

SEEDS = range(5)


def vertices_of(seed: int) -> np.ndarray:
    return load_shape_space().vertices(random_coefficients(seed))


def test_the_average_body_reads_like_the_people_of_the_survey() -> None:
    found = derived(load_shape_space().mean_body().vertices)
    # ANSUR II: mean of both sexes' means, and what two standard deviations of the wider sex span.
    people = {
        "acromial_height": (1.387, 0.14),
        "bideltoid_breadth": (0.481, 0.07),
        "cervicale_height": (1.455, 0.13),
        "foot_length": (0.258, 0.026),
        "hand_length": (0.187, 0.02),
        "head_girth": (0.567, 0.04),
        "knee_height": (0.468, 0.06),
        "shoulder_girth": (1.103, 0.13),
        "shoulder_length": (0.1425, 0.03),
        "waist_breadth": (0.313, 0.08),
        "weight_kg": (76.6, 28.0),
    }
    for name, (mean, spread) in people.items():
        assert abs(found[name] - mean) < spread, name


@pytest.mark.parametrize("seed", SEEDS)
def test_levels_of_the_trunk_agree_with_trimesh(seed: int) -> None:
    vertices = vertices_of(seed)
    found, template = derived(vertices), load_template()
    arms = [name for name in template.bone_names if name.startswith((*ARM_BONES, "head", "neck_01"))]
    trunk = (template.bone_share(*arms) < 0.5)[template.outer_triangles].all(axis=1)
    mesh = trimesh.Trimesh(vertices, template.outer_triangles[trunk], process=False)

    def hull(height: float) -> ConvexHull:
        return ConvexHull(mesh.section([0, 0, 1], [0, 0, height]).vertices[:, :2])

    navel = float(tape.landmarks(vertices)["navel"][2])
    breadth, depth = np.ptp(hull(navel).points, axis=0)
    assert found["waist_breadth"] == pytest.approx(breadth, abs=1e-4)
    assert found["waist_depth"] == pytest.approx(depth, abs=1e-4)
    stature = np.ptp(vertices[template.outer_triangles][..., 2])
    least = min(hull(navel + rise * stature).area for rise in np.linspace(0.003, 0.05, 60))
    assert found["natural_waist_girth"] == pytest.approx(least, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_volume_is_that_of_the_closed_mesh(seed: int) -> None:
    vertices, template = vertices_of(seed), load_template()
    quads = template.quads[template.parts["skin"] | template.parts["mouth"] | template.parts["eye_socket"]]
    mesh = trimesh.Trimesh(vertices, quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3), process=False)
    assert mesh.is_watertight
    assert volume(vertices) == pytest.approx(mesh.volume, rel=1e-9)


@pytest.mark.parametrize("sex", SEXES)
def test_the_average_of_each_sex_weighs_what_that_average_weighs(sex: str) -> None:
    facts = json.loads(Path(population.__file__).with_name("population.json").read_text(encoding="utf-8"))
    mean = dict(zip(facts["order"], facts["sex"][sex]["mean"], strict=True))
    values = {key: mean[key] / 1000.0 for key in KEYS}
    values["upper_arm_girth"] *= RELAXED_ARM_FRACTION[sex]
    body = build_body(complete(values, sex, mean["weight_kg"], mean["age_years"])).body
    found = derived(body.vertices, float(sex == "male"))
    assert found["weight_kg"] == pytest.approx(mean["weight_kg"], rel=0.01)
    assert found["weight_kg"] == pytest.approx(volume(body.vertices) * density(float(sex == "male")))
    assert found["bmi"] == pytest.approx(found["weight_kg"] / tape.measure(body.vertices)[0] ** 2, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_body_twice_the_size_measures_twice_as_much(seed: int) -> None:
    small, large = derived(vertices_of(seed)), derived(2.0 * vertices_of(seed))
    # Softmax levels and the natural waist's window have a size of their own.
    for name in ("head_girth", "neck_base_girth", "span", "hand_length", "foot_length", "lower_thigh_girth"):
        assert large[name] == pytest.approx(2.0 * small[name], rel=1e-6), name
    assert large["weight_kg"] == pytest.approx(8.0 * small["weight_kg"])


@pytest.mark.parametrize("seed", SEEDS)
def test_joints_are_found_from_the_skin_alone(seed: int) -> None:
    body = load_shape_space().body(random_coefficients(seed, spread=1.0))
    error = np.linalg.norm(load_joint_map().heads(body.vertices) - body.joint_heads, axis=1)
    assert error.mean() < 0.003
    assert error.max() < 0.012


def test_hanging_arms_hang_and_leave_the_rest_alone() -> None:
    vertices, template = vertices_of(1), load_template()
    hanging = hanging_arms(vertices)
    hand = template.bone_share("hand_l", "hand_r") > 0.5
    assert np.abs(hanging[hand, 0]).max() < np.abs(vertices[hand, 0]).min()
    legs = template.bone_share("calf_l", "calf_r", "thigh_l", "thigh_r") > 0.99
    np.testing.assert_allclose(hanging[legs], vertices[legs], atol=1e-12)


def test_another_topology_is_refused_with_the_right_shape() -> None:
    with pytest.raises(ValueError, match=r"\(13718, 3\)"):
        derived(np.zeros((100, 3)))
