# SPDX-License-Identifier: GPL-3.0-or-later
"""Trousers and shorts: front and back leg, waist darts at the back, crotch seam as long as the body asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from garments.curves import Points, cubic, length, line, point, solve, through
from garments.dimensions import Dimensions
from garments.pattern import Edge, Panel, Placement

DART_LENGTH = 10.0
DART_MOST = 3.2


@dataclass(frozen=True)
class Levels:
    """Heights below the natural waist, cm, all negative."""

    band: float
    high_hip: float
    hip: float
    crotch: float
    knee: float
    hem: float


@dataclass(frozen=True)
class LegCut:
    """Widths of one leg panel, cm, from the centre line at hip level to the side.

    high_hip : from the centre seam, without what the dart takes in there
    dart, dart_length : of the waist dart, its width at the waist and how far it reaches down
    """

    hip: float
    high_hip: float
    waist: float
    extension: float
    knee: float
    hem: float
    tilt: float
    dart: float
    drop: float = 0.0
    dart_length: float = DART_LENGTH


def band_girth(dims: Dimensions, below_waist: float) -> float:
    """Girth of the body at the waistband: between waist and hip by height, and not less than the belly asks for."""
    share = below_waist / max(dims.waist_height - dims.hip_height, 1.0)
    return dims.waist_girth + (dims.hip_girth - dims.waist_girth) * float(min(1.0, share) ** 1.3)


def trouser(dims: Dimensions, cut: Mapping[str, float], waist: float) -> tuple[Panel, Panel]:
    """Front and back of the left leg, y = 0 at the natural waist.

    Edges of both: hem, inseam, crotch, waist (the back: waist_in, dart_in, dart_out, waist_out) and outseam.
    ``cut``: below_waist (cm), ease_waist, ease_hip, ease_thigh (fractions), crotch_ease (cm) and either knee_ease,
    hem_ease (of knee girth), hem_height (cm above the floor), or for short legs leg_share (of the inside leg) and
    hem_ease (of thigh girth); dart_length (cm) where it is not DART_LENGTH. ``waist`` is the length of the waist seam
    all around, cm.
    """
    seat = dims.hip_girth * (1.0 + cut["ease_hip"])
    depth = max(seat * 0.155, 13.0)
    thigh = max(dims.thigh_girth * (1.0 + cut["ease_thigh"]), seat / 2 + 8.0)
    extension = max(depth, thigh - seat / 2)
    front_hip = max(seat * dims.hip_front / dims.hip_girth / 2, 0.22 * seat)
    back_hip = seat / 2 - front_hip
    knee, hem = _leg_widths(dims, cut, thigh)
    front_waist = min(front_hip - 0.5, waist / 4 - 0.4)
    back_waist = waist / 2 - front_waist
    dart = min(DART_MOST, max(0.0, (back_hip - back_waist) * 0.4))
    high = 0.5 * dims.high_hip_girth * (1.0 + 0.5 * (cut["ease_waist"] + cut["ease_hip"]))
    front_high = high * 0.5 * (front_waist / (waist / 2) + front_hip / (seat / 2))
    front = LegCut(front_hip, front_high, front_waist, 0.34 * extension, knee / 2 - 1, hem / 2 - 1, 0.5, 0.0)
    back = LegCut(
        back_hip,
        high - front_high,
        back_waist,
        0.66 * extension,
        knee / 2 + 1,
        hem / 2 + 1,
        min(3.5, 0.4 + 0.3 * (back_hip - back_waist)),
        dart,
        dart_length=cut.get("dart_length", DART_LENGTH),
    )
    levels = _levels(dims, cut, front, back)
    back = _matched_inseam(back, _inseam_length(front, levels), levels)
    panel = _leg("front", front, levels)
    outseam = length(panel.edge("outseam").points)
    lift = solve(lambda y: length(_outseam(back, levels, y)), outseam, -4.0, 4.0)
    return panel, _leg("back", back, levels, lift)


def _leg_widths(dims: Dimensions, cut: Mapping[str, float], thigh: float) -> tuple[float, float]:
    """Girth of the leg at the knee (of shorts half way down) and at the hem, cm."""
    if "leg_share" in cut:
        hem = dims.thigh_girth * (1.0 + cut["hem_ease"])
        return 0.5 * (hem + max(hem, thigh)), hem
    return dims.knee_girth * (1.0 + cut["knee_ease"]), dims.knee_girth * (1.0 + cut["hem_ease"])


def _levels(dims: Dimensions, cut: Mapping[str, float], front: LegCut, back: LegCut) -> Levels:
    """Crotch level at which the crotch seam is as long as the body's, from the band down, with the asked ease."""
    waist = dims.waist_height
    band, hip, crotch = -cut["below_waist"], dims.hip_height - waist, dims.crotch_height - waist
    knee, hem = dims.knee_height - waist, cut.get("hem_height", 0.0) - waist
    if "leg_share" in cut:
        hem = crotch - cut["leg_share"] * dims.crotch_height
        knee = 0.5 * (crotch + hem)

    def at(drop: float) -> Levels:
        return Levels(band, hip / 2.0, max(hip, crotch - drop + 4.0), crotch - drop, knee, hem)

    wanted = dims.crotch_front + dims.crotch_back - 2 * cut["below_waist"] + cut["crotch_ease"]
    drop = solve(lambda d: sum(length(_crotch(leg, at(d))) for leg in (front, back)), wanted, 0.5, 4.0)
    return at(drop)


