# SPDX-License-Identifier: GPL-3.0-or-later
"""Circle skirt: two half rings around the waist."""

from __future__ import annotations

import numpy as np

from garments.curves import arc, line, point
from garments.pattern import Edge, Panel, Placement


def circle_half(name: str, waist: float, length: float, fullness: float = 1.0) -> Panel:
    """Half of a circle skirt (``fullness`` 1 = full circle), y = 0 at the middle of the circle.

    Edges hem, side_left/side_right and waist; ``waist`` and ``length`` in cm.
    """
    spread = np.pi * fullness
    radius = waist / (2.0 * spread)
    low, high = -0.5 * np.pi - 0.5 * spread, -0.5 * np.pi + 0.5 * spread
    ends = [point(np.cos(angle), np.sin(angle)) for angle in (low, high)]
    right, left = ("left", "right") if name == "front" else ("right", "left")
    edges = (
        Edge("hem", arc(radius + length, low, high)),
        Edge(f"side_{right}", line(ends[1] * (radius + length), ends[1] * radius)),
        Edge("waist", arc(radius, high, low)),
        Edge(f"side_{left}", line(ends[0] * radius, ends[0] * (radius + length))),
    )
    return Panel(name, edges, Placement("cone", name, "waist"))
