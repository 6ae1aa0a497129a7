# SPDX-License-Identifier: GPL-3.0-or-later
"""The finishing solver: it keeps cloth's size and place, lets it lie on things, and says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.pose import pose_body
from avatar_engine.body.template import load_template
from avatar_engine.fitting import fit_outfit
from avatar_engine.fitting.finish import RADIUS, Collider, Sheet, finish
from garments import fabrics
from tests.fitting.people import Choice, person

pytest.importorskip("newton")

STEPS = 13
NOTHING = np.zeros(0, dtype=np.int32)


def napkin(height: float, stretched: float = 1.0) -> Sheet:
    """A square of 24 cm, its cloth drawn out sideways."""
    axis = np.linspace(-0.12, 0.12, STEPS)
    flat = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    i = (np.arange(STEPS - 1)[:, None] * STEPS + np.arange(STEPS - 1)).ravel()
    quads = np.stack([i, i + STEPS, i + STEPS + 1, i + 1], axis=1)
    triangles = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32)
    points = np.column_stack([flat[:, 0] * stretched, flat[:, 1], np.full(len(flat), height)])
    return Sheet(points, triangles, flat[triangles])


def plate() -> Collider:
    corners = np.array([[-0.3, -0.3, 0.0], [0.3, -0.3, 0.0], [0.3, 0.3, 0.0], [-0.3, 0.3, 0.0]])
    return Collider(corners, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))


def test_cloth_lies_on_what_is_under_it_and_the_solver_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    done = finish(napkin(0.006), fabrics()["jersey"], [plate()], NOTHING)
    assert done[:, 2].min() > 0.25 * RADIUS
    assert done[:, 2].max() < 0.006
    assert capfd.readouterr() == ("", "")


def test_drawn_out_cloth_takes_its_size_again() -> None:
    done = finish(napkin(0.004, 1.06), fabrics()["jersey"], [plate()], NOTHING)
    width = np.ptp(done[:, 0].reshape(STEPS, STEPS), axis=0)
    assert width == pytest.approx(np.full(STEPS, 0.24), rel=0.02)


def test_pinned_vertices_stay_and_loose_ones_fall() -> None:
    sheet = napkin(0.3)
    edge = np.arange(STEPS, dtype=np.int32)
    done = finish(sheet, fabrics()["jersey"], [plate()], edge)
    assert np.abs(done[edge] - sheet.vertices[edge]).max() < 1e-6
    assert done[-STEPS:, 2].max() < 0.297


def test_pinned_cloth_may_lie_on_pinned_cloth() -> None:
    sheet = napkin(0.01)
    places, pinned = sheet.vertices.copy(), np.flatnonzero(sheet.vertices[:, 0] > -0.03).astype(np.int32)
    folded = places[:, 0] > 0.06
    places[folded] = np.array([0.123, 0.0, 0.003]) + places[folded] * np.array([-1.0, 1.0, 1.0])
    done = finish(Sheet(places, sheet.triangles, sheet.corner_uvs), fabrics()["fleece"], [plate()], pinned)
    assert np.abs(done[pinned] - places[pinned]).max() < 1e-6
    assert np.abs(done - places).max() > 5e-4


def test_the_same_start_gives_the_same_bytes() -> None:
    one, two = (finish(napkin(0.01), fabrics()["viscose"], [plate()], NOTHING) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_only_what_is_near_the_cloth_is_given_to_the_solver() -> None:
    one, other = plate(), plate()
    apart = other.vertices + np.array([1.0, 0.0, 0.0])
    triangles = np.concatenate([other.triangles, one.triangles + 4])
    both = Collider(np.concatenate([apart, one.vertices]), triangles)
    near = both.within(np.array([-0.1, -0.1, -0.1]), np.array([0.1, 0.1, 0.1]))
    np.testing.assert_array_equal(near.vertices[near.triangles], one.vertices[one.triangles])
    assert len(both.within(np.array([0.0, 0.0, 0.1]), np.array([0.1, 0.1, 0.2])).triangles) == 0


def test_a_finished_drape_passes_nowhere_through_itself_or_the_skin() -> None:
    predicates = pytest.importorskip("igl.predicates")
    body = person("heavy man")
    outfit = fit_outfit(body, [Choice("sweater")], "relaxed", "final")
    skin = load_template().outer_triangles.astype(np.int64)
    for pose, worn in (("a_pose", outfit.at_rest), ("relaxed", outfit)):
        cloth, faces = worn.garments[-1].vertices, worn.garments[-1].triangles.astype(np.int64)
        assert len(predicates.find_self_intersections(cloth, faces)[1]) == 0, pose
        shape = np.ascontiguousarray(pose_body(body, pose).vertices)
        assert len(predicates.find_intersections(cloth, faces, shape, skin)[1]) == 0, pose


def test_cloth_that_the_solver_cannot_hold_keeps_the_drape_so_far() -> None:
    torn, folded = napkin(0.01).vertices, napkin(0.01).vertices.copy()
    torn[:, 0] *= 1e20
    a, b, c = napkin(0.01).triangles[0]
    folded[c] = (folded[a] + folded[b]) / 2.0
    for places in (torn, folded):
        sheet = Sheet(places, napkin(0.01).triangles, napkin(0.01).corner_uvs)
        assert np.array_equal(finish(sheet, fabrics()["jersey"], [plate()], NOTHING), places)
