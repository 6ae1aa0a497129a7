# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages before the pieces: what a sewer wants to know first, the test square and the cutting layouts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar_engine.export.pattern.draw import MM
from avatar_engine.export.pattern.layout import CuttingLayout
from avatar_engine.export.pattern.lettering import width, wrapped
from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.paper import Arranged, Paper
from avatar_engine.export.pattern.piece import Points
from avatar_engine.export.pattern.sheet import Sheet, Stroke, Text, rectangle

BODY, SMALL, HEADING, TITLE = 3.1, 2.8, 4.0, 8.5
LINE = 1.3
TALLEST, LEGEND = 100.0, 8.0
INCH = 25.4
GROUP = "page"


class Column:
    """A column of text that is filled from the top."""

    def __init__(self, sheet: Sheet, x: float, y: float, room: float) -> None:
        self.sheet, self.x, self.y, self.room = sheet, x, y, room

    def heading(self, words: str) -> None:
        """A heading with a rule under it."""
        self.y -= HEADING * 1.9
        rule = np.array([[self.x, self.y - 1.4], [self.x + self.room, self.y - 1.4]])
        self.sheet.add(GROUP, self._text(words, HEADING, bold=True), Stroke("thin", rule))
        self.y -= 2.2

    def paragraph(self, words: str, size: float = BODY, lead: str = "") -> None:
        """Lines of text; ``lead`` stands before the first, the others are indented by as much."""
        indent = size * 1.9 if lead else 0.0
        for index, line in enumerate(wrapped(words, self.room - indent, size)):
            self.y -= size * LINE
            if lead and index == 0:
                self.sheet.add(GROUP, self._text(lead, size, bold=True))
            self.sheet.add(GROUP, self._text(line, size, indent))
        self.y -= 0.25 * size

    def row(self, cells: Sequence[str], starts: Sequence[float], size: float = BODY, grey: float = 0.0) -> None:
        """One line of cells; a negative start is where the cell ends, from the right edge of the column."""
        self.y -= size * LINE
        for cell, start in zip(cells, starts, strict=True):
            at = self.x + start if start >= 0 else self.x + self.room + start + 1.0
            anchor = "start" if start >= 0 else "end"
            self.sheet.add(GROUP, Text(np.array([at, self.y]), cell, size, anchor=anchor, grey=grey))

    def _text(self, words: str, size: float, indent: float = 0.0, bold: bool = False) -> Text:
        return Text(np.array([self.x + indent, self.y]), words, size, anchor="start", bold=bold)


def first_page(
    paper: PaperPattern, layouts: Sequence[CuttingLayout], sheets: Sequence[Arranged], page: Paper, tiled: bool
) -> Sheet:
    """Pieces, cloth, measurements, how the sheets go together, and the order of work."""
    sheet = Sheet(page.width, page.height)
    left, top, room = page.margin, page.height - page.margin, page.width - 2 * page.margin
    half = (room - 8.0) / 2
    sheet.add(
        GROUP,
        Text(np.array([left, top - TITLE]), paper.title, TITLE, anchor="start", bold=True),
        Text(np.array([left, top - TITLE - 7.0]), _for_whom(paper), 4.6, anchor="start"),
    )
    start = top - TITLE - 9.0
    one, two = Column(sheet, left, start, half), Column(sheet, left + half + 8.0, start, half)
    _pieces(one, paper)
    _cloth(one, paper, layouts)
    _measurements(one, paper)
    below = Column(Sheet(0.0, 0.0), 0.0, 0.0, half)
    _work(below, paper, tiled)
    two.heading(paper.printed("assembly" if tiled else "sheets"))
    _assembly(two, sheets, tiled, min(TALLEST, two.y + below.y - page.margin - LEGEND))
    _work(two, paper, tiled)
    _legend(sheet, paper, left, page.margin + 1.0, room)
    return sheet


def second_page(paper: PaperPattern, layouts: Sequence[CuttingLayout], page: Paper, inch: bool) -> Sheet:
    """The test square and the cutting layouts."""
    sheet = Sheet(page.width, page.height)
    left, top, room = page.margin, page.height - page.margin, page.width - 2 * page.margin
    corner = np.array([left, top - 4 * INCH - 1.0])
    _test_square(sheet, paper, corner, inch)
    beside = Column(sheet, left + 4 * INCH + 7.0, top + HEADING, room - 4 * INCH - 7.0)
    beside.heading(paper.printed("test"))
    beside.paragraph(paper.printed("test_how_inch" if inch else "test_how"))
    beside.heading(paper.printed("layouts"))
    beside.paragraph(paper.printed("layout_how"))
    low = page.margin
    _draw_layouts(sheet, paper, layouts, left, low, room, corner[1] - 6.0 - low)
    return sheet


