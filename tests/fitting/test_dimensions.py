# SPDX-License-Identifier: GPL-3.0-or-later
"""The pattern cutter's dimensions agree with the tape and with each other."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from avatar_engine.body import hull as body_hull
from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.sections import hull, perimeter, resampled
from avatar_engine.measurements import KEYS
from garments import catalogue
from tests.fitting.people import PEOPLE, person


@pytest.mark.parametrize("name", PEOPLE)
def test_girths_are_near_what_the_tape_reads(name):
    body = person(name)
    measured = dict(zip(KEYS, tape.measure(body.vertices) * 100.0, strict=True))
    dims = body_dimensions(body)
    assert dims.stature == pytest.approx(measured["stature"], abs=0.3)
    assert dims.bust_girth == pytest.approx(measured["chest_girth"], rel=0.06)
    assert dims.hip_girth == pytest.approx(measured["hip_girth"], rel=0.04)
    assert dims.upper_arm_girth == pytest.approx(measured["upper_arm_girth"], rel=0.08)
    assert dims.crotch_height == pytest.approx(measured["crotch_height"], abs=2.5)


@pytest.mark.parametrize("name", PEOPLE)
def test_heights_stand_in_their_order(name):
    dims = body_dimensions(person(name))
    levels = [
        dims.stature,
        dims.neck_point_height,
        dims.armpit_height,
        dims.waist_height,
        dims.hip_height,
        dims.crotch_height,
        dims.knee_height,
        0.0,
    ]
    assert levels == sorted(levels, reverse=True)
    assert all(value > 0.0 for value in asdict(dims).values())
    assert dims.front_length == pytest.approx(dims.back_length, rel=0.15)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_garment_drafts_for_people_of_all_builds(name):
    dims = body_dimensions(person(name))
    for spec in catalogue().values():
        if spec.source == "pattern":
            pattern = spec.draft(dims)
            assert max(pattern.mismatch_cm(seam) for seam in pattern.seams) < 0.05, spec.id


def test_a_hull_is_as_long_as_a_taut_tape():
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [1.0, 1.0], [1.0, 0.2]])
    assert perimeter(hull(square)) == pytest.approx(8.0)
    around = resampled(hull(square), 8)
    assert np.linalg.norm(np.diff(around, axis=0), axis=1) == pytest.approx(np.ones(7), abs=0.02)


@pytest.mark.parametrize("count", [0, 2, 3, 60, 400])
def test_the_compiled_hull_is_the_other_one(count):
    points = np.round(np.random.default_rng(count).normal(size=(count, 2)), 1)  # many share an x, some are the same
    assert np.array_equal(hull(points), body_hull.hull(points))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_little_other_body_has_little_other_dimensions(name):
    space, rng = load_shape_space(), np.random.default_rng(7)
    start = person(name).coefficients
    towards = rng.normal(size=space.size) * np.sqrt(space.variances)
    steps = [asdict(body_dimensions(space.body(start + share * towards))) for share in np.linspace(0.0, 0.02, 9)]
    moved = np.abs(space.vertices(start + 0.0025 * towards) - space.vertices(start)).max() * 100.0
    for before, after in zip(steps, steps[1:], strict=False):
        for key in before:
            # A girth goes at most 2π times as far as the skin; a seam that jumps goes millimetres.
            assert abs(after[key] - before[key]) < 2.0 * np.pi * moved + 0.02, key
