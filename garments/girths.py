# SPDX-License-Identifier: GPL-3.0-or-later
"""Girths of a finished garment, measured on its drawn panels at the levels of the body it is cut for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from garments.curves import Points
from garments.dimensions import Dimensions
from garments.pattern import Edge, Panel

# The thigh is measured this far below the crotch, cm.
BELOW_CROTCH = 2.0
HALF_FRONTS = ("front_left", "front_right")
# Measurement keys that a garment's ease is judged at, and the dimension that is the body's.
BODY_GIRTHS = {
    "chest_girth": "bust_girth",
    "waist_girth": "waist_girth",
    "hip_girth": "hip_girth",
    "thigh_girth": "thigh_girth",
}


def width_at(panel: Panel, level: float) -> float:
    """How much cloth a panel has at a height, without what darts take out, cm; a half front from the centre line on."""
    crossings = _crossings(panel.outline, level)
    if panel.placement.tube == "torso" and panel.placement.sector in HALF_FRONTS:
        return float(np.abs(crossings).max(initial=0.0))
    return float((crossings[1::2] - crossings[::2]).sum())


def chest_girth(panels: Iterable[Panel]) -> float:
    """Girth of a top from underarm to underarm, cm."""
    torso = _of_tube(panels, "torso")
    underarm = min(max(edge.points[:, 1].max() for edge in _sides(panel)) for panel in torso)
    return sum(width_at(panel, float(underarm) - 1e-6) for panel in torso)


def hip_girth(panels: Iterable[Panel], dims: Dimensions) -> float:
    """Girth at the level of the hips, cm; at the hem, or its band, of what ends above them."""
    panels = list(panels)
    below = [*_of_tube(panels, "skirt"), *_of_tube(panels, "leg")]
    if below:
        level = dims.hip_height - dims.waist_height
        return sum(width_at(panel, level) for panel in below)
    level, torso = dims.hip_height - dims.neck_point_height, _of_tube(panels, "torso")
    hem = max(edge.points[:, 1].max() for panel in torso for edge in panel.edges if edge.name == "hem")
    band = [panel for panel in panels if panel.name == "hemband"]
    if level < hem and band:
        return band[0].edge("free").length_cm
    return sum(width_at(panel, max(level, float(hem) + 1e-6)) for panel in torso)


def thigh_girth(panels: Iterable[Panel], dims: Dimensions) -> float:
    """Girth of one trouser leg where the body's thigh is measured, or at the leg's own crotch below it, cm."""
    legs = [panel for panel in _of_tube(panels, "leg") if panel.name.endswith("_left")]
    crotch = min(panel.edge("inseam").points[:, 1].max() for panel in legs)
    level = min(dims.crotch_height - BELOW_CROTCH - dims.waist_height, float(crotch) - 1e-6)
    return sum(width_at(panel, level) for panel in legs)


def missed_cm(key: str, girth: float, dims: Dimensions, ease: float) -> float:
    """How far, cm, a garment's girth is from a body's with that ease (a fraction); below 0 where it is too narrow.

    The hips are those of the tape, or the belly above them where it is wider and the garment goes over it.
    """
    body = float(getattr(dims, BODY_GIRTHS[key]))
    around = {body, max(body, dims.trunk_girth)} if key == "hip_girth" else {body}
    return min((girth - one * (1.0 + ease) for one in around), key=abs)


def _of_tube(panels: Iterable[Panel], tube: str) -> list[Panel]:
    return [panel for panel in panels if panel.placement.tube == tube]


def _sides(panel: Panel) -> list[Edge]:
    return [edge for edge in panel.edges if edge.name.startswith("side")]


def _crossings(outline: Points, level: float) -> Points:
    """Sorted x at which a closed outline crosses a height."""
    following = np.roll(outline, -1, axis=0)
    crossed = (outline[:, 1] >= level) != (following[:, 1] >= level)
    a, b = outline[crossed], following[crossed]
    return np.sort(a[:, 0] + (level - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
