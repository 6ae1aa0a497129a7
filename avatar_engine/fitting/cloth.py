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
NEXT = [1, 2, 0]


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
        pairs, triangle = _sides(mesh.triangles)
        edges, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
        order, self._edge_colours = colour(edges, mesh.count)
        self._edges, self._first = edges[order].astype(np.int32), first[order]
        which = np.argsort(order)[which.ravel()]
        self._by_edge = np.argsort(which, kind="stable")
        self._starts = np.searchsorted(which[self._by_edge], np.arange(len(edges)))
        self._hinges = _Hinges(mesh.triangles, pairs, triangle, mesh.count)
        self._bend_colours = self._hinges.colours
        self._pressed = np.isin(self._hinges.stencils[:, :2], mesh.folds()).all(axis=1)
        tethers, self._rows = _tethers(mesh)
        order, self._tether_colours = colour(tethers, mesh.count)
        self._tethers, self._rows = tethers[order], self._rows[order]
        self._is_trim = np.array([panel.panel.slot == "trim" for panel in mesh.panels])[mesh.triangle_panels]
        self._side_is_trim = self._is_trim[triangle]

    def cloth(self, mesh: SewnMesh, fabric: Fabric, trim: Fabric) -> Cloth:
        """Masses and constraints of a mesh of this topology."""
        sides = FlatSides(mesh.corner_uvs)
        density = np.where(self._is_trim, trim.density, fabric.density)
        mass = np.repeat(density * (sides.twice / 6.0), 3)
        points = np.concatenate([panel.points for panel in mesh.panels])
        away = points[self._rows[:, 0]] - points[self._rows[:, 1]]
        warp, is_trim = sides.warp[self._first], self._side_is_trim[self._first]
        stretch = np.where(is_trim, _stretching(trim, warp), _stretching(fabric, warp))
        bends = np.where(self._side_is_trim, _bending(trim, sides.warp), _bending(fabric, sides.warp))
        weights, bend = self._hinges.bending(sides, bends)
        bend[self._pressed] = LIMP
        return Cloth(
            1.0 / np.bincount(mesh.triangles.ravel(), mass, minlength=mesh.count),
            self._edges,
            # On a seam the shorter side's length counts: a band draws its edge in.
            np.minimum.reduceat(sides.lengths[self._by_edge], self._starts),
            stretch, self._edge_colours,
            self._tethers, np.sqrt((away * away).sum(axis=1)), self._tether_colours,
            self._hinges.stencils, weights, bend, self._bend_colours,
        )  # fmt: skip


class FlatSides:
    """The sides of flat triangles, in the order of ``_sides``: all first ones, all second ones, all third ones.

    lengths (3 m,); warp (3 m,): its share in a side's direction, sine squared of the angle to the weft; twice (m,):
    two areas; cotangents (3 m,), of the angles at the corners that the sides start from.

    Parameters
    ----------
    corners : (m, 3, 2) metres
    """

    def __init__(self, corners: FloatArray) -> None:
        u, v = np.ascontiguousarray(corners.T)
        du, dv = u[NEXT] - u, v[NEXT] - v
        squares = du * du + dv * dv
        self.lengths = np.sqrt(squares).ravel()
        self.warp = (dv * dv / np.maximum(squares, 1e-18)).ravel()
        self.twice = np.abs(du[0] * dv[1] - dv[0] * du[1])
        before = [2, 0, 1]
        dots = -(du * du[before] + dv * dv[before])
        self.cotangents = (dots / np.maximum(self.twice, 1e-12)).ravel()


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


def _sides(triangles: IntArray) -> tuple[IntArray, IntArray]:
    """Every triangle's sides: vertex ids (3 m, 2) sorted, and triangle numbers."""
    pairs = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    return np.sort(pairs, axis=1), np.tile(np.arange(len(triangles)), 3).astype(np.int32)


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

    def __init__(self, triangles: IntArray, pairs: IntArray, triangle: IntArray, count: int) -> None:
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        same = (pairs[order[1:]] == pairs[order[:-1]]).all(axis=1)
        sides = np.stack([order[:-1][same], order[1:][same]])
        following = triangles.T[NEXT].ravel(), triangles.T[NEXT][NEXT].ravel()
        stencils = np.stack([*pairs[sides[0]].T, *following[1][sides]], axis=1).astype(np.int32)
        order, self.colours = colour(stencils, count)
        self.stencils, self._sides = stencils[order], sides[:, order]
        self._triangles = triangle[self._sides]
        # Which cotangents are at the shared edge's first vertex, and at its second.
        own = self._sides, self._sides + len(triangles) - np.where(self._sides >= 2 * len(triangles), len(pairs), 0)
        turned = following[0][self._sides] == self.stencils[:, 0]
        self._first, self._second = np.where(turned, own[1], own[0]), np.where(turned, own[0], own[1])

    def bending(self, sides: FlatSides, stiffness: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights (b, 4) and compliance (b,) for flat sides and stiffness (3 m,) along them."""
        one, two = sides.cotangents[self._first], sides.cotangents[self._second]
        weights = np.empty((len(self.stencils), 4))
        weights[:, 0], weights[:, 1] = two[0] + two[1], one[0] + one[1]
        weights[:, 2], weights[:, 3] = -one[0] - two[0], -one[1] - two[1]
        twice, folds = np.maximum(sides.twice, 1e-12)[self._triangles], stiffness[self._sides]
        return weights, (twice[0] + twice[1]) / (3.0 * (folds[0] + folds[1]))
