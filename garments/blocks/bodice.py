# SPDX-License-Identifier: GPL-3.0-or-later
"""Front and back of a top: neckline, shoulder, armscye, side seam and hem (flat-pattern drafting without darts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from garments.curves import Points, cubic, length, line, mirrored, point, solve
from garments.dimensions import Dimensions
from garments.pattern import Edge, Panel, Placement


@dataclass(frozen=True)
class BodiceHalf:
    """What differs between front and back, in centimetres from the neck point level."""

    half_width: float
    flare: float
    hem_reach: float
    across: float
    neck_drop: float
    hem_drop: float
    pointed: float = 0.0


# A hem that is curved is longer than it is wide, by less than this on either side, cm.
MOST_CURVED = 3.0
NO_DARTS = {"front": 0.0, "back": 0.0}


def bodice(dims: Dimensions, cut: Mapping[str, float], darts: Mapping[str, float] = NO_DARTS) -> tuple[Panel, Panel]:
    """Front and back panels; edges hem, side_left, armscye_left, shoulder_left, neck, …, by the wearer's side.

    ``cut``: ease_bust, ease_hip (fractions of the girth where it is measured), neck_widen, front_neck_drop,
    back_neck_drop, shoulder_extend, armscye_drop, hem_level (0 = waist, 1 = crotch, more = further down by that step);
    hem_flare (optional): how much wider, cm, each quarter is at the hem than what the hips ask for; hem_waist_ease
    (optional): the hem is drawn in to the waist's girth and that fraction; neck_v (optional): 1 for a neckline that
    runs to a point in front.
    ``darts``: cm that each half of the front's and of the back's hem is wider, for a dart to take in.
    """
    bust = dims.bust_girth * (1.0 + cut["ease_bust"])
    flare = _flare(dims, cut, bust)
    if "hem_waist_ease" in cut:
        waist = dims.waist_girth * (1.0 + cut["hem_waist_ease"]) + 2.0 * sum(darts.values())

        def around(wide: float) -> float:
            halves = _halves(dims, cut, darts, wide)
            return sum(length(_hem_of(dims, cut, half)) for half in halves)

        # A curved hem is longer than it is wide.
        flare = solve(around, waist, flare - MOST_CURVED, flare)
    front, back = _halves(dims, cut, darts, flare)
    return _panel("front", dims, cut, front), _panel("back", dims, cut, back)


def _halves(
    dims: Dimensions, cut: Mapping[str, float], darts: Mapping[str, float], flare: float
) -> tuple[BodiceHalf, BodiceHalf]:
    share = dims.bust_front / dims.bust_girth
    bust = dims.bust_girth * (1.0 + cut["ease_bust"])
    rise = (dims.front_length - dims.back_length) * 0.7
    reach = bust / 4 + flare
    front = BodiceHalf(
        bust * share / 2,
        flare + darts["front"],
        reach,
        dims.across_front / 2,
        cut["front_neck_drop"],
        max(0.0, rise),
        cut.get("neck_v", 0.0),
    )
    back = BodiceHalf(
        bust * (1.0 - share) / 2,
        flare + darts["back"],
        reach,
        dims.across_back / 2,
        cut["back_neck_drop"],
        max(0.0, -rise),
    )
    return front, back


def _flare(dims: Dimensions, cut: Mapping[str, float], bust: float) -> float:
    """How much wider, cm, a quarter is at the hem than at the underarm."""
    if "hem_waist_ease" in cut:
        return (dims.waist_girth * (1.0 + cut["hem_waist_ease"]) - bust) / 4
    seat = max(bust, max(dims.hip_girth, dims.trunk_girth) * (1.0 + cut["ease_hip"]))
    if "hem_flare" in cut:
        return (seat - bust) / 4 + cut["hem_flare"]
    underarm, hip = underarm_level(dims, cut), dims.hip_height - dims.neck_point_height
    return (seat - bust) / 4 * (underarm - hem_level(dims, cut)) / (underarm - hip)


def underarm_level(dims: Dimensions, cut: Mapping[str, float]) -> float:
    """Height of the underarm point below the neck point level (negative, cm)."""
    return dims.armpit_height - dims.neck_point_height - cut["armscye_drop"]


def hem_level(dims: Dimensions, cut: Mapping[str, float]) -> float:
    """Height of the hem below the neck point level (negative, cm).

    Of a tucked top (``tuck``): below the band that it is gathered into by as much as it is to hang over.
    """
    if "tuck_level" in cut:
        return cut["tuck_level"] - cut["blouse"]
    waist = dims.waist_height - dims.neck_point_height
    return waist - cut["hem_level"] * (dims.waist_height - dims.crotch_height)


def _shoulder(dims: Dimensions, cut: Mapping[str, float]) -> tuple[Points, Points]:
    """Where the shoulder seam begins at the neck and where it ends."""
    slope = point(dims.shoulder_breadth / 2 - dims.neck_width / 2, -dims.shoulder_drop)
    slope = slope / float((slope @ slope) ** 0.5)
    origin = point(dims.neck_width / 2, 0.0)
    reach = dims.shoulder_length + cut["shoulder_extend"]
    return origin + slope * cut["neck_widen"], origin + slope * max(reach, cut["neck_widen"] + 3.0)


def _side(dims: Dimensions, cut: Mapping[str, float], half: BodiceHalf) -> Points:
    """The underarm point."""
    _, tip = _shoulder(dims, cut)
    return point(max(half.half_width, tip[0] + 1.0), underarm_level(dims, cut))


def _hem_of(dims: Dimensions, cut: Mapping[str, float], half: BodiceHalf) -> Points:
    side, low = _side(dims, cut, half), hem_level(dims, cut)
    # A flared side runs longer than the centre: raised by this, the hem meets it squarely and hangs level.
    raised = 0.5 * half.hem_reach * half.flare / (side[1] - low)
    return _hem(point(side[0] + half.flare, low + raised), raised + half.hem_drop)


def _panel(name: str, dims: Dimensions, cut: Mapping[str, float], half: BodiceHalf) -> Panel:
    neck, tip = _shoulder(dims, cut)
    side, hem = _side(dims, cut, half), _hem_of(dims, cut, half)
    right = [
        Edge("side_left", line(hem[-1], side)),
        Edge("armscye_left", _armscye(side, tip, half.across)),
        Edge("shoulder_left", line(tip, neck)),
    ]
    left = [Edge(edge.name.replace("left", "right"), mirrored(edge.points)) for edge in reversed(right)]
    edges = [
        Edge("hem", hem),
        *right,
        Edge("neck", _neckline(neck, half.neck_drop, half.pointed)),
        *left,
    ]
    return Panel(name, tuple(edges), Placement("torso", name)) if name == "front" else _as_back(name, edges)


def _as_back(name: str, edges: list[Edge]) -> Panel:
    """Seen from behind, the wearer's left is on the viewer's left."""
    swap = {"left": "right", "right": "left"}
    renamed = []
    for edge in edges:
        stem, _, side = edge.name.rpartition("_")
        renamed.append(Edge(f"{stem}_{swap[side]}" if side in swap else edge.name, edge.points))
    return Panel(name, tuple(renamed), Placement("torso", name))


def _armscye(side: Points, tip: Points, across: float) -> Points:
    inset = min(across, tip[0], side[0] - 2.0)
    depth = tip[1] - side[1]
    floor = point(max(inset - 0.5, side[0] - 0.75 * depth), side[1])
    return cubic(side, floor, point(inset - 1.0, side[1] + 0.45 * depth), tip)


def _neckline(neck: Points, drop: float, pointed: float) -> Points:
    lowest = point(0.0, neck[1] - drop)
    slope = (lowest - neck) / 3.0
    first = (1.0 - pointed) * point(-0.08 * neck[0], -0.62 * drop) + pointed * slope
    second = (1.0 - pointed) * point(0.55 * neck[0], 0.0) - pointed * slope
    right = cubic(neck, neck + first, lowest + second, lowest)
    return line(*right, *mirrored(right)[1:])


def _hem(corner: Points, drop: float) -> Points:
    """Left to right; a front that is longer over the bust is curved down so that the hem hangs level."""
    lowest = point(0.0, corner[1] - drop)
    half = cubic(lowest, lowest + point(0.5 * corner[0], 0.0), corner - point(0.35 * corner[0], 0.0), corner)
    return line(*mirrored(half), *half[1:])
