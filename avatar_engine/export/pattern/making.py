# SPDX-License-Identifier: GPL-3.0-or-later
"""The cut as it is made up: what the drape wears closed gets its overlap, pleats their cloth, pockets a panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from avatar_engine.export.pattern.piece import Points
from avatar_engine.export.pattern.pleats import spread
from garments import Edge, Panel, Pattern, Placement, Seam
from garments.sewing import PLEAT, SIDES
from garments.trims import Button, Patch, Trim

OVERLAP_CM = 2.0
PATCH = "patch"
LEFT, RIGHT = "front_left", "front_right"
HOOD_LEFT, HOOD_RIGHT = "hood_left", "hood_right"
WORN_DOWN = ("collar_stand", "collar")


def as_made(pattern: Pattern) -> Pattern:
    """The pattern with buttoned fronts, stands and cuffs overlapping, pleats spread, and a panel for every pocket
    and every inner piece.
    """
    buttoned = {trim.panel for trim in pattern.trims if isinstance(trim, Button)}
    if LEFT in buttoned:
        pattern = _buttoned_fronts(pattern)
    for name in sorted(name for name in buttoned - {LEFT, RIGHT} if not name.endswith("_right")):
        if any(edge.name == "free" for edge in pattern.panel(name).edges):
            pattern = _buttoned_band(pattern, name)
    if any(panel.name == HOOD_LEFT for panel in pattern.inner):
        pattern = _hooded(pattern)
    return spread(replace(pattern, panels=(*pattern.panels, *_pockets(pattern), *pattern.inner)))


def pockets(trims: Sequence[Trim]) -> list[Patch]:
    """The patches that a piece is cut for."""
    return [trim for trim in trims if isinstance(trim, Patch) and trim.piece]


def placed(trims: Sequence[Trim]) -> list[Patch]:
    """What is outlined on the panel that it belongs to: pockets, and what pleats fold away."""
    return pockets(trims) + [trim for trim in trims if isinstance(trim, Patch) and trim.slot == PLEAT]


def _buttoned_fronts(pattern: Pattern) -> Pattern:
    """Both fronts reach as far beyond the centre, so that one lies on the other."""
    left, right = pattern.panel(LEFT), pattern.panel(RIGHT)
    spare = left.edge("neck").length_cm - right.edge("neck").length_cm
    left = _reaching(left)
    panels = {panel.name: panel for panel in pattern.panels}
    panels |= {LEFT: left, RIGHT: left.mirror(RIGHT, right.placement)}
    seams = [seam for seam in pattern.seams if "centre" not in (seam.first[1], seam.second[1])]
    joined = next((seam for seam in seams if seam.first == (RIGHT, "neck")), None)
    if joined is not None:
        stand = joined.second[0]
        panels[stand] = _longer(panels[stand], joined.second[1], spare / (1.0 + joined.ease))
        seams = _unclosed(seams, stand)
    trims = tuple(_on_centre(trim) if trim.panel == LEFT else trim for trim in pattern.trims)
    return replace(pattern, panels=tuple(panels.values()), seams=tuple(seams), trims=trims)


def _hooded(pattern: Pattern) -> Pattern:
    """A hood's halves in place of the collar that stands for the hood worn down, sewn together and to the neckline."""
    seams = [seam for seam in pattern.seams if not {seam.first[0], seam.second[0]} & set(WORN_DOWN)]
    seams.append(Seam((HOOD_LEFT, "crown"), (HOOD_RIGHT, "crown")))
    for half, side in ((HOOD_LEFT, "left"), (HOOD_RIGHT, "right")):
        seams += [Seam((part, f"neck_{side}"), (half, f"neck_{part}")) for part in ("front", "back")]
    halves = [panel for panel in pattern.inner if panel.name in (HOOD_LEFT, HOOD_RIGHT)]
    return replace(
        pattern,
        panels=(*(panel for panel in pattern.panels if panel.name not in WORN_DOWN), *halves),
        seams=tuple(seams),
        trims=tuple(trim for trim in pattern.trims if trim.panel not in WORN_DOWN),
        inner=tuple(panel for panel in pattern.inner if panel not in halves),
    )


