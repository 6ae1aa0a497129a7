# SPDX-License-Identifier: GPL-3.0-or-later
"""One mesh of a garment for all bodies and sizes: every panel keeps its boundary counts and triangles, and another
cut of it moves the inside as the outline tells.
"""

from __future__ import annotations

import itertools

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh, SewnMesh
from garments import Panel, Pattern
from garments.curves import length, resample

DART = "dart"
PATH_STEPS = 1000


class FixedTopology:
    """A sewn mesh that can take another pattern of the same panels and edges."""

    def __init__(self, mesh: SewnMesh) -> None:
        self.mesh = mesh
        self._counts = [[len(panel.edges[edge.name]) - 1 for edge in panel.panel.edges] for panel in mesh.panels]
        self._inside = [
            harmonic_map(panel.points, panel.triangles, sum(counts))
            for panel, counts in zip(mesh.panels, self._counts, strict=True)
        ]

    def refit(self, pattern: Pattern) -> SewnMesh:
        """The mesh with the flat panels of another pattern; KeyError where a panel or an edge is missing."""
        mesh = self.mesh
        drawn = [pattern.panel(panel.panel.name) for panel in mesh.panels]
        sides = [_sides(own, panel) for own, panel in zip(mesh.panels, drawn, strict=True)]
        around = resampled([side for each in sides for side in each], np.concatenate(self._counts))
        ends = np.cumsum([sum(counts) for counts in self._counts])[:-1]
        panels = tuple(
            PanelMesh(panel, np.concatenate([boundary, inside @ boundary]), own.triangles, own.edges)
            for own, panel, boundary, inside in zip(
                mesh.panels, drawn, np.split(around, ends), self._inside, strict=True
            )
        )
        uvs = np.concatenate([panel.points[panel.triangles] for panel in panels])
        return SewnMesh(pattern, panels, mesh.welds, mesh.count, mesh.triangles, uvs, mesh.triangle_panels)


def resampled(paths: list[FloatArray], counts: IntArray) -> FloatArray:
    """Points at equal steps along each path (k, 2), ``counts`` of each, its last left out, one after another.

    All at once: the paths lie along one line with gaps between them.
    """
    points, sizes = np.concatenate(paths), np.array([len(path) for path in paths])
    ends = np.cumsum(sizes)
    steps = points[1:] - points[:-1]
    lengths = np.sqrt((steps * steps).sum(axis=1))
    lengths[ends[:-1] - 1] = 1.0
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    starts = along[ends - sizes]
    which = np.repeat(np.arange(len(paths)), counts)
    number = np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
    wanted = starts[which] + number * ((along[ends - 1] - starts) / counts)[which]
    return np.stack([np.interp(wanted, along, points[:, axis]) for axis in range(2)], axis=1)


def _sides(mesh: PanelMesh, panel: Panel) -> list[FloatArray]:
    """The path (k, 2) of every edge of a mesh on another cut.

    A body may need no dart where the reference has one; its edges, and those that it parted, are then one edge or none.
    """
    names = [edge.name for edge in mesh.panel.edges]
    drawn = {edge.name: edge.points * CM for edge in panel.edges}
    order = list(drawn)
    sides: dict[str, FloatArray] = {}
    for number, name in enumerate(names):
        if name not in drawn:
            continue
        sides[name] = drawn[name]
        turned = names[number + 1 :] + names[:number]
        missing = list(itertools.takewhile(lambda other: other not in drawn, turned))
        if not missing:
            continue
        follower = order[(order.index(name) + 1) % len(order)]
        if follower not in names:
            sides |= _undivided(mesh, missing, drawn[follower], drawn[name])
        elif all(other.startswith(DART) for other in missing):
            sides |= _undivided(mesh, missing, drawn[name][-1:], drawn[name])
        else:
            # Edges numbered along a band, of which there are fewer now: what is left of them is shared out.
            row = [other for other in names[: number + 1] if _stem(other) == _stem(name)]
            path = np.concatenate([drawn[other] for other in row])
            sides |= _undivided(mesh, row + missing, path, drawn[name])
    if sides.keys() != set(names):
        raise KeyError(f"{panel.name}: {', '.join(order)}")
    return [sides[name] for name in names]


def _stem(name: str) -> str:
    return name.rsplit("_", 1)[0]


def _undivided(mesh: PanelMesh, names: list[str], path: FloatArray, before: FloatArray) -> dict[str, FloatArray]:
    """Edges of a mesh that another cut has as one path (k, 2), of one point where there is nothing between darts.

    A dart becomes a slit as long as it was, two edges with nothing between them, square to the outline; the rest share
    the path by their lengths on the reference.
    """
    size = {name: length(mesh.points[mesh.edges[name]]) for name in names}
    parted = [name for name in names if not name.startswith(DART)]
    cuts = np.cumsum([0.0, *(size[name] for name in parted)]) / max(sum(size[name] for name in parted), 1e-9)
    dense = resample(path, PATH_STEPS) if len(path) > 1 else np.repeat(path, PATH_STEPS + 1, axis=0)
    at = np.round(cuts * PATH_STEPS).astype(int)
    along = path[-1] - path[0] if len(path) > 1 else before[-1] - before[-2]
    inwards = np.array([-along[1], along[0]]) / np.hypot(*along)
    sides: dict[str, FloatArray] = {}
    here, tip, done = path[0], None, 0
    for name in names:
        if not name.startswith(DART):
            sides[name] = dense[at[done] : at[done + 1] + 1]
            here, done = sides[name][-1], done + 1
        elif tip is None:
            tip = here + inwards * size[name]
            sides[name] = np.array([here, tip])
        else:
            sides[name], tip = np.array([tip, here]), None
    return sides


def harmonic_map(points: FloatArray, triangles: IntArray, boundary: int) -> FloatArray:
    """(n - b, b) weights that give the inner points of a flat mesh from its first b points, the boundary's.

    Cotangent weights (Pinkall, Polthier 1993): a boundary moved by an affine map takes the inside along exactly.
    """
    count = len(points)
    weights = np.zeros((count, count))
    for k in range(3):
        i, j, opposite = (triangles[:, (k + turn) % 3] for turn in range(3))
        a, b = points[i] - points[opposite], points[j] - points[opposite]
        twice = np.maximum(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]), 1e-12)
        cotangent = (a * b).sum(axis=1) / twice
        np.add.at(weights, (i, j), cotangent)
        np.add.at(weights, (j, i), cotangent)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    return np.asarray(np.linalg.solve(laplacian[boundary:, boundary:], -laplacian[boundary:, :boundary]))
