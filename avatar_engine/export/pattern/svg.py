# SPDX-License-Identifier: GPL-3.0-or-later
"""A drawing as SVG: one user unit is a millimetre, one group a piece."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.export.pattern.paper import in_one
from avatar_engine.export.pattern.sheet import PENS, Sheet, Stroke, Text, rectangle

NAMESPACE = "http://www.w3.org/2000/svg"


WIDTH = 1180.0
BELOW = 130.0


def pattern_svg(paper: PaperPattern) -> bytes:
    """All pieces on one drawing, with the test square and what the pattern is below them."""
    sheet = in_one(paper, WIDTH, BELOW).sheet
    corner = np.array([10.0, 10.0])
    sheet.add("test-square", Stroke("square", rectangle(corner, 100.0, 100.0), True))
    sheet.add("test-square", Text(corner + np.array([50.0, 48.0]), paper.printed("ten_cm"), 6.0, bold=True))
    rows = (paper.title, paper.printed("for_subject", subject=paper.subject, size=paper.size_name), paper.allowances())
    for index, row in enumerate(rows):
        at = corner + np.array([110.0, 88.0 - 9.0 * index])
        sheet.add("title", Text(at, row, 5.0 if index else 8.0, anchor="start", bold=not index))
    return svg_bytes(sheet, f"{paper.title}, {paper.subject}")


def svg_bytes(sheet: Sheet, title: str) -> bytes:
    """The whole sheet; y is turned to point down."""
    size = {"width": f"{_number(sheet.width)}mm", "height": f"{_number(sheet.height)}mm"}
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": NAMESPACE,
            "version": "1.1",
            **size,
            "viewBox": f"0 0 {_number(sheet.width)} {_number(sheet.height)}",
        },
    )
    ElementTree.SubElement(root, "title").text = title
    for name, items in sheet.groups.items():
        group = ElementTree.SubElement(root, "g", {"id": name, "fill": "none", "stroke-linejoin": "round"})
        for item in items:
            if isinstance(item, Text):
                _text(group, item, sheet.height)
            else:
                _stroke(group, item, sheet.height)
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _stroke(group: ElementTree.Element, stroke: Stroke, height: float) -> None:
    pen = PENS[stroke.pen]
    corners = [f"{_number(x)},{_number(height - y)}" for x, y in stroke.points]
    path = f"M{' L'.join(corners)}{' Z' if stroke.closed else ''}"
    look = {"class": stroke.pen, "d": path, "stroke": _grey(pen.grey), "stroke-width": _number(pen.width)}
    if pen.fill is not None:
        look["fill"] = _grey(pen.fill)
    if pen.dashes:
        look["stroke-dasharray"] = " ".join(_number(dash) for dash in pen.dashes)
    ElementTree.SubElement(group, "path", look)


def _text(group: ElementTree.Element, text: Text, height: float) -> None:
    x, y = _number(text.at[0]), _number(height - text.at[1])
    look = {
        "x": x,
        "y": y,
        "font-family": "Helvetica, Arial, sans-serif",
        "font-size": _number(text.size),
        "text-anchor": text.anchor,
        "fill": _grey(text.grey),
    }
    if text.bold:
        look["font-weight"] = "bold"
    if text.angle:
        look["transform"] = f"rotate({_number(-text.angle)} {x} {y})"
    ElementTree.SubElement(group, "text", look).text = text.words


def _grey(value: float) -> str:
    level = round(255 * value)
    return f"#{level:02x}{level:02x}{level:02x}"


def _number(value: float) -> str:
    """At most four decimals, so that every platform writes the same."""
    return f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
