# SPDX-License-Identifier: GPL-3.0-or-later
"""Where faces crease with age: lines on the average face, for the mask that skin and its relief are drawn from."""

from __future__ import annotations

import numpy as np

from avatar_engine.appearance.head import average_vertices, head_frame, project_from_front

SPACING = 0.006  # between the points of a line, in units of the head


def _row(height: float, half: float, bend: float, phase: float) -> list[tuple[float, float]]:
    x = np.linspace(-half, half, 15)
    z = height + bend * np.cos(np.pi * x / half) + 0.010 * np.sin(9.0 * x + phase)
    return list(zip(x.tolist(), z.tolist(), strict=True))


# Lines as seen from the front, x and z in units of the head; half width and depth. One side, mirrored where they are
# not of the middle.
MIDDLE = (
    (_row(0.345, 0.30, -0.012, 0.3), 0.012, 0.65), (_row(0.425, 0.36, -0.014, 1.4), 0.013, 0.85),
    (_row(0.510, 0.34, -0.010, 2.6), 0.013, 0.70), (_row(0.590, 0.24, -0.006, 4.0), 0.011, 0.40),
    (_row(-0.795, 0.13, 0.012, 0.0), 0.018, 0.35), (_row(-0.025, 0.055, 0.004, 0.5), 0.010, 0.45),
)  # fmt: skip
SIDE = (
    # from the nose to the corner of the mouth, and down from there
    ([(0.165, -0.395), (0.195, -0.45), (0.225, -0.52), (0.250, -0.59), (0.265, -0.645)], 0.022, 1.00),
    ([(0.240, -0.675), (0.250, -0.72), (0.247, -0.775), (0.235, -0.82)], 0.016, 0.55),
    # beside the eye
    ([(0.478, 0.020), (0.520, 0.050), (0.560, 0.090)], 0.009, 0.75),
    ([(0.482, 0.000), (0.530, 0.010), (0.575, 0.024)], 0.009, 0.90),
    ([(0.480, -0.022), (0.525, -0.042), (0.567, -0.050)], 0.009, 0.85),
    ([(0.468, -0.048), (0.510, -0.085), (0.548, -0.115)], 0.009, 0.60),
    # under the eye
    ([(0.170, -0.105), (0.230, -0.150), (0.300, -0.170), (0.370, -0.155), (0.430, -0.110)], 0.013, 0.70),
    ([(0.160, -0.130), (0.210, -0.190), (0.275, -0.228), (0.345, -0.235)], 0.014, 0.45),
    # between the brows
    ([(0.048, 0.105), (0.058, 0.165), (0.055, 0.235), (0.045, 0.275)], 0.011, 0.75),
    # above the upper lip
    ([(0.050, -0.495), (0.056, -0.540)], 0.006, 0.35), ([(0.095, -0.500), (0.104, -0.555)], 0.006, 0.40),
    ([(0.138, -0.515), (0.150, -0.575)], 0.006, 0.35),
)  # fmt: skip


def _drawn(line: list[tuple[float, float]], side: float) -> tuple[np.ndarray, np.ndarray]:
    """(n, 3) points of a line on the average face, and (n,) how deep it is there: it fades at its ends."""
    knots = np.array(line) * [side, 1.0]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    station = np.linspace(0.0, along[-1], int(along[-1] / SPACING) + 2)
    flat = np.stack([np.interp(station, along, knots[:, axis]) for axis in range(2)], axis=1)
    frame = head_frame()
    points = project_from_front(flat * frame.scale + frame.origin[[0, 2]]).place(average_vertices())
    return points, np.sin(np.pi * np.clip(station / along[-1], 0.06, 0.94)) ** 0.6


def creases(points: np.ndarray) -> np.ndarray:
    """(n,) depth 0..1 of lines at points (n, 3) of the average face."""
    scale = head_frame().scale
    depth = np.zeros(len(points))
    for table, sides in ((MIDDLE, (1.0,)), (SIDE, (1.0, -1.0))):
        for line, width, strength in table:
            for side in sides:
                drawn, fade = _drawn(line, side)
                near = np.flatnonzero(np.linalg.norm(points - drawn.mean(axis=0), axis=1) < 0.9 * scale)
                gap = np.linalg.norm(points[near, None] - drawn[None], axis=2) / (width * scale)
                depth[near] = np.maximum(depth[near], strength * (fade * np.exp(-(gap**2))).max(axis=1))
    return np.clip(depth, 0.0, 1.0)
