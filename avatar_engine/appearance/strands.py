# SPDX-License-Identifier: GPL-3.0-or-later
"""Strands of hair as arrays, and the operations that every kind of hair shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray


@dataclass(frozen=True)
class Strands:
    """Strands with the same number of points each.

    points (n, k, 3) metres from root to tip; radii (n, k) metres; variation (n,) -1..1, how much darker or lighter
    than its neighbours a strand is.
    """

    points: FloatArray
    radii: FloatArray
    variation: FloatArray


def tapered(count: int, points: int, radius: FloatArray | float, tip: float = 0.15) -> FloatArray:
    """(count, points) radii from ``radius`` at the root to ``tip`` of it, mostly over the last third."""
    along = np.linspace(0.0, 1.0, points)
    profile = 1.0 - (1.0 - tip) * along**2.5
    root = np.broadcast_to(np.asarray(radius, dtype=np.float64), (count,))
    radii: FloatArray = root[:, None] * profile
    return radii


def arc_lengths(points: FloatArray) -> FloatArray:
    """(n, k) length along each strand (n, k, 3) from its root."""
    steps = np.linalg.norm(np.diff(points, axis=1), axis=2)
    return np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)


def resample(points: FloatArray, lengths: FloatArray, count: int) -> FloatArray:
    """Strands (n, m, 3) cut to ``lengths`` (n,) and given ``count`` points evenly along them: (n, count, 3)."""
    along = arc_lengths(points)
    wanted = np.minimum(lengths, along[:, -1])[:, None] * np.linspace(0.0, 1.0, count)[None]
    last = points.shape[1] - 2
    index = np.clip((along[:, None, :] <= wanted[:, :, None]).sum(axis=2) - 1, 0, last)
    rows = np.arange(len(points))[:, None]
    span = np.maximum(along[rows, index + 1] - along[rows, index], 1e-9)
    share = ((wanted - along[rows, index]) / span)[..., None]
    cut: FloatArray = points[rows, index] * (1 - share) + points[rows, index + 1] * share
    return cut


def smooth_noise(parameter: FloatArray, phases: FloatArray) -> FloatArray:
    """Sum of three sines of ``parameter`` (n, k) with phases (n, 3): a smooth wander, about -1..1."""
    a = np.sin(parameter + phases[:, :1])
    b = np.sin(2.3 * parameter + phases[:, 1:2])
    c = np.sin(4.1 * parameter + phases[:, 2:3])
    total: FloatArray = (a + 0.5 * b + 0.25 * c) / 1.4
    return total
