# SPDX-License-Identifier: GPL-3.0-or-later
"""Files read back: true scale in PDF, SVG and DXF, sheets that join, both languages, the same bytes each time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import ezdxf
import numpy as np
import pypdf
import pypdfium2
import pytest
from shapely import LineString, Point, Polygon

from avatar_engine.export.pattern import FORMATS, PAPERS, pattern_bytes
from avatar_engine.export.pattern.front import first_page
from avatar_engine.export.pattern.layout import cutting_layouts
from avatar_engine.export.pattern.lettering import printable, width, wrapped
from avatar_engine.export.pattern.order import words
from avatar_engine.export.pattern.paper import Arranged, arrange, in_one
from avatar_engine.export.pattern.piece import FOLD
from avatar_engine.export.pattern.sheet import Text
from garments.sizes import size_dimensions
from tests.export.pattern.papers import CUT, cut, dimensions, paper

SVG = "{http://www.w3.org/2000/svg}"
DOTS_PER_MM = 10.0


@cache
def pdf(garment: str, kind: str, language: str = "en") -> bytes:
    return pattern_bytes(paper(garment, language=language), "pdf", PAPERS[kind])


def page_image(content: bytes, page: int, dots_per_mm: float) -> np.ndarray:
    """Grey levels, first row at the top."""
    document = pypdfium2.PdfDocument(content)
    image = document[page].render(scale=dots_per_mm * 25.4 / 72.0, grayscale=True).to_numpy()
    document.close()
    return image.reshape(image.shape[:2])


def long_lines(dark: np.ndarray, length: int) -> list[float]:
    """Middles of the column groups that are dark over at least ``length`` rows."""
    columns = np.flatnonzero(dark.sum(axis=0) >= length)
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    return [float(group.mean()) for group in groups if len(group)]


@pytest.mark.parametrize("kind", PAPERS)
def test_the_printed_test_square_is_ten_centimetres(kind):
    dark = page_image(pdf("t-shirt", kind), 1, DOTS_PER_MM) < 90
    for seen in (dark, dark.T):
        left, right = long_lines(seen, 990)[:2]
        assert (right - left) / DOTS_PER_MM == pytest.approx(100.0, abs=0.1)


def test_letter_paper_has_a_four_inch_square_too():
    dark = page_image(pdf("t-shirt", "letter"), 1, DOTS_PER_MM) < 160
    left, *others = long_lines(dark, 550)
    assert min(abs((x - left) / DOTS_PER_MM - 101.6) for x in others) < 0.1


@pytest.mark.parametrize("kind", ["a4", "letter"])
def test_pages_have_the_size_of_their_paper_and_ask_not_to_be_scaled(kind):
    reader = pypdf.PdfReader(io.BytesIO(pdf("t-shirt", kind)))
    for page in reader.pages:
        size = [float(side) * 25.4 / 72.0 for side in page.mediabox[2:]]
        assert size == pytest.approx([PAPERS[kind].width, PAPERS[kind].height], abs=0.05)
    assert reader.root_object["/ViewerPreferences"]["/PrintScaling"] == "/None"


def test_an_a0_sheet_holds_the_whole_shirt():
    reader = pypdf.PdfReader(io.BytesIO(pdf("t-shirt", "a0")))
    assert len(reader.pages) == 3
    assert [float(side) * 25.4 / 72.0 for side in reader.pages[2].mediabox[2:]] == pytest.approx([841, 1189], abs=0.05)


@cache
def arranged(garment: str, kind: str) -> Arranged:
    (whole,) = arrange(paper(garment), PAPERS[kind])
    return whole


@pytest.mark.parametrize("kind", ["a4", "letter"])
def test_tiles_put_together_are_the_drawing_in_true_scale(kind):
    """Cells of all sheets side by side show every cutting line where the arrangement has it."""
    scale, sheet, whole = 4.0, PAPERS[kind], arranged("t-shirt", kind)
    width, height = (side * scale for side in sheet.cell)
    canvas = np.full((round(whole.rows * height), round(whole.columns * width)), 255, dtype=np.uint8)
    margin = round(sheet.margin * scale)
    for number, tile in enumerate(whole.tiles):
        image = page_image(pdf("t-shirt", kind), 2 + number, scale)
        part = canvas[round(tile.row * height) :, round(tile.column * width) :][: round(height), : round(width)]
        part[:] = image[margin:, margin:][: part.shape[0], : part.shape[1]]
    checked = 0
    for piece, place in zip(whole.pieces, whole.places, strict=True):
        outline = place.apply(piece.cutting * 10.0)
        around = LineString([*outline, outline[0]])
        for at in np.arange(0.0, around.length, 5.0):
            x, y = around.interpolate(at).coords[0]
            row, column = round((whole.sheet.height - y) * scale), round(x * scale)
            assert canvas[row - 2 : row + 3, column - 2 : column + 3].min() < 128, (piece.stem, at)
            checked += 1
    assert checked > 500


def test_a_flap_repeats_what_the_next_sheet_shows():
    scale, sheet, whole = 4.0, PAPERS["a4"], arranged("t-shirt", "a4")
    names = [tile.name for tile in whole.tiles]
    first, second = (page_image(pdf("t-shirt", "a4"), 2 + names.index(name), scale) < 90 for name in ("A1", "A2"))
    margin, flap = round(sheet.margin * scale), round(sheet.flap * scale)
    width, height = (round(side * scale) for side in sheet.cell)
    rows = slice(margin + 4, margin + height - 4)
    on_flap = first[rows, margin + width + 4 : margin + width + flap - 2]
    on_next = second[rows, margin + 4 : margin + flap - 2]
    assert on_flap.sum() > 20
    assert (on_flap != on_next).mean() < 0.01


def test_the_svg_is_in_millimetres():
    root = ElementTree.fromstring(pattern_bytes(paper("t-shirt"), "svg"))  # noqa: S314  # our own
    box = [float(number) for number in root.get("viewBox").split()]
    assert [root.get(side) for side in ("width", "height")] == [
        f"{number}mm" for number in root.get("viewBox").split()[2:]
    ]
    for piece in paper("t-shirt").pieces:
        group = root.find(f"{SVG}g[@id='piece-{piece.number}-{piece.stem}']")
        found = np.array(
            re.findall(r"([-\d.]+),([-\d.]+)", group.find(f"{SVG}path[@class='cut']").get("d")), dtype=float
        )
        assert Polygon(found).area == pytest.approx(100.0 * Polygon(piece.cutting).area, rel=1e-5)
        assert found.min() >= 0.0
        assert (found.max(axis=0) <= box[2:]).all()
    square = root.find(f"{SVG}g[@id='test-square']/{SVG}path").get("d")
    assert np.ptp(np.array(re.findall(r"([-\d.]+),([-\d.]+)", square), dtype=float), axis=0) == pytest.approx(
        [100, 100]
    )


@pytest.mark.parametrize("garment", ["t-shirt", "trousers-straight"])
def test_the_dxf_has_the_pieces_in_millimetres_on_the_layers_of_the_standard(garment):
    document = ezdxf.read(io.StringIO(pattern_bytes(paper(garment), "dxf").decode("ascii")))
    system = [entity.dxf.text for entity in document.modelspace() if entity.dxftype() == "TEXT"]
    assert "Units: METRIC" in system
    assert "ASTM/D13 Proposal 1 Version: D6673-10" in system
    inserted = {entity.dxf.name for entity in document.modelspace() if entity.dxftype() == "INSERT"}
    assert inserted == {f"{piece.number}_{piece.stem}".upper() for piece in paper(garment).pieces}
    for piece in paper(garment).pieces:
        block = document.blocks.get(f"{piece.number}_{piece.stem}".upper())
        layers = {entity.dxf.layer for entity in block}
        assert {"1", "2", "3", "4", "7", "14", "84", "87"} - layers <= ({"3"} if piece.notches else {"3", "4"})
        assert layers <= {"1", "2", "3", "4", "6", "7", "8", "13", "14", "84", "87"}
        assert ("6" in layers) == any(line.kind == FOLD for line in piece.lines)
        (boundary,) = [entity for entity in block if entity.dxftype() == "POLYLINE" and entity.dxf.layer == "1"]
        outline = Polygon([(vertex.dxf.location.x, vertex.dxf.location.y) for vertex in boundary.vertices])
        assert boundary.is_closed
        assert outline.area == pytest.approx(100.0 * Polygon(piece.cutting).area, rel=1e-5)
        for notch in (entity for entity in block if entity.dxf.layer == "4"):
            x, y, depth = notch.dxf.location
            assert outline.exterior.distance(Point(x, y)) < 1.0
            assert 3.0 < depth <= 5.0
            inside = np.array([x, y]) + depth * np.array([np.cos(a := np.radians(notch.dxf.angle)), np.sin(a)])
            assert outline.buffer(0.5).contains(Point(inside))


@pytest.mark.parametrize("garment", CUT)
def test_every_garment_has_all_its_pieces_in_every_format(garment):
    order = paper(garment)
    names = {f"{piece.number}_{piece.stem}".upper() for piece in order.pieces}
    assert {block.name for block in ezdxf.read(io.StringIO(pattern_bytes(order, "dxf").decode())).blocks} >= names
    assert pattern_bytes(order, "svg").count(b'class="cut"') == len(names)


@pytest.mark.parametrize("garment", ["t-shirt", "trousers-straight"])
def test_a_pdf_has_two_pages_to_read_and_a_page_for_every_sheet(garment):
    pages = pypdf.PdfReader(io.BytesIO(pdf(garment, "a4"))).pages
    assert len(pages) == len(arranged(garment, "a4").tiles) + 2
    assert f"page {len(pages)} of {len(pages)}" in pages[-1].extract_text()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_pattern_gives_the_same_bytes(form):
    again = paper.__wrapped__("sweater")
    assert pattern_bytes(again, form) == pattern_bytes(paper("sweater"), form)


def text_of(content: bytes, page: int) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(content)).pages[page].extract_text().split())


def test_the_first_page_tells_what_a_sewer_asks():
    said = text_of(pdf("t-shirt", "a4"), 0)
    for part in (
        "T-shirt",
        "for Zoë, made to measure",
        "cut 1 on fold",
        "Cotton jersey",
        "at 140 cm wide",
        "Order of work",
    ):
        assert part in said
    for name, value in paper("t-shirt").measurements():
        assert f"{name} {value:.1f}" in said
    assert len(paper("t-shirt").measurements()) >= 15


@pytest.mark.parametrize("garment", CUT)
def test_the_first_page_has_room_for_all_it_says(garment):
    """On the smaller sheet and in the longer language, nothing runs into the legend or over the right edge."""
    order, page = paper(garment, language="fr"), PAPERS["letter"]
    sheet = first_page(order, cutting_layouts(order), [in_one(order, 800.0)], page, True)
    texts = [item for item in sheet.groups["page"] if isinstance(item, Text)]
    legend = [item for item in texts if item.at[1] < page.margin + 4.0]
    assert {item.words for item in legend} == {
        order.printed(f"line_{name}") for name in ("cut", "seam", "crease", "notch", "grain")
    }
    for item in texts:
        size = width(item.words, item.size, item.bold)
        reach = item.at[0] + {"start": size, "middle": size / 2, "end": 0.0}[item.anchor]
        assert reach <= page.width - page.margin + 0.5, item.words


def test_the_french_pattern_is_french():
    content = pdf("t-shirt", "a4", "fr")
    said = text_of(content, 0) + text_of(content, 1)
    for part in ("pour Zoë, sur mesure", "couper 1 au pli", "Jersey de coton", "Ordre de montage", "Carré témoin"):
        assert part in said
    for word in ("cut", "cloth", "fold", "sheet", "sew", "size", "page 1 of"):
        assert not re.search(rf"\b{word}\b", said), word
    tiles = "".join(text_of(content, page) for page in range(2, len(pypdf.PdfReader(io.BytesIO(content)).pages)))
    assert "à placer sur la pliure du tissu" in tiles


def test_a_graded_size_lists_its_own_measurements_and_the_persons_ease():
    chart = size_dimensions("women", "M")
    order = replace(paper("t-shirt"), pattern=cut("t-shirt", "women M"), cut_for=chart, size="M")
    assert dict(order.measurements())["Chest girth"] == chart.bust_girth
    (_, body, garment), *_ = order.girths()
    assert (body, garment) == (dimensions("woman").bust_girth, cut("t-shirt", "women M").girths_cm["chest_girth"])
    assert order.measurements_title == "Measurements of size M, cm"


def test_both_languages_have_the_same_words_and_fields():
    english, french = words("en"), words("fr")
    assert english.keys() == french.keys()
    for key, text in english.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", french[key])), key


@pytest.mark.parametrize(
    ("name", "seen"), [("Zoë Œuvrard", "Zoë Œuvrard"), ("Łucja Ňová", "?ucja Nová"), ("Ира", "???")]
)
def test_names_are_printed_in_the_letters_that_the_font_has(name, seen):
    assert printable(name) == seen


def test_no_french_line_begins_with_punctuation():
    lines = wrapped("Coudre les pinces ; les coucher vers « le milieu » : fini !", 22.0, 3.0)
    assert len(lines) > 3
    assert not any(line[0] in ";:!»" for line in lines)
