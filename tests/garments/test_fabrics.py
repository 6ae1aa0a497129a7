# SPDX-License-Identifier: GPL-3.0-or-later
"""Fabrics differ in how they behave as real cloth does, and each has a look."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.fitting.cloth import make_cloth
from avatar_engine.fitting.sew import sew
from avatar_engine.fitting.solver import Pairs, Planes, Ring, step
from blender_addon.scene.cloth import THREADS
from garments import fabrics
from garments.curves import arc, line, point
from garments.fabrics import materials
from garments.pattern import Edge, Panel, Pattern, Placement
from garments.weaves import SMOOTH, thread_tile, tile_size, weaves
from garments.weaves import THREADS as DRAWN

WOVEN = ("cotton", "poplin", "linen", "denim", "corduroy", "wool", "silk", "viscose")
KNITTED = ("jersey", "knit", "rib", "fleece", "microfibre")


def square():
    corners = [point(0, 0), point(20, 0), point(20, 20), point(0, 20)]
    names = ("hem", "side_left", "neck", "side_right")
    edges = [Edge(n, line(a, b)) for n, a, b in zip(names, corners, corners[1:] + corners[:1], strict=True)]
    return sew(Pattern((Panel("front", tuple(edges), Placement("torso", "front")),), ()), 0.02)


def test_there_are_at_least_twelve_fabrics_with_names_in_both_languages():
    assert len(fabrics()) >= 12
    assert all(set(fabric.name) == {"en", "fr"} for fabric in materials().values())


@pytest.mark.parametrize("name", materials())
def test_every_material_has_a_structure_that_can_be_drawn(name):
    assert weaves()[name].kind in THREADS


def test_every_structure_but_the_smooth_one_has_a_tile_whose_edges_meet():
    assert {*DRAWN, SMOOTH} == set(THREADS)
    for kind in DRAWN:
        tile = thread_tile(kind).astype(float)
        inside = np.abs(np.diff(tile, axis=0)).mean(), np.abs(np.diff(tile, axis=1)).mean()
        around = np.abs(tile[0] - tile[-1]).mean(), np.abs(tile[:, 0] - tile[:, -1]).mean()
        assert np.all(np.array(around) < 2.0 * np.array(inside) + 1.0), kind
        assert np.ptp(tile) > 100, kind
    assert tile_size("cord", fabrics()["corduroy"].weave_scale_mm) == pytest.approx(
        [8 * fabrics()["corduroy"].weave_scale_mm / 1000] * 2
    )


@pytest.mark.parametrize("name", WOVEN)
def test_woven_cloth_gives_most_on_the_bias_and_least_along_the_warp(name):
    give = fabrics()[name].stretches
    assert give.warp < give.weft < give.bias
    assert fabrics()[name].bends.warp > fabrics()[name].bends.weft


@pytest.mark.parametrize("name", KNITTED)
def test_knits_give_most_across_and_more_than_wovens(name):
    fabric = fabrics()[name]
    assert fabric.stretches.weft > fabric.stretches.warp
    assert fabric.stretch > 2.0 * max(fabrics()[woven].stretch for woven in WOVEN)
    assert fabric.stretch_limit > max(fabrics()[woven].stretch_limit for woven in WOVEN)


def test_fabrics_are_ordered_from_limp_to_stiff_as_they_are_known():
    stiffness = [fabrics()[name].bend for name in ("silk", "jersey", "poplin", "cotton", "denim", "leather")]
    assert stiffness == sorted(stiffness)


def disc():
    """A round cloth of 30 cm."""
    quarters = [arc(15.0, k * np.pi / 2, (k + 1) * np.pi / 2) for k in range(4)]
    closed = [np.vstack([quarter[:-1], quarters[(k + 1) % 4][:1]]) for k, quarter in enumerate(quarters)]
    edges = tuple(Edge(f"hem_{k}", points) for k, points in enumerate(closed))
    return sew(Pattern((Panel("front", edges, Placement("torso", "front")),), ()), 0.014)


def drape_coefficient(name: str) -> float:
    """Share of the ring between a round cloth and the round table of 18 cm below it that its shadow covers.

    Source of the test: ISO 9073-9 (Cusick's drape meter).
    """
    mesh, fabric = disc(), fabrics()[name]
    panel = mesh.panels[0]
    rim = np.concatenate([panel.edges[f"hem_{k}"][:-1] for k in range(4)])
    table = np.flatnonzero(np.hypot(*panel.points.T) <= 0.09).astype(np.int32)
    x = np.column_stack([panel.points, np.random.default_rng(1).normal(0.0, 2e-4, mesh.count)])
    cloth, velocity = make_cloth(mesh, fabric, fabric), np.zeros_like(x)
    nothing, nobody = np.zeros((0, 3)), np.zeros(0, dtype=np.int32)
    planes = Planes(nobody, nothing, nothing, np.zeros(0), np.array([0, 0], dtype=np.int32))
    pairs, ring = Pairs(np.zeros((0, 2), dtype=np.int32), 0.001), Ring(table, np.zeros(len(table)), 1.0)
    for frame in range(130):
        step(cloth, x, velocity, planes, ring, pairs, 9, 1 / 540, 3.0 if frame < 90 else 10.0, 0.4)
    shadow, whole = (area(points[rim, :2]) for points in (x, panel.points))
    return (shadow - np.pi * 0.09**2) / (whole - np.pi * 0.09**2)


def area(outline) -> float:
    x, y = outline.T
    return 0.5 * abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()))


def test_a_round_cloth_of_each_hangs_over_a_round_table_as_it_is_known_to():
    found = {name: drape_coefficient(name) for name in ("silk", "viscose", "poplin", "denim")}
    assert found["silk"] == pytest.approx(0.25, abs=0.08)
    assert found["viscose"] == pytest.approx(0.40, abs=0.08)
    assert found["poplin"] == pytest.approx(0.57, abs=0.08)
    assert found["denim"] == pytest.approx(0.72, abs=0.08)


def test_threads_of_a_mesh_stretch_by_their_direction():
    mesh, fabric = square(), fabrics()["denim"]
    cloth = make_cloth(mesh, fabric, fabric)
    flat = np.zeros((mesh.count, 2))
    flat[mesh.triangles] = mesh.corner_uvs
    along = flat[cloth.edges[:, 1]] - flat[cloth.edges[:, 0]]
    angle = np.degrees(np.arctan2(np.abs(along[:, 1]), np.abs(along[:, 0])))
    expected = {0.0: fabric.stretches.weft, 45.0: fabric.stretches.bias, 90.0: fabric.stretches.warp}
    for degrees, compliance in expected.items():
        near = np.abs(angle - degrees) < 1.5
        assert near.any()
        assert cloth.edge_compliance[near] == pytest.approx(compliance, rel=0.03)
