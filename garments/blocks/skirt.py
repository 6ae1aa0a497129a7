# SPDX-License-Identifier: GPL-3.0-or-later
"""Skirts: half rings around the waist (circle), and tubes shaped by side seams and darts (pencil, A-line)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from garments.curves import Points, arc, cubic, length, line, mirrored, point, solve, through
from garments.pattern import Edge, Panel, Placement

DART_LEAST = 1.5
DART_MOST = 3.4
SIDE_SHARE = 0.45
VENT_LEAST = 4.0
MOST_LIFT = 8.0


def circle_half(name: str, waist: float, down: float, fullness: float = 1.0) -> Panel:
    """Half of a circle skirt (``fullness`` 1 = full circle), y = 0 at the middle of the circle.

    Edges hem, side_left/side_right and waist; ``waist`` and ``down``, the length, in cm.
    """
    spread = np.pi * fullness
    radius = waist / (2.0 * spread)
    low, high = -0.5 * np.pi - 0.5 * spread, -0.5 * np.pi + 0.5 * spread
    ends = [point(np.cos(angle), np.sin(angle)) for angle in (low, high)]
    right, left = ("left", "right") if name == "front" else ("right", "left")
    edges = (
        Edge("hem", arc(radius + down, low, high)),
        Edge(f"side_{right}", line(ends[1] * (radius + down), ends[1] * radius)),
        Edge("waist", arc(radius, high, low)),
        Edge(f"side_{left}", line(ends[0] * radius, ends[0] * (radius + down))),
    )
    return Panel(name, edges, Placement("cone", name, "waist"))


@dataclass(frozen=True)
class TubeCut:
    """Quarter widths of a tube skirt and heights below the natural waist (negative), cm.

    waist : finished length of the waist seam of a quarter, without what its dart takes in
    high_hip : width half-way between waist and seat, without what the dart takes in there; 0 for a side that need not
        follow the body
    seat, hem : width from the centre to the side at the seat's level and at the hem
    top, hip, low : levels of the waist seam, the seat and the hem
    dart_length : 0 where the side seam takes in all
    lift : how much the waist seam rises towards the side
    halves : whether a quarter's waist is two edges even without a dart between them
    """

    waist: float
    seat: float
    hem: float
    top: float
    hip: float
    low: float
    dart_length: float = 0.0
    high_hip: float = 0.0
    lift: float = 0.0
    halves: bool = False


def matched(back: TubeCut, front: TubeCut) -> TubeCut:
    """The back with its waist seam raised or lowered at the side until both side seams are equally long."""
    wanted = length(_quarter(front))
    return replace(back, lift=solve(lambda y: length(_quarter(replace(back, lift=y))), wanted, -MOST_LIFT, MOST_LIFT))


def tube_half(name: str, cut: TubeCut) -> Panel:
    """Front or back of a tube skirt in one piece, y = 0 at the natural waist; edges hem, side_*, waist*, dart_*."""
    right = _quarter(cut)
    waist_left = [Edge(_swap(edge.name), mirrored(edge.points)) for edge in reversed(_waist(cut))]
    hem = Edge("hem", line(point(-cut.hem, cut.low), point(cut.hem, cut.low)))
    edges = [hem, Edge("side_left", right), *_waist(cut)]
    if len(_waist(cut)) > 1:
        edges += waist_left
    else:
        edges[-1] = Edge("waist", line(right[-1], right[-1] * point(-1.0, 1.0)))
    edges.append(Edge("side_right", mirrored(right)))
    return Panel(name, tuple(_sided(edges, name)), Placement("skirt", name, "waist"))


def tube_quarter(cut: TubeCut, vent: float) -> Panel:
    """Back quarter on the wearer's right, with a seam at the centre that stays open for ``vent`` cm above the hem.

    Edges hem, side, waist (or waist_side, dart_side, dart_centre, waist_centre), centre and vent.
    """
    right = _quarter(cut)
    split = point(0.0, cut.low + max(vent, VENT_LEAST))
    top = point(0.0, cut.top)
    edges = [
        Edge("hem", line(point(0.0, cut.low), point(cut.hem, cut.low))),
        Edge("side", right),
        *([Edge(edge.name.removesuffix("_left"), edge.points) for edge in _waist(cut)]),
        Edge("centre", line(top, split)),
        Edge("vent", line(split, point(0.0, cut.low))),
    ]
    return Panel("back_right", tuple(edges), Placement("skirt", "back_right", "waist"))


def cut_has_dart(cut: TubeCut) -> bool:
    """Whether a quarter has a waist dart."""
    return _dart(cut) > 0.0


def _dart(cut: TubeCut) -> float:
    width = min(DART_MOST, (cut.seat - cut.waist) * (1.0 - SIDE_SHARE))
    return width if cut.dart_length > 0.0 and width > DART_LEAST else 0.0


def _corner(cut: TubeCut) -> Points:
    """Where waist and side seam meet: a waist that rises to the side reaches less far out for the same length."""
    along = cut.waist + _dart(cut)
    return point(float(np.sqrt(along**2 - cut.lift**2)), cut.top + cut.lift)


def _quarter(cut: TubeCut) -> Points:
    """Side seam from the hem up to the waist."""
    hem, seat = point(cut.hem, cut.low), point(cut.seat, cut.hip)
    top = _corner(cut)
    upper = _side(cut, seat, top)
    if cut.high_hip <= 0.0:
        return line(hem, *upper)
    rising = (upper[1] - seat) / (upper[1] - seat)[1]
    lower = cubic(hem, hem + 0.35 * (seat - hem), seat - 0.12 * (cut.hip - cut.low) * rising, seat)
    return line(*lower, *upper[1:])


def _side(cut: TubeCut, seat: Points, top: Points) -> Points:
    """From the seat up to the waist."""
    if cut.high_hip <= 0.0:
        rise = top[1] - cut.hip
        return cubic(seat, seat + point(0.0, 0.55 * rise), top + point(0.25 * (seat[0] - top[0]), -0.3 * rise), top)
    dart = _dart(cut) * max(0.0, 1.0 - 0.5 * (cut.top - cut.hip) / max(cut.dart_length, 1.0))
    return through(seat, point(cut.high_hip + dart, 0.5 * (top[1] + seat[1])), top)


def _waist(cut: TubeCut) -> list[Edge]:
    """Waist edges of the quarter at positive x, from the side to the centre."""
    width = _dart(cut)
    side, centre = _corner(cut), point(0.0, cut.top)
    if width == 0.0 and not cut.halves:
        return [Edge("waist", line(side, centre))]
    if width == 0.0:
        middle = 0.5 * (side + centre)
        return [Edge("waist_side_left", line(side, middle)), Edge("waist_centre_left", line(middle, centre))]
    middle, half = 0.5 * (side + centre), 0.5 * width / (cut.waist + width)
    outer, inner = middle + half * (side - centre), middle - half * (side - centre)
    chord = side - centre
    tip = middle - point(-chord[1], chord[0]) / float(np.hypot(*chord)) * cut.dart_length
    return [
        Edge("waist_side_left", line(side, outer)),
        Edge("dart_side_left", line(outer, tip)),
        Edge("dart_centre_left", line(tip, inner)),
        Edge("waist_centre_left", line(inner, centre)),
    ]


def _swap(name: str) -> str:
    return name.replace("_left", "_RIGHT").replace("_right", "_left").replace("_RIGHT", "_right")


def _sided(edges: list[Edge], name: str) -> list[Edge]:
    """Seen from behind, the wearer's left is on the viewer's left."""
    return edges if name == "front" else [Edge(_swap(edge.name), edge.points) for edge in edges]
