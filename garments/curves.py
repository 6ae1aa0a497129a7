# SPDX-License-Identifier: GPL-3.0-or-later
"""Plane curves of pattern drafting: sampling, length, and widths solved for a wanted length. Centimetres throughout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

CURVE_SAMPLES = 49
SOLVED = 1e-10
ROUNDS = 100
_T = np.linspace(0.0, 1.0, CURVE_SAMPLES)
BERNSTEIN = np.stack([(1.0 - _T) ** 3, 3.0 * (1.0 - _T) ** 2 * _T, 3.0 * (1.0 - _T) * _T**2, _T**3], axis=1)


def point(x: float, y: float) -> Points:
    """One point, (2,) float."""
    return np.array([x, y], dtype=np.float64)


def line(*points: Points) -> Points:
    """Polyline through the given points, (n, 2)."""
    return np.array(points, dtype=np.float64)


def cubic(p0: Points, p1: Points, p2: Points, p3: Points) -> Points:
    """Cubic Bezier curve sampled at CURVE_SAMPLES parameters, ends included, (CURVE_SAMPLES, 2)."""
    return np.asarray(BERNSTEIN @ np.array([p0, p1, p2, p3]))


def through(p0: Points, p1: Points, p2: Points) -> Points:
    """Curve through three points of rising or falling y: x is a parabola of y, (CURVE_SAMPLES, 2)."""
    y = np.linspace(p0[1], p2[1], CURVE_SAMPLES)
    (x0, y0), (x1, y1), (x2, y2) = p0, p1, p2
    x = x0 * (y - y1) * (y - y2) / ((y0 - y1) * (y0 - y2)) + x1 * (y - y0) * (y - y2) / ((y1 - y0) * (y1 - y2))
    return np.stack([x + x2 * (y - y0) * (y - y1) / ((y2 - y0) * (y2 - y1)), y], axis=1)


def arc(radius: float, start: float, end: float, centre: Points | None = None) -> Points:
    """Circular arc from angle ``start`` to ``end`` (radians), sampled every two degrees, (n, 2)."""
    count = max(3, int(np.ceil(abs(end - start) / np.radians(2.0))) + 1)
    angle = np.linspace(start, end, count)
    around = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.asarray(around if centre is None else around + centre)


def length(polyline: Points) -> float:
    """Length of a polyline."""
    sides = polyline[1:] - polyline[:-1]
    return float(np.sqrt((sides * sides).sum(axis=1)).sum())


def resample(polyline: Points, segments: int) -> Points:
    """Points at equal steps of arc length along a polyline, both ends kept, (segments + 1, 2)."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(polyline, axis=0), axis=1))])
    wanted = np.linspace(0.0, along[-1], segments + 1)
    result = np.stack([np.interp(wanted, along, polyline[:, axis]) for axis in range(2)], axis=1)
    result[0], result[-1] = polyline[0], polyline[-1]
    return result


def mirrored(polyline: Points) -> Points:
    """The polyline reflected in the y axis and run backwards, so that an outline keeps its turning sense."""
    return np.asarray(polyline[::-1] * np.array([-1.0, 1.0]))


def solve(function: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Argument in [low, high] at which a rising function reaches ``target`` (the nearer end where it does not).

    Regula falsi in the Illinois form (Dowell, Jarratt 1971), to SOLVED of the target.
    """
    below, above = function(low) - target, function(high) - target
    if below >= 0.0:
        return low
    if above <= 0.0:
        return high
    side = 0
    for _ in range(ROUNDS):
        middle = (low * above - high * below) / (above - below)
        error = function(middle) - target
        if abs(error) <= SOLVED * abs(target):
            break
        if error < 0.0:
            low, below, above, side = middle, error, above / 2.0 if side < 0 else above, -1
        else:
            high, above, below, side = middle, error, below / 2.0 if side > 0 else below, 1
    return middle
