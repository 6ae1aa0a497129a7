# SPDX-License-Identifier: GPL-3.0-or-later
"""A sewn mesh as a mechanical cloth: masses, edge and bending constraints, in colours that share no vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, SewnMesh
from avatar_engine.fitting.triangulate import inside
from garments import Fabric

TETHER_SCALES = (3.0, 8.0, 20.0)


@dataclass(frozen=True)
class Cloth:
    """Constraints of one garment, sorted by colour.

    edges (e, 2), rest (e,) metres, edge_compliance (e,) m/N, edge_colours (c + 1,) starts;
    tethers (t, 2) with tether_rest and tether_colours: longest distances between vertices of one panel, so that stretch
    is felt across the whole panel within a substep; bends (b, 4), bend_weights (b, 4), bend_compliance (b,),
    bend_colours (c + 1,); inverse_mass (n,) 1/kg.
    """

    inverse_mass: FloatArray
    edges: IntArray
    rest: FloatArray
    edge_compliance: FloatArray
    edge_colours: IntArray
    tethers: IntArray
    tether_rest: FloatArray
    tether_colours: IntArray
    bends: IntArray
    bend_weights: FloatArray
    bend_compliance: FloatArray
    bend_colours: IntArray


def make_cloth(mesh: SewnMesh, fabric: Fabric, trim: Fabric) -> Cloth:
    """Masses and constraints of a sewn mesh; panels in the slot "trim" are of the second fabric."""
    is_trim = np.array([panel.panel.slot == "trim" for panel in mesh.panels])[mesh.triangle_panels]
    density = np.where(is_trim, trim.density, fabric.density)
    area = _areas(mesh.corner_uvs)
    mass = np.bincount(mesh.triangles.ravel(), np.repeat(density * area / 3.0, 3), minlength=mesh.count)
    edges, rest, owner = _edges(mesh)
    compliance = np.where(is_trim[owner], trim.stretch, fabric.stretch)
    bends, weights, bend_compliance = _bends(mesh, np.where(is_trim, trim.bend, fabric.bend))
    edge_order, edge_colours = colour(edges, mesh.count)
    bend_order, bend_colours = colour(bends, mesh.count)
    tethers, longest = _tethers(mesh)
    tether_order, tether_colours = colour(tethers, mesh.count)
    return Cloth(
        1.0 / mass, edges[edge_order], rest[edge_order], compliance[edge_order], edge_colours,
        tethers[tether_order], longest[tether_order], tether_colours,
        bends[bend_order], weights[bend_order], bend_compliance[bend_order], bend_colours,
    )  # fmt: skip


def colour(constraints: IntArray, vertices: int, seed: int = 11) -> tuple[IntArray, IntArray]:
    """Order and colour starts in which constraints of one colour share no vertex.

    Greedy over a fixed random permutation: constraints in mesh order would slant hems.
    """
    used = [0] * vertices
    permutation = np.random.default_rng(seed).permutation(len(constraints))
    colours = np.zeros(len(constraints), dtype=np.int32)
    for index, row in zip(permutation.tolist(), constraints[permutation].tolist(), strict=True):
        taken = 0
        for vertex in row:
            taken |= used[vertex]
        bit = ~taken & (taken + 1)
        colours[index] = bit.bit_length() - 1
        for vertex in row:
            used[vertex] |= bit
    order = permutation[np.argsort(colours[permutation], kind="stable")]
    return order.astype(np.int32), np.concatenate([[0], np.cumsum(np.bincount(colours))]).astype(np.int32)


def _areas(corners: FloatArray) -> FloatArray:
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(0.5 * np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]))


def _sides(mesh: SewnMesh) -> tuple[IntArray, FloatArray, IntArray]:
    """Every triangle's sides: vertex ids (3 m, 2) sorted, flat lengths and triangle numbers."""
    pairs = np.concatenate([mesh.triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    flat = np.concatenate(
        [np.linalg.norm(mesh.corner_uvs[:, k] - mesh.corner_uvs[:, (k + 1) % 3], axis=1) for k in range(3)]
    )
    return np.sort(pairs, axis=1), flat, np.tile(np.arange(len(mesh.triangles)), 3).astype(np.int32)


def _edges(mesh: SewnMesh) -> tuple[IntArray, FloatArray, IntArray]:
    """Unique edges, rest lengths (on a seam the shorter side's: a band draws its edge in) and one triangle each."""
    pairs, flat, triangle = _sides(mesh)
    edges, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    rest = np.full(len(edges), np.inf)
    np.minimum.at(rest, which.ravel(), flat)
    return edges.astype(np.int32), rest, triangle[first]


def _tethers(mesh: SewnMesh) -> tuple[IntArray, FloatArray]:
    """Pairs of vertices of one panel and their flat distance, at several scales, along and across the hang."""
    random = np.random.default_rng(5)
    pairs, rest = [], []
    for panel, welds in zip(mesh.panels, mesh.welds, strict=True):
        points, outline = panel.points, panel.panel.outline * CM
        down = points if panel.panel.placement.tube == "cone" else np.broadcast_to([0.0, -1.0], points.shape)
        heading = np.arctan2(down[:, 1], down[:, 0])
        spacing = float(
            np.median(np.linalg.norm(panel.points[panel.triangles[:, 0]] - panel.points[panel.triangles[:, 1]], axis=1))
        )
        for scale in TETHER_SCALES:
            for turn in (0.0, 0.5 * np.pi):
                angle = heading + turn + random.uniform(-0.35, 0.35, len(points))
                aim = points + scale * spacing * np.stack([np.cos(angle), np.sin(angle)], axis=1)
                rows = np.flatnonzero(inside(aim, outline))
                other = nearest_ids(aim[rows], points)
                a, b = points[rows], points[other]
                clear = np.all([inside(a + share * (b - a), outline) for share in (0.25, 0.5, 0.75)], axis=0) & (
                    other != rows
                )
                pairs.append(np.stack([welds[rows], welds[other]], axis=1)[clear])
                rest.append(np.linalg.norm(a - b, axis=1)[clear])
    found = np.concatenate(pairs)
    apart = found[:, 0] != found[:, 1]
    return found[apart].astype(np.int32), np.concatenate(rest)[apart]


def nearest_ids(points: FloatArray, pool: FloatArray) -> IntArray:
    """(n,) index of the nearest of a pool of points, by brute force in blocks."""
    found = [np.zeros(0, dtype=np.int32)]
    squares = (pool**2).sum(axis=1)
    for start in range(0, len(points), 1024):
        part = points[start : start + 1024]
        found.append(np.argmin(squares - 2.0 * part @ pool.T, axis=1).astype(np.int32))
    return np.concatenate(found)


def _bends(mesh: SewnMesh, stiffness: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Quadratic bending of every inner edge: stencil (shared edge, then both opposite vertices), weights, compliance.

    Source: Bergou, Wardetzky, Harmon, Zorin, Grinspun, "A quadratic bending model for inextensible surfaces", SGP 2006;
    lengths are those of the flat panels, so seams unfold along their shared edge.
    """
    pairs, _, triangle = _sides(mesh)
    corner = np.repeat(np.arange(3), len(mesh.triangles))
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    same = (pairs[order[1:]] == pairs[order[:-1]]).all(axis=1)
    one, two = order[:-1][same], order[1:][same]
    halves = [_half(mesh, triangle[side], corner[side], pairs[one]) for side in (one, two)]
    opposite = [half[0] for half in halves]
    cot0 = halves[0][1], halves[1][1]
    cot1 = halves[0][2], halves[1][2]
    bends = np.stack([pairs[one, 0], pairs[one, 1], *opposite], axis=1)
    weights = np.stack([cot1[0] + cot1[1], cot0[0] + cot0[1], -cot0[0] - cot1[0], -cot0[1] - cot1[1]], axis=1)
    area = halves[0][3] + halves[1][3]
    mean = 0.5 * (stiffness[triangle[one]] + stiffness[triangle[two]])
    return bends.astype(np.int32), weights, area / (3.0 * mean)


def _half(
    mesh: SewnMesh, triangle: IntArray, corner: IntArray, pair: IntArray
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Opposite vertex, cotangents at the shared edge's first and second vertex, and area, of one side's triangles."""
    first, second, third = corner, (corner + 1) % 3, (corner + 2) % 3
    a, b, c = (mesh.corner_uvs[triangle, k] for k in (first, second, third))
    swapped = mesh.triangles[triangle, first] != pair[:, 0]
    area = 0.5 * np.abs(np.cross(b - a, c - a))
    at_a = ((b - a) * (c - a)).sum(axis=1) / np.maximum(2.0 * area, 1e-12)
    at_b = ((a - b) * (c - b)).sum(axis=1) / np.maximum(2.0 * area, 1e-12)
    return mesh.triangles[triangle, third], np.where(swapped, at_b, at_a), np.where(swapped, at_a, at_b), area
