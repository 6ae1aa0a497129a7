# SPDX-License-Identifier: GPL-3.0-or-later
"""Hoods: two halves on paper; worn down, a soft roll around the neck and a pouch on the back."""

from __future__ import annotations

from collections.abc import Mapping

from garments.curves import cubic, line, mirrored, point
from garments.pattern import Edge, Panel, Placement

# The crown reaches back beyond the neck by this, and its top is this far behind the face, shares of the neck's half.
CROWN_OUT, CROWN_TOP = 0.10, 0.55
FACE_BACK, FACE_DROP = 1.5, 1.0


def hood_halves(front: float, back: float, cut: Mapping[str, float]) -> list[Panel]:
    """Left and right half of a hood, sewn together from the back of the neck over the crown.

    Parameters
    ----------
    front, back : lengths of half the neckline in front and behind, cm
    cut : hood (height, cm)
    """
    high, size = cut["hood"], front + back
    start, corner, end = point(0.0, 0.0), point(front, 0.0), point(size, 0.0)
    top = point(CROWN_TOP * size, high)
    out = CROWN_OUT * size
    crown = cubic(end, end + point(out, 0.5 * high), point(size + 0.7 * out, high), top)
    face = point(FACE_BACK, high - FACE_DROP)
    edges = (
        Edge("neck_front", line(start, corner)),
        Edge("neck_back", line(corner, end)),
        Edge("crown", line(*crown, face)),
        Edge("hood_opening", line(face, start)),
    )
    left = Panel("hood_left", edges, Placement("patch", ""))
    turned = tuple(Edge(edge.name, mirrored(edge.points)) for edge in reversed(edges))
    return [left, Panel("hood_right", turned, left.placement)]
