# SPDX-License-Identifier: GPL-3.0-or-later
"""Zips: which seams stay open at their top, how far down, and which panels are cut apart for it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from avatar_engine.export.pattern.piece import Mark
from garments import Edge, Fabric, Panel, Pattern
from garments.sewing import Closure, closure, edge_stem, without_side

CENTRE, CENTRE_BACK = "centre", "centre_back"
MIDDLE_TUBES = ("torso", "skirt", "cone")


@dataclass
class Opening:
    """Where a garment's zip ends.

    Parameters
    ----------
    band : the band that the zip runs through, "" where there is no zip
    marks : of each edge that the zip ends in, by panel and edge
    parted : names of panels that are cut apart along their middle for it
    """

    band: str = ""
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    parted: set[str] = field(default_factory=set)


def opening_of(pattern: Pattern, fabric: Fabric) -> Opening:
    """The zip of a garment of that fabric."""
    found = closure(pattern, fabric)
    if found is None:
        return Opening()
    down = found.zip_cm - pattern.panel(found.panel).edge("start").length_cm
    return _back(pattern, found, down) if found.place == "back" else _seamed(pattern, found, down)


def _seamed(pattern: Pattern, found: Closure, down: float) -> Opening:
    """In a seam that is there: the side, or the middle of the front for a fly."""
    opening = Opening(found.panel)
    for seam in pattern.seams:
        behind = found.place == "fly" and "back" in seam.first[0]
        if seam.first[0] != seam.second[0] and edge_stem(seam.first[1]) in found.edges and not behind:
            for panel, edge in (seam.first, seam.second):
                opening.marks[panel, edge] = _from_top(pattern.panel(panel).edge(edge), down)
    return opening


def _back(pattern: Pattern, found: Closure, down: float) -> Opening:
    """From the neck down the middle of the back, through one panel after the other."""
    opening = Opening(found.panel)
    for panel in _back_panels(pattern):
        if any(edge.name == CENTRE for edge in panel.edges):
            edge = panel.edge(CENTRE)
            span = edge.length_cm
            for side in ("left", "right"):
                name = panel.name.replace("left", side)
                opening.marks[name, CENTRE] = _from_top(pattern.panel(name).edge(CENTRE), down)
        else:
            opening.parted.add(panel.name)
            span = _middle_height(panel)
            opening.marks[panel.name, CENTRE_BACK] = Mark(min(down, span), zip=True)
        if down <= span:
            break
        down -= span
    return opening


def _back_panels(pattern: Pattern) -> list[Panel]:
    """The panels down the middle of the back, from the neck on, the left one of a pair."""
    found = [
        panel
        for panel in pattern.panels
        if "back" in without_side(panel.name).split("_")
        and panel.placement.tube in MIDDLE_TUBES
        and "right" not in panel.name
    ]
    return sorted(found, key=lambda panel: not any(edge_stem(edge.name) == "neck" for edge in panel.edges))


def _middle_height(panel: Panel) -> float:
    (x, y), (next_x, next_y) = panel.outline.T, np.roll(panel.outline, -1, axis=0).T
    across = (x <= 0.0) != (next_x <= 0.0)
    share = x[across] / (x[across] - next_x[across])
    return float(np.ptp(y[across] + share * (next_y[across] - y[across])))


def _from_top(edge: Edge, down: float) -> Mark:
    falling = edge.points[0][1] > edge.points[-1][1]
    down = min(down, edge.length_cm)
    return Mark(down if falling else edge.length_cm - down, zip=True)
