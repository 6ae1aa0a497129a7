# SPDX-License-Identifier: GPL-3.0-or-later
"""From panels to pieces of paper: one for a mirrored pair, half of what is symmetric, bands in both their layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from shapely import LineString, Polygon, box

from avatar_engine.export.pattern.allowance import cutting_line
from avatar_engine.export.pattern.making import PATCH, placed
from avatar_engine.export.pattern.marks import dart_edges, edge_marks, notches_of
from avatar_engine.export.pattern.openings import CENTRE_BACK, opening_of
from avatar_engine.export.pattern.piece import DART, FOLD, Line, Piece, Points
from garments import Edge, Fabric, Panel, Pattern, Seam
from garments.curves import length
from garments.sewing import Allowance, allowance, edge_stem, is_knit, is_lined, panel_names, without_side
from garments.trims import Button, Crease

SAME_CM = 0.005
FAR = 1000.0
GRAIN_SHARE = 0.7
BAND = "band"
LINED = 2
CURVED_BANDS = ("neckband", "armband")


def pieces_of(pattern: Pattern, fabric: Fabric) -> tuple[Piece, ...]:
    """The pieces to print, numbered in the order of the pattern's panels."""
    cutter = _Cutter(pattern, fabric)
    distinct = enumerate(_distinct(pattern.panels), start=1)
    return tuple(cutter.piece(panel, count, number) for number, (panel, count) in distinct)


def _allowances(pattern: Pattern) -> dict[tuple[str, str], Allowance]:
    darts = dart_edges(pattern)
    found = {end: Allowance(DART, 0.0) for end in darts}
    for seam in pattern.seams:
        if seam.first not in darts:
            found |= dict.fromkeys((seam.first, seam.second), _seam_allowance(pattern, seam))
    for panel in pattern.panels:
        for edge in panel.edges:
            open_edge = allowance(False, {edge_stem(edge.name)}, {without_side(panel.name)}, panel.placement.tube)
            found.setdefault((panel.name, edge.name), open_edge)
    return found


def _seam_allowance(pattern: Pattern, seam: Seam) -> Allowance:
    ends = (seam.first, seam.second)
    edges, panels = {edge_stem(edge) for _, edge in ends}, {without_side(panel) for panel, _ in ends}
    return allowance(True, edges, panels, pattern.panel(seam.first[0]).placement.tube)


def _distinct(panels: Sequence[Panel]) -> list[tuple[Panel, int]]:
    """Panels that differ, and how often each is cut; a left and a right that mirror each other are one piece."""
    by_name = {panel.name: panel for panel in panels}
    found = []
    for panel in panels:
        left = by_name.get(panel.name.replace("right", "left"))
        right = by_name.get(panel.name.replace("left", "right"))
        if left is None or right is None or left is right or not _mirror_images(left, right):
            found.append((panel, 1))
        elif panel is left:
            found.append((panel, 2))
    return found


def _mirror_images(left: Panel, right: Panel) -> bool:
    one, two = left.outline * np.array([-1.0, 1.0]), right.outline
    return len(one) == len(two) and _same_points(one - one.min(axis=0), two - two.min(axis=0))


def _same_points(one: Points, two: Points) -> bool:
    apart = np.linalg.norm(one[:, None] - two[None], axis=2)
    return bool(apart.min(axis=1).max() < SAME_CM and apart.min(axis=0).max() < SAME_CM)


def _symmetric(panel: Panel) -> bool:
    outline = panel.outline
    return panel.placement.tube not in (BAND, PATCH, "sleeve") and _same_points(
        outline, outline * np.array([-1.0, 1.0])
    )