def length_words(paper: PaperPattern, millimetres: float) -> str:
    """A length of cloth in metres."""
    return f"{paper.number(millimetres / 1000.0, 2)} m"


def _for_whom(paper: PaperPattern) -> str:
    return paper.printed("for_subject", subject=paper.subject, size=paper.size_name)


def _pieces(column: Column, paper: PaperPattern) -> None:
    column.heading(paper.printed("pieces"))
    for piece in paper.pieces:
        cloth = paper.fabric_of(piece).name[paper.language]
        column.row((str(piece.number), piece.names[paper.language], paper.cut_count(piece), cloth), (0, 5, 39, -1))
    column.y -= 1.0
    column.paragraph(paper.allowances(), SMALL)


def _cloth(column: Column, paper: PaperPattern, layouts: Sequence[CuttingLayout]) -> None:
    column.heading(paper.printed("cloth"))
    by_fabric: dict[str, list[str]] = {}
    for layout in layouts:
        by_fabric.setdefault(layout.fabric.name[paper.language], []).append(_length_at(paper, layout))
    for fabric, lengths in by_fabric.items():
        column.paragraph(paper.printed("cloth_length", fabric=fabric, lengths=", ".join(lengths)), lead="•")
    for notion in paper.notions():
        column.paragraph(notion, lead="•")


def _length_at(paper: PaperPattern, layout: CuttingLayout) -> str:
    wide = f"{layout.width / MM:.0f}"
    if layout.too_wide:
        number, needed = layout.too_wide[0]
        return paper.printed("too_wide", width=wide, piece=number, needed=f"{np.ceil(needed / MM):.0f}")
    found = paper.printed("length_at", length=length_words(paper, layout.length), width=wide)
    if layout.seamed:
        found += " " + paper.printed("seamed", pieces=", ".join(str(number) for number in layout.seamed))
    return found


def _measurements(column: Column, paper: PaperPattern) -> None:
    column.heading(paper.printed("finished"))
    heads = ("", paper.printed("body"), paper.printed("garment"), paper.printed("ease"))
    stops = (0.0, -32.0, -15.0, -1.0)
    column.row(heads, stops, SMALL, 0.35)
    for name, body, garment in paper.girths():
        ease = ("+" if garment >= body else "−") + paper.number(abs(garment - body), 1)
        column.row((name, paper.number(body, 1), paper.number(garment, 1), ease), stops)
    column.heading(paper.measurements_title)
    for name, value in paper.measurements():
        column.row((name, paper.number(value, 1)), (0.0, -1.0), SMALL)


def _work(column: Column, paper: PaperPattern, tiled: bool) -> None:
    """How the sheets go together, and the order of work."""
    column.paragraph(paper.printed("assembly_how" if tiled else "roll_how"), SMALL)
    column.heading(paper.printed("order"))
    for number, step in enumerate(paper.steps(), start=1):
        column.paragraph(step, BODY, f"{number}.")


def _assembly(column: Column, sheets: Sequence[Arranged], tiled: bool, height: float) -> None:
    """Small drawings of the sheets, at most that high, with the tiles' names and the pieces' numbers."""
    share = column.room / len(sheets)
    scale = min(
        (share - 3.0) / max(s.sheet.width for s in sheets), (height - 4.0) / max(s.sheet.height for s in sheets)
    )
    top = column.y - 2.0
    for index, arranged in enumerate(sheets):
        x = column.x + index * share
        low = top - scale * arranged.sheet.height
        origin = np.array([x, low])
        cell = np.array([arranged.sheet.width / arranged.columns, arranged.sheet.height / arranged.rows]) * scale
        for piece, place in zip(arranged.pieces, arranged.places, strict=True):
            outline = origin + scale * place.apply(piece.cutting * MM)
            column.sheet.add(GROUP, Stroke("shade", outline, True), *_number(outline, piece.number))
        for tile in arranged.tiles:
            corner = origin + np.array([tile.column, arranged.rows - 1 - tile.row]) * cell
            column.sheet.add(GROUP, Stroke("thin", rectangle(corner, cell[0], cell[1]), True))
            if tiled:
                size = min(2.2, 0.22 * cell[0])
                at = corner + np.array([0.7, cell[1] - size - 0.3])
                column.sheet.add(GROUP, Text(at, tile.name, size, anchor="start", grey=0.3))
    column.y = top - scale * max(s.sheet.height for s in sheets) - 1.5


