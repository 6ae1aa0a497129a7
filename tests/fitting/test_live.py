# SPDX-License-Identifier: GPL-3.0-or-later
"""Clothes follow a body while it is being shaped: the same mesh for everybody, cut for this one, outside the skin."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from avatar_engine.assets import FOLDER, asset_names
from avatar_engine.avatar import build_body
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.errors import AssetError, FitError
from avatar_engine.fitting import crossings, facets, reference, settling, solver, track
from avatar_engine.fitting.binding import triangle_parts
from avatar_engine.fitting.crossings import crossing_pairs
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.folds import Folds
from avatar_engine.fitting.live_piece import LiveBody, skin_walk
from avatar_engine.fitting.outfit import FittedGarment, Outfit
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, sew
from avatar_engine.fitting.sizing import pattern_for
from avatar_engine.fitting.surface import Surface, vertex_normals
from avatar_engine.fitting.topology import FixedTopology, harmonic_map
from avatar_engine.fitting.track import Meeting, Track
from garments import catalogue
from garments.catalogue import Waistband
from render_service.fit_cases import people, random_bodies
from tests.fitting.people import PEOPLE, Choice, person, wardrobe

WORN = (Choice("trousers-straight"), Choice("t-shirt"))
PATTERNED = [spec.id for spec in catalogue().values() if spec.source == "pattern"]


@cache
def dressed(name: str) -> Outfit:
    return wardrobe().dress(person(name), WORN)


@pytest.mark.parametrize("name", PEOPLE)
def test_no_cloth_lies_deeper_than_a_millimetre(name: str) -> None:
    skin = Surface(person(name).vertices, load_template().outer_triangles, triangle_parts())
    for garment in dressed(name).garments:
        assert skin.contact(garment.vertices, 0.02).distance.min() > -0.001


def test_everybody_wears_the_same_mesh_cut_differently() -> None:
    slight, heavy = dressed("slight woman"), dressed("heavy man")
    for one, other in zip(slight.garments, heavy.garments, strict=True):
        np.testing.assert_array_equal(one.triangles, other.triangles)
        assert np.abs(other.corner_uvs).max() > 1.05 * np.abs(one.corner_uvs).max()
    assert dressed("woman").garments[-1].ease_mm["chest_girth"] > 0.0


def test_cloth_is_nowhere_stretched_far_from_its_cut() -> None:
    for name in PEOPLE:
        garment = dressed(name).garments[-1]
        corners = garment.vertices[garment.triangles]
        for k in range(3):
            size = np.linalg.norm(corners[:, k] - corners[:, (k + 1) % 3], axis=1)
            flat = np.linalg.norm(garment.corner_uvs[:, k] - garment.corner_uvs[:, (k + 1) % 3], axis=1)
            assert 0.95 < np.median(size / flat) < 1.08
            assert np.percentile(size / flat, 98) < 1.45


def test_an_outer_garment_lies_outside_the_inner_one() -> None:
    trousers, shirt = dressed("woman").garments[-2:]
    contact = Surface(trousers.vertices, trousers.triangles).contact(shirt.vertices, 0.02)
    faced = contact.hit & contact.faces(shirt.vertices)
    assert faced.sum() > 50
    assert contact.distance[faced].min() > -0.001


def test_a_size_that_is_too_small_is_refused() -> None:
    with pytest.raises(FitError):
        wardrobe().dress(person("heavy man"), [Choice("trousers-straight", "S")])


def test_numpy_and_numba_dress_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    fast = dressed("heavy woman")
    for module in (track, solver, crossings, facets):
        monkeypatch.setattr(module, "compiled", lambda: None)
    slow = wardrobe().dress(person("heavy woman"), WORN)
    for one, other in zip(fast.garments, slow.garments, strict=True):
        assert np.linalg.norm(one.vertices - other.vertices, axis=1).max() < 1e-4


def cloth_of(worn: FittedGarment) -> tuple[FloatArray, IntArray]:
    """The garment without its trims."""
    count = reference.load_reference(catalogue()[worn.garment]).mesh.count
    return worn.vertices, worn.triangles[(worn.triangles < count).all(axis=1)]


def assert_layers_are_clean(body: Body, outfit: Outfit) -> None:
    layers = [(body.vertices, load_template().outer_triangles)]
    layers += [cloth_of(worn) for worn in outfit.garments if catalogue()[worn.garment].source == "pattern"]
    for outer, inner in itertools.combinations(reversed(layers), 2):
        assert len(crossing_pairs(*outer, Facets(*inner))[0]) == 0


@pytest.mark.parametrize("who", ["woman", "heavy woman", "heavy man"])
@pytest.mark.parametrize("layers", [("shirt", "sweater", "jacket"), ("t-shirt", "hoodie", "jacket")], ids="-".join)
def test_a_jacket_is_worn_over_a_knit_over_a_top(layers: tuple[str, ...], who: str) -> None:
    assert_layers_are_clean(person(who), wardrobe().dress(person(who), [Choice(name) for name in layers]))


def test_three_layers_come_to_terms_with_numpy_alone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (track, solver, crossings, facets):
        monkeypatch.setattr(module, "compiled", lambda: None)
    layers = [Choice(name) for name in ("t-shirt", "hoodie", "jacket")]
    assert_layers_are_clean(person("woman"), wardrobe().dress(person("woman"), layers))


def test_layers_that_cannot_come_to_terms_are_refused_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "ROUNDS", 1)
    with pytest.raises(FitError, match=r"at height 1\.\d+ m"):
        wardrobe().dress(person("heavy woman"), [Choice(name) for name in ("t-shirt", "hoodie", "jacket")])


def test_under_a_sweater_the_stitching_of_a_collar_lies_on_its_cloth() -> None:
    shirt, _ = wardrobe().dress(person("woman"), [Choice("shirt"), Choice("sweater")]).garments[1:]
    vertices, triangles = cloth_of(shirt)
    stitches = shirt.vertices[triangles.max() + 1 :]
    gap = Surface(vertices, triangles).contact(stitches, 0.05).distance
    assert len(stitches) > 5000
    assert np.abs(gap).max() < 0.006


@pytest.mark.parametrize("garment", ["dress-a-line", "dress-maxi", "sweater"])
def test_nothing_crosses_skin_or_base_layer_at_the_armholes_of_a_heavy_woman(garment: str) -> None:
    body = person("heavy woman")
    base_layer, worn = wardrobe().dress(body, [Choice(garment)]).garments
    for inner in ((body.vertices, load_template().outer_triangles), (base_layer.vertices, base_layer.triangles)):
        assert len(crossing_pairs(worn.vertices, worn.triangles, Facets(*inner))[0]) == 0


def test_a_thick_hood_stays_out_of_the_neck() -> None:
    body = person("slim man")
    worn = wardrobe().dress(body, [Choice("hoodie")]).garments[-1]
    assert (
        len(crossing_pairs(worn.vertices, worn.triangles, Facets(body.vertices, load_template().outer_triangles))[0])
        == 0
    )


def test_another_cut_takes_the_inside_of_a_panel_along() -> None:
    spec = catalogue()["t-shirt"]
    mesh = sew(pattern_for(reference.mean_dimensions(), spec, "made-to-measure"), 0.03)
    topology, cut = FixedTopology(mesh), pattern_for(LiveBody(person("heavy man")).dimensions, spec, "made-to-measure")
    refit = topology.refit(cut)
    assert (refit.count, len(refit.triangles)) == (mesh.count, len(mesh.triangles))
    for panel in refit.panels:
        for edge in cut.panel(panel.panel.name).edges:
            np.testing.assert_allclose(panel.points[panel.edges[edge.name][0]], edge.points[0] * CM)
        corners = panel.points[panel.triangles]
        assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) > 0.0).all()


def test_the_harmonic_map_is_exact_for_an_affine_change() -> None:
    panel = sew(pattern_for(reference.mean_dimensions(), catalogue()["t-shirt"], "made-to-measure"), 0.03).panels[0]
    boundary = sum(len(ids) - 1 for ids in panel.edges.values())
    moved = panel.points @ np.array([[1.2, 0.1], [-0.2, 0.9]]) + [0.3, -0.1]
    inside = harmonic_map(panel.points, panel.triangles, boundary) @ moved[:boundary]
    np.testing.assert_allclose(inside, moved[boundary:], atol=1e-9)


def test_walking_over_the_skin_finds_what_searching_everywhere_finds() -> None:
    template, body = load_template(), person("heavy woman")
    rng = np.random.default_rng(8)
    # Not between fingers, toes and lips, where a point is as near to what lies opposite.
    open_skin = template.bone_share("spine_01", "spine_02", "spine_03", "thigh_l", "calf_l", "upperarm_l") > 0.9
    outer = np.unique(template.outer_triangles)
    rows = rng.choice(outer[open_skin[outer]], 400, replace=False)
    mean = load_shape_space().mean_body().vertices
    normals = vertex_normals(body.vertices, template.outer_triangles)
    points = body.vertices[rows] + 0.004 * normals[rows]
    everywhere = np.full(len(rows), 31, dtype=np.int32)
    track = Track(mean[rows], mean, skin_walk(), everywhere)
    found = Meeting(track, body.vertices, normals).look(points, 0.01)
    np.testing.assert_array_equal(found.rows, np.arange(len(rows)))
    searched = Surface(body.vertices, template.outer_triangles).contact(points, 0.02)
    assert np.percentile(np.abs(found.distance - searched.distance), 95) < 1e-6


@pytest.mark.parametrize("garment", PATTERNED)
def test_every_garment_has_a_drape_of_its_present_cut(garment: str) -> None:
    held = reference.load_reference(catalogue()[garment])
    skin = Surface(reference.mean_body().vertices, load_template().outer_triangles)
    assert len(held.vertices) == held.mesh.count
    assert (skin.contact(held.vertices, 0.02).distance > -0.001).all()


def test_a_drape_of_another_cut_is_refused() -> None:
    spec = catalogue()["t-shirt"]
    other = catalogue()["t-shirt"].cut | {"ease_bust": spec.cut["ease_bust"] + 0.2}
    with pytest.raises(AssetError) as caught:
        reference.load_reference(type(spec)(**(vars(spec) | {"cut": other})))
    assert "t-shirt" in str(caught.value)


def test_references_are_listed_among_the_assets() -> None:
    kept = {path.name for path in FOLDER.glob("drape-*.npz")}
    specs = [catalogue()[garment] for garment in PATTERNED]
    tucked = [reference.reference_spec(spec.tucked_in(Waistband(0.0, 0.0))) for spec in specs if spec.tucked]
    assert kept == {reference.file_name(spec) for spec in (*specs, *tucked)} <= set(asset_names())


@pytest.mark.parametrize("garment", ["dress-sheath", "skirt-pencil", "trousers-straight"])
def test_a_body_without_hollows_wears_the_mesh_that_has_darts(garment: str) -> None:
    spec, held = catalogue()[garment], reference.load_reference(catalogue()[garment])
    dimensions = LiveBody(person("heavy man")).dimensions
    hip = dimensions.hip_girth
    flat = replace(dimensions, waist_girth=hip + 6.0, waist_front=0.5 * hip + 4.0, trunk_girth=hip)
    cut = pattern_for(flat, spec, "made-to-measure")
    names = [{edge.name for panel in pattern.panels for edge in panel.edges} for pattern in (cut, held.mesh.pattern)]
    assert names[0] != names[1]
    refit = FixedTopology(held.mesh).refit(cut)
    corners = refit.corner_uvs
    assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) > 0.0).all()
    for panel in refit.panels:
        ids, drawn = panel.edges, {edge.name: edge.points * CM for edge in panel.panel.edges}
        for name in drawn.keys() & ids.keys():
            if not name.startswith("join"):
                np.testing.assert_allclose(panel.points[ids[name][0]], drawn[name][0], atol=1e-9)


def test_cloth_that_cannot_be_kept_out_of_the_body_is_refused_with_the_place() -> None:
    heaviest = dict(random_bodies(4))["male, 1.697 m, 123.3 kg"]
    with pytest.raises(FitError) as caught:
        wardrobe().dress(heaviest, [Choice("hoodie", "S")])
    assert caught.value.garment == "hoodie"
    assert caught.value.amount_mm > 3.0


@pytest.mark.parametrize("name", ["woman", "heavy man"])
def test_edges_between_clean_vertices_do_not_cut_into_the_skin(name: str) -> None:
    skin = Surface(person(name).vertices, load_template().outer_triangles, triangle_parts())
    for garment in dressed(name).garments[1:]:
        crossing = crossing_pairs(garment.vertices, garment.triangles, skin)[0]
        assert len(np.unique(crossing)) == 0, garment.garment


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("garment", ["shirt", "jacket"])
def test_a_collars_fall_lies_on_its_garment_and_not_in_it(garment: str, who: str) -> None:
    worn = wardrobe().dress(person(who), [Choice(garment)]).garments[-1]
    mesh = reference.load_reference(catalogue()[garment]).mesh
    folds = Folds(mesh, 0.0005)
    met = folds.planes(worn.vertices[: mesh.count])
    depth = ((worn.vertices[met.ids] - met.points) * met.normals).sum(axis=1)
    assert len(depth) > 50
    assert depth.min() > 0.001


def test_the_heaviest_woman_of_two_hundred_wears_a_jacket_over_a_shirt() -> None:
    body = build_body(list(people(4))[2][1]).body
    layers = [Choice("trousers-straight"), Choice("shirt"), Choice("jacket")]
    assert_layers_are_clean(body, wardrobe().dress(body, layers))


def test_a_collar_that_has_turned_up_is_told_and_laid_down_again() -> None:
    drape = reference.load_reference(catalogue()["jacket"])
    folds = Folds(drape.mesh, 0.001)
    seam = drape.vertices[drape.mesh.folds()]
    up = drape.vertices.copy()
    up[folds.vertices, 2] = 2.0 * seam[:, 2].mean() - up[folds.vertices, 2]
    assert folds.stand_up(up)
    assert not folds.stand_up(drape.vertices)
    assert not folds.stand_up(folds.laid(up))
