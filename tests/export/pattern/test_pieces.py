# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces can be sewn: seams and notches match, allowances are as wide as said, hems lie flat, darts close."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LinearRing, LineString, Point, Polygon, affinity, box

from avatar_engine.export.pattern.marks import dart_edges, edge_marks
from avatar_engine.export.pattern.openings import CENTRE_BACK, opening_of
from avatar_engine.export.pattern.piece import DART, FOLD, HEM, TURNED, Piece
from garments import Pattern, fabrics
from garments.curves import length
from garments.sewing import closure
from garments.trims import Pleats
from tests.export.pattern.papers import BODIES, CUT, cut, paper

MATCH_CM = 0.05
SOME = ("woman", "heavy man", "slight woman")
OTHER_SIDE = {"left": "right", "right": "left"}


@pytest.mark.parametrize("garment", CUT)
def test_seams_match_within_half_a_millimetre_but_for_declared_ease(garment):
    for who in BODIES:
        for pattern in (cut(garment, who), paper(garment, who).made):
            worst = max(pattern.seams, key=pattern.mismatch_cm)
            assert pattern.mismatch_cm(worst) < MATCH_CM, (who, worst)


def on_paper(pieces: tuple[Piece, ...], pattern: Pattern, panel: str, edge: str) -> float:
    """Length of a panel's edge as printed: a pair is printed once, of a fold piece one half."""
    piece = next(piece for piece in pieces if piece.panel == panel)
    other = "_".join(OTHER_SIDE.get(part, part) for part in edge.split("_"))
    printed = [line for line in piece.lines if line.name == edge] or [
        line for line in piece.lines if line.name == other
    ]
    x = pattern.panel(panel).edge(edge).points[:, 0]
    halved = any(line.name in (FOLD, CENTRE_BACK) for line in piece.lines) and x.min() < -0.01 and x.max() > 0.01
    return sum(length(line.points) for line in printed) * (2 if halved else 1)


@pytest.mark.parametrize("garment", CUT)
@pytest.mark.parametrize("who", SOME)
def test_the_printed_seam_lines_match_too(garment, who):
    order = paper(garment, who)
    printed = {piece.panel for piece in order.pieces}
    seams = [seam for seam in order.made.seams if {seam.first[0], seam.second[0]} <= printed]
    assert len(seams) > len(order.made.seams) / 3
    for seam in seams:
        first, second = (on_paper(order.pieces, order.made, *end) for end in (seam.first, seam.second))
        assert first > 0.0
        if seam.first[0] == seam.second[0]:
            assert first == pytest.approx(second, abs=MATCH_CM)
        else:
            assert abs(first / (1.0 + seam.ease) - second) < MATCH_CM, seam


def shares(pattern: Pattern, marks: dict, end: tuple[str, str]) -> list[float]:
    size = pattern.panel(end[0]).edge(end[1]).length_cm
    return sorted(mark.at / size for mark in marks.get(end, ()) if 1e-6 < mark.at < size - 1e-6 and not mark.zip)


@pytest.mark.parametrize("garment", CUT)
def test_notches_meet_when_a_seam_is_sewn(garment):
    order = paper(garment)
    marks = edge_marks(order.made, opening_of(order.made, order.fabric))
    notched = 0
    for seam in order.made.seams:
        first, second = (shares(order.made, marks, end) for end in (seam.first, seam.second))
        assert first == pytest.approx([1.0 - share for share in reversed(second)], abs=1e-6), seam
        notched += len(first)
    assert notched >= 4


def test_back_notches_are_double_and_front_ones_single():
    sleeve = next(piece for piece in paper("t-shirt").pieces if piece.stem == "sleeve")
    back = next(line for line in sleeve.lines if line.name == "cap_back")
    for notch in sleeve.notches:
        on_back = LineString(back.points[1:-1]).distance(Point(notch.seam)) < 0.01
        assert (len(notch.ticks) == 2) == on_back
    assert any(notch.double for notch in sleeve.notches)