class _Cutter:
    """What all pieces of one pattern share while they are made."""

    def __init__(self, pattern: Pattern, fabric: Fabric) -> None:
        self.fabric, self.allowances, self.trims = fabric, _allowances(pattern), pattern.trims
        self.opening = opening_of(pattern, fabric)
        self.marks = edge_marks(pattern, self.opening)
        ends = [pair for seam in pattern.seams for pair in ((seam.first, seam.second), (seam.second, seam.first))]
        self.sewn_to = dict(ends)

    def piece(self, panel: Panel, count: int, number: int) -> Piece:
        """One panel as it is printed."""
        stem, tube = without_side(panel.name), panel.placement.tube
        lines = [self._line(panel.name, edge) for edge in panel.edges]
        on_fold, crease = _symmetric(panel), self._pressed(panel.name)
        if on_fold:
            lines = _right_half(lines)
            if panel.name in self.opening.parted:
                lines, on_fold, count = [*lines[:-1], _seamed(lines[-1])], False, 2
        elif tube == BAND and (panel.name, "free") not in self.sewn_to:
            lines, crease = _both_layers(self._opened(panel.name, lines))
        count *= LINED if is_lined(stem) else 1
        return Piece(
            number=number,
            panel=panel.name,
            stem=stem,
            names=panel_names(stem, tube),
            lines=tuple(lines),
            cutting=cutting_line(lines),
            notches=tuple(notches_of(panel.name, lines, self.marks)),
            grain=_grain(stem, tube, lines, self.fabric),
            count=count,
            on_fold=on_fold,
            crease=crease,
            drills=self._drills(panel.name, lines, on_fold),
            placements=self._placements(panel.name, on_fold),
            slot=panel.slot,
        )

    def _pressed(self, panel: str) -> Points | None:
        """The ends of a crease that is pressed into a panel."""
        return next(
            (trim.line[[0, -1]] for trim in self.trims if isinstance(trim, Crease) and trim.panel == panel), None
        )

    def _drills(self, panel: str, lines: Sequence[Line], half: bool) -> Points:
        buttons = [trim.at for trim in self.trims if isinstance(trim, Button) and trim.panel == panel]
        points = np.concatenate([_dart_tips(lines), np.array(buttons).reshape(-1, 2)])
        return np.asarray(points[points[:, 0] > -SAME_CM] if half else points)

    def _placements(self, panel: str, half: bool) -> tuple[Points, ...]:
        shapes = [Polygon(trim.outline) for trim in placed(self.trims) if trim.panel == panel]
        kept = [shape.intersection(box(0.0, -FAR, FAR, FAR)) if half else shape for shape in shapes]
        return tuple(np.array(shape.exterior.coords)[:-1] for shape in kept if shape.area > 1.0)

    def _line(self, panel: str, edge: Edge) -> Line:
        found = self.allowances[panel, edge.name]
        return Line(edge.name, edge.points, found.kind, found.cm)

    def _opened(self, band: str, lines: list[Line]) -> list[Line]:
        """A band with its ends where the zip is."""
        for line in lines:
            if band == self.opening.band and self.sewn_to.get((band, line.name), ("", ""))[0] in self.opening.parted:
                return _opened_behind(lines, line.name)
        return lines


def _seamed(fold: Line) -> Line:
    return Line(CENTRE_BACK, fold.points, "seam", allowance(True, {CENTRE_BACK}, {"back"}, "torso").cm)


def _opened_behind(lines: Sequence[Line], name: str) -> list[Line]:
    """A band whose ends lie at the middle of its edge ``name`` instead of where its outline starts."""
    joins = [line for line in lines if line.name not in ("free", "start", "end")]
    split = next(index for index, line in enumerate(joins) if line.name == name)
    whole, half = joins[split], length(joins[split].points) / 2
    order = [(whole, half, half), *((line, length(line.points), 0.0) for line in joins[split + 1 :] + joins[:split])]
    order.append((whole, half, 0.0))
    at, moved = joins[0].points[0], []
    way = joins[0].points[-1] - at
    way = way / np.linalg.norm(way)
    for line, size, start in order:
        moved.append(Line(line.name, np.array([at, at + size * way]), line.kind, line.allowance, start))
        at = at + size * way
    rest = {line.name: line for line in lines}
    return [*moved, rest["end"], rest["free"], rest["start"]]


