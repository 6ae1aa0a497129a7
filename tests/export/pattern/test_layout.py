# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces are laid out without overlap, along the grain, within the cloth, and the length said is enough."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from avatar_engine.export.pattern.layout import SELVEDGES, CuttingLayout, cutting_layouts
from avatar_engine.export.pattern.nesting import Part, nest
from avatar_engine.export.pattern.paper import A0, A4, arrange
from avatar_engine.export.pattern.sheet import rectangle
from tests.export.pattern.papers import CUT, paper

SIDES = st.integers(20, 300).map(float)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=6))
def test_nested_parts_keep_their_distance_and_stay_in_the_strip(sizes):
    gap, width = 8.0, 320.0
    parts = [Part(rectangle(np.array([3.0, -7.0]), *size), (0, 1)) for size in sizes]
    placed = []
    for part, place in zip(parts, nest(parts, width, gap), strict=True):
        if place is None:
            assert min(np.ptp(part.outline, axis=0)) + gap > width - 10.0
        else:
            placed.append(Polygon(place.apply(part.outline)))
    for shape in placed:
        low_x, _, high_x, high_y = shape.bounds
        assert (low_x >= 0.0, high_x <= width, high_y <= 0.0) == (True, True, True)
    assert all(a.distance(b) >= gap - 1e-6 for a, b in combinations(placed, 2))


def laid(layout: CuttingLayout) -> list[tuple[Polygon, float]]:
    return [
        (Polygon(each.outline), width)
        for stretch, width in ((layout.folded, layout.width / 2), (layout.opened, layout.width))
        for each in stretch
    ]


@pytest.mark.parametrize("garment", CUT)
@pytest.mark.parametrize("who", ["woman", "heavy man"])
def test_the_cloth_said_is_enough(garment, who):
    order = paper(garment, who)
    for layout in cutting_layouts(order):
        for stretch in (layout.folded, layout.opened):
            shapes = [Polygon(each.outline) for each in stretch]
            assert all(a.intersection(b).area < 1.0 for a, b in combinations(shapes, 2))
        for shape, width in laid(layout):
            assert shape.bounds[2] - max(shape.bounds[0], 0.0) <= width - SELVEDGES / 2
        area = sum(shape.area * (2 if width < layout.width else 1) for shape, width in laid(layout))
        assert layout.length * layout.width > area
        assert layout.length >= layout.folded_length + layout.opened_length


@pytest.mark.parametrize("garment", CUT)
def test_every_piece_is_laid_as_often_as_it_is_cut(garment):
    order = paper(garment)
    for layout in cutting_layouts(order):
        for piece in order.pieces:
            if order.fabric_of(piece) is not layout.fabric or piece.number in dict(layout.too_wide):
                continue
            folded = [each.number for each in layout.folded].count(piece.number)
            opened = [each.number for each in layout.opened].count(piece.number)
            wanted = piece.count + (piece.number in layout.seamed)
            layers = 1 if piece.on_fold else 2
            assert folded * layers + opened == wanted, (piece.stem, layout.width)


def test_fold_pieces_lie_on_the_fold_and_pairs_mirror_each_other():
    for layout in cutting_layouts(paper("t-shirt")):
        for each in layout.folded:
            if each.number in (1, 2):
                assert each.outline[:, 0].min() == pytest.approx(0.0, abs=0.5)


def test_a_skirt_too_wide_for_the_cloth_is_said_to_need_a_seam():
    layouts = cutting_layouts(paper("skirt-circle", "heavy man"))
    assert all(layout.seamed == (1, 2) and not layout.too_wide for layout in layouts)


def test_sheets_show_every_piece_once_and_a0_needs_few():
    order = paper("trousers-straight")
    for kind in (A4, A0):
        numbers = [piece.number for sheet in arrange(order, kind) for piece in sheet.pieces]
        assert sorted(numbers) == [piece.number for piece in order.pieces]
    assert len(arrange(order, A0)) <= 2


def test_a_piece_longer_than_a0_gets_a_longer_sheet():
    order = paper("trousers-straight", "heavy man")
    (longest, *_) = arrange(order, A0)
    assert longest.sheet.height >= max(np.ptp(piece.cutting[:, 1]) for piece in longest.pieces) * 10.0 or any(
        place.turns % 2 for place in longest.places
    )
    for sheet in arrange(order, A0):
        for piece, place in zip(sheet.pieces, sheet.places, strict=True):
            outline = place.apply(piece.cutting * 10.0)
            assert outline.min() >= 0.0
            assert (outline.max(axis=0) <= [sheet.sheet.width, sheet.sheet.height]).all()
