# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes jeans of trousers: patch pockets behind, stitches that show, studs at the pockets' corners."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.blocks.fly import FLY, FLY_LIFT, WELT_LIFT, along_fly, pocket_opening, rounded, turned
from garments.blocks.pockets import SIDES, pointed
from garments.blocks.topstitching import OVER_PATCH, THREAD, inwards
from garments.curves import Points, length, line, point, resample
from garments.pattern import Panel
from garments.trims import Patch, Stud, Topstitch, Trim

BACK = "back_pocket"
FROM_SEAM, HEM_STITCH, BAND_STITCH = 0.3, 1.3, 0.4
POCKET_TAPER, POCKET_TALL, POCKET_HEM, BELOW_YOKE = 0.8, 1.03, 1.6, 2.2
RIVET, RIVET_IN, RIVET_LIFT = 0.42, 0.75, 0.2


def jeans_trims(legs: list[Panel], band: Panel, cut: Mapping[str, float]) -> list[Trim]:
    """Back pockets, stitches and studs.

    ``cut``: thread_rows (of stitches side by side), back_pocket (width, cm), yoke (how far below the band a line of
    stitches runs behind, cm at the side) and yoke_drop (how much lower it is at the centre).
    """
    front, back = (next(leg for leg in legs if leg.name == f"{half}_left") for half in ("front", "back"))
    rows = int(cut["thread_rows"])
    trims: list[Trim] = [
        *(Topstitch(leg.name, inwards(leg.edge("hem").points, HEM_STITCH), 1, slot=THREAD) for leg in legs),
        *_band_stitches(band),
        *_fly_stitches(front, cut["fly"], rows),
    ]
    yoke = _yoke(back, cut)
    shape = _back_pocket(yoke, cut["back_pocket"])
    opening = pocket_opening(front, cut)
    seat = inwards(_down_the_seat(back), -FROM_SEAM)
    for side, sign in SIDES:
        trims += _front_pocket(f"front_{side}", opening, sign, rows)
        # The left back is drawn with its centre seam on the right; the shapes here are of that panel.
        trims += _pocket(f"back_{side}", turned(shape, sign), rows)
        trims.append(Topstitch(f"back_{side}", turned(yoke, sign), rows, slot=THREAD))
    trims.append(Topstitch("back_left", seat[::-1], rows, slot=THREAD))
    return trims


def _front_pocket(panel: str, opening: Points, sign: float, rows: int) -> list[Trim]:
    """Stitches along an opening and a rivet at each of its ends."""
    beside = inwards(opening, FROM_SEAM)
    found: list[Trim] = [Topstitch(panel, turned(beside, sign), rows, WELT_LIFT + OVER_PATCH, THREAD)]
    inner = resample(inwards(opening, RIVET_IN), 20)
    return found + [Stud(panel, at * [sign, 1.0], RIVET, RIVET_LIFT) for at in (inner[1], inner[-2])]


def _fly_stitches(front: Panel, size: float, rows: int) -> list[Topstitch]:
    """Down beside the fly's edge and round to the seam."""
    edge = along_fly(front, rounded(FLY, size)[:-1])  # without the top of the seam
    return [Topstitch(front.name, inwards(edge, FROM_SEAM)[1:], rows, FLY_LIFT + OVER_PATCH, THREAD)]


def _band_stitches(band: Panel) -> list[Topstitch]:
    x, y = band.outline.T
    low, high = float(x.min()), float(x.max())
    heights = float(y.min()) + BAND_STITCH, float(y.max()) - BAND_STITCH
    return [Topstitch(band.name, line(point(low, at), point(high, at)), 1, slot=THREAD) for at in heights]


def _yoke(back: Panel, cut: Mapping[str, float]) -> Points:
    """Across the left back below the waist dart, from the side seam on the left to the centre seam."""
    side, centre = back.edge("outseam").points, back.edge("crotch").points
    ends = [_below_top(side, cut["yoke"]), _below_top(centre, cut["yoke"] + cut["yoke_drop"])]
    return line(*sorted(ends, key=lambda at: at[0]))


def _below_top(edge: Points, by: float) -> Points:
    rising = edge[np.argsort(edge[:, 1], kind="stable")]
    level = float(rising[-1, 1]) - by
    return point(float(np.interp(level, rising[:, 1], rising[:, 0])), level)


def _back_pocket(yoke: Points, width: float) -> Points:
    """A pocket below the middle of the yoke and along it, counter-clockwise from its point."""
    tall = POCKET_TALL * width
    way = (yoke[1] - yoke[0]) / length(yoke)
    shape = pointed(-width / 2, -tall, width, tall, POCKET_TAPER)
    turn = np.array([way, [-way[1], way[0]]])
    return np.asarray(yoke.mean(axis=0) + (shape - [0.0, BELOW_YOKE]) @ turn)


def _pocket(panel: str, outline: Points, rows: int) -> list[Trim]:
    """A pocket with its stitches: around three sides, and across below its opening."""
    patch = Patch(panel, outline, piece=BACK)
    lift = patch.lift_cm + OVER_PATCH
    # From the opening's left end down, across and up to its right one.
    inside = inwards(np.roll(outline, -_left_of_opening(outline), axis=0), FROM_SEAM)
    across = line(_towards(inside[-1], inside[-2], POCKET_HEM), _towards(inside[0], inside[1], POCKET_HEM))
    return [patch, Topstitch(panel, inside, rows, lift, THREAD), Topstitch(panel, across, 1, lift, THREAD)]


def _towards(start: Points, end: Points, by: float) -> Points:
    return np.asarray(start + by * (end - start) / float(np.linalg.norm(end - start)))


def _left_of_opening(outline: Points) -> int:
    """Number of the corner at which a pocket's opening, its highest side, ends."""
    following = np.roll(outline, -1, axis=0)
    return int((np.argmax(outline[:, 1] + following[:, 1]) + 1) % len(outline))


def _down_the_seat(back: Panel) -> Points:
    """The upper part of the left back's centre seam, from above downwards."""
    seam = back.edge("crotch").points
    down = seam if seam[0, 1] > seam[-1, 1] else seam[::-1]
    return resample(down, 30)[:22]
