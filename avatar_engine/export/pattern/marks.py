# SPDX-License-Identifier: GPL-3.0-or-later
"""Notches: at equal shares along both edges of a seam, so that they meet when it is sewn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from avatar_engine.export.pattern.allowance import direction, hem_corner
from avatar_engine.export.pattern.openings import Opening
from avatar_engine.export.pattern.piece import DART, FOLD, TURNED, Line, Mark, Notch, Points
from garments import Panel, Pattern, Seam
from garments.curves import length
from garments.sewing import without_side

Marks = Mapping[tuple[str, str], Sequence[Mark]]
# Seams longer than these (cm) get that many notches; bands get odd numbers, so that the middle of an edge is marked.
SEAM_NOTCHES = ((75.0, 3), (45.0, 2), (12.0, 1))
BAND_NOTCHES = ((75.0, 3), (14.0, 1))
_Marks = dict[tuple[str, str], list[Mark]]
FLAT = np.cos(np.radians(20.0))


def edge_marks(pattern: Pattern, opening: Opening) -> Marks:
    """The notches of every edge, by panel and edge."""
    marks: _Marks = {}
    darts = dart_edges(pattern)
    for seam in pattern.seams:
        if seam.first not in darts:
            _mark_seam(pattern, seam, marks)
    for panel in pattern.panels:
        _mark_joints(pattern, panel, marks)
    for end, mark in opening.marks.items():
        marks.setdefault(end, []).append(mark)
    return marks


def dart_edges(pattern: Pattern) -> set[tuple[str, str]]:
    """Edges that are the legs of a dart: neighbours in one panel, sewn to each other."""
    found: set[tuple[str, str]] = set()
    for seam in pattern.seams:
        if seam.first[0] == seam.second[0]:
            one, two = (pattern.panel(name).edge(edge) for name, edge in (seam.first, seam.second))
            if np.allclose(one.points[-1], two.points[0]) or np.allclose(two.points[-1], one.points[0]):
                found |= {seam.first, seam.second}
    return found


def notches_of(panel: str, lines: Sequence[Line], marks: Marks) -> list[Notch]:
    """The notches of a piece: those of its edges, the ends of dart legs and of a hem's fold line."""
    found = [
        _notch(line, replace(mark, at=mark.at - line.start))
        for line in lines
        for mark in marks.get((panel, line.name), ())
        if -1e-6 <= mark.at - line.start <= length(line.points) + 1e-6
        and not _at_band_end(line, mark.at - line.start, lines)
    ]
    folds = [line for line in lines if line.kind == FOLD]
    found = [_along_fold(notch, folds[0]) if folds else notch for notch in found]
    count = len(lines)
    for index, line in enumerate(lines):
        before, after = lines[index - 1], lines[(index + 1) % count]
        if line.kind in TURNED:
            sides = [side for side in (before, after) if side.kind != FOLD]
            found += [notch for side in sides if (notch := _fold_notch(line, side)) is not None]
        elif line.kind != DART:
            found += [_notch(line, Mark(0.0))] if before.kind == DART else []
            found += [_notch(line, Mark(length(line.points)))] if after.kind == DART else []
    return found


def _at_band_end(line: Line, at: float, lines: Sequence[Line]) -> bool:
    """Whether a place is the very end of a band, where its own seam is mark enough."""
    place = line.points[0] if at < 1e-6 else line.points[-1] if at > length(line.points) - 1e-6 else None
    ends = [other.points for other in lines if other.name in ("start", "end")]
    return place is not None and any(np.allclose(place, point) for points in ends for point in points)


def _mark_seam(pattern: Pattern, seam: Seam, marks: _Marks) -> None:
    panels = [pattern.panel(name) for name, _ in (seam.first, seam.second)]
    lengths = [panel.edge(end[1]).length_cm for panel, end in zip(panels, (seam.first, seam.second), strict=True)]
    band = any(panel.placement.tube == "band" for panel in panels)
    if seam.first[0] == seam.second[0] and band:
        return
    rule = BAND_NOTCHES if band else SEAM_NOTCHES
    count = next((count for least, count in rule if min(lengths) > least), 0)
    stems = [without_side(panel.name) for panel in panels]
    double = "back" in stems and "front" not in stems
    for step in range(1, count + 1):
        share = step / (count + 1)
        marks.setdefault(seam.first, []).append(Mark(share * lengths[0], double))
        marks.setdefault(seam.second, []).append(Mark((1.0 - share) * lengths[1], double))


def _mark_joints(pattern: Pattern, panel: Panel, marks: _Marks) -> None:
    """Where two sewn edges run on without a corner, and where a band starts: a sleeve's top, a band across a seam."""
    sewn = {end for seam in pattern.seams for end in (seam.first, seam.second)}
    for before, after in zip(panel.edges, (*panel.edges[1:], panel.edges[0]), strict=True):
        steps = np.array([before.points[-1] - before.points[-2], after.points[1] - after.points[0]])
        units = steps / np.linalg.norm(steps, axis=1)[:, None]
        both = {(panel.name, before.name), (panel.name, after.name)} <= sewn
        starts = panel.placement.tube == "band" and before.name == "start"
        if both and (starts or float(units[0] @ units[1]) > FLAT):
            marks.setdefault((panel.name, after.name), []).append(Mark(0.0))


def _notch(line: Line, mark: Mark) -> Notch:
    steps = np.linalg.norm(np.diff(line.points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = min(max(mark.at, 0.0), along[-1])
    index = min(int(np.searchsorted(along, at, side="right")) - 1, len(steps) - 1)
    tangent = (line.points[index + 1] - line.points[index]) / steps[index]
    place = line.points[index] + (at - along[index]) * tangent
    return Notch(place, place + line.allowance * np.array([tangent[1], -tangent[0]]), mark.double, mark.zip)


def _along_fold(notch: Notch, fold: Line) -> Notch:
    """A notch at the end of the fold edge is cut along the fold."""
    if float(np.linalg.norm(notch.seam - fold.points[0])) > 0.05:
        return notch
    up, out = -direction(fold, False), notch.cut - notch.seam
    return replace(notch, double=False, cut=notch.seam + up * float(out @ out) / float(out @ up))


def _fold_notch(hem: Line, side: Line) -> Notch | None:
    """On the side's cutting line, where the hem is turned up."""
    corner_found = hem_corner(side, hem)
    if corner_found is None:
        return None
    crossing = corner_found[0]
    ends: tuple[Points, Points] = (hem.points[0], hem.points[-1])
    corner = min(ends, key=lambda end: float(np.linalg.norm(end - crossing)))
    return Notch(corner, crossing)
