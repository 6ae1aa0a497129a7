# SPDX-License-Identifier: GPL-3.0-or-later
"""Trims follow the cloth below them: pockets lie on it, buttons sit where they are sewn, pleats replace their panel."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from avatar_engine.fitting.folded_shapes import PLEAT_COLUMNS, PLEAT_ROWS, PUFF_COLUMNS
from avatar_engine.fitting.folds import felt
from avatar_engine.fitting.hung import located
from avatar_engine.fitting.sew import edge_length_for, sew
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.triangulate import inside
from avatar_engine.fitting.trims import trims_on
from garments import catalogue
from garments.sizes import size_dimensions
from garments.trims import Button, Cord, Crease, Loop, Patch, Puff, Stud, Topstitch

THICKNESS = 0.001


@cache
def sewn(garment: str):
    pattern = catalogue()[garment].draft(size_dimensions("men", "M"))
    return sew(pattern, edge_length_for(pattern, 2000))


def sewn_with(garment: str, *kinds: type):
    """The garment with trims of these kinds alone."""
    mesh = sewn(garment)
    chosen = tuple(trim for trim in mesh.pattern.trims if isinstance(trim, kinds))
    return replace(mesh, pattern=replace(mesh.pattern, trims=chosen))


def flat(mesh):
    """Every panel in the plane, normals towards +Z."""
    return mesh.weld([np.column_stack([panel.points, np.zeros(len(panel.points))]) for panel in mesh.panels])


def test_a_flat_place_is_found_in_its_triangle():
    panel = sewn("shirt").panels[0]
    at = panel.points[panel.triangles[::7]].mean(axis=1)
    corners, weights = located(panel, at)
    assert np.einsum("kc,kcd->kd", weights, panel.points[corners]) == pytest.approx(at, abs=1e-12)
    assert weights.min() > 0.0


@pytest.mark.parametrize("garment", ["shirt", "jacket", "hoodie"])
def test_trims_lie_just_over_the_cloth_where_the_pattern_puts_them(garment):
    mesh = sewn_with(garment, Patch, Button)
    places, trims = flat(mesh), trims_on(mesh)
    normals = np.tile([0.0, 0.0, 1.0], (mesh.count, 1))
    points = trims.points(places, normals, THICKNESS)
    over = np.einsum("kc,kcd->kd", trims.weights, places[trims.corners])
    lift = points[:, 2] - over[:, 2]
    assert lift.min() > THICKNESS + 0.001
    assert lift.max() < THICKNESS + 0.006
    assert trims.kept.all()


def test_buttons_stay_round_and_face_outwards():
    mesh = sewn_with("jacket", Button)
    buttons = mesh.pattern.trims
    trims, places = trims_on(mesh), flat(mesh)
    points = trims.points(places, np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    rows = np.unique(trims.triangles[np.array(trims.slots) == "buttons"])
    assert len(rows) % len(buttons) == 0
    for one in np.split(rows, len(buttons)):
        away = np.linalg.norm((points[one] - points[one].mean(axis=0))[:, :2], axis=1)
        assert away.max() * 100 == pytest.approx(buttons[0].radius_cm if len(one) else 0.0, rel=0.55)
    top = vertex_normals(points, trims.triangles)[rows]
    assert top[:, 2].mean() > 0.2


@pytest.mark.parametrize("garment", ["jacket", "jeans", "shirt"])
def test_no_triangle_of_a_button_or_a_stud_has_two_corners_in_one_place(garment):
    mesh = sewn_with(garment, Button, Stud)
    trims, places = trims_on(mesh), flat(mesh)
    points = trims.points(places, np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    corners = points[trims.triangles]
    areas = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    assert areas.min() > 1e-8  # m2: a triangle of a tenth of a millimetre by a fifth


def test_jeans_have_what_jeans_have():
    """Studs on the pockets' corners, a pocket on each side of the seat below the yoke, stitches at every edge."""
    mesh = sewn("jeans")
    found = {kind: [t for t in mesh.pattern.trims if isinstance(t, kind)] for kind in (Stud, Patch, Topstitch, Crease)}
    assert [stud.panel for stud in found[Stud]] == ["front_left", "front_left", "front_right", "front_right"]
    assert not found[Crease]
    panels = {panel.name: panel for panel in mesh.pattern.panels}
    pockets = [patch for patch in found[Patch] if patch.piece == "back_pocket"]
    assert [pocket.panel for pocket in pockets] == ["back_left", "back_right"]
    for pocket in pockets:
        outline = panels[pocket.panel].outline * 0.01
        assert inside(0.01 * pocket.outline, outline).all()
        yoke = next(t for t in found[Topstitch] if t.panel == pocket.panel and len(t.line) == 2 and t.rows == 2)
        assert pocket.outline[:, 1].max() < yoke.line[:, 1].max()
    stitched = {trim.panel for trim in found[Topstitch]}
    assert stitched == {"front_left", "front_right", "back_left", "back_right", "waistband"}
    left, right = pockets
    assert right.outline[::-1] * [-1.0, 1.0] == pytest.approx(left.outline)


