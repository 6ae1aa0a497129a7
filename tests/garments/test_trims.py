# SPDX-License-Identifier: GPL-3.0-or-later
"""Trims follow the cloth below them: pockets lie on it, buttons sit where they are sewn, pleats replace their panel."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from avatar_engine.fitting.sew import edge_length_for, sew
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.trims import located, trims_on
from garments import catalogue
from garments.sizes import size_dimensions
from garments.trims import Button

THICKNESS = 0.001


@cache
def sewn(garment: str):
    pattern = catalogue()[garment].draft(size_dimensions("men", "M"))
    return sew(pattern, edge_length_for(pattern, 2000))


def flat(mesh):
    """Every panel in the plane, normals towards +Z."""
    return mesh.weld([np.column_stack([panel.points, np.zeros(len(panel.points))]) for panel in mesh.panels])


def test_a_flat_place_is_found_in_its_triangle():
    panel = sewn("shirt").panels[0]
    at = panel.points[panel.triangles[::7]].mean(axis=1)
    corners, weights = located(panel, at)
    assert np.einsum("kc,kcd->kd", weights, panel.points[corners]) == pytest.approx(at, abs=1e-12)
    assert weights.min() > 0.0


@pytest.mark.parametrize("garment", ["shirt", "jacket", "hoodie"])
def test_trims_lie_just_over_the_cloth_where_the_pattern_puts_them(garment):
    mesh = sewn(garment)
    places, trims = flat(mesh), trims_on(mesh)
    normals = np.tile([0.0, 0.0, 1.0], (mesh.count, 1))
    points = trims.points(places, normals, THICKNESS)
    over = np.einsum("kc,kcd->kd", trims.weights, places[trims.corners])
    lift = points[:, 2] - over[:, 2]
    assert lift.min() > THICKNESS + 0.001
    assert lift.max() < THICKNESS + 0.006
    assert trims.kept.all()


def test_buttons_stay_round_and_face_outwards():
    mesh = sewn("jacket")
    buttons = [trim for trim in mesh.pattern.trims if isinstance(trim, Button)]
    trims, places = trims_on(mesh), flat(mesh)
    points = trims.points(places, np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    rows = np.unique(trims.triangles[np.array(trims.slots) == "buttons"])
    assert len(rows) % len(buttons) == 0
    for one in np.split(rows, len(buttons)):
        away = np.linalg.norm((points[one] - points[one].mean(axis=0))[:, :2], axis=1)
        assert away.max() * 100 == pytest.approx(buttons[0].radius_cm if len(one) else 0.0, rel=0.55)
    top = vertex_normals(points, trims.triangles)[rows]
    assert top[:, 2].mean() > 0.2


def test_pleats_take_the_place_of_their_panels_and_stand_out_more_at_the_hem():
    mesh = sewn("skirt-pleated")
    trims, places = trims_on(mesh), flat(mesh)
    replaced = np.unique(mesh.triangle_panels[~trims.kept])
    assert {mesh.panels[index].panel.name for index in replaced} == {"front", "back"}
    points = trims.points(places, np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    heights, lift = points[:, 1], points[:, 2]
    low, high = heights < np.quantile(heights, 0.1), heights > np.quantile(heights, 0.9)
    assert lift[low].max() > 2.0 * lift[high].max()
    assert lift.max() == pytest.approx(0.011 + THICKNESS, abs=0.001)