def _corners(leg: LegCut, levels: Levels) -> tuple[Points, Points, Points, Points, Points]:
    """Crotch point, knee and hem on the inner side, knee and hem on the outer side."""
    centre = 0.5 * (leg.hip - leg.extension)
    return (
        point(-leg.extension, levels.crotch - leg.drop),
        point(centre - leg.knee / 2, levels.knee),
        point(centre - leg.hem / 2, levels.hem),
        point(centre + leg.knee / 2, levels.knee),
        point(centre + leg.hem / 2, levels.hem),
    )


def _inseam(leg: LegCut, levels: Levels) -> Points:
    crotch, knee, hem, _, _ = _corners(leg, levels)
    upper = cubic(
        crotch, crotch + 0.33 * (knee - crotch) + point(0.12 * leg.extension, 0.0), knee + 0.3 * (knee - hem), knee
    )
    return line(*upper, hem)


def _inseam_length(leg: LegCut, levels: Levels) -> float:
    return length(_inseam(leg, levels))


def _matched_inseam(leg: LegCut, wanted: float, levels: Levels) -> LegCut:
    """The leg with its crotch point lowered (or raised) until the inseam is as long as the other panel's."""

    def dropped(drop: float) -> LegCut:
        return replace(leg, drop=drop)

    return dropped(-solve(lambda lift: _inseam_length(dropped(-lift), levels), wanted, -6.0, 3.0))


def _crotch(leg: LegCut, levels: Levels) -> Points:
    """From the waist at the centre down to the crotch point."""
    top = point(leg.tilt, levels.band)
    hip = point(0.0, levels.hip)
    end = point(-leg.extension, levels.crotch - leg.drop)
    curve = cubic(
        hip, point(0.0, levels.hip + 0.75 * (end[1] - levels.hip)), end + point(0.45 * leg.extension, 0.0), end
    )
    return line(top, *curve)


def _outseam(leg: LegCut, levels: Levels, lift: float = 0.0) -> Points:
    """From the hem up to the waist at the side."""
    _, _, _, knee, hem = _corners(leg, levels)
    hip = point(leg.hip, levels.hip)
    top = point(leg.tilt + leg.waist + leg.dart, levels.band + lift)
    seat = _seat(leg, levels, hip, top)
    # Below the hips the side goes on outwards as it came; it is not drawn in where the belly is wider than they are.
    rising = np.minimum(seat[1] - seat[0], [0.0, np.inf])
    thigh = cubic(knee, knee + 0.3 * (knee - hem), hip - rising * 0.4 * (hip[1] - knee[1]) / rising[1], hip)
    return line(hem, *thigh, *seat[1:])


def _seat(leg: LegCut, levels: Levels, hip: Points, top: Points) -> Points:
    """The side from the hip up to the band: close over the high hip, or cloth to spare there stands off the body."""
    middle = 0.5 * (levels.hip + levels.band)
    levels_known = [levels.hip, float(np.clip(levels.high_hip, levels.hip, levels.band)), levels.band]
    width = float(np.interp(middle, levels_known, [leg.hip, leg.high_hip, leg.waist]))
    dart = leg.dart * max(0.0, 1.0 - (levels.band - middle) / leg.dart_length)
    return through(hip, point(0.5 * leg.tilt + width + dart, 0.5 * (hip[1] + top[1])), top)


def _leg(name: str, leg: LegCut, levels: Levels, lift: float = 0.0) -> Panel:
    """The left leg's panel, centre line at x = 0 and side at positive x as seen from the front."""
    _, _, inner_hem, _, outer_hem = _corners(leg, levels)
    outseam = _outseam(leg, levels, lift)
    crotch = _crotch(leg, levels)
    edges = [Edge("hem", line(inner_hem, outer_hem)), Edge("outseam", outseam), *_waist(leg, outseam[-1], crotch[0])]
    edges += [Edge("crotch", crotch), Edge("inseam", _inseam(leg, levels))]
    panel = Panel(f"{name}_left", tuple(edges), Placement("leg", f"{name}_left", "waist"))
    return panel if name == "front" else panel.mirror(panel.name, panel.placement)


def _waist(leg: LegCut, side: Points, centre: Points) -> list[Edge]:
    if leg.dart <= 0.3:
        return [Edge("waist", line(side, centre))]
    middle = 0.5 * (side + centre)
    half = (side - centre) / float(((side - centre) ** 2).sum() ** 0.5) * leg.dart / 2
    tip = middle + point(half[1], -half[0]) / (leg.dart / 2) * leg.dart_length
    outer, inner = middle + half, middle - half
    return [
        Edge("waist_out", line(side, outer)),
        Edge("dart_out", line(outer, tip)),
        Edge("dart_in", line(tip, inner)),
        Edge("waist_in", line(inner, centre)),
    ]
