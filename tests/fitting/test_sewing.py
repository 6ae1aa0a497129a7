# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels become one clean mesh: even triangles, seams welded, flat panels kept as texture coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.fitting.sew import edge_length_for, sew
from avatar_engine.fitting.triangulate import delaunay, panel_mesh
from garments import catalogue
from garments.sizes import size_dimensions

OPENINGS = {"t-shirt": 4, "sweater": 4, "dress-a-line": 4, "trousers-straight": 3, "skirt-circle": 2}


def edges_of(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)


@pytest.mark.parametrize("garment", OPENINGS)
def test_a_sewn_garment_has_only_the_openings_a_body_needs(garment):
    pattern = catalogue()[garment].draft(size_dimensions("women", "M"))
    mesh = sew(pattern, edge_length_for(pattern, 1500))
    edges, uses = edges_of(mesh.triangles)
    assert uses.max() == 2
    assert mesh.count - len(edges) + len(mesh.triangles) == 2 - OPENINGS[garment]


def test_all_triangles_face_outwards():
    pattern = catalogue()["t-shirt"].draft(size_dimensions("men", "L"))
    mesh = sew(pattern, edge_length_for(pattern, 1500))
    directed = np.concatenate([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], mesh.triangles[:, [2, 0]]])
    assert len(np.unique(directed, axis=0)) == len(directed)
    ab, ac = (mesh.corner_uvs[:, k] - mesh.corner_uvs[:, 0] for k in (1, 2))
    assert (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0] > 0.0).all()


def test_texture_coordinates_are_the_flat_panel_in_metres():
    pattern = catalogue()["dress-a-line"].draft(size_dimensions("women", "S"))
    mesh = sew(pattern, edge_length_for(pattern, 1500))
    ab, ac = (mesh.corner_uvs[:, k] - mesh.corner_uvs[:, 0] for k in (1, 2))
    area = 0.5 * np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]).sum()
    assert area == pytest.approx(sum(panel.area_cm2 for panel in pattern.panels) * 1e-4, rel=0.01)


def test_triangles_are_nearly_equilateral():
    square = np.array([[x, 0.0] for x in range(10)] + [[10.0, y] for y in range(10)])
    square = np.concatenate([square, [10.0, 10.0] - square])
    points, triangles = panel_mesh(square, 1.0)
    sides = np.linalg.norm(points[triangles] - points[np.roll(triangles, 1, axis=1)], axis=2)
    assert np.percentile(sides.max(axis=1) / sides.min(axis=1), 95) < 2.2


def test_no_point_lies_within_another_triangles_circle():
    points = np.random.default_rng(3).random((120, 2))
    triangles = delaunay(points)
    for a, b, c in points[triangles]:
        matrix = np.array([b - a, c - a]) * 2.0
        centre = np.linalg.solve(matrix, [(b - a) @ (b + a), (c - a) @ (c + a)])
        inside = np.linalg.norm(points - centre, axis=1) < np.linalg.norm(a - centre) - 1e-9
        assert not inside.any()


def test_an_outline_that_crosses_itself_is_refused():
    bow = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0], [4.0, 3.0]])
    with pytest.raises(ValueError, match="outline"):
        panel_mesh(bow, 1.0)