@pytest.mark.parametrize("garment", CUT)
@pytest.mark.parametrize("who", SOME)
def test_the_cutting_line_lies_its_allowance_outside_every_seam_line(garment, who):
    for piece in paper(garment, who).pieces:
        ring, cloth = LinearRing(piece.cutting), Polygon(piece.cutting)
        assert cloth.is_valid
        assert ring.is_ccw
        assert cloth.buffer(0.01).contains(Polygon(piece.seam_line))
        for line in piece.lines:
            if line.kind not in (DART, *TURNED):
                middle = LineString(line.points).interpolate(0.5, normalized=True)
                assert ring.distance(middle) == pytest.approx(line.allowance, abs=0.02), (piece.stem, line.name)


@pytest.mark.parametrize("garment", CUT)
def test_notches_start_on_the_cutting_line(garment):
    for piece in paper(garment).pieces:
        ring = LinearRing(piece.cutting)
        for notch in piece.notches:
            assert ring.distance(Point(notch.cut)) < 0.1, (piece.stem, notch)


def width_at(shape: Polygon, y: float) -> float:
    found = shape.intersection(LineString([(-500, y), (500, y)]))
    return found.bounds[2] - found.bounds[0]


@pytest.mark.parametrize("garment", ["t-shirt", "trousers-straight"])
def test_a_hem_turned_up_lies_flat_on_the_garment(garment):
    piece = next(piece for piece in paper(garment).pieces if piece.stem in ("sleeve", "back") and not piece.on_fold)
    hem = next(line for line in piece.lines if line.kind == HEM)
    shape, level = Polygon(piece.cutting), float(hem.points[0, 1])
    for share in (0.3, 0.9):
        below, above = (width_at(shape, level + sign * share * hem.allowance) for sign in (-1.0, 1.0))
        assert below == pytest.approx(above, abs=0.05)


def test_a_dart_sewn_and_pressed_ends_on_the_cutting_line():
    """Pressed to the side of its second leg, the peak over the dart reaches just the cutting line there."""
    piece = next(piece for piece in paper("trousers-straight").pieces if piece.stem == "back")
    first, second = [line for line in piece.lines if line.kind == DART]
    mouth, tip, other = first.points[0], first.points[-1], second.points[-1]
    assert piece.drills == pytest.approx(tip[None])
    middle = (mouth - tip) / np.linalg.norm(mouth - tip) + (other - tip) / np.linalg.norm(other - tip)
    middle = middle / np.linalg.norm(middle)
    beyond = LineString([tip + 5.0 * middle, tip + 30.0 * middle]).intersection(LinearRing(piece.cutting))
    height = float(np.linalg.norm(np.array(beyond.coords[0]) - tip))
    leg = (other - tip) / np.linalg.norm(other - tip)
    pressed = 2.0 * float(middle @ leg) * leg - middle
    assert LinearRing(piece.cutting).distance(Point(tip + height * pressed)) < 0.03
    assert height > float(np.linalg.norm(other - tip)) + 1.0


@pytest.mark.parametrize("garment", CUT)
def test_every_piece_has_a_name_in_both_languages_and_a_grain_line_inside(garment):
    for piece in paper(garment).pieces:
        assert set(piece.names) == {"en", "fr"}
        assert piece.names["fr"] != piece.stem.replace("_", " ").capitalize(), f"{piece.stem} is not in sewing.toml"
        assert Polygon(piece.cutting).contains(LineString(piece.grain))


def test_bands_are_cut_in_both_layers_and_creased_in_the_middle():
    order = paper("trousers-straight")
    band = next(piece for piece in order.pieces if piece.stem == "waistband")
    finished = order.pattern.panel("waistband").edge("start").length_cm
    assert np.ptp(band.cutting[:, 1]) == pytest.approx(2 * finished + 2 * 1.0, abs=0.01)
    assert band.crease[:, 1] == pytest.approx(
        [np.mean([band.cutting[:, 1].min(), band.cutting[:, 1].max()])] * 2, abs=1e-6
    )


