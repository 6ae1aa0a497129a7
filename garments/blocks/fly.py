# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes trousers of legs and a band: fly, front pockets, belt loops, pressed creases, and the pieces for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.blocks.pockets import piece
from garments.blocks.topstitching import inwards
from garments.curves import Points, arc, cubic, line, point
from garments.pattern import Panel
from garments.trims import Button, Crease, Loop, Patch, Trim

FLY, FLY_LIFT = 3.6, 0.04
TAB = 3.6
WELT, WELT_LIFT = 1.3, 0.07
OPENING_IN, OPENING_TOP, SCOOPED = 3.4, 1.2, 0.6
CREASE_FROM_BAND = 7.0
LOOP_CUT, LOOP_SPARE = 3.0, 2.5
BAG_WIDTH, BAG_BELOW = 15.0, 13.0
SHIELD = 7.0


def fittings(legs: list[Panel], band: Panel, cut: Mapping[str, float]) -> tuple[list[Trim], list[Panel]]:
    """Trims on the legs and the band, and the pieces cut for them.

    ``cut``: fly and pocket (lengths of their openings, cm), loops (how many on each side of the belt), crease (1 or 0);
    scoop (how far in from the side, cm, a curved pocket opening starts at the waist; without it openings slant).
    """
    front = next(leg for leg in legs if leg.name == "front_left")
    trims: list[Trim] = [*_fly(front, cut["fly"]), *_band_trims(band, int(cut["loops"]))]
    opening = pocket_opening(front, cut)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        trims.append(Patch(f"front_{side}", turned(_welt(opening), sign), lift_cm=WELT_LIFT))
    if cut["crease"]:
        trims += [_crease(leg) for leg in legs]
    return trims, [
        *_fly_pieces(cut["fly"]),
        *_pocket_pieces(front, opening),
        _loop_strip(band, int(cut["loops"])),
    ]


def _fly(front: Panel, size: float) -> list[Trim]:
    """The stitching that holds the fly's facing: straight down and round to the seam, on the wearer's left."""
    return [Patch("front_left", along_fly(front, rounded(FLY, size)), lift_cm=FLY_LIFT)]


def rounded(width: float, size: float) -> Points:
    """Right of x = 0 and below y = 0, with a round outer corner, counter-clockwise."""
    corner = arc(width, -0.5 * np.pi, 0.0, point(0.0, width - size))
    return np.concatenate([corner, line(point(width, 0.0), point(0.0, 0.0))])


def along_fly(front: Panel, shape: Points) -> Points:
    """A shape moved to the top of the centre seam of a left front."""
    return np.asarray(shape + front.edge("crotch").points[0])


def pocket_opening(front: Panel, cut: Mapping[str, float]) -> Points:
    """Where the hand goes in on a left front: from the side seam up to the waist, slanting or scooped, (n, 2)."""
    waist, side = front.edge("waist").points, front.edge("outseam").points
    inward = (waist[-1] - waist[0]) / float(np.linalg.norm(waist[-1] - waist[0]))
    start = waist[0] + cut.get("scoop", OPENING_IN) * inward
    rising = side[np.argsort(side[:, 1])]
    level = waist[0][1] - cut["pocket"]
    low = point(float(np.interp(level, rising[:, 1], rising[:, 0])), level)
    if "scoop" not in cut:
        return line(low, start)
    across, up = start - low
    return cubic(low, low + SCOOPED * point(across, 0.1 * up), start - SCOOPED * point(0.1 * across, up), start)[::6]


def _welt(opening: Points) -> Points:
    """The strip of front that is turned in and topstitched along an opening, counter-clockwise, inside of it."""
    return np.concatenate([opening, inwards(opening, WELT)[::-1]])


def turned(outline: Points, sign: float) -> Points:
    """A shape of the left side, or its mirror image for the right one."""
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
    facing = rounded(FLY + 1.0, size + 2.0)
    shield = line(point(0.0, -size - 3.0), point(SHIELD, -size - 3.0), point(SHIELD, 0.0), point(0.0, 0.0))
    return [piece("fly_facing", facing), piece("fly_shield", shield)]


def _pocket_pieces(front: Panel, opening: Points) -> list[Panel]:
    """Bag and facing of both front pockets: the bag ends at the opening, the facing fills it up to waist and side."""
    low, start = opening[0], opening[-1]
    top = front.edge("waist").points[0]
    inner = float(top[0]) - BAG_WIDTH
    bag = line(
        point(low[0], low[1] - BAG_BELOW + OPENING_TOP),
        *opening,
        point(inner, float(start[1])),
        point(inner, low[1] - BAG_BELOW + OPENING_TOP),
    )
    side = front.edge("outseam").points
    within = side[(side[:, 1] > low[1] + 1e-6) & (side[:, 1] < top[1] - 1e-6)]
    under = opening[1:-1] - [WELT + 3.0, WELT + 3.0]  # a scoop's facing follows it; a slanting one runs straight
    edge = line(low - [0.0, 4.0]), line(low), within, line(top, start - [WELT + 3.0, 0.0])
    facing = np.concatenate([*edge, under[::-1]])
    left = [piece("pocket_bag_left", bag), piece("pocket_facing_left", facing)]
    return left + [piece.mirror(piece.name.replace("left", "right"), piece.placement) for piece in left]


def _loop_strip(band: Panel, loops: int) -> Panel:
    """All belt loops in one strip, to be folded lengthwise and cut apart."""
    size = (2 * loops - 1) * (band.edge("start").length_cm + LOOP_SPARE)
    return piece("belt_loops", line(point(0.0, 0.0), point(LOOP_CUT, 0.0), point(LOOP_CUT, size), point(0.0, size)))
