# SPDX-License-Identifier: GPL-3.0-or-later
"""Surfaces that pass through each other are found, whichever of the two has the vertex on the other side."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.fitting import crossings, facets
from avatar_engine.fitting.crossings import crossing_pairs, uncross
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.surface import Surface

TRIANGLE = np.array([[0, 1, 2]], dtype=np.int32)
GROUND = Surface(np.array([[-0.1, -0.1, 0.0], [0.1, -0.1, 0.0], [0.0, 0.1, 0.0]]), TRIANGLE)


def found(corners: list[list[float]], surface: Surface = GROUND) -> list[tuple[int, int]]:
    row, column = crossing_pairs(np.array(corners), TRIANGLE, surface)
    return list(zip(row.tolist(), column.tolist(), strict=True))


def test_a_triangle_that_dips_through_is_found_and_one_that_hovers_is_not() -> None:
    assert found([[0.0, 0.0, -0.01], [0.03, 0.0, 0.02], [-0.03, 0.0, 0.02]]) == [(0, 0)]
    assert found([[0.0, 0.0, 0.001], [0.03, 0.0, 0.02], [-0.03, 0.0, 0.02]]) == []


def test_a_tip_through_the_middle_of_a_large_triangle_is_found() -> None:
    tip = Surface(np.array([[0.0, 0.0, 0.005], [0.004, 0.0, -0.02], [-0.004, 0.001, -0.02]]), TRIANGLE)
    assert found([[-0.1, -0.1, 0.0], [0.1, -0.1, 0.0], [0.0, 0.1, 0.0]], tip) == [(0, 0)]


def test_a_triangle_beyond_the_others_border_does_not_cross_it() -> None:
    assert found([[0.2, 0.0, -0.01], [0.23, 0.0, 0.02], [0.17, 0.0, 0.02]]) == []


def test_only_the_parts_asked_for_are_looked_at() -> None:
    corners = np.array([[0.0, 0.0, -0.01], [0.03, 0.0, 0.02], [-0.03, 0.0, 0.02]])
    surface = Surface(GROUND.vertices, TRIANGLE, np.array([4], dtype=np.int32))
    assert len(crossing_pairs(corners, TRIANGLE, surface, np.array([4], dtype=np.int32))[0]) == 1
    assert len(crossing_pairs(corners, TRIANGLE, surface, np.array([3], dtype=np.int32))[0]) == 0


def ruffled_tights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices and triangles of tights that go in and out of a body's skin, and that body's vertices."""
    template, body = load_template(), load_shape_space().mean_body()
    cloth = body.helpers["tights"] + np.random.default_rng(8).normal(0.0, 0.003, body.helpers["tights"].shape)
    return cloth, template.helpers["tights"].faces[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3), body.vertices


def pairs_of(cloth: np.ndarray, triangles: np.ndarray, skin: np.ndarray) -> set[tuple[int, int]]:
    row, column = crossing_pairs(cloth, triangles, Facets(skin, load_template().outer_triangles))
    assert len(set(zip(row.tolist(), column.tolist(), strict=True))) == len(row)
    return set(zip(row.tolist(), column.tolist(), strict=True))


def test_every_pair_that_exact_predicates_find_on_a_body_is_found() -> None:
    predicates = pytest.importorskip("igl.predicates")
    cloth, triangles, skin = ruffled_tights()
    exact = predicates.find_intersections(
        np.ascontiguousarray(cloth),
        triangles.astype(np.int64),
        np.ascontiguousarray(skin),
        load_template().outer_triangles.astype(np.int64),
    )[1]
    assert len(exact) > 500
    assert pairs_of(cloth, triangles, skin) == set(map(tuple, exact.tolist()))


def test_numpy_and_numba_find_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    fast = pairs_of(*ruffled_tights())
    for module in (crossings, facets):
        monkeypatch.setattr(module, "compiled", lambda: None)
    assert pairs_of(*ruffled_tights()) == fast


def test_what_crosses_is_parted_by_small_steps_and_the_rest_stays() -> None:
    dented, flat = np.array([0.0, 0.0, -0.004]), [[0.03, 0.0, 0.01], [-0.03, 0.02, 0.01], [-0.03, -0.02, 0.01]]
    x = np.array([dented, *flat, [0.06, 0.0, 0.01]])
    before, triangles = x.copy(), np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 4, 2]], dtype=np.int32)
    everywhere = np.ones(4, dtype=np.int32)
    done = uncross(x, triangles, [(GROUND, everywhere)], 20)
    assert (done.before, done.left) == (3, 0)
    assert len(crossing_pairs(x, triangles, GROUND)[0]) == 0
    assert 0.0 <= x[0, 2] < 0.002
    assert np.array_equal(x[4], before[4])
    still = before.copy()
    assert uncross(still, triangles, [(GROUND, 0 * everywhere)], 20).before == 0
    assert np.array_equal(still, before)