def test_what_is_cut_on_the_fold_is_half_the_panel():
    order = paper("t-shirt")
    front = next(piece for piece in order.pieces if piece.stem == "front")
    assert (front.on_fold, front.count) == (True, 1)
    assert 2 * Polygon(front.seam_line).area == pytest.approx(order.pattern.panel("front").area_cm2, rel=1e-6)
    assert front.cutting[:, 0].min() == pytest.approx(0.0, abs=1e-6)


def test_woven_cloth_gets_an_opening_and_knits_none():
    found = {garment: closure(cut(garment, "woman"), fabrics()[paper(garment).spec.fabric]) for garment in CUT}
    assert found["t-shirt"] is None
    assert [found[garment].place for garment in ("trousers-wide", "skirt-pencil", "dress-a-line")] == [
        "fly",
        "side",
        "back",
    ]
    back = next(piece for piece in paper("dress-a-line").pieces if piece.stem == "back")
    assert (back.on_fold, back.count) == (False, 2)
    (end,) = [notch for notch in back.notches if notch.zip]
    neck = max(line.points[:, 1].max() for line in back.lines if line.name == CENTRE_BACK)
    band = cut("dress-a-line", "woman").panel("neckband").edge("start").length_cm
    assert neck - end.seam[1] == pytest.approx(22.0 - band, abs=0.01)


def test_dart_legs_are_known_by_their_seam():
    pattern = cut("trousers-straight", "woman")
    assert {edge for _, edge in dart_edges(pattern)} == {"dart_in", "dart_out"}


def test_buttoned_fronts_reach_equally_far_and_the_stand_with_them():
    order = paper("shirt")
    left, right = (order.made.panel(f"front_{side}") for side in ("left", "right"))
    assert left.edge("neck").length_cm == pytest.approx(right.edge("neck").length_cm)
    assert left.edge("centre").points[:, 0].max() < -1.0 < 1.0 < right.edge("centre").points[:, 0].min()
    front = next(piece for piece in order.pieces if piece.panel == "front_left")
    assert (front.count, len(front.drills), len(front.placements)) == (2, 7, 1)
    worst = max(order.made.seams, key=order.made.mismatch_cm)
    assert order.made.mismatch_cm(worst) < MATCH_CM, worst


def test_a_facing_folded_in_lies_on_the_front():
    """Mirrored at the front edge, the facing is within the front's own cutting line."""
    front = next(piece for piece in paper("shirt").pieces if piece.panel == "front_left")
    edge = next(line for line in front.lines if line.kind == "front")
    x, cloth = float(edge.points[0, 0]), Polygon(front.cutting)
    facing = cloth.intersection(box(-500, -500, x, 500))
    assert facing.bounds[2] - facing.bounds[0] == pytest.approx(edge.allowance, abs=0.1)
    folded = affinity.scale(facing, xfact=-1.0, origin=(x, 0.0))
    assert folded.difference(cloth).area < 1.5


def test_pockets_are_pieces_with_a_hem_where_the_hand_goes_in():
    pockets = {
        "shirt": {"breast_pocket": (1, 1)},
        "hoodie": {"pocket": (2, 1)},
        "jacket": {"breast_pocket": (1, 2), "hip_pocket": (1, 2)},
        "jeans": {"back_pocket": (1, 2)},
    }
    for garment, wanted in pockets.items():
        found = [
            piece
            for piece in paper(garment).pieces
            if piece.stem in {"pocket", "breast_pocket", "hip_pocket", "back_pocket"}
        ]
        assert {piece.stem: (sum(line.kind == HEM for line in piece.lines), piece.count) for piece in found} == wanted
        assert len(found) == len(wanted)


def test_flaps_are_cut_twice_over_for_each_pocket_and_have_no_hem():
    flap = next(piece for piece in paper("jacket").pieces if piece.stem == "pocket_flap")
    pocket = next(piece for piece in paper("jacket").pieces if piece.stem == "breast_pocket")
    assert flap.count == 4
    assert {line.kind for line in flap.lines} == {"edge"}
    widths = [np.ptp(piece.seam_line[:, 0]) for piece in (flap, pocket)]
    assert widths[0] - widths[1] == pytest.approx(0.5)


