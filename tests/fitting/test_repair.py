# SPDX-License-Identifier: GPL-3.0-or-later
"""The last clean-up pushes cloth out of what it lies under, and raises no bumps elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.errors import FitError
from avatar_engine.fitting.repair import CLEAR, repair
from avatar_engine.fitting.surface import Surface

LEFT, RIGHT = 1, 2


def sheet(height: float, count: int = 21, low: float = -0.1, high: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """A flat square of triangles facing up, at a height."""
    axis = np.linspace(low, high, count)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    vertices = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, height)])
    i = (np.arange(count - 1)[:, None] * count + np.arange(count - 1)).ravel()
    quads = np.stack([i, i + count, i + count + 1, i + 1], axis=1)
    return vertices, quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32)


def ground(labels: np.ndarray | int) -> Surface:
    vertices, triangles = sheet(0.0, 41, -0.2, 0.2)
    return Surface(vertices, triangles, np.broadcast_to(np.int32(labels), len(triangles)).copy())


def test_cloth_under_the_skin_comes_out() -> None:
    cloth, triangles = sheet(-0.003)
    bits = np.full(len(cloth), LEFT, dtype=np.int32)
    repaired = repair("tee", cloth, triangles, [(ground(LEFT), bits), (ground(LEFT), bits)])
    assert repaired[:, 2].min() > 0.5 * CLEAR
    np.testing.assert_allclose(repaired[:, :2], cloth[:, :2], atol=1e-9)


def test_cloth_beside_the_part_it_may_touch_stays_where_it_is() -> None:
    vertices, tops = sheet(0.0, 41, -0.2, 0.2)
    centres = vertices[tops].mean(axis=1)
    half = Surface(vertices, tops, np.where(centres[:, 0] < 0.0, LEFT, RIGHT).astype(np.int32))
    cloth, triangles = sheet(-0.001, 5, 0.008, 0.016)
    bits = np.full(len(cloth), LEFT, dtype=np.int32)
    np.testing.assert_array_equal(repair("tee", cloth, triangles, [(half, bits), (half, bits)]), cloth)


def test_cloth_that_stays_deep_inside_is_refused_with_where_and_how_much() -> None:
    above = ground(LEFT)
    vertices, tops = sheet(-0.012, 41, -0.2, 0.2)
    below = Surface(vertices, tops[:, ::-1].copy(), np.full(len(tops), LEFT, dtype=np.int32))
    cloth, triangles = sheet(-0.010)
    bits = np.full(len(cloth), LEFT, dtype=np.int32)
    with pytest.raises(FitError) as caught:
        repair("tee", cloth, triangles, [(above, bits), (below, bits)])
    assert caught.value.garment == "tee"
    assert caught.value.amount_mm > 6.0
