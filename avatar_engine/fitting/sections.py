# SPDX-License-Identifier: GPL-3.0-or-later
"""Plane sections of the body's parts and their convex outlines, as a taut tape runs."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from avatar_engine.body import hull as body_hull
from avatar_engine.body.template import load_template
from avatar_engine.fitting.kernels import compiled

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

ARM_BONES = ("upperarm", "lowerarm", "hand", "thumb", "index", "middle", "ring", "pinky")
LEG_BONES = ("thigh", "calf", "foot", "ball")


def bones_of(prefixes: tuple[str, ...], side: str = "") -> tuple[str, ...]:
    """Names of the template's bones that start so, of one side ("l" or "r") or of both."""
    names = load_template().bone_names
    return tuple(name for name in names if name.startswith(prefixes) and name.endswith(f"_{side}" if side else ""))


@cache
def part_edges(part: str) -> npt.NDArray[np.intp]:
    """Skin edges (e, 2) of "torso" (no arms), "trunk" (no legs either), "arm_l", "arm_r", "leg_l" or "leg_r"."""
    template = load_template()
    if part in ("torso", "trunk"):
        limbs = bones_of(ARM_BONES if part == "torso" else ARM_BONES + LEG_BONES)
        inside = template.bone_share(*limbs) < 0.5
    else:
        limb, side = part.split("_")
        inside = template.bone_share(*bones_of(ARM_BONES if limb == "arm" else LEG_BONES, side)) >= 0.5
    triangles = template.outer_triangles[inside[template.outer_triangles].all(axis=1)]
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.ascontiguousarray(np.unique(np.sort(pairs, axis=1), axis=0), dtype=np.intp)


def section(vertices: FloatArray, edges: npt.NDArray[np.intp], origin: FloatArray, normal: FloatArray) -> FloatArray:
    """Points in which edges cross a plane, (k, 3); an empty array where none does."""
    kernels = compiled()
    if kernels is not None:
        return np.asarray(kernels.section(vertices, edges, origin, normal))
    height = vertices @ normal - origin @ normal
    above = (height >= 0.0).take(edges.ravel(), mode="clip").reshape(-1, 2)
    a, b = edges[above[:, 0] != above[:, 1]].T
    share = (height[a] / (height[a] - height[b]))[:, None]
    return np.asarray(vertices[a] + share * (vertices[b] - vertices[a]))


def level(vertices: FloatArray, edges: npt.NDArray[np.intp], z: float) -> FloatArray:
    """Convex outline in x, y of a horizontal section, counter-clockwise seen from above, (k, 2)."""
    points = section(vertices, edges, np.array([0.0, 0.0, z]), np.array([0.0, 0.0, 1.0]))
    return hull(points[:, :2])


def hull(points: FloatArray) -> FloatArray:
    """Convex hull of (n, 2) points, counter-clockwise; (0, 2) for fewer than three points."""
    kernels = compiled()
    return body_hull.hull(points) if kernels is None else np.asarray(kernels.hull(points))


def perimeter(outline: FloatArray) -> float:
    """Length of a closed outline."""
    sides = np.concatenate([outline[1:], outline[:1]]) - outline
    return float(np.sqrt((sides * sides).sum(axis=1)).sum())


def resampled(outline: FloatArray, count: int, start_angle: float = -0.5 * np.pi) -> FloatArray:
    """``count`` points at equal arc length around an outline, from the one seen at ``start_angle`` on, (count, 2)."""
    centre = 0.5 * (outline.min(axis=0) + outline.max(axis=0))
    closed = np.concatenate([outline, outline[:1]])
    step = np.linalg.norm(np.diff(closed, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(step)])
    dense = np.linspace(0.0, along[-1], 721)[:-1]
    points = np.stack([np.interp(dense, along, closed[:, axis]) for axis in range(2)], axis=1)
    angle = np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0])
    first = int(np.argmin(np.abs(np.angle(np.exp(1j * (angle - start_angle))))))
    rolled = np.roll(points, -first, axis=0)
    chosen: FloatArray = rolled[(np.arange(count) * len(rolled)) // count]
    return chosen