def test_a_hood_is_cut_as_two_lined_halves_that_fit_the_neckline_and_each_other():
    order = paper("hoodie")
    stems = {piece.stem: piece.count for piece in order.pieces}
    assert stems["hood"] == 4
    assert "collar" not in stems
    made = order.made
    hood = [seam for seam in made.seams if seam.second[0].startswith("hood")]
    assert len(hood) == 5
    assert max(made.mismatch_cm(seam) for seam in hood) < 0.05
    piece = next(piece for piece in order.pieces if piece.stem == "hood")
    assert next(line.allowance for line in piece.lines if line.name == "hood_opening") == 3.0
    string = next(notion for notion in order.notions() if notion.startswith("Drawstring"))
    opening = made.panel("hood_left").edge("hood_opening").length_cm
    assert 2.0 * opening + 40.0 <= float(string.split()[1]) <= 2.0 * opening + 50.0


def test_a_pleated_skirt_has_the_cloth_that_its_pleats_fold_away():
    order = paper("skirt-pleated")
    pleats = next(trim for trim in order.pattern.trims if isinstance(trim, Pleats) and trim.panel == "front")
    flat, spread = (pattern.panel("front") for pattern in (order.pattern, order.made))
    extra = 2.0 * pleats.under_cm * pleats.count
    for edge in ("waist", "hem"):
        ends = [abs(panel.edge(edge).points[0, 0] - panel.edge(edge).points[-1, 0]) for panel in (flat, spread)]
        assert ends[1] - ends[0] == pytest.approx(extra)
    for side in ("side_left", "side_right"):
        assert spread.edge(side).length_cm == pytest.approx(flat.edge(side).length_cm)
    assert spread.area_cm2 > flat.area_cm2
    front = next(piece for piece in order.pieces if piece.stem == "front")
    assert len(front.placements) == pleats.count // 2 + pleats.count % 2
    assert Polygon(front.seam_line).is_valid


def test_trousers_open_at_a_fly_and_have_all_its_pieces():
    order = paper("trousers-straight")
    pieces = {piece.stem: piece for piece in order.pieces}
    asked = {"fly_facing": 1, "fly_shield": 1, "pocket_bag": 2, "pocket_facing": 2, "belt_loops": 1}
    assert {stem: pieces[stem].count for stem in asked} == asked
    front, back = (next(piece for piece in order.pieces if piece.panel == f"{half}_left") for half in ("front", "back"))
    (end,) = [notch for notch in front.notches if notch.zip]
    assert not any(notch.zip for notch in back.notches)
    crotch = next(line.points for line in front.lines if line.name == "crotch")
    band = order.pattern.panel("waistband").edge("start").length_cm
    down = np.linalg.norm(np.diff(crotch, axis=0), axis=1).cumsum()
    at = int(np.linalg.norm(crotch - end.seam, axis=1).argmin())
    assert down[at - 1] == pytest.approx(18.0 - band, abs=0.7)
    assert front.crease is not None
    waist = order.made.panel("waistband")
    joined = sum(edge.length_cm for edge in waist.edges if edge.name.startswith("join"))
    assert waist.edge("free").length_cm == pytest.approx(joined + 2.0)


def test_a_pockets_facing_reaches_the_side_and_its_bag_the_opening():
    order = paper("shorts")
    front = order.pattern.panel("front_left")
    pieces = {panel.name: Polygon(panel.outline) for panel in order.pattern.inner}
    leg = Polygon(front.outline)
    facing, bag = pieces["pocket_facing_left"], pieces["pocket_bag_left"]
    assert facing.is_valid
    assert bag.is_valid
    assert facing.intersection(leg).area > 0.97 * facing.area
    low = min(facing.exterior.coords, key=lambda place: place[1])
    assert leg.exterior.distance(Point(low)) < 1.0
    assert facing.intersection(bag).area > 5.0