def test_pleats_take_the_place_of_their_panels_and_stand_out_more_at_the_hem():
    mesh = sewn("skirt-pleated")
    trims, places = trims_on(mesh), flat(mesh)
    replaced = np.unique(mesh.triangle_panels[~trims.kept])
    assert {mesh.panels[index].panel.name for index in replaced} == {"front", "back"}
    points = trims.points(places, np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    heights, lift = points[:, 1], points[:, 2]
    low, high = heights < np.quantile(heights, 0.1), heights > np.quantile(heights, 0.9)
    assert lift[low].max() > 2.0 * lift[high].max()
    assert lift.max() == pytest.approx(0.020 + THICKNESS, abs=0.001)


def test_loops_stand_off_the_band_and_creases_off_the_legs_and_both_end_on_the_cloth():
    mesh = sewn("trousers-straight")
    for kind, rise in ((Loop, 0.0033), (Crease, 0.0022)):
        chosen = tuple(trim for trim in mesh.pattern.trims if isinstance(trim, kind))
        trims = trims_on(replace(mesh, pattern=replace(mesh.pattern, trims=chosen)))
        points = trims.points(flat(mesh), np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
        lift = points[:, 2] - THICKNESS
        assert lift.max() == pytest.approx(rise + 0.0003, abs=2e-4)
        assert 0.0 < lift.min() < 0.0008
    assert len([trim for trim in mesh.pattern.trims if isinstance(trim, Loop)]) == 5


def test_a_drawstring_is_a_round_cord_on_each_side_of_the_hoods_opening():
    mesh = sewn("hoodie")
    cords = tuple(trim for trim in mesh.pattern.trims if isinstance(trim, Cord))
    assert [np.sign(cord.line[0, 0]) for cord in cords] == [1.0, -1.0]
    trims = trims_on(replace(mesh, pattern=replace(mesh.pattern, trims=cords)))
    points = trims.points(flat(mesh), np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    assert points[:, 2].max() - THICKNESS == pytest.approx(0.0047, abs=2e-4)
    assert set(trims.slots) == {"cords"}


def test_a_hood_worn_down_takes_the_place_of_its_collar_and_stands_off_the_back():
    mesh = sewn("hoodie")
    puff = next(trim for trim in mesh.pattern.trims if isinstance(trim, Puff))
    trims = trims_on(replace(mesh, pattern=replace(mesh.pattern, trims=(puff,))))
    assert {mesh.panels[i].panel.name for i in np.unique(mesh.triangle_panels[~trims.kept])} == {"collar"}
    # Folded over, the panel shows the side that its normals point away from.
    out = -trims.offsets[:, 2].reshape(-1, PUFF_COLUMNS)
    middle, end = out[:, PUFF_COLUMNS // 2], out[:, 0]
    assert puff.back_cm - 1.0 < 100.0 * middle.max() < puff.back_cm + 1.0
    assert 100.0 * end.max() < 1.2 * puff.roll_cm
    assert middle[-1] == pytest.approx(0.0003)
    found = trims.triangles
    points = trims.points(flat(mesh), np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), 0.0)
    assert vertex_normals(points, found)[:, 2].mean() < -0.3


def test_stitches_follow_pockets_edges_and_collar_and_lie_on_the_side_that_shows():
    mesh = sewn("jacket")
    chosen = tuple(trim for trim in mesh.pattern.trims if isinstance(trim, Topstitch))
    patches = [trim for trim in mesh.pattern.trims if isinstance(trim, Patch) and trim.panel == "front_right"]
    pocket = next(patch for patch in patches if patch.piece == "hip_pocket")
    assert {trim.panel for trim in chosen} == {"front_left", "front_right", "back", "collar"}
    centre = pocket.outline.mean(axis=0)
    around = next(trim for trim in chosen if trim.panel == "front_right" and len(trim.line) == 4)
    away = np.abs(around.line - centre)
    assert 0.5 * np.ptp(pocket.outline[:, 0]) - away[:, 0] == pytest.approx(0.5)
    assert around.rows == 2
    for panel, side in (("back", 1.0), ("collar", -1.0)):
        only = tuple(trim for trim in chosen if trim.panel == panel)
        trims = trims_on(replace(mesh, pattern=replace(mesh.pattern, trims=only)))
        assert np.sign(trims.offsets[:, 2]).tolist() == [side] * len(trims.offsets)
        first, second = (trims.corner_uvs[:, k] - trims.corner_uvs[:, 0] for k in (1, 2))
        facing = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
        assert np.sign(facing).tolist() == [side] * len(facing)
        # Stitches of 2.4 mm, of thread 0.85 mm wide.
        assert 0.5 * np.abs(facing).sum() / (0.5 * len(facing)) == pytest.approx(0.00245 * 0.00085, rel=0.1)
        assert set(trims.slots) == {"thread"}


def test_under_a_jacket_a_hood_is_stowed_and_neither_shown_nor_felt():
    spec = catalogue()["hoodie"]
    under = spec.for_outfit(fluted=False, under_jacket=True)
    assert under.is_under_jacket
    assert not spec.is_under_jacket
    pattern = under.draft(size_dimensions("men", "M"))
    assert not any(isinstance(trim, Puff) for trim in pattern.trims)
    mesh = sew(pattern, 0.03)
    names = np.array([panel.panel.name for panel in mesh.panels])[mesh.triangle_panels]
    assert np.array_equal(felt(mesh), names != "collar")
    assert np.array_equal(trims_on(mesh).kept, names != "collar")
    assert felt(sewn("hoodie")).all()


def test_every_pleat_reaches_under_the_next():
    mesh = sewn("skirt-pleated")
    trims = trims_on(mesh)
    points = trims.points(flat(mesh), np.tile([0.0, 0.0, 1.0], (mesh.count, 1)), THICKNESS)
    front = next(trim for trim in mesh.pattern.trims if trim.panel == "front")
    width = np.ptp(mesh.pattern.panel("front").outline[:, 0]) / front.count
    shape = PLEAT_ROWS, front.count, PLEAT_COLUMNS, 3
    hem = points[: np.prod(shape[:3])].reshape(shape)[-1]
    # The panel's sides are sewn to another's, so that only its middle lies flat.
    for pleat, following in zip(hem[5:9], hem[6:10], strict=True):
        fold = 100.0 * pleat[:, 0].max()
        assert fold - 100.0 * pleat[0, 0] == pytest.approx(width + front.under_cm, rel=0.02)
        assert fold - 100.0 * pleat[-1, 0] == pytest.approx(front.under_cm, rel=0.08)
        assert fold - 100.0 * following[0, 0] == pytest.approx(front.under_cm, rel=0.02)


def test_no_pleat_passes_through_another_where_the_cloth_bends():
    predicates = pytest.importorskip("igl.predicates")
    mesh = sewn("skirt-pleated")
    trims = trims_on(mesh)
    front = next(trim for trim in mesh.pattern.trims if trim.panel == "front")
    across, up, _ = flat(mesh).T
    turn, zero = across / 0.09, np.zeros(mesh.count)
    normals = np.stack([np.sin(turn), zero, np.cos(turn)], axis=1)
    points = trims.points(0.09 * normals + np.stack([zero, up, zero], axis=1), normals, THICKNESS)
    number = np.arange(len(points)) // PLEAT_COLUMNS
    # The panel's borders are sewn to others, so that only its middle is bent so.
    row, pleat = np.divmod(number, front.count)
    middle = (row > 4) & (row < PLEAT_ROWS) & (np.abs(pleat - front.count // 2) < 4)
    triangles = trims.triangles[middle[trims.triangles].all(axis=1)].astype(np.int64)
    assert len(triangles) > 2500
    assert len(predicates.find_self_intersections(points, triangles)[1]) == 0


def test_what_is_stitched_from_inside_hardly_stands_out():
    fly = next(trim for trim in sewn("shorts").pattern.trims if isinstance(trim, Patch) and trim.panel == "front_left")
    assert fly.lift_cm < 0.1
