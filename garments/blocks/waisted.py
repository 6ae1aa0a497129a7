# SPDX-License-Identifier: GPL-3.0-or-later
"""Dresses with a waist seam: a darted bodice over a straight, darted or gathered skirt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from garments.blocks.bodice import bodice
from garments.blocks.skirt import TubeCut, matched, tube_half, tube_quarter
from garments.blocks.top import SIDE_SEAMS, add_bands
from garments.curves import Points, length, line, point
from garments.dimensions import Dimensions
from garments.girths import chest_girth, hip_girth
from garments.pattern import Edge, Panel, Pattern, Placement, Seam

DART_SHARE = 0.55
# A narrower dart is left to the side seam: it would be lost between the threads of a coarse mesh.
DART_LEAST, DART_MOST = 1.6, 4.0
BELOW_BUST = 3.0
BELOW_ARMPIT = 3.5
SEAT_DART = {"front": 9.0, "back": 12.5}


@dataclass(frozen=True)
class Dart:
    """A waist dart of each quarter: width at the waist and length, cm."""

    width: float
    length: float


def waisted_dress(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A dress with a seam at the natural waist.

    ``cut``: the bodice's, hem_waist_ease (fraction of ease at the waist), ease_hip; of the skirt length_to_knee (1 = to
    the knee) or hem_height (cm above the floor), hem (width at the hem, share of the seat's), gather (how much longer
    the skirt's waist is than the bodice's; 0 gives darts), vent (cm open at the centre back); bands as for tops.
    """
    darts = {name: _dart(dims, cut, name) for name in ("front", "back")}
    halves = bodice(dims, {**cut, "hem_level": 0.0}, {name: dart.width for name, dart in darts.items()})
    bodies = [_renamed(_darted(panel, darts[panel.name]), f"bodice_{panel.name}") for panel in halves]
    skirts = _skirts(dims, cut, bodies)
    panels: list[Panel] = [*bodies, *skirts]
    seams = [_bodice_seam(seam) for seam in SIDE_SEAMS] + _darts(panels) + _skirt_seams(skirts, cut)
    add_bands(panels, seams, cut, ("bodice_front", "bodice_back"))
    waist = sum(edge.length_cm for body in bodies for edge in body.edges if edge.name.startswith("waist"))
    girths = {"chest_girth": chest_girth(panels), "waist_girth": waist, "hip_girth": hip_girth(panels, dims)}
    return Pattern(tuple(panels), tuple(seams), (), girths)


def _dart(dims: Dimensions, cut: Mapping[str, float], name: str) -> Dart:
    spare = dims.bust_girth * (1.0 + cut["ease_bust"]) - dims.waist_girth * (1.0 + cut["hem_waist_ease"])
    width = min(DART_SHARE * spare / 4.0, DART_MOST)
    tip = dims.bust_height - BELOW_BUST if name == "front" else dims.armpit_height - BELOW_ARMPIT
    return Dart(width if width >= DART_LEAST else 0.0, max(tip - dims.waist_height, 6.0))


def _renamed(panel: Panel, name: str) -> Panel:
    return Panel(name, panel.edges, panel.placement, panel.slot)


def _darted(panel: Panel, dart: Dart) -> Panel:
    """The panel with its hem cut into four waist edges and, where there is something to take in, two darts."""
    hem = panel.edge("hem").points
    quarter = 0.5 * length(hem) - dart.width
    stops = np.cumsum([0.0, quarter / 2, dart.width, quarter / 2, quarter / 2, dart.width, quarter / 2])
    pieces = [_between(hem, low, high) for low, high in zip(stops, stops[1:], strict=False)]
    first, second = ("right", "left") if panel.name == "front" else ("left", "right")
    edges = [
        Edge(f"waist_side_{first}", pieces[0]),
        *_dart_edges(pieces[1], dart, f"dart_side_{first}", f"dart_centre_{first}"),
        Edge(f"waist_centre_{first}", pieces[2]),
        Edge(f"waist_centre_{second}", pieces[3]),
        *_dart_edges(pieces[4], dart, f"dart_centre_{second}", f"dart_side_{second}"),
        Edge(f"waist_side_{second}", pieces[5]),
    ]
    kept = [edge for edge in panel.edges if edge.name != "hem"]
    return Panel(panel.name, (*edges, *kept), panel.placement, panel.slot)


