# SPDX-License-Identifier: GPL-3.0-or-later
"""What hair must stay out of: the body, and clothes only where they come near."""

from __future__ import annotations

import numpy as np

from avatar_engine.appearance.obstacle import build_obstacle
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import load_template


def test_clothes_far_from_the_hair_change_nothing() -> None:
    vertices = load_shape_space().mean_body().vertices
    skin = (vertices, load_template().outer_triangles)
    socks = (vertices * [1.0, 1.0, 0.1], load_template().outer_triangles)
    low, high = np.array([-0.3, -0.3, 1.2]), np.array([0.3, 0.3, 1.8])
    points = np.random.default_rng(0).uniform(low + 0.05, high - 0.05, (200, 3))
    alone, clothed = (build_obstacle(skin, cover, low, high).distance(points)[0] for cover in ([], [socks]))
    np.testing.assert_array_equal(clothed, alone)
