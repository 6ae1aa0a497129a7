# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece on a sheet, with everything that is printed on it."""

from __future__ import annotations

import numpy as np
from shapely import LinearRing, LineString

from avatar_engine.export.pattern.lettering import free_room, label
from avatar_engine.export.pattern.nesting import Place
from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.piece import FOLD, Piece, Points
from avatar_engine.export.pattern.sheet import Sheet, Stroke, Text, arrow_head

MM = 10.0
ARROW = 4.0
FOLD_INSET = 14.0


def draw_piece(sheet: Sheet, paper: PaperPattern, piece: Piece, place: Place) -> None:
    """Draw a piece into a group of its own."""

    def put(points: Points) -> Points:
        return place.apply(points * MM)

    group = f"piece-{piece.number}-{piece.stem}"
    sheet.add(group, Stroke("cut", put(piece.cutting), True))
    for line in piece.lines:
        if line.kind != FOLD:
            sheet.add(group, Stroke("seam", put(line.points)))
    clear = [LineString(put(piece.grain)).buffer(5.0)]
    if piece.crease is not None:
        sheet.add(group, Stroke("crease", put(piece.crease)))
        clear.append(LineString(put(piece.crease)).buffer(0.5))
    sheet.add(group, *_grain(put(piece.grain), paper))
    for notch in piece.notches:
        sheet.add(group, *(Stroke("notch", put(tick)) for tick in notch.ticks))
        if notch.zip:
            sheet.add(group, _zip(put(notch.cut[None])[0], put(notch.seam[None])[0], paper))
    for line in piece.lines:
        if line.kind == FOLD:
            bracket, words = _fold(put(line.points), paper)
            sheet.add(group, *bracket, words)
            clear.append(LineString(put(line.points)).buffer(FOLD_INSET + 6.0))
    for outline in piece.placements:
        sheet.add(group, Stroke("placement", put(outline), True))
        clear.append(LinearRing(put(outline)).buffer(1.0))
    for drill in piece.drills:
        centre = put(drill[None])[0]
        sheet.add(group, *(Stroke("notch", centre + 2.0 * np.array([-way, way])) for way in np.eye(2)))
    seams = np.concatenate([put(line.points)[:-1] for line in piece.lines])
    sheet.add(group, *label(_label(paper, piece), free_room(seams, *clear)))


def _label(paper: PaperPattern, piece: Piece) -> list[str]:
    lines = [f"{piece.number}  {piece.names[paper.language]}", paper.cut_count(piece)]
    if paper.fabric_of(piece) is not paper.fabric:
        lines.append(paper.fabric_of(piece).name[paper.language])
    return [*lines, paper.title, f"{paper.subject}, {paper.size_name}"]


def _upright(way: Points) -> float:
    """Angle in degrees at which words along a direction are not upside down."""
    angle = float(np.degrees(np.arctan2(way[1], way[0])))
    return angle - 180.0 if angle > 90.5 else angle + 180.0 if angle <= -89.5 else angle


def _beside(middle: Points, angle: float, words: str, size: float, distance: float = 1.5) -> Text:
    turn = np.radians(angle)
    return Text(middle + distance * np.array([-np.sin(turn), np.cos(turn)]), words, size, angle)


def _grain(ends: Points, paper: PaperPattern) -> list[Stroke | Text]:
    way = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    found: list[Stroke | Text] = [
        Stroke("grain", ends),
        arrow_head(ends[0], -way, ARROW),
        arrow_head(ends[1], way, ARROW),
    ]
    if np.linalg.norm(ends[1] - ends[0]) > 40.0:
        found.append(_beside(ends.mean(axis=0), _upright(way), paper.printed("grain"), 3.0))
    return found


def _fold(ends: Points, paper: PaperPattern) -> tuple[list[Stroke], Text]:
    """The bracket that points at the fold, inside the piece: it lies to the left of the edge's direction."""
    way = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    inward = np.array([-way[1], way[0]])
    reach = 0.35 * float(np.linalg.norm(ends[1] - ends[0]))
    middle = ends.mean(axis=0)
    feet = [middle - reach * way, middle + reach * way]
    heads = [foot + FOLD_INSET * inward for foot in feet]
    strokes = [Stroke("grain", np.array([feet[0], *heads, feet[1]]))]
    strokes += [arrow_head(foot, -inward, ARROW) for foot in feet]
    angle = _upright(way)
    above = np.array([-np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    distance = -4.5 if float(above @ inward) > 0 else 1.5
    return strokes, _beside(middle + FOLD_INSET * inward, angle, paper.printed("place_on_fold"), 3.5, distance)


def _zip(cut: Points, seam: Points, paper: PaperPattern) -> Text:
    inward = (seam - cut) / np.linalg.norm(seam - cut)
    anchor = "start" if inward[0] > 0.5 else "end" if inward[0] < -0.5 else "middle"
    return Text(seam + 2.0 * inward - np.array([0.0, 1.0]), paper.printed("zip"), 3.0, anchor=anchor)
