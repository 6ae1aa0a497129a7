# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloth solver: numpy and numba agree, colours never share a vertex, cloth keeps its size and falls."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.fitting import solver
from avatar_engine.fitting.cloth import Cloth, colour, make_cloth
from avatar_engine.fitting.sections import FloatArray
from avatar_engine.fitting.sew import SewnMesh, edge_length_for, sew
from avatar_engine.fitting.solver import Pairs, Planes, Ring, step
from garments import catalogue, fabrics
from garments.sizes import size_dimensions


def swatch() -> tuple[SewnMesh, Cloth, FloatArray]:
    pattern = catalogue()["skirt-circle"].draft(size_dimensions("women", "S"))
    mesh = sew(pattern, edge_length_for(pattern, 600))
    cloth = make_cloth(mesh, fabrics()["viscose"], fabrics()["viscose"])
    flat = [np.column_stack([panel.points, np.zeros(len(panel.points))]) for panel in mesh.panels]
    return mesh, cloth, mesh.weld(flat) + np.random.default_rng(1).normal(0.0, 0.002, (mesh.count, 3))


def surroundings(x: FloatArray) -> tuple[Planes, Ring]:
    ids = np.arange(len(x), dtype=np.int32)
    floor = np.zeros_like(x)
    floor[:, 2] = -0.05
    up = np.tile([0.0, 0.0, 1.0], (len(x), 1))
    planes = Planes(ids, floor, up, np.full(len(x), 0.003), np.array([0, len(x)], dtype=np.int32))
    return planes, Ring(ids[:5], np.zeros(5), 0.3)


def run(steps: int) -> FloatArray:
    _, cloth, x = swatch()
    velocity = np.zeros_like(x)
    planes, ring = surroundings(x)
    pairs = Pairs(np.array([[0, 300], [5, 310], [5, 311]], dtype=np.int32), 2.0)
    step(cloth, x, velocity, planes, ring, pairs, steps, 1.0 / 480.0, 3.0, 0.3)
    return x


def test_numpy_and_numba_agree_within_a_tenth_of_a_millimetre(monkeypatch):
    pytest.importorskip("numba")
    fast = run(8)
    monkeypatch.setattr(solver, "compiled", lambda: None)
    assert np.abs(run(8) - fast).max() < 1e-4


def test_the_same_start_gives_the_same_bytes():
    assert run(20).tobytes() == run(20).tobytes()


def test_nothing_passes_a_contact_plane():
    assert run(120)[:, 2].min() > -0.05 + 0.003 - 1e-6


def test_constraints_of_one_colour_share_no_vertex():
    _, cloth, _ = swatch()
    for rows, starts in (
        (cloth.edges, cloth.edge_colours),
        (cloth.tethers, cloth.tether_colours),
        (cloth.bends, cloth.bend_colours),
    ):
        for a, b in zip(starts, starts[1:], strict=False):
            assert len(np.unique(rows[a:b])) == rows[a:b].size


def test_colours_cover_every_constraint_once():
    rows = np.random.default_rng(2).integers(0, 40, (90, 2)).astype(np.int32)
    rows[:, 1] = (rows[:, 0] + 1 + rows[:, 1] % 39) % 40
    order, starts = colour(rows, 40)
    assert sorted(order) == list(range(90))
    assert starts[-1] == 90


def test_a_flat_panel_has_no_bending_force():
    mesh, cloth, _ = swatch()
    flat = mesh.weld(
        [np.column_stack([panel.points, np.zeros(len(panel.points))]) for panel in mesh.panels[:2]]
        + [np.zeros((len(mesh.panels[2].points), 3))]
    )
    inner = np.isin(cloth.bends, mesh.welds[0]).all(axis=1) & ~np.isin(cloth.bends, mesh.welds[2]).any(axis=1)
    inner &= ~np.isin(cloth.bends, np.intersect1d(mesh.welds[0], mesh.welds[1])).any(axis=1)
    bent = np.einsum("bq,bqk->bk", cloth.bend_weights[inner], flat[cloth.bends[inner]])
    assert inner.sum() > 100
    assert np.abs(bent).max() < 1e-9


def test_cloth_weighs_what_its_fabric_says():
    mesh, cloth, _ = swatch()
    area = sum(panel.area_cm2 for panel in mesh.pattern.panels) * 1e-4
    assert (1.0 / cloth.inverse_mass).sum() == pytest.approx(area * fabrics()["viscose"].density, rel=0.01)
