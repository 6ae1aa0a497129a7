# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances to a surface: right to the micrometre on a known shape, and the same with and without numba."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.fitting import surface
from avatar_engine.fitting.surface import Surface


def body_surface() -> Surface:
    return Surface(load_shape_space().mean_body().vertices, load_template().outer_triangles)


def near_skin(count: int = 300) -> np.ndarray:
    rng = np.random.default_rng(4)
    skin = body_surface().vertices[load_template().outer_triangles[rng.integers(0, 20000, count), 0]]
    return skin + rng.normal(0.0, 0.01, skin.shape)


def test_distance_to_a_plane_has_the_side_as_its_sign():
    corners = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    plane = Surface(corners, np.array([[0, 1, 2], [0, 2, 3]]), cell=0.3)
    contact = plane.contact(np.array([[0.3, 0.4, 0.05], [0.6, 0.2, -0.02], [0.5, 0.5, 0.4]]), 0.1)
    assert contact.distance[:2] == pytest.approx([0.05, -0.02])
    assert list(contact.hit) == [True, True, False]
    assert np.isinf(contact.distance[2])


def test_numpy_and_numba_find_the_same(monkeypatch):
    pytest.importorskip("numba")
    points, skin = near_skin(), body_surface()
    fast = skin.contact(points, 0.03)
    monkeypatch.setattr(surface, "compiled", lambda: None)
    slow = skin.contact(points, 0.03)
    assert np.array_equal(fast.hit, slow.hit)
    assert fast.distance[fast.hit] == pytest.approx(slow.distance[slow.hit], abs=1e-9)


def test_a_hint_changes_the_time_and_not_the_answer():
    points, skin = near_skin(), body_surface()
    plain = skin.contact(points, 0.03)
    hinted = skin.contact(points, 0.03, hints=np.roll(plain.triangle, 7))
    assert hinted.distance[plain.hit] == pytest.approx(plain.distance[plain.hit], abs=1e-12)


def test_parts_that_a_point_may_not_touch_are_not_found():
    skin = body_surface()
    points = near_skin(20)
    contact = skin.contact(points, 0.03, np.zeros(len(points), dtype=np.int32))
    assert not contact.hit.any()
