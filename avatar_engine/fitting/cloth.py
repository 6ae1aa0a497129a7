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
# Bending compliance along a pressed fold, which does not spring back.
LIMP = 1e9


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
    return ClothPlan(mesh).cloth(mesh, fabric, trim)


class ClothPlan:
    """What of a cloth follows from its topology alone, so that another cut of the same mesh costs little."""

    def __init__(self, mesh: SewnMesh) -> None:
        pairs, self._triangle = _sides(mesh.triangles)
        edges, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
        order, self._edge_colours = colour(edges, mesh.count)
        self._edges, self._first = edges[order].astype(np.int32), first[order]
        which = np.argsort(order)[which.ravel()]
        self._by_edge = np.argsort(which, kind="stable")
        self._starts = np.searchsorted(which[self._by_edge], np.arange(len(edges)))
        self._hinges = _Hinges(mesh.triangles, pairs, self._triangle)
        self._bend_order, self._bend_colours = colour(self._hinges.stencils, mesh.count)
        self._pressed = np.isin(self._hinges.stencils[:, :2], mesh.folds()).all(axis=1)
        tethers, self._rows = _tethers(mesh)
        order, self._tether_colours = colour(tethers, mesh.count)
        self._tethers, self._rows = tethers[order], self._rows[order]
        self._is_trim = np.array([panel.panel.slot == "trim" for panel in mesh.panels])[mesh.triangle_panels]

    def cloth(self, mesh: SewnMesh, fabric: Fabric, trim: Fabric) -> Cloth:
        """Masses and constraints of a mesh of this topology."""
        density = np.where(self._is_trim, trim.density, fabric.density)
        mass = np.repeat(density * _areas(mesh.corner_uvs) / 3.0, 3)
        # On a seam the shorter side's length counts: a band draws its edge in.
        rest = np.minimum.reduceat(_flat_lengths(mesh.corner_uvs)[self._by_edge], self._starts)
        points = np.concatenate([panel.points for panel in mesh.panels])
        along = _directions(mesh.corner_uvs)
        bends = np.where(self._is_trim, _bending(trim, along), _bending(fabric, along))
        weights, bend = self._hinges.bending(mesh.corner_uvs, bends)
        stretch = np.where(self._is_trim, _stretching(trim, along), _stretching(fabric, along)).ravel()[self._first]
        bend[self._pressed] = LIMP
        order = self._bend_order
        return Cloth(
            1.0 / np.bincount(mesh.triangles.ravel(), mass, minlength=mesh.count),
            self._edges, rest, stretch, self._edge_colours,
            self._tethers, np.linalg.norm(points[self._rows[:, 0]] - points[self._rows[:, 1]], axis=1),
            self._tether_colours, self._hinges.stencils[order], weights[order], bend[order], self._bend_colours,
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


def _sides(triangles: IntArray) -> tuple[IntArray, IntArray]:
    """Every triangle's sides: vertex ids (3 m, 2) sorted, and triangle numbers."""
    pairs = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    return np.sort(pairs, axis=1), np.tile(np.arange(len(triangles)), 3).astype(np.int32)


def _flat_lengths(corners: FloatArray) -> FloatArray:
    """(3 m,) lengths on the flat panels of the sides of ``_sides``."""
    return np.concatenate([np.linalg.norm(corners[:, k] - corners[:, (k + 1) % 3], axis=1) for k in range(3)])


def _directions(corners: FloatArray) -> FloatArray:
    """(3, m) share of the warp, sine squared of the angle to the weft, in the sides of ``_sides``."""
    along = np.stack([corners[:, (k + 1) % 3] - corners[:, k] for k in range(3)])
    return np.asarray(along[..., 1] ** 2 / np.maximum((along**2).sum(axis=2), 1e-18))


def _stretching(fabric: Fabric, warp: FloatArray) -> FloatArray:
    """Compliance along directions with that share of the warp: an orthotropic sheet's, without its Poisson term."""
    give, weft = fabric.stretches, 1.0 - warp
    shear = 4.0 * give.bias - give.warp - give.weft
    return np.asarray(give.warp * warp**2 + give.weft * weft**2 + shear * warp * weft)


def _bending(fabric: Fabric, warp: FloatArray) -> FloatArray:
    """Stiffness of a fold along directions with that share of the warp: threads across the fold bend."""
    return np.asarray(fabric.bends.weft * warp + fabric.bends.warp * (1.0 - warp))


def _tethers(mesh: SewnMesh) -> tuple[IntArray, IntArray]:
    """Pairs of vertices of one panel at several scales, along and across the hang; the same as rows of all panels."""
    random = np.random.default_rng(5)
    pairs, rows_of, start = [], [], 0
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
                rows_of.append(start + np.stack([rows, other], axis=1)[clear])
        start += len(points)
    found = np.concatenate(pairs)
    apart = found[:, 0] != found[:, 1]
    return found[apart].astype(np.int32), np.concatenate(rows_of)[apart].astype(np.int32)


def nearest_ids(points: FloatArray, pool: FloatArray) -> IntArray:
    """(n,) index of the nearest of a pool of points, by brute force in blocks."""
    found = [np.zeros(0, dtype=np.int32)]
    squares = (pool**2).sum(axis=1)
    for start in range(0, len(points), 1024):
        part = points[start : start + 1024]
        found.append(np.argmin(squares - 2.0 * part @ pool.T, axis=1).astype(np.int32))
    return np.concatenate(found)


class _Hinges:
    """Quadratic bending of every inner edge: ``stencils`` (b, 4) are the shared edge, then both opposite vertices.

    Source: Bergou, Wardetzky, Harmon, Zorin, Grinspun, "A quadratic bending model for inextensible surfaces", SGP 2006;
    lengths are those of the flat panels, so seams unfold along their shared edge.
    """

    def __init__(self, triangles: IntArray, pairs: IntArray, triangle: IntArray) -> None:
        corner = np.repeat(np.arange(3), len(triangles))
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        same = (pairs[order[1:]] == pairs[order[:-1]]).all(axis=1)
        sides = order[:-1][same], order[1:][same]
        self._triangles = triangle[sides[0]], triangle[sides[1]]
        self._corners = corner[sides[0]], corner[sides[1]]
        first = pairs[sides[0]][:, 0]
        halves = list(zip(self._triangles, self._corners, strict=True))
        self._swapped = [triangles[t, c] != first for t, c in halves]
        opposite = [triangles[t, (c + 2) % 3] for t, c in halves]
        self.stencils = np.stack([*pairs[sides[0]].T, *opposite], axis=1).astype(np.int32)

    def bending(self, corners: FloatArray, stiffness: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights (b, 4) and compliance (b,) for flat ``corners`` (m, 3, 2) and stiffness (3, m) of ``_sides``."""
        first, second = (self._half(corners, side) for side in (0, 1))
        at_0, at_1 = first[0] + second[0], first[1] + second[1]
        weights = np.stack([at_1, at_0, -first[0] - first[1], -second[0] - second[1]], axis=1)
        sides = zip(self._triangles, self._corners, strict=True)
        mean = 0.5 * sum(stiffness[corner, triangle] for triangle, corner in sides)
        return weights, (first[2] + second[2]) / (3.0 * mean)

    def _half(self, corners: FloatArray, side: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Cotangents at the shared edge's first and second vertex, and area, of one side's triangles."""
        triangle, corner, swapped = self._triangles[side], self._corners[side], self._swapped[side]
        a, b, c = (corners[triangle, (corner + k) % 3] for k in range(3))
        ab, ac, bc = b - a, c - a, c - b
        twice = np.maximum(np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]), 1e-12)
        at_a, at_b = (ab * ac).sum(axis=1) / twice, -(ab * bc).sum(axis=1) / twice
        return np.where(swapped, at_b, at_a), np.where(swapped, at_a, at_b), 0.5 * twice
