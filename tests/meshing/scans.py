# SPDX-License-Identifier: GPL-3.0-or-later
"""Scans of people who do not exist: bodies of the shape space in a pose, sampled with noise, holes and clutter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import load_template
from avatar_engine.meshing.articulated import anatomy, posed_vertices, rest_pose, rotation, skeleton

METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}


@dataclass(frozen=True)
class Standing:
    """How someone stands: arms lifted by degrees from the A-pose, and every joint off by some degrees (SD)."""

    arm_lift: float = 0.0
    looseness: float = 2.5


def standing_vertices(coefficients: np.ndarray, standing: Standing, rng: np.random.Generator) -> np.ndarray:
    """(13718, 3) vertices of a body that stands so."""
    names, pose = load_template().bone_names, rest_pose()
    turns = pose.rotations.copy()
    for i, bone in enumerate(anatomy().ids):
        side = {"upperarm_l": -1.0, "upperarm_r": 1.0}.get(names[bone], 0.0)
        lift = rotation(np.array([0.0, side * np.radians(standing.arm_lift), 0.0]))
        turns[i] = lift @ rotation(np.radians(rng.normal(0.0, standing.looseness, 3)))
    pose = type(pose)(coefficients, turns, pose.turn, pose.shift)
    return posed_vertices(pose, skeleton(pose))


def sampled(
    vertices: np.ndarray, rng: np.random.Generator, count: int = 30_000, noise: float = 0.002, holes: int = 5
) -> np.ndarray:
    """(n, 3) points of the skin, off by ``noise`` metres along its normals, with holes of 16 cm."""
    triangles = load_template().outer_triangles
    corners = vertices[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(faces, axis=1)
    picked = rng.choice(len(triangles), count, p=area / area.sum())
    points = np.einsum("nk,nki->ni", rng.dirichlet([1, 1, 1], count), corners[picked])
    points += faces[picked] / area[picked, None] * rng.normal(0, noise, (count, 1))
    for _ in range(holes):
        points = points[np.linalg.norm(points - points[rng.integers(len(points))], axis=1) > 0.08]
    return points


def cluttered(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The points with a floor, a box beside the person and some strays."""
    low = points.min(axis=0)
    floor = np.column_stack([rng.uniform(low[:2] - 1, low[:2] + 2, (12_000, 2)), rng.normal(low[2], 0.002, 12_000)])
    box = rng.uniform(0, 0.5, (4_000, 3))
    box[np.arange(4_000), rng.integers(0, 3, 4_000)] = 0.0
    return np.concatenate([points, floor, box + low - [1.2, 0, 0], rng.uniform(low - 0.5, low + 2, (200, 3))])


def as_ply(points: np.ndarray) -> bytes:
    """A PLY of the points alone."""
    axes = "".join(f"property double {axis}\n" for axis in "xyz")
    head = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n{axes}end_header\n"
    return head.encode() + points.astype("<f8").tobytes()