def _dart_edges(mouth: Points, dart: Dart, left: str, right: str) -> list[Edge]:
    if dart.width == 0.0:
        return []
    chord = mouth[-1] - mouth[0]
    tip = 0.5 * (mouth[0] + mouth[-1]) + point(-chord[1], chord[0]) / float(np.hypot(*chord)) * dart.length
    legs = line(mouth[0], tip), line(tip, mouth[-1])
    return [Edge(name, leg) for name, leg in zip((left, right), legs, strict=True)]


def _between(polyline: Points, low: float, high: float) -> Points:
    """The stretch of a polyline between two lengths along it."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(polyline, axis=0), axis=1))])
    inner = along[(along > low + 1e-9) & (along < high - 1e-9)]
    stops = np.concatenate([[low], inner, [min(high, along[-1])]])
    return np.stack([np.interp(stops, along, polyline[:, axis]) for axis in range(2)], axis=1)


def _skirts(dims: Dimensions, cut: Mapping[str, float], bodies: list[Panel]) -> list[Panel]:
    seat = max(dims.hip_girth, dims.trunk_girth) * (1.0 + cut["ease_hip"])
    high_hip = dims.high_hip_girth * (1.0 + 0.5 * (cut["hem_waist_ease"] + cut["ease_hip"]))
    hip = dims.hip_height - dims.waist_height
    low = cut["hem_height"] - dims.waist_height if "hem_height" in cut else 0.0
    low = low or (dims.knee_height - dims.waist_height) * cut.get("length_to_knee", 1.0)
    gather = 1.0 + cut.get("gather", 0.0)
    cuts = []
    for body in bodies:
        half = body.name.removeprefix("bodice_")
        finished = [edge.length_cm for edge in body.edges if edge.name.startswith("waist")]
        share = sum(finished) / sum(e.length_cm for b in bodies for e in b.edges if e.name.startswith("waist"))
        width = max(seat * share / 2, finished[0] * 2 * gather)
        dart = 0.0 if gather > 1.0 else SEAT_DART[half]
        close = 0.0 if gather > 1.0 else high_hip * share / 2
        cuts.append(TubeCut(finished[0] * 2 * gather, width, width * cut["hem"], 0.0, hip, low, dart, close))
    cuts[1] = matched(cuts[1], cuts[0])
    front = _renamed(tube_half("front", replace(cuts[0], halves=True)), "skirt_front")
    if cut.get("vent", 0.0) <= 0.0:
        return [front, _renamed(tube_half("back", replace(cuts[1], halves=True)), "skirt_back")]
    right = _renamed(tube_quarter(replace(cuts[1], halves=True), cut["vent"]), "skirt_back_right")
    return [front, right.mirror("skirt_back_left", Placement("skirt", "back_left", "waist")), right]


def _bodice_seam(seam: Seam) -> Seam:
    return Seam((f"bodice_{seam.first[0]}", seam.first[1]), (f"bodice_{seam.second[0]}", seam.second[1]))


def _darts(panels: list[Panel]) -> list[Seam]:
    return [
        Seam((panel.name, edge.name), (panel.name, edge.name.replace("side", "centre")))
        for panel in panels
        for edge in panel.edges
        if edge.name.startswith("dart_side")
    ]


def _skirt_seams(skirts: list[Panel], cut: Mapping[str, float]) -> list[Seam]:
    """Side seams, the centre back, and the waist, piece by piece."""
    ease = cut.get("gather", 0.0)
    seams = [Seam(("skirt_back_left", "centre"), ("skirt_back_right", "centre"))] if len(skirts) == 3 else []
    for side in ("left", "right"):
        back = ("skirt_back", f"side_{side}") if len(skirts) == 2 else (f"skirt_back_{side}", "side")
        seams.append(Seam(("skirt_front", f"side_{side}"), back))
        for piece in ("waist_side", "waist_centre"):
            seams.append(Seam(("skirt_front", f"{piece}_{side}"), ("bodice_front", f"{piece}_{side}"), ease))
            lower = (back[0], f"{piece}_{side}" if len(skirts) == 2 else piece)
            seams.append(Seam(lower, ("bodice_back", f"{piece}_{side}"), ease))
    return seams
