# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyelashes: curved strands along the edges of the lids, upper and lower."""

from __future__ import annotations

import functools

import numpy as np

from avatar_engine.appearance.head import SIDES, eye_ids, unit
from avatar_engine.appearance.strands import Strands, tapered
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import FloatArray, IntArray

LIDS = {"upper": (190, 0.0092, 0.42), "lower": (80, 0.0046, -0.25)}
POINTS = 6
RADIUS = 0.000082


@functools.lru_cache(maxsize=4)
def lid_edge(side: str, lid: str) -> IntArray:
    """Ids into the helper ``eyelashes_<side>`` of the points on the edge of a lid, from the nose outwards."""
    body = load_shape_space().mean_body()
    points = body.helpers[f"eyelashes_{side}"]
    eye = body.vertices[eye_ids(side)]
    offset = points - eye.mean(axis=0)
    radius = np.linalg.norm(eye - eye.mean(axis=0), axis=1).mean()
    middle = np.mean(offset[:, 2])
    on_ball = np.linalg.norm(offset, axis=1) < 1.02 * radius
    wanted = on_ball & ((offset[:, 2] > middle) if lid == "upper" else (offset[:, 2] <= middle))
    ids = np.flatnonzero(wanted)
    return ids[np.argsort(np.abs(points[ids, 0]))].astype(np.int32)


def _one_lid(edge: FloatArray, eye: FloatArray, lid: str, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    count, longest, curl = LIDS[lid]
    station = np.sort(np.clip(np.linspace(0.04, 0.98, count) + rng.normal(scale=0.008, size=count), 0, 1))
    knots = np.linspace(0.0, 1.0, len(edge))
    roots = np.stack([np.interp(station, knots, edge[:, axis]) for axis in range(3)], axis=1)
    outward = unit(roots - eye)
    side = np.sign(eye[0])
    fan = np.stack([side * (station - 0.42) * 0.75, np.full(count, -1.0), np.full(count, 0.12 * np.sign(curl))], axis=1)
    aim = unit(0.45 * outward + 0.8 * fan + 0.10 * rng.normal(size=(count, 3)))
    length = (
        longest * (0.55 + 0.45 * np.sin(np.pi * np.clip(0.15 + 0.72 * station, 0, 1))) * rng.uniform(0.7, 1.05, count)
    )
    t = np.linspace(0.0, 1.0, POINTS)[None, :, None]
    rise = np.array([0.0, 0.0, curl])
    path = aim[:, None] * t + rise * t**1.8
    return roots[:, None] + length[:, None, None] * path, length


def grow_lashes(vertices: FloatArray, helpers: dict[str, FloatArray], seed: int) -> Strands:
    """Lashes of both eyes on a body and its helper surfaces, in their pose."""
    rng = np.random.default_rng([seed, 41])
    strands = []
    for side in SIDES:
        eye = vertices[eye_ids(side)].mean(axis=0)
        for lid in LIDS:
            edge = helpers[f"eyelashes_{side}"][lid_edge(side, lid)]
            strands.append(_one_lid(edge, eye, lid, rng)[0])
    points = np.concatenate(strands)
    radii = tapered(len(points), POINTS, RADIUS * rng.uniform(0.8, 1.2, len(points)), tip=0.1)
    return Strands(points, radii, np.zeros(len(points)))
