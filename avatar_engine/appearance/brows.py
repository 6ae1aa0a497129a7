# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyebrows: short strands rooted along the brow ridge, growing up and out, then out and down."""

from __future__ import annotations

import functools

import numpy as np

from avatar_engine.appearance.head import Anchors, head_frame, project_from_front, unit, vertex_normals
from avatar_engine.appearance.strands import Strands, tapered
from avatar_engine.body.template import FloatArray, load_template

# Along the brow from the nose outwards, in units of the head (x, z), with the half width there.
SPINE = np.array([(0.100, 0.160), (0.17, 0.178), (0.27, 0.199), (0.37, 0.207), (0.45, 0.187), (0.520, 0.145)])
HALF_WIDTH = np.array([0.021, 0.031, 0.030, 0.024, 0.016, 0.006])
STATIONS = np.linspace(0.0, 1.0, len(SPINE))
# Degrees from straight outwards in which hairs point, at the lower and the upper edge of the brow.
ANGLE_LOWER = np.array([74.0, 50.0, 30.0, 16.0, -6.0, -24.0])
ANGLE_UPPER = np.array([62.0, 24.0, 2.0, -14.0, -28.0, -36.0])
LENGTH = np.array([0.0050, 0.0068, 0.0078, 0.0074, 0.0062, 0.0046])
PER_SIDE = 440
POINTS = 5


def _along(table: FloatArray, station: FloatArray) -> FloatArray:
    return np.asarray(np.interp(station, STATIONS, table))


def cover(local: FloatArray) -> FloatArray:
    """(n,) how much brow lies over points of the average head, in its frame: 1 in the middle, 0 outside."""
    x, z = np.abs(local[..., 0]), local[..., 2]
    station = np.interp(x, SPINE[:, 0], STATIONS)
    across = (z - _along(SPINE[:, 1], station)) / (_along(HALF_WIDTH, station) + 0.006)
    ends = np.clip((x - SPINE[0, 0] + 0.012) / 0.045, 0, 1) * np.clip((SPINE[-1, 0] + 0.03 - x) / 0.06, 0, 1)
    in_front = local[..., 1] < 0.3
    shaded: FloatArray = np.clip(1.25 - 1.0 * across**2, 0.0, 1.0) * ends * in_front
    return shaded


@functools.lru_cache(maxsize=8)
def _roots(seed: int) -> tuple[Anchors, FloatArray, FloatArray]:
    """Anchors of both brows, their stations and their places across (-1 lower edge, 1 upper edge)."""
    rng = np.random.default_rng([seed, 31])
    station = np.clip((np.arange(2 * PER_SIDE) // 2 + rng.random(2 * PER_SIDE)) / PER_SIDE, 0, 1)
    across = np.clip(rng.normal(scale=0.6, size=len(station)), -1, 1)
    side = np.where(np.arange(len(station)) % 2 == 0, 1.0, -1.0)
    x = side * _along(SPINE[:, 0], station)
    z = _along(SPINE[:, 1], station) + across * _along(HALF_WIDTH, station)
    frame = head_frame()
    flat = np.stack([x, z], axis=1) * frame.scale + frame.origin[[0, 2]]
    return project_from_front(flat), station, across


def grow_brows(vertices: FloatArray, seed: int, thickness: float = 1.0) -> tuple[Strands, Anchors]:
    """Both brows on a body (13718, 3); ``thickness`` scales their number; strands and their roots."""
    rng = np.random.default_rng([seed, 37])
    roots, station, across = _roots(seed)
    kept = np.flatnonzero(rng.random(len(roots)) < thickness / 1.4)
    roots, station, across = roots.take(kept), station[kept], across[kept]
    start = roots.place(vertices)
    normals = unit(roots.place(vertex_normals(vertices, load_template().outer_triangles)))
    upper = (across + 1) / 2
    degrees = _along(ANGLE_LOWER, station) * (1 - upper) + _along(ANGLE_UPPER, station) * upper
    angle = np.radians(degrees + 9 * rng.normal(size=len(degrees)))
    side = np.sign(start[:, 0])
    aim = np.stack([side * np.cos(angle), np.zeros(len(angle)), np.sin(angle)], axis=1)
    aim = unit(aim - normals * np.einsum("ni,ni->n", aim, normals)[:, None])
    length = _along(LENGTH, station) * rng.uniform(0.65, 1.05, len(station))
    t = np.linspace(0.0, 1.0, POINTS)[None, :, None]
    sideways = unit(np.cross(normals, aim)) * (0.12 * rng.normal(size=len(aim)))[:, None]
    lift = normals * (0.0010 * rng.uniform(0.5, 1.2, len(aim)))[:, None]
    path = aim[:, None] * t + sideways[:, None] * t**2
    points = start[:, None] + length[:, None, None] * path + lift[:, None] * np.sin(np.pi * 0.75 * t)
    radii = tapered(len(points), POINTS, 0.000080 * rng.uniform(0.8, 1.2, len(points)), tip=0.1)
    return Strands(points, radii, np.clip(0.4 * rng.normal(size=len(points)), -1, 1)), roots