def _number(outline: Points, number: int) -> list[Text]:
    middle = 0.5 * (outline.min(axis=0) + outline.max(axis=0))
    return [Text(middle - np.array([0.0, 1.2]), str(number), 3.4, bold=True)]


def _legend(sheet: Sheet, paper: PaperPattern, x: float, y: float, room: float) -> None:
    names = ("cut", "seam", "crease", "notch", "grain")
    words = [paper.printed(f"line_{name}") for name in names]
    size = SMALL
    spare = room - sum(width(word, size) + 13.0 for word in words)
    for name, word in zip(names, words, strict=True):
        ends = np.array([[x, y + 0.9], [x + 11.0, y + 0.9]])
        if name == "notch":
            ends = np.array([[x + 8.0, y - 0.8], [x + 8.0, y + 2.8]])
        sheet.add(GROUP, Stroke(name, ends), Text(np.array([x + 12.5, y]), word, size, anchor="start"))
        x += width(word, size) + 13.0 + spare / (len(words) - 1)


def _test_square(sheet: Sheet, paper: PaperPattern, corner: Points, inch: bool) -> None:
    sheet.add("test-square", Stroke("square", rectangle(corner, 100.0, 100.0), True))
    sheet.add(GROUP, Text(corner + np.array([50.0, 48.0]), paper.printed("ten_cm"), 6.0, bold=True))
    if inch:
        sheet.add("test-square-inch", Stroke("seam", rectangle(corner, 4 * INCH, 4 * INCH), True))
        sheet.add(GROUP, Text(corner + np.array([50.0, 41.0]), paper.printed("four_inch"), 4.0))


def _draw_layouts(
    sheet: Sheet, paper: PaperPattern, layouts: Sequence[CuttingLayout], x: float, y: float, room: float, height: float
) -> None:
    """Two widths side by side, one row a cloth, all in one scale."""
    rows = [layouts[i : i + 2] for i in range(0, len(layouts), 2)]
    captions = 13.0
    tallest = [max(each.folded_length + each.opened_length for each in row) for row in rows]
    scale = min((height - captions * len(rows)) / sum(tallest), (room / 2 - 6.0) / max(e.width for e in layouts))
    top = y + height
    for row, tall in zip(rows, tallest, strict=True):
        for index, layout in enumerate(row):
            _draw_layout(sheet, paper, layout, np.array([x + index * room / 2, top - captions + 5.0]), scale)
        top -= captions + scale * tall


def _draw_layout(sheet: Sheet, paper: PaperPattern, layout: CuttingLayout, corner: Points, scale: float) -> None:
    """Open cloth on top, folded cloth below it, its fold at the left."""
    name = layout.fabric.name[paper.language]
    length = paper.printed("too_narrow") if layout.too_wide else length_words(paper, layout.length)
    caption = paper.printed("layout_name", fabric=name, width=f"{layout.width / MM:.0f}", length=length)
    sheet.add(GROUP, Text(corner + np.array([0.0, 2.0]), caption, SMALL, anchor="start", bold=True))
    stretches = (
        (layout.opened, layout.opened_length, layout.width, "open"),
        (layout.folded, layout.folded_length, layout.width / 2, "folded"),
    )
    top = corner
    for laid, length_mm, wide, word in stretches:
        if not laid:
            continue
        low = top - np.array([0.0, scale * length_mm])
        sheet.add(GROUP, Stroke("thin", rectangle(low, scale * wide, scale * length_mm), True))
        for each in laid:
            outline = top + scale * each.outline
            sheet.add(GROUP, Stroke("shade", outline, True), *_number(outline, each.number))
        aside = top + np.array([scale * wide + 2.5, -0.5 * scale * length_mm])
        sheet.add(GROUP, Text(aside, paper.printed(word), SMALL, 90.0, grey=0.3))
        top = low
