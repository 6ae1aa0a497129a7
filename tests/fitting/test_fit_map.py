# SPDX-License-Identifier: GPL-3.0-or-later
"""The fit map on shapes whose ease and strain are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from avatar_engine.fitting.fit_map import (
    MAPS,
    NOT_MEASURED,
    REACH,
    SCALES,
    colours_of,
    girth_of_gap,
    linear,
    map_values,
    on_vertices,
    skin_gap,
    strain_percent,
    triangle_strain,
)
from avatar_engine.fitting.sections import hull, perimeter
from avatar_engine.fitting.surface import Surface
from tests.scene.conftest import tube


def sheet(warp: float, weft: float, turn: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A flat cloth 30 by 40 cm hung up stretched by these shares; vertices, triangles, flat corners."""
    x, y = np.meshgrid(np.linspace(0.0, 0.3, 13), np.linspace(0.0, 0.4, 17))
    flat = np.column_stack([x.ravel(), y.ravel()])
    here = (np.arange(16)[:, None] * 13 + np.arange(12)).ravel()
    triangles = np.concatenate([np.stack([here, here + 1, here + 14], 1), np.stack([here, here + 14, here + 13], 1)])
    worn = flat * (1.0 + weft, 1.0 + warp)
    points = np.column_stack([worn[:, 0] * np.cos(turn), worn[:, 0] * np.sin(turn), worn[:, 1]])
    return points, triangles.astype(np.int32), flat[triangles]


@pytest.mark.parametrize(("warp", "weft"), [(0.1, 0.0), (0.0, 0.1), (0.05, -0.02), (0.0, 0.0)])
def test_a_sheet_stretched_by_a_share_reads_that_share_in_every_triangle(warp, weft):
    for turn in (0.0, 1.0):
        found = triangle_strain(*sheet(warp, weft, turn))
        assert found[0] == pytest.approx(np.full(384, warp), abs=1e-9)
        assert found[1] == pytest.approx(np.full(384, weft), abs=1e-9)


def test_evening_out_keeps_an_even_stretch_and_spreads_a_single_spot():
    points, triangles, flat = sheet(0.1, 0.0)
    warp, _ = triangle_strain(points, triangles, flat)
    assert on_vertices(warp, triangles, flat) == pytest.approx(np.full(len(points), 0.1))
    spot = np.zeros(len(triangles))
    spot[200] = 1.0
    spread = on_vertices(spot, triangles, flat)
    assert 0.0 < spread.max() < 0.2
    assert (spread > 1e-6).sum() > 20


def test_a_sliver_of_cloth_pulled_far_counts_as_the_sliver_it_is():
    points, triangles, flat = sheet(0.0, 0.0)
    flat[200] = flat[200].mean(axis=0) + 0.01 * (flat[200] - flat[200].mean(axis=0))
    warp, weft = triangle_strain(points, triangles, flat)
    assert warp[200] > 50.0
    assert on_vertices(np.maximum(warp, weft), triangles, flat).max() < 0.01


def test_a_triangle_without_area_on_the_panel_is_not_stretched():
    points, triangles, flat = sheet(0.1, 0.1)
    flat[7] = 0.0
    warp, weft = triangle_strain(points, triangles, flat)
    assert (warp[7], weft[7]) == (0.0, 0.0)


def test_a_tube_of_cloth_in_a_wider_ring_reads_the_stretch_of_its_girth():
    snug = tube("t-shirt", "jersey", "#ffffff", 0.20, 0.5, 1.5)
    chord = 48 / np.pi * np.sin(np.pi / 48)
    assert strain_percent(snug) == pytest.approx(np.zeros(len(snug.vertices)), abs=0.01)
    stretched = replace(snug, vertices=snug.vertices * (1.1 / chord, 1.1 / chord, 1.0))
    assert strain_percent(stretched) == pytest.approx(np.full(len(snug.vertices), 10.0), abs=0.01)
    pressed = replace(snug, vertices=snug.vertices * (0.9, 0.9, 1.0))
    assert strain_percent(pressed).max() < 0.01


def test_what_is_not_cut_from_flat_pieces_has_no_strain():
    assert np.isnan(strain_percent(tube("base-layer", "microfibre", "#ffffff", 0.2, 0.5, 1.5))).all()


@pytest.mark.parametrize("gap", [0.004, 0.02, 0.05])
def test_a_cylinder_in_a_cylinder_reads_the_difference_of_the_radii_and_of_the_girths(gap):
    body = tube("t-shirt", "jersey", "#ffffff", 0.15, 0.0, 2.0)
    cloth = tube("t-shirt", "jersey", "#ffffff", 0.15 + gap, 0.5, 1.5)
    facing_out = body.triangles[:, ::-1] if facing_in(body) else body.triangles
    found = skin_gap(cloth.vertices, Surface(body.vertices, facing_out))
    assert found == pytest.approx(np.full(len(found), gap), abs=0.0006)
    girths = [perimeter(hull(each.vertices[:48, :2])) for each in (body, cloth)]
    assert girth_of_gap(gap) == pytest.approx(girths[1] - girths[0], rel=0.01)


def facing_in(garment) -> bool:
    a, b, c = garment.vertices[garment.triangles[0]]
    return bool(np.cross(b - a, c - a) @ (a * (1, 1, 0)) < 0)


def test_cloth_far_from_the_skin_reads_the_most_there_is_and_cloth_inside_reads_none():
    body = tube("t-shirt", "jersey", "#ffffff", 0.15, 0.0, 2.0)
    skin = Surface(body.vertices, body.triangles[:, ::-1] if facing_in(body) else body.triangles)
    far = skin_gap(np.array([[0.0, -0.6, 1.0], [0.0, -0.13, 1.0]]), skin)
    assert far.tolist() == [REACH, 0.0]


@pytest.mark.parametrize("kind", MAPS)
def test_colours_run_from_violet_to_yellow_evenly_in_lightness_with_tight_cloth_yellow(kind):
    scale = SCALES[kind]
    values = np.linspace(scale.low, scale.high, 40)
    colours = colours_of(values, scale)
    light = linear(colours) @ (0.2126, 0.7152, 0.0722)
    rising = light if scale.tight_is_high else light[::-1]
    assert all(one < two for one, two in pairwise(rising))
    tight = colours[-1] if scale.tight_is_high else colours[0]
    assert tight == pytest.approx((0xFD / 255, 0xE7 / 255, 0x25 / 255))
    beyond = colours_of(np.array([scale.low - 5.0, scale.high + 5.0]), scale)
    assert beyond == pytest.approx(colours[[0, -1]])


def test_what_is_not_measured_is_grey():
    grey = colours_of(np.array([np.nan]), SCALES["strain"])[0]
    assert "#" + "".join(f"{round(255 * c):02x}" for c in grey) == NOT_MEASURED


def test_both_maps_have_a_value_for_every_vertex_of_every_garment_and_none_for_shoes():
    from avatar_engine.body.shape import load_shape_space

    body = load_shape_space().mean_body()
    garments = [
        tube("t-shirt", "jersey", "#ffffff", 0.3, 0.9, 1.3),
        tube("trousers-straight", "denim", "#0", 0.3, 0.3, 0.9),
    ]
    shoes = tube("trainers", "leather", "#0", 0.1, 0.0, 0.1)
    for kind in MAPS:
        values = map_values(kind, [*garments, shoes], body.vertices)
        assert list(values) == ["t-shirt", "trousers-straight"]
        assert all(np.isfinite(values[each.garment]).all() for each in garments)
    ease = map_values("ease", garments, body.vertices)["t-shirt"]
    assert 2.0 < np.median(ease) <= 100 * REACH
