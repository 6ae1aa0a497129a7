# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from blender_addon.scene.smooth import hem_distance, seam_distance, subdivide


def sphere() -> tuple[np.ndarray, np.ndarray]:
    turn, z = np.pi * (3 - np.sqrt(5)) * np.arange(400), np.linspace(0.998, -0.998, 400)
    points = np.stack([np.sqrt(1 - z**2) * np.cos(turn), np.sqrt(1 - z**2) * np.sin(turn), z], axis=1)
    triangles = ConvexHull(points).simplices
    corners = points[triangles]
    inward = np.einsum(
        "ti,ti->t", np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), corners[:, 0]
    )
    triangles[inward < 0] = triangles[inward < 0][:, ::-1]
    return points, triangles.astype(np.int32)


def strip(width: float = 0.1, length: float = 0.4, step: float = 0.01) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A flat strip of cloth with a seam at x = 0: the panels left and right of it lie apart on the table."""
    x, y = np.arange(-width, width + 1e-9, step), np.arange(0, length + 1e-9, step)
    vertices = np.stack([*np.meshgrid(x, y), np.zeros((len(y), len(x)))], axis=-1).reshape(-1, 3)
    column, row = (grid.ravel() for grid in np.meshgrid(np.arange(len(x) - 1), np.arange(len(y) - 1)))
    a = row * len(x) + column
    triangles = np.concatenate([np.stack([a, a + 1, a + len(x) + 1], 1), np.stack([a, a + len(x) + 1, a + len(x)], 1)])
    uvs = vertices[triangles][:, :, :2].copy()
    uvs[uvs.mean(axis=1)[:, 0] > 0] += [0.5, 0.0]
    return vertices, triangles.astype(np.int32), uvs


def test_smoothing_leaves_every_vertex_where_the_fit_put_it_and_rounds_between() -> None:
    vertices, triangles = sphere()
    points, children, _ = subdivide(vertices, triangles, np.zeros((len(triangles), 3, 2)))
    assert (points[: len(vertices)] == vertices).all()
    assert len(children) == 4 * len(triangles)
    flat = 1.0 - np.linalg.norm((vertices[triangles] + np.roll(vertices[triangles], 1, axis=1)) / 2, axis=2)
    rounded = np.abs(1.0 - np.linalg.norm(points[len(vertices) :], axis=1))
    assert rounded.mean() < 0.25 * flat.mean()


def test_texture_coordinates_stay_on_the_flat_panel() -> None:
    vertices, triangles, uvs = strip()
    points, children, fine = subdivide(vertices, triangles, uvs)
    moved = fine - points[children][:, :, :2]
    assert np.unique(moved.round(9)[..., 0]).tolist() == pytest.approx([0.0, 0.5])
    assert np.abs(moved[..., 1]).max() < 1e-12


def test_hems_and_seams_are_found_to_within_a_millimetre() -> None:
    vertices, triangles, uvs = strip()
    x, y = vertices[:, 0], vertices[:, 1]
    edge = np.minimum.reduce([0.1 - np.abs(x), y, 0.4 - y]).clip(max=0.08)
    assert hem_distance(vertices, triangles) == pytest.approx(edge, abs=1e-3)
    assert seam_distance(vertices, triangles, uvs) == pytest.approx(np.abs(x).clip(max=0.08), abs=1e-3)
