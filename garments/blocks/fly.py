# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes trousers of legs and a band: fly, front pockets, belt loops, pressed creases, and the pieces for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.curves import Points, arc, line, point
from garments.pattern import Edge, Panel, Placement
from garments.trims import Button, Crease, Loop, Patch, Trim

FLY, FLY_LIFT = 3.6, 0.04
TAB = 3.6
WELT, WELT_LIFT = 1.3, 0.07
OPENING_IN, OPENING_TOP = 3.4, 1.2
CREASE_FROM_BAND = 7.0
LOOP_CUT, LOOP_SPARE = 3.0, 2.5
BAG_WIDTH, BAG_BELOW = 15.0, 13.0
SHIELD = 7.0


def fittings(legs: list[Panel], band: Panel, cut: Mapping[str, float]) -> tuple[list[Trim], list[Panel]]:
    """Trims on the legs and the band, and the pieces cut for them.

    ``cut``: fly and pocket (lengths of their openings, cm), loops (how many on each side of the belt), crease (1 or 0).
    """
    front = next(leg for leg in legs if leg.name == "front_left")
    trims: list[Trim] = [*_fly(front, cut["fly"]), *_band_trims(band, int(cut["loops"]))]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        opening = _opening(front, cut["pocket"])
        trims.append(Patch(f"front_{side}", _turned(_welt(opening), sign), lift_cm=WELT_LIFT))
    if cut["crease"]:
        trims += [_crease(leg) for leg in legs]
    return trims, [
        *_fly_pieces(cut["fly"]),
        *_pocket_pieces(front, cut["pocket"]),
        _loop_strip(band, int(cut["loops"])),
    ]


def _fly(front: Panel, size: float) -> list[Trim]:
    """The stitching that holds the fly's facing: straight down and round to the seam, on the wearer's left."""
    return [Patch("front_left", _along(front, _rounded(FLY, size)), lift_cm=FLY_LIFT)]


def _rounded(width: float, size: float) -> Points:
    """Right of x = 0 and below y = 0, with a round outer corner, counter-clockwise."""
    corner = arc(width, -0.5 * np.pi, 0.0, point(0.0, width - size))
    return np.concatenate([corner, line(point(width, 0.0), point(0.0, 0.0))])


def _along(front: Panel, shape: Points) -> Points:
    """A shape moved to the top of the centre seam of a left front."""
    return np.asarray(shape + front.edge("crotch").points[0])


def _opening(front: Panel, size: float) -> Points:
    """Where the hand goes in on a left front: from the waist, short of the side, slanting down to the side seam."""
    waist, side = front.edge("waist").points, front.edge("outseam").points
    inward = (waist[-1] - waist[0]) / float(np.linalg.norm(waist[-1] - waist[0]))
    start = waist[0] + OPENING_IN * inward
    rising = side[np.argsort(side[:, 1])]
    low = waist[0][1] - size
    return line(point(float(np.interp(low, rising[:, 1], rising[:, 0])), low), start)


def _welt(opening: Points) -> Points:
    """The strip of front that is turned in and topstitched along an opening, counter-clockwise, inside of it."""
    low, top = opening
    way = (top - low) / float(np.linalg.norm(top - low))
    inward = point(-way[1], way[0])
    return line(low, top, top + WELT * inward, low + WELT * inward)


def _turned(outline: Points, sign: float) -> Points:
    return outline if sign > 0.0 else np.asarray(outline[::-1] * [-1.0, 1.0])


def _band_trims(band: Panel, loops: int) -> list[Trim]:
    """The tab that laps over with its button, and loops spread from behind the front to the middle of the back."""
    joins = [edge for edge in band.edges if edge.name.startswith("join")]
    total = sum(edge.length_cm for edge in joins)
    height = band.edge("start").length_cm
    tab = line(point(0.0, 0.0), point(TAB, 0.0), point(TAB, height), point(0.0, height))
    trims: list[Trim] = [
        Patch("waistband", tab, band.slot, FLY_LIFT),
        Button("waistband", point(0.5 * TAB, 0.5 * height), 0.75),
    ]
    places = np.linspace(0.13, 0.5, loops)
    for place in (*places, *(1.0 - places[:-1])):
        x = float(place * total)
        trims.append(Loop("waistband", line(point(x, 0.05), point(x, height - 0.1))))
    return trims


def _crease(leg: Panel) -> Crease:
    """Up the middle of a leg, from the hem to below the band in front and to the seat behind."""
    hem, crotch = leg.edge("hem").points, leg.edge("crotch").points
    low = hem.mean(axis=0)
    seat = float(crotch[:, 1].min())
    top = float(crotch[:, 1].max()) - CREASE_FROM_BAND if leg.name.startswith("front") else seat + 2.0
    return Crease(leg.name, line(low, point(low[0], top)))


def _fly_pieces(size: float) -> list[Panel]:
    facing = _rounded(FLY + 1.0, size + 2.0)
    shield = line(point(0.0, -size - 3.0), point(SHIELD, -size - 3.0), point(SHIELD, 0.0), point(0.0, 0.0))
    return [_piece("fly_facing", facing), _piece("fly_shield", shield)]


def _pocket_pieces(front: Panel, size: float) -> list[Panel]:
    """Bag and facing of both front pockets: the bag ends at the opening, the facing fills it up to waist and side."""
    low, start = _opening(front, size)
    top = front.edge("waist").points[0]
    inner = float(start[0]) - BAG_WIDTH + OPENING_IN
    bag = line(
        point(low[0], low[1] - BAG_BELOW + OPENING_TOP),
        low,
        start,
        point(inner, float(start[1])),
        point(inner, low[1] - BAG_BELOW + OPENING_TOP),
    )
    side = front.edge("outseam").points
    within = side[(side[:, 1] > low[1] + 1e-6) & (side[:, 1] < top[1] - 1e-6)]
    facing = np.concatenate([line(low - [0.0, 4.0]), line(low), within, line(top, start - [WELT + 3.0, 0.0])])
    left = [_piece("pocket_bag_left", bag), _piece("pocket_facing_left", facing)]
    return left + [piece.mirror(piece.name.replace("left", "right"), piece.placement) for piece in left]


def _loop_strip(band: Panel, loops: int) -> Panel:
    """All belt loops in one strip, to be folded lengthwise and cut apart."""
    size = (2 * loops - 1) * (band.edge("start").length_cm + LOOP_SPARE)
    return _piece("belt_loops", line(point(0.0, 0.0), point(LOOP_CUT, 0.0), point(LOOP_CUT, size), point(0.0, size)))


def _piece(name: str, outline: Points) -> Panel:
    closed = np.concatenate([outline, outline[:1]])
    sides = [Edge(f"edge_{index}", closed[index : index + 2]) for index in range(len(outline))]
    return Panel(name, tuple(sides), Placement("patch", ""))
