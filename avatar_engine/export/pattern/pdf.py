# SPDX-License-Identifier: GPL-3.0-or-later
"""A pattern as PDF: pages to read, then the pieces on sheets in true scale."""

from __future__ import annotations

import io

import numpy as np
from reportlab.pdfgen.canvas import Canvas

from avatar_engine.export.pattern.front import first_page, second_page
from avatar_engine.export.pattern.layout import cutting_layouts
from avatar_engine.export.pattern.lettering import FONTS, printable
from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.paper import A4, Arranged, Paper, Tile, arrange
from avatar_engine.export.pattern.piece import Points
from avatar_engine.export.pattern.sheet import PENS, Sheet, Stroke, Text, rectangle

POINT = 72.0 / 25.4
DIAMOND = 5.0


def pdf_bytes(paper: PaperPattern, kind: Paper) -> bytes:
    """The whole document; large paper gets its first pages in A4."""
    sheets = arrange(paper, kind)
    layouts = cutting_layouts(paper)
    page = kind if kind.tiled else A4
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, pageCompression=1)
    canvas.setTitle(f"{paper.title}, {paper.subject}")
    canvas.setAuthor("Atelier")
    canvas.setViewerPreference("PrintScaling", "None")
    front = (
        first_page(paper, layouts, sheets, page, kind.tiled),
        second_page(paper, layouts, page, kind.name == "letter"),
    )
    count = len(front) + sum(len(arranged.tiles) for arranged in sheets)
    for number, sheet in enumerate(front, start=1):
        _page(canvas, sheet.width, sheet.height)
        _draw(canvas, sheet)
        _footer(canvas, page, paper.printed("page", number=number, count=count))
        canvas.showPage()
    done = len(front)
    for index, arranged in enumerate(sheets):
        name = f"sheet{index}"
        canvas.beginForm(name, 0, 0, arranged.sheet.width * POINT, arranged.sheet.height * POINT)
        canvas.scale(POINT, POINT)
        _draw(canvas, arranged.sheet)
        canvas.endForm()
        for tile in arranged.tiles:
            done += 1
            words = paper.printed("page", number=done, count=count)
            (_tile if kind.tiled else _whole)(canvas, paper, kind, arranged, tile, name, words)
            canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _page(canvas: Canvas, width: float, height: float) -> None:
    """A page whose unit is the millimetre from here on."""
    canvas.setPageSize((width * POINT, height * POINT))
    canvas.scale(POINT, POINT)


def _tile(canvas: Canvas, paper: PaperPattern, kind: Paper, whole: Arranged, tile: Tile, form: str, words: str) -> None:
    """One sheet: its cell and, to the right and below, a flap that repeats what follows."""
    _page(canvas, kind.width, kind.height)
    width, height = kind.cell
    left, low = kind.margin, kind.margin + kind.flap
    marks = Sheet(kind.width, kind.height)
    marks.add("frame", Stroke("frame", rectangle(np.array([left, low]), width, height), True))
    for at, name in _joints(whole, tile, left, low, width, height):
        corners = at + DIAMOND * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
        marks.add("frame", Stroke("guide", corners, True), Text(at - np.array([0.0, 1.0]), name, 2.8, grey=0.4))
    title = paper.printed("tile", name=tile.name, number=whole.tiles.index(tile) + 1, count=len(whole.tiles))
    marks.add(
        "frame",
        Text(np.array([left + 4.0, low + height - 12.0]), tile.name, 9.0, anchor="start", bold=True, grey=0.75),
    )
    _draw(canvas, marks)
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(left, kind.margin, width + kind.flap, height + kind.flap)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.translate(left - tile.column * width, low - whole.sheet.height + (tile.row + 1) * height)
    canvas.scale(1 / POINT, 1 / POINT)
    canvas.doForm(form)
    canvas.restoreState()
    _footer(canvas, kind, words, f"{paper.title}, {paper.subject}. {title}")


def _joints(
    whole: Arranged, tile: Tile, left: float, low: float, width: float, height: float
) -> list[tuple[Points, str]]:
    """Middle of each side that meets a printed neighbour, and the joint's name, the same on both sheets."""
    printed = {(each.row, each.column): each.name for each in whole.tiles}
    sides = {
        (0, 1): (left + width, low + height / 2),
        (0, -1): (left, low + height / 2),
        (1, 0): (left + width / 2, low),
        (-1, 0): (left + width / 2, low + height),
    }
    found = []
    for (down, right), at in sides.items():
        other = printed.get((tile.row + down, tile.column + right))
        if other is not None:
            pair = (tile.name, other) if down + right > 0 else (other, tile.name)
            found.append((np.array(at), "·".join(pair)))
    return found


def _whole(canvas: Canvas, paper: PaperPattern, kind: Paper, whole: Arranged, _: Tile, form: str, words: str) -> None:
    """One large sheet."""
    height = max(kind.height, whole.sheet.height + 2 * kind.margin)
    _page(canvas, kind.width, height)
    canvas.saveState()
    canvas.translate(kind.margin, height - kind.margin - whole.sheet.height)
    canvas.scale(1 / POINT, 1 / POINT)
    canvas.doForm(form)
    canvas.restoreState()
    _footer(canvas, kind, words, f"{paper.title}, {paper.subject}")


def _footer(canvas: Canvas, kind: Paper, page: str, name: str = "") -> None:
    sheet, low = Sheet(kind.width, kind.height), kind.margin - 4.0
    sheet.add("footer", Text(np.array([kind.width - kind.margin, low]), page, 2.6, anchor="end", grey=0.4))
    sheet.add("footer", Text(np.array([kind.margin, low]), name, 2.6, anchor="start", grey=0.4))
    _draw(canvas, sheet)


def _draw(canvas: Canvas, sheet: Sheet) -> None:
    for items in sheet.groups.values():
        for item in items:
            if isinstance(item, Text):
                _text(canvas, item)
            else:
                _stroke(canvas, item)


def _stroke(canvas: Canvas, stroke: Stroke) -> None:
    pen = PENS[stroke.pen]
    canvas.setLineWidth(pen.width)
    canvas.setStrokeGray(pen.grey)
    canvas.setLineJoin(1)
    canvas.setDash(list(pen.dashes), 0)
    if pen.fill is not None:
        canvas.setFillGray(pen.fill)
    path = canvas.beginPath()
    path.moveTo(*stroke.points[0])
    for point in stroke.points[1:]:
        path.lineTo(*point)
    if stroke.closed:
        path.close()
    canvas.drawPath(path, stroke=1, fill=0 if pen.fill is None else 1)


def _text(canvas: Canvas, text: Text) -> None:
    canvas.saveState()
    canvas.translate(*text.at)
    canvas.rotate(text.angle)
    canvas.setFont(FONTS[text.bold], text.size)
    canvas.setFillGray(text.grey)
    draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
    draw[text.anchor](0, 0, printable(text.words))
    canvas.restoreState()