def _right_half(lines: Sequence[Line]) -> list[Line]:
    """What lies right of the middle, closed by the fold edge, which comes last."""
    kept = [part for line in lines if (part := _clipped(line)) is not None]
    ends = [index for index, line in enumerate(kept) if abs(line.points[-1][0]) < SAME_CM]
    turn = (ends[0] + 1) % len(kept)
    kept = kept[turn:] + kept[:turn]
    fold = np.array([kept[-1].points[-1], kept[0].points[0]])
    return [*kept, Line(FOLD, fold, FOLD, 0.0)]


def _clipped(line: Line) -> Line | None:
    """The part of a line at x >= 0, or None."""
    points, x = line.points, line.points[:, 0]
    if x.max() < SAME_CM:
        return None
    if x.min() > -SAME_CM:
        return line
    crossing = next(i for i in range(len(x) - 1) if min(x[i], x[i + 1]) <= 0.0 < max(x[i], x[i + 1]))
    share = x[crossing] / (x[crossing] - x[crossing + 1])
    middle = points[crossing] + share * (points[crossing + 1] - points[crossing])
    middle[0] = 0.0
    if x[-1] > 0.0:
        before = length(np.array([*points[: crossing + 1], middle]))
        return Line(line.name, _joined(middle, points[crossing + 1 :]), line.kind, line.allowance, before)
    return Line(line.name, _joined(middle, points[: crossing + 1][::-1])[::-1], line.kind, line.allowance, line.start)


def _joined(middle: Points, rest: Points) -> Points:
    return np.concatenate([middle[None], rest[np.linalg.norm(rest - middle, axis=1) > 1e-9]])


def _both_layers(lines: Sequence[Line]) -> tuple[list[Line], Points | None]:
    """A band as it is cut: mirrored at its free edge, which becomes the crease it is folded along."""
    free = next((line for line in lines if line.name == "free"), None)
    if free is None:
        return list(lines), None
    level = float(free.points[0][1])
    turn = lines.index(free)
    rest = [*lines[turn + 1 :], *lines[:turn]]
    start, joins, end = rest[0], rest[1:-1], rest[-1]
    inner = [Line(f"inner_{line.name}", _flipped(line.points, level), line.kind, line.allowance) for line in joins]
    closing = Line(end.name, np.array([end.points[0], _over(end.points[0], level)]), end.kind, end.allowance)
    opening = Line(
        start.name, np.array([_over(start.points[-1], level), start.points[-1]]), start.kind, start.allowance
    )
    return [opening, *joins, closing, *reversed(inner)], free.points


def _over(point: Points, level: float) -> Points:
    return np.array([point[0], 2.0 * level - point[1]])


def _flipped(points: Points, level: float) -> Points:
    """Mirrored in a level line and run backwards, so that an outline keeps its turning sense."""
    return np.stack([points[::-1, 0], 2.0 * level - points[::-1, 1]], axis=1)


def _grain(stem: str, tube: str, lines: Sequence[Line], fabric: Fabric) -> Points:
    """Upright, for a band across its length; on the bias for one that curves and whose cloth does not stretch."""
    outline = Polygon(np.concatenate([line.points[:-1] for line in lines]))
    bias = tube == BAND and stem in CURVED_BANDS and not is_knit(fabric)
    way = np.sqrt(0.5) * np.ones(2) if bias else np.array([0.0, 1.0])
    low, high = np.array(outline.bounds).reshape(2, 2)
    chords = []
    for share in (0.5, 0.4, 0.6):
        middle = np.array([low[0] + share * (high[0] - low[0]), 0.5 * (low[1] + high[1])])
        found = outline.intersection(LineString([middle - FAR * way, middle + FAR * way]))
        chords += [np.array(part.coords) for part in getattr(found, "geoms", [found])]
    longest = max(chords, key=lambda chord: round(length(chord)))
    centre, half = longest.mean(axis=0), 0.5 * (longest[1] - longest[0])
    return np.array([centre - GRAIN_SHARE * half, centre + GRAIN_SHARE * half])


def _dart_tips(lines: Sequence[Line]) -> Points:
    tips = [one.points[-1] for one, two in pairwise(lines) if one.kind == two.kind == DART]
    return np.array(tips).reshape(-1, 2)
