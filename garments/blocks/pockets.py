# SPDX-License-Identifier: GPL-3.0-or-later
"""Patch pockets on the fronts of shirts and jackets, and the flaps over them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.curves import Points, line, point
from garments.pattern import Edge, Panel, Placement
from garments.trims import Patch, Stud, Trim

SIDES = (("left", 1.0), ("right", -1.0))
CHEST, HIP = "breast_pocket", "hip_pocket"
# A flap is this much wider than its pocket on either side and sewn on this far above it, cm.
FLAP_WIDER, FLAP_ABOVE = 0.25, 0.7
FLAP_LIFT, SNAP, SNAP_LIFT = 0.40, 0.75, 0.52
POINTED = 0.16


def patch_pockets(left: Panel, cut: Mapping[str, float]) -> tuple[list[Trim], list[Panel]]:
    """Pockets on both halves of a front, and the pieces of their flaps.

    Parameters
    ----------
    left : the wearer's left front; the right one is its mirror image
    cut : chest_pocket and hip_pocket (width in cm, 0 for none), flap (how far flaps with snaps hang over chest pockets,
        cm; with them there is a pocket on each side, without them on the left alone)
    """
    side = left.edge("side").points
    armpit, hem, width = float(side[:, 1].max()), float(side[:, 1].min()), float(side[:, 0].max())
    chest, hip, flap = (cut.get(key, 0.0) for key in ("chest_pocket", "hip_pocket", "flap"))
    trims: list[Trim] = []
    flaps: list[Panel] = []
    if chest > 0.0:
        middle, low = 0.53 * width, armpit - 6.0 - chest
        for name, sign in SIDES if flap > 0.0 else SIDES[:1]:
            shape = pointed(sign * middle - chest / 2, low, chest, 1.15 * chest)
            trims.append(Patch(f"front_{name}", shape, piece=CHEST))
            if flap > 0.0:
                over = _flap(sign * middle, low + 1.15 * chest + FLAP_ABOVE, chest + 2 * FLAP_WIDER, flap)
                trims.append(Patch(f"front_{name}", over, lift_cm=FLAP_LIFT))
                trims.append(Stud(f"front_{name}", point(sign * middle, over[0, 1] + 1.5), SNAP, SNAP_LIFT))
                flaps.append(piece(f"pocket_flap_{name}", over))
    if hip > 0.0:
        middle, low = 0.56 * width, hem + 5.0
        for name, sign in SIDES:
            shape = box(sign * middle - hip / 2, low, sign * middle + hip / 2, low + 1.1 * hip)
            trims.append(Patch(f"front_{name}", shape, piece=HIP))
    return trims, flaps


def box(x0: float, y0: float, x1: float, y1: float) -> Points:
    """An upright rectangle, counter-clockwise."""
    return line(point(x0, y0), point(x1, y0), point(x1, y1), point(x0, y1))


def pointed(x: float, y: float, width: float, height: float, taper: float = 0.0) -> Points:
    """A pocket with a point below, from that point on; ``taper``: how much narrower it is below on either side, cm."""
    shoulder = y + POINTED * height
    return line(
        point(x + width / 2, y),
        point(x + width - taper, shoulder),
        point(x + width, y + height),
        point(x, y + height),
        point(x + taper, shoulder),
    )


def _flap(middle: float, top: float, width: float, height: float) -> Points:
    """Straight above, with a blunt point below, from that point on."""
    half = width / 2
    return line(
        point(middle, top - height),
        point(middle + half, top - 0.7 * height),
        point(middle + half, top),
        point(middle - half, top),
        point(middle - half, top - 0.7 * height),
    )


def piece(name: str, outline: Points) -> Panel:
    """A piece that is cut in cloth and not draped."""
    closed = np.concatenate([outline, outline[:1]])
    sides = [Edge(f"edge_{index}", closed[index : index + 2]) for index in range(len(outline))]
    return Panel(name, tuple(sides), Placement("patch", ""))
