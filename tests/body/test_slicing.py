# SPDX-License-Identifier: GPL-3.0-or-later
"""The tape reads what geometry says it must, and knows how its reading changes."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body import slicing


def tube(outline: np.ndarray, levels: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles of a vertical tube, one metre high, around a closed (n, 2) outline."""
    count = len(outline)
    vertices = np.concatenate([np.column_stack([outline, np.full(count, z)]) for z in np.linspace(0, 1, levels)])
    i = np.arange(count)
    j = (i + 1) % count
    rings = [np.stack([i, j, j + count, i, j + count, i + count], axis=1) + count * k for k in range(levels - 1)]
    return vertices, np.concatenate(rings).reshape(-1, 3)


def around(vertices: np.ndarray, triangles: np.ndarray, normal: np.ndarray, height: float = 0.4) -> slicing.Tape:
    origin = np.array([0.0, 0.0, height])
    section = slicing.cut(vertices, slicing.region(slicing.unique_edges(triangles)), origin, normal)
    return slicing.girth(vertices, section, origin, normal)


def circle(radius: float, count: int = 2000) -> np.ndarray:
    angle = np.arange(count) * 2 * np.pi / count
    return radius * np.column_stack([np.cos(angle), np.sin(angle)])


UP = np.array([0.0, 0.0, 1.0])


@pytest.mark.parametrize("radius", [0.02, 0.08, 0.16, 0.25])
def test_a_cylinder_reads_its_circumference(radius: float) -> None:
    tape = around(*tube(circle(radius)), UP)
    assert tape.reading.value == pytest.approx(2 * np.pi * radius, abs=1e-4)


def test_a_tilted_cut_of_a_cylinder_reads_the_ellipse() -> None:
    from scipy.special import ellipe

    normal = np.array([0.0, np.sin(0.5), np.cos(0.5)])
    long, short = 0.1 / np.cos(0.5), 0.1
    expected = 4 * long * ellipe(1 - (short / long) ** 2)
    assert around(*tube(circle(0.1), levels=200), normal, 0.5).reading.value == pytest.approx(expected, abs=1e-4)


def test_the_tape_bridges_a_hollow() -> None:
    star = circle(0.15)
    star[::2] *= 0.8
    tape = around(*tube(star), UP)
    assert tape.reading.value == pytest.approx(2 * np.pi * 0.15, abs=1e-4)


def test_a_box_reads_its_hull() -> None:
    box = np.array([[0.15, 0.1], [-0.15, 0.1], [-0.15, -0.1], [0.15, -0.1]])
    assert around(*tube(box), UP).reading.value == pytest.approx(1.0, abs=1e-4)


def test_the_gradient_tells_what_a_small_change_does() -> None:
    rng = np.random.default_rng(3)
    vertices, triangles = tube(circle(0.12, 80), levels=9)
    vertices = vertices + rng.normal(0, 0.002, vertices.shape)
    normal = np.array([0.1, 0.2, 1.0]) / np.linalg.norm([0.1, 0.2, 1.0])
    reading = around(vertices, triangles, normal).reading
    step = rng.normal(0, 1e-6, vertices.shape)
    ahead, behind = (around(vertices + sign * step, triangles, normal).reading.value for sign in (1, -1))
    predicted = (reading.gradient * step[reading.vertices]).sum()
    assert predicted == pytest.approx((ahead - behind) / 2, rel=1e-3)


def test_a_plane_beside_the_mesh_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cut"):
        around(*tube(circle(0.1)), UP, height=2.0)
