# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces differ between people, and no tape ever notices."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.appearance.head import SIDES, eye_ids
from avatar_engine.appearance.lashes import lid_edge
from avatar_engine.body import tape
from avatar_engine.body.face import face_seed, load_face_space, with_face
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import load_template
from tests.body.bodies import random_coefficients


def _opening(body: Body) -> float:
    """Greatest height between the lids, mean of both eyes, metres."""
    heights = []
    for side in SIDES:
        stations = np.linspace(0.2, 0.8, 7)
        upper, lower = (body.helpers[f"eyelashes_{side}"][lid_edge(side, lid)] for lid in ("upper", "lower"))
        edges = [np.interp(stations, np.linspace(0, 1, len(edge)), edge[:, 2]) for edge in (upper, lower)]
        heights.append((edges[0] - edges[1]).max())
    return float(np.mean(heights))


@pytest.mark.parametrize("number", range(6))
def test_no_reading_of_the_tape_moves(number: int) -> None:
    body = load_shape_space().body(random_coefficients(number, spread=1.2))
    for seed, male, age in ((number, 0.0, None), (number + 100, 1.0, 90.0), (number + 200, 0.5, 18.0)):
        changed = with_face(body, seed, male, age)
        # The neck's tape may touch the fading edge of the face: hundredths of a millimetre there.
        np.testing.assert_allclose(tape.measure(changed.vertices), tape.measure(body.vertices), atol=3e-5)


def test_only_the_head_changes_and_the_rig_stays() -> None:
    body = load_shape_space().mean_body()
    changed = with_face(body, 3, 1.0, 70.0)
    moved = np.linalg.norm(changed.vertices - body.vertices, axis=1)
    template = load_template()
    assert moved[template.bone_share("head") < 0.7].max() == 0.0
    assert moved[np.argsort(-body.vertices[:, 2])[:20]].max() == 0.0
    for name in ("tights", "skirt"):
        far = body.helpers[name][:, 2] < body.vertices[template.landmarks["neck_base"], 2].mean()
        np.testing.assert_array_equal(changed.helpers[name][far], body.helpers[name][far])
    np.testing.assert_array_equal(changed.joint_heads, body.joint_heads)
    np.testing.assert_array_equal(changed.joint_tails, body.joint_tails)


def test_the_same_name_keeps_its_face_and_other_names_have_others() -> None:
    body = load_shape_space().mean_body()
    ines, again, karim = (with_face(body, face_seed(name)).vertices for name in ("Ines", "Ines", "Karim"))
    assert ines.tobytes() == again.tobytes()
    head = load_template().bone_share("head") > 0.99
    between = np.linalg.norm(ines - karim, axis=1)[head]
    assert 0.001 < between.mean() < 0.010


def test_nobody_is_a_caricature() -> None:
    body = load_shape_space().mean_body()
    head = load_template().bone_share("head") > 0.99
    usual = body.vertices.copy()
    space = load_face_space()
    usual[space.points[space.points < len(usual)]] += space.usual[space.points < len(usual)]
    faces = np.array([with_face(body, seed).vertices[head] for seed in range(60)])
    away = np.linalg.norm(faces - usual[head], axis=2)
    assert away.max() < 0.022
    assert np.sqrt((away**2).mean(axis=1)).max() < 0.008


def test_eyes_are_open_on_everybody_and_stay_round_and_between_their_lids() -> None:
    body = load_shape_space().mean_body()
    for seed in range(40):
        face = with_face(body, seed, seed % 2)
        assert 0.0072 < _opening(face) < 0.0135
        for side in SIDES:
            ball = face.vertices[eye_ids(side)]
            radius = np.linalg.norm(ball - (ball.min(axis=0) + ball.max(axis=0)) / 2, axis=1)
            assert radius.std() < 0.0003
            lids = face.helpers[f"eyelashes_{side}"][lid_edge(side, "upper")]
            gap = np.linalg.norm(lids - ball.mean(axis=0), axis=1) / radius.mean()
            assert np.all((gap > 0.88) & (gap < 1.2))


def test_age_and_sex_show_in_the_face() -> None:
    body = load_shape_space().mean_body()
    young, old = (with_face(body, 1, 0.5, age).vertices for age in (25.0, 80.0))
    assert np.linalg.norm(old - young, axis=1).max() > 0.004
    np.testing.assert_array_equal(young, with_face(body, 1, 0.5, None).vertices)
    woman, man = (with_face(body, 1, male).vertices for male in (0.0, 1.0))
    assert np.linalg.norm(man - woman, axis=1).max() > 0.002


def test_mouths_at_rest_are_level() -> None:
    template, body = load_template(), load_shape_space().mean_body()
    parts = (np.unique(template.quads[template.parts[name]]) for name in ("mouth", "skin"))
    seam = np.intersect1d(*parts)
    corners = seam[np.abs(body.vertices[seam, 0]) > 0.021]
    middle = seam[np.abs(body.vertices[seam, 0]) < 0.004]
    assert len(corners) > 6
    assert len(middle) > 3
    faces = [with_face(body, seed, male).vertices[:, 2] for seed in range(40) for male in (0.0, 1.0)]
    rise = np.array([heights[corners].mean() - heights[middle].mean() for heights in faces])
    assert abs(rise.mean()) < 0.0012
    assert np.abs(rise).max() < 0.0040
