# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces as DXF for cutting tables and garment CAD: ASTM D6673-10, DXF R12, one block a piece, millimetres.

Layers of the standard: 1 piece boundary and system text, 2 turn points, 3 curve points, 4 notches, 6 mirror line,
7 grain line, 8 internal lines, 13 drill holes, 14 sew lines, 84 and 87 copies of boundary and sew lines that readers
check their curves against. The date of creation is left out, so that the same pattern gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Sequence

import numpy as np
from ezdxf.addons import gerber_D6673
from ezdxf.document import Drawing
from ezdxf.filemanagement import new
from ezdxf.layouts.blocklayout import BlockLayout

from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.piece import DART, FOLD, Line, Piece, Points

MM = 10.0
GAP = 50.0
BOUNDARY, TURN, CURVE, NOTCH, MIRROR, GRAIN, INTERNAL, DRILL, SEW = "1", "2", "3", "4", "6", "7", "8", "13", "14"
BOUNDARY_COPY, SEW_COPY = "84", "87"
CORNER = np.cos(np.radians(30.0))
LONGEST_NAME = 20
TEXT_HEIGHT = 5.0
VERSION = "ASTM/D13 Proposal 1 Version: D6673-10"


def dxf_bytes(paper: PaperPattern) -> bytes:
    """All pieces, side by side."""
    logging.getLogger("ezdxf").setLevel(logging.ERROR)  # R12 has no header for units: they stand in a text
    document = new("R12")
    space = document.modelspace()
    for index, row in enumerate(_style_text(paper)):
        space.add_text(row, height=TEXT_HEIGHT, dxfattribs={"layer": BOUNDARY, "insert": (0.0, -8.0 * (index + 1))})
    x = 0.0
    for piece in paper.pieces:
        low, high = piece.cutting.min(axis=0) * MM, piece.cutting.max(axis=0) * MM
        name = _block(document, paper, piece)
        space.add_blockref(name, (x - low[0], -low[1]), dxfattribs={"layer": BOUNDARY})
        x += high[0] - low[0] + GAP
    stream = io.StringIO()
    gerber_D6673.export_stream(document, stream)
    return stream.getvalue().encode("ascii")


def _style_text(paper: PaperPattern) -> list[str]:
    return [
        f"Style Name: {_ascii(paper.title)[:LONGEST_NAME]}",
        "Author: Atelier",
        f"Sample Size: {_ascii(paper.size)[:LONGEST_NAME]}",
        "Grade Rule Table: NONE",
        "Units: METRIC",
        VERSION,
    ]


def _block(document: Drawing, paper: PaperPattern, piece: Piece) -> str:
    name = f"{piece.number}_{piece.stem}".upper()[:LONGEST_NAME]
    block = document.blocks.new(name)
    _outline(block, piece.cutting, BOUNDARY, BOUNDARY_COPY)
    for line in piece.lines:
        if line.kind not in (FOLD, DART):
            _open_line(block, line)
    _darts(block, piece.lines)
    for notch in piece.notches:
        inward = notch.seam - notch.cut
        depth = min(5.0, MM * float(np.linalg.norm(inward)))
        angle = float(np.degrees(np.arctan2(inward[1], inward[0]))) % 360.0
        place = (*_at(notch.cut), depth)
        block.add_point(place, dxfattribs={"layer": NOTCH, "thickness": 0.0, "angle": round(angle, 4)})
    for fold in (line for line in piece.lines if line.kind == FOLD):
        block.add_line(_at(fold.points[0]), _at(fold.points[-1]), dxfattribs={"layer": MIRROR})
    if piece.crease is not None:
        block.add_line(_at(piece.crease[0]), _at(piece.crease[-1]), dxfattribs={"layer": INTERNAL})
    for outline in piece.placements:
        block.add_polyline2d([_at(point) for point in outline], close=True, dxfattribs={"layer": INTERNAL})
    block.add_line(_at(piece.grain[0]), _at(piece.grain[1]), dxfattribs={"layer": GRAIN})
    for drill in piece.drills:
        block.add_point(_at(drill), dxfattribs={"layer": DRILL})
    _piece_text(block, paper, piece)
    return name


def _piece_text(block: BlockLayout, paper: PaperPattern, piece: Piece) -> None:
    """What the standard wants to know of a piece; a pair is one right and one left."""
    rows = [
        f"Piece Name: {_ascii(piece.names[paper.language])[:LONGEST_NAME]}",
        f"Size: {_ascii(paper.size)[:LONGEST_NAME]}",
        f"Quantity: {(piece.count + 1) // 2},{piece.count // 2}",
        f"Material: {_ascii(paper.fabric_of(piece).name[paper.language])[:LONGEST_NAME]}",
        f"Annotation: {_ascii(paper.cut_count(piece))}",
    ]
    middle = _at(piece.cutting.mean(axis=0))
    for index, row in enumerate(rows):
        at = (middle[0], middle[1] - 1.6 * TEXT_HEIGHT * index)
        block.add_text(row, height=TEXT_HEIGHT, dxfattribs={"layer": BOUNDARY, "insert": at})


def _outline(block: BlockLayout, points: Points, layer: str, copy: str) -> None:
    corners = [_at(point) for point in points]
    for each in (layer, copy):
        block.add_polyline2d(corners, close=True, dxfattribs={"layer": each})
    _points(block, np.concatenate([points[-1:], points, points[:1]]))


def _open_line(block: BlockLayout, line: Line) -> None:
    for layer in (SEW, SEW_COPY):
        block.add_polyline2d([_at(point) for point in line.points], dxfattribs={"layer": layer})
    for end in (line.points[0], line.points[-1]):
        block.add_point(_at(end), dxfattribs={"layer": TURN})
    _points(block, line.points)


def _darts(block: BlockLayout, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.kind == DART:
            block.add_polyline2d([_at(point) for point in line.points], dxfattribs={"layer": INTERNAL})


def _points(block: BlockLayout, points: Points) -> None:
    """Turn and curve points of a polyline's inner vertices."""
    steps = np.diff(points, axis=0)
    steps = steps / np.maximum(np.linalg.norm(steps, axis=1), 1e-12)[:, None]
    for vertex, before, after in zip(points[1:-1], steps, steps[1:], strict=False):
        layer = TURN if float(before @ after) < CORNER else CURVE
        block.add_point(_at(vertex), dxfattribs={"layer": layer})


def _at(point: Points) -> tuple[float, float]:
    return round(float(point[0]) * MM, 4), round(float(point[1]) * MM, 4)


def _ascii(words: str) -> str:
    """The standard allows 7-bit ASCII only."""
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
