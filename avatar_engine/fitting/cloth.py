# SPDX-License-Identifier: GPL-3.0-or-later
"""A sewn mesh as a mechanical cloth: masses, edge and bending constraints, in colours that share no vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from garments import Fabric


@dataclass(frozen=True)
class Cloth:
    """Constraints of one garment, sorted by colour.

    edges (e, 2), rest (e,) metres, edge_compliance (e,) m/N, edge_colours (c + 1,) starts;
    bends (b, 4), bend_weights (b, 4), bend_compliance (b,), bend_colours (c + 1,); inverse_mass (n,) 1/kg.
    """

    inverse_mass: FloatArray
    edges: IntArray
    rest: FloatArray
    edge_compliance: FloatArray
    edge_colours: IntArray
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
    return Cloth(
        1.0 / mass, edges[edge_order], rest[edge_order], compliance[edge_order], edge_colours,
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
    flat = np.concatenate([np.linalg.norm(mesh.corner_uvs[:, k] - mesh.corner_uvs[:, (k + 1) % 3], axis=1) for k in range(3)])
    return np.sort(pairs, axis=1), flat, np.tile(np.arange(len(mesh.triangles)), 3).astype(np.int32)


def _edges(mesh: SewnMesh) -> tuple[IntArray, FloatArray, IntArray]:
    """Unique edges, their rest lengths (on a seam the shorter of the two sides: a band draws its edge in) and one triangle."""
    pairs, flat, triangle = _sides(mesh)
    edges, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    rest = np.full(len(edges), np.inf)
    np.minimum.at(rest, which.ravel(), flat)
    return edges.astype(np.int32), rest, triangle[first]


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


def _half(mesh: SewnMesh, triangle: IntArray, corner: IntArray, pair: IntArray) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Opposite vertex, cotangents at the shared edge's first and second vertex, and area, of one side's triangles."""
    first, second, third = corner, (corner + 1) % 3, (corner + 2) % 3
    a, b, c = (mesh.corner_uvs[triangle, k] for k in (first, second, third))
    swapped = mesh.triangles[triangle, first] != pair[:, 0]
    area = 0.5 * np.abs(np.cross(b - a, c - a))
    at_a = ((b - a) * (c - a)).sum(axis=1) / np.maximum(2.0 * area, 1e-12)
    at_b = ((a - b) * (c - b)).sum(axis=1) / np.maximum(2.0 * area, 1e-12)
    return mesh.triangles[triangle, third], np.where(swapped, at_b, at_a), np.where(swapped, at_a, at_b), area
