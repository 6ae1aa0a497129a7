# SPDX-License-Identifier: GPL-3.0-or-later
"""One mesh of a garment for all bodies and sizes: every panel keeps its boundary counts and triangles, and another
cut of it moves the inside as the outline tells.
"""

from __future__ import annotations

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh, SewnMesh
from garments import Panel, Pattern
from garments.curves import resample


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
        """The mesh with the flat panels of another pattern; KeyError where a panel is missing."""
        panels = tuple(
            self._refit(mesh, pattern.panel(mesh.panel.name), counts, inside)
            for mesh, counts, inside in zip(self.mesh.panels, self._counts, self._inside, strict=True)
        )
        uvs = np.concatenate([panel.points[panel.triangles] for panel in panels])
        mesh = self.mesh
        return SewnMesh(pattern, panels, mesh.welds, mesh.count, mesh.triangles, uvs, mesh.triangle_panels)

    def _refit(self, mesh: PanelMesh, panel: Panel, counts: list[int], inside: FloatArray) -> PanelMesh:
        parts = [resample(edge.points * CM, count)[:-1] for edge, count in zip(panel.edges, counts, strict=True)]
        boundary = np.concatenate(parts)
        return PanelMesh(panel, np.concatenate([boundary, inside @ boundary]), mesh.triangles, mesh.edges)


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