def _reaching(front: Panel) -> Panel:
    """A left front whose edge lies at least OVERLAP_CM beyond the centre, or as far as it was drawn."""
    edge = float(front.edge("centre").points[0, 0])
    if edge < -0.5:
        return front
    out = np.array([-OVERLAP_CM - edge, 0.0])
    edges: list[Edge] = []
    for each in front.edges:
        if each.name == "centre":
            top = each.points[0]
            edges += [Edge("front_neck", np.array([top, top + out])), Edge("centre", each.points + out)]
        elif each.name == "hem":
            edges.append(Edge("hem", np.concatenate([[each.points[0] + out], each.points])))
        else:
            edges.append(each)
    return replace(front, edges=tuple(edges))


def _on_centre(trim: Trim) -> Trim:
    return replace(trim, at=np.array([0.0, trim.at[1]])) if isinstance(trim, Button) else trim


def _longer(stand: Panel, join: str, spare: float) -> Panel:
    """A collar stand made longer at its end ``join``; its free edge keeps the length that the collar is sewn to."""
    edges: list[Edge] = []
    for each in stand.edges:
        start, end = each.points[0], each.points[-1]
        out = np.array([spare, 0.0])
        if each.name == join:
            edges.append(Edge(join, np.array([start, end + out])))
        elif each.name == "end":
            edges.append(Edge("end", each.points + out))
        elif each.name == "free":
            first, last = start + out / 2, end + out / 2
            edges.append(Edge("free_right", np.array([start + out, first])))
            edges += [Edge("free", np.array([first, last])), Edge("free_left", np.array([last, end]))]
        else:
            edges.append(each)
    return replace(stand, edges=tuple(edge for edge in edges if edge.length_cm > 1e-6))


def _buttoned_band(pattern: Pattern, name: str) -> Pattern:
    """A cuff that is not closed to a ring: its end reaches over its start; the right one mirrors the left."""
    band = pattern.panel(name)
    joins = [edge for edge in band.edges if edge.name.startswith("join")]
    last = joins[-1].points
    out = OVERLAP_CM * (last[-1] - last[0]) / float(np.linalg.norm(last[-1] - last[0]))
    edges: list[Edge] = []
    for each in band.edges:
        if each.name == "end":
            edges += [Edge("overlap", np.array([last[-1], last[-1] + out])), Edge("end", each.points + out)]
        elif each.name == "free":
            edges.append(Edge("free", np.array([each.points[0] + out, each.points[-1]])))
        else:
            edges.append(each)
    made = {name: replace(band, edges=tuple(edges))}
    seams = _unclosed(list(pattern.seams), name)
    other = next((panel for panel in pattern.panels if panel.name == name.replace("left", "right") != name), None)
    if other is not None:
        made[other.name] = made[name].mirror(other.name, other.placement)
        seams = _unclosed(seams, other.name)
    panels = tuple(made.get(panel.name, panel) for panel in pattern.panels)
    return replace(pattern, panels=panels, seams=tuple(seams))


def _unclosed(seams: list[Seam], band: str) -> list[Seam]:
    return [seam for seam in seams if {seam.first, seam.second} != {(band, "start"), (band, "end")}]


def _pockets(pattern: Pattern) -> list[Panel]:
    """A panel for each patch that a piece is cut for; those on a left and a right panel are a pair."""
    found = pockets(pattern.trims)
    kinds = {(trim.piece, trim.panel) for trim in found}
    panels = []
    for trim in found:
        stem, _, side = trim.panel.rpartition("_")
        paired = side in SIDES and all((trim.piece, f"{stem}_{each}") in kinds for each in SIDES)
        name = f"{trim.piece}_{side}" if paired else trim.piece
        panels.append(Panel(name, tuple(_pocket_edges(trim.outline)), Placement(PATCH, ""), trim.slot))
    return panels


def _pocket_edges(outline: Points) -> list[Edge]:
    """Sides of a pocket; where the hand goes in is a hem: slanting sides above the middle, or else the top."""
    closed = np.concatenate([outline, outline[:1]])
    middle = 0.5 * (outline[:, 1].min() + outline[:, 1].max())
    sides = list(pairwise(closed))
    slanting = [a[1] + b[1] > 2 * middle and min(abs(a - b)) > 1.0 for a, b in sides]
    top = int(np.argmax([a[1] + b[1] for a, b in sides]))
    opening = slanting if any(slanting) else [index == top for index in range(len(sides))]
    names = [f"edge_{index}" for index in range(len(sides))]
    for index in np.flatnonzero(opening):
        x = sides[index][0][0] + sides[index][1][0]
        names[index] = (
            "hem" if sum(opening) == 1 else "hem_left" if x < outline[:, 0].sum() * 2 / len(outline) else "hem_right"
        )
    return [Edge(name, np.array(side)) for name, side in zip(names, sides, strict=True)]
