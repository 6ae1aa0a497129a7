# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape space: principal components of a population of bodies, and the bodies they make."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from avatar_engine.assets import load_arrays
from avatar_engine.body.template import VERTEX_COUNT, Float32Array, FloatArray, load_template


@dataclass(frozen=True, eq=False)
class Body:
    """One body in the A-pose, metres, Z up, facing -Y, bare soles on z = 0.

    coefficients (K,); vertices (13718, 3); helpers: name to (n, 3); joint_heads, joint_tails (J, 3).
    Dressed (see ``standing_in``): bare, the same body without; heel_tips (2, 3), where what is under the heels of its
    left and right foot meets the floor; arm_room, metres that its arms keep from the trunk besides, for clothes.
    """

    coefficients: FloatArray
    vertices: FloatArray
    helpers: dict[str, FloatArray]
    joint_heads: FloatArray
    joint_tails: FloatArray
    bare: Body | None = None
    heel_tips: FloatArray | None = None
    arm_room: float = 0.0

    @property
    def barefoot(self) -> Body:
        """The body as it was measured."""
        return self if self.bare is None else self.bare


@dataclass(frozen=True)
class ShapeSpace:
    """Linear space of bodies: point = mean + basis @ coefficients.

    mean (N, 3); basis (N, 3, K) float32; variances (K,) of the population's coefficients;
    sections: where vertices, helpers, joint heads and tails lie among the N points.
    """

    mean: FloatArray
    basis: Float32Array
    variances: FloatArray
    sections: dict[str, slice]

    @property
    def size(self) -> int:
        """Number of components K."""
        return len(self.variances)

    def points(self, coefficients: FloatArray) -> FloatArray:
        """(N, 3) all points of the body with these (K,) coefficients, soles on z = 0."""
        flat = self.basis.reshape(-1, self.size) @ coefficients.astype(np.float32)
        points: FloatArray = self.mean + flat.reshape(-1, 3)
        points[:, 2] -= points[:VERTEX_COUNT, 2].min()
        return points

    def vertices(self, coefficients: FloatArray) -> FloatArray:
        """(13718, 3) vertices alone, soles on z = 0."""
        flat = self.basis[:VERTEX_COUNT].reshape(-1, self.size) @ coefficients.astype(np.float32)
        vertices: FloatArray = self.mean[:VERTEX_COUNT] + flat.reshape(-1, 3)
        vertices[:, 2] -= vertices[:, 2].min()
        return vertices

    def body(self, coefficients: FloatArray) -> Body:
        """The body with these (K,) coefficients."""
        points = self.points(coefficients)
        helpers = {
            name.removeprefix("helper/"): points[section]
            for name, section in self.sections.items()
            if name.startswith("helper/")
        }
        return Body(
            coefficients=coefficients,
            vertices=points[self.sections["vertices"]],
            helpers=helpers,
            joint_heads=points[self.sections["joint_heads"]],
            joint_tails=points[self.sections["joint_tails"]],
        )

    def mean_body(self) -> Body:
        """The average body of the population."""
        return self.body(np.zeros(self.size))


def point_sections() -> dict[str, slice]:
    """Where each kind of point lies in a shape space: vertices, helpers by name, joint heads, joint tails."""
    template = load_template()
    sections: dict[str, slice] = {"vertices": slice(0, VERTEX_COUNT)}
    sizes = {f"helper/{name}": len(helper.bone_weights) for name, helper in sorted(template.helpers.items())}
    sizes |= {"joint_heads": len(template.bone_names), "joint_tails": len(template.bone_names)}
    start = VERTEX_COUNT
    for name, size in sizes.items():
        sections[name] = slice(start, start + size)
        start += size
    return sections


@functools.lru_cache(maxsize=1)
def load_shape_space() -> ShapeSpace:
    """The shape space, read once; raises ``AssetError`` when its file is missing or damaged."""
    arrays = load_arrays("shape_space.npz")
    scale = arrays["scale"].astype(np.float32)
    basis = arrays["basis"].astype(np.float32) * scale
    return ShapeSpace(
        mean=arrays["mean"].astype(np.float64),
        basis=np.ascontiguousarray(basis),
        variances=arrays["variances"].astype(np.float64),
        sections=point_sections(),
    )
