# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-in sleeve whose cap is as long as the armscye it is sewn into."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.curves import BERNSTEIN, Points, line, point, solve
from garments.dimensions import Dimensions
from garments.pattern import Edge, Panel, Placement


def sleeve(dims: Dimensions, cut: Mapping[str, float], armscye_front: float, armscye_back: float) -> Panel:
    """The left sleeve, y = 0 at the shoulder point; edges hem, under_back, cap_back, cap_front, under_front.

    ``cut``: sleeve_length (fraction of the arm's length), sleeve_ease (of the upper arm), and the hem as
    sleeve_hem (fraction of upper arm girth) or, for a long sleeve, wrist_ease (fraction of wrist girth).
    """
    around = armscye_front + armscye_back
    biceps = min(dims.upper_arm_girth * (1.0 + cut["sleeve_ease"]), 0.9 * around)
    height = solve(lambda h: -_widths(h, armscye_front, armscye_back)[2], -biceps, 0.05 * around, 0.45 * around)
    front, back, _ = _widths(height, armscye_front, armscye_back)
    long = max(dims.arm_length * cut["sleeve_length"], height + 3.0)
    hem = (
        dims.wrist_girth * (1 + cut["wrist_ease"]) if "wrist_ease" in cut else dims.upper_arm_girth * cut["sleeve_hem"]
    )
    taper = max(0.0, biceps - hem) / 2
    hem_front, hem_back = taper - front, back - taper
    low = -height
    edges = (
        Edge("hem", line(point(hem_front, -long), point(hem_back, -long))),
        Edge("under_back", line(point(hem_back, -long), point(back, low))),
        Edge("cap_back", _cap(back, height)),
        Edge("cap_front", line(*(_cap(front, height)[::-1] * point(-1.0, 1.0)))),
        Edge("under_front", line(point(-front, low), point(hem_front, -long))),
    )
    return Panel("sleeve_left", edges, Placement("sleeve", "left"))


# Across and down one half of a cap of width and height 1, at the four points of its curve.
ACROSS, DOWN = np.array([1.0, 0.52, 0.48, 0.0]), np.array([-1.0, -0.98, 0.0, 0.0])
STEPS_ACROSS, STEPS_DOWN = (np.diff(BERNSTEIN @ each) ** 2 for each in (ACROSS, DOWN))


def _cap(width: float, height: float) -> Points:
    """Half a cap, from the underarm point (width, -height) up to the shoulder point at the origin."""
    return np.asarray(BERNSTEIN @ np.stack([width * ACROSS, height * DOWN], axis=1))


def _cap_length(width: float, height: float) -> float:
    """Length of half a cap."""
    return float(np.sqrt(width * width * STEPS_ACROSS + height * height * STEPS_DOWN).sum())


def _widths(height: float, front: float, back: float) -> tuple[float, float, float]:
    """Front and back half widths at which a cap of that height is as long as each armscye, and their sum."""
    found = [solve(lambda w: _cap_length(w, height), wanted, 0.5, wanted) for wanted in (front, back)]
    return found[0], found[1], found[0] + found[1]
