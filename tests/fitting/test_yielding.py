# SPDX-License-Identifier: GPL-3.0-or-later
"""Two cloths that cross both give way, and trims are pressed down by the cloth over them."""

from __future__ import annotations

import numpy as np

from avatar_engine.fitting.crossings import crossing_pairs, deepest
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.yielding import LEAST, STEP, Giving, give_way

SIDE = 7
UP = np.array([0.0, 0.0, 1.0])


def sheet(height: np.ndarray, facing: np.ndarray = UP) -> Giving:
    """A square sheet 0.06 m wide at heights (SIDE, SIDE) over a skin at height 0, which faces one way."""
    x, y = np.meshgrid(np.linspace(0.0, 0.06, SIDE), np.linspace(0.0, 0.06, SIDE), indexing="ij")
    index = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a, b, c, d = (part.ravel() for part in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    points = np.column_stack([x.ravel(), y.ravel(), height.ravel()])
    return Giving(points, triangles, np.tile(facing, (SIDE * SIDE, 1)), height.ravel().copy())


def bump(low: float, high: float) -> np.ndarray:
    heights = np.full((SIDE, SIDE), low)
    heights[2:5, 2:5] = high
    return heights


def test_the_outer_sheet_rises_and_the_inner_one_sinks_where_they_cross_alone() -> None:
    outer, inner = sheet(np.full((SIDE, SIDE), 0.010)), sheet(bump(0.006, 0.0143))
    before = outer.x.copy(), inner.x.copy()
    assert give_way(outer, inner, None) == 0
    assert len(crossing_pairs(outer.x, outer.triangles, Facets(inner.x, inner.triangles))[0]) == 0
    middle, corner = SIDE * SIDE // 2, 0
    assert inner.x[middle, 2] < before[1][middle, 2] - STEP / 2
    assert outer.x[:, 2].max() > before[0][:, 2].max()
    assert np.array_equal(outer.x[corner], before[0][corner])
    assert np.allclose(inner.height, inner.x[:, 2])


def test_nothing_is_pressed_into_the_skin() -> None:
    outer, inner = sheet(np.full((SIDE, SIDE), 0.0031)), sheet(bump(0.0026, 0.0093))
    give_way(outer, inner, None)
    assert inner.x[:, 2].min() >= LEAST - 1e-12


def test_where_and_how_deep_two_sheets_cross_is_told() -> None:
    outer, inner = sheet(np.full((SIDE, SIDE), 0.0101)), sheet(bump(0.006, 0.0143))
    everywhere = np.ones(len(outer.triangles), dtype=np.int32)
    found = deepest(outer.x, outer.triangles, [(Facets(inner.x, inner.triangles), everywhere)])
    assert found is not None
    place, depth = found
    assert np.allclose(place[:2], 0.03, atol=0.02)
    # The tip stands 4.2 mm over the sheet; its slope, 8.3 mm in 10, is left sideways by less.
    assert np.isclose(depth, 0.0042 * 10.0 / np.hypot(10.0, 8.3), atol=1e-6)
    assert deepest(outer.x + 0.02 * UP, outer.triangles, [(Facets(inner.x, inner.triangles), everywhere)]) is None
