# SPDX-License-Identifier: GPL-3.0-or-later
"""A person to photograph, in Blender without the settings of whoever runs the tests."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import pytest

from avatar_engine.appearance import build_appearance
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import load_shape_space
from avatar_engine.fitting import FittedGarment
from blender_addon.scene.person import DressedAvatar


def tube(name: str, fabric: str, colour: str, radius: float, low: float, high: float) -> FittedGarment:
    """A tube of cloth about the z axis, sewn along its back."""
    around, rings = 48, 12
    angle = 2 * np.pi * np.arange(around) / around
    z = np.linspace(low, high, rings)
    circle = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    vertices = np.concatenate([np.column_stack([circle, np.full(around, height)]) for height in z])
    column, row = (grid.ravel() for grid in np.meshgrid(np.arange(around), np.arange(rings - 1)))
    here, there, up = row * around + column, row * around + (column + 1) % around, around
    triangles = np.concatenate(
        [np.stack(t, axis=1) for t in ((here, there + up, there), (here, here + up, there + up))]
    )
    flat = [np.stack([radius * 2 * np.pi * (column + x) / around, z[row + y]], axis=1) for x, y in CORNERS]
    uvs = np.concatenate([np.stack([flat[i] for i in t], axis=1) for t in ((0, 2, 1), (0, 3, 2))])
    count = len(vertices)
    bones, weights = np.zeros((count, 4), dtype=np.int32), np.tile([1.0, 0.0, 0.0, 0.0], (count, 1))
    return FittedGarment(
        name, "M", 3, vertices, triangles.astype(np.int32), uvs, ("body",), np.zeros(len(triangles), dtype=np.int32),
        {"body": colour}, fabric, 0.001, bones, weights, {"chest_girth": 40.0},
    )  # fmt: skip


CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


@pytest.fixture(scope="session")
def make_person() -> Callable[..., DressedAvatar]:
    """A person of a size along the first component of the shape space, in a tube of cloth."""

    def make(size: float = 0.0, colour: str = "#b02020") -> DressedAvatar:
        space = load_shape_space()
        coefficients = np.zeros(space.size)
        coefficients[0] = size * np.sqrt(space.variances[0])
        body = space.body(coefficients)
        posed = pose_body(body, "relaxed")
        stature = posed.vertices[:, 2].max()
        dress = tube("t-shirt", "jersey", colour, 0.26, 0.45 * stature, 0.78 * stature)
        return DressedAvatar(posed, (dress,), np.zeros(13_710, dtype=bool), build_appearance(body, posed))

    return make


@pytest.fixture(scope="session")
def blender() -> Iterator[ModuleType]:
    """Blender as a module."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BLENDER_USER_RESOURCES"] = folder
        import bpy

        yield bpy
        sys.stdout.flush()
