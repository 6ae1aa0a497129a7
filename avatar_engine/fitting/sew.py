# SPDX-License-Identifier: GPL-3.0-or-later
"""From a paper pattern to one welded mesh: seams closed vertex to vertex, flat panels kept as texture coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.triangulate import panel_mesh
from garments import Panel, Pattern
from garments.curves import length, resample

CM = 0.01
NARROW = 2.4


@dataclass(frozen=True)
class PanelMesh:
    """One triangulated panel: flat points (n, 2) metres, triangles (m, 3) and the vertex ids along each named edge."""

    panel: Panel
    points: FloatArray
    triangles: IntArray
    edges: dict[str, IntArray]


@dataclass(frozen=True)
class SewnMesh:
    """A sewn garment.

    triangles (m, 3) int32 into ``count`` welded vertices; corner_uvs (m, 3, 2) metres on the flat panel;
    triangle_panels (m,) index into ``panels``; welds: per panel, the welded vertex of each panel vertex.
    """

    pattern: Pattern
    panels: tuple[PanelMesh, ...]
    welds: tuple[IntArray, ...]
    count: int
    triangles: IntArray
    corner_uvs: FloatArray
    triangle_panels: IntArray

    def weld(self, values: list[FloatArray]) -> FloatArray:
        """Mean over the panel vertices that became one welded vertex of values given per panel, (count, k)."""
        total = np.zeros((self.count, values[0].shape[1]))
        share = np.zeros(self.count)
        for ids, value in zip(self.welds, values, strict=True):
            np.add.at(total, ids, value)
            np.add.at(share, ids, 1.0)
        return np.asarray(total / share[:, None])

    def folds(self) -> IntArray:
        """Welded vertex ids along seams that are pressed folds."""
        index = {mesh.panel.name: i for i, mesh in enumerate(self.panels)}
        ends = [seam.first for seam in self.pattern.seams if seam.fold]
        found = [self.welds[index[name]][self.panels[index[name]].edges[edge]] for name, edge in ends]
        return np.asarray(np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *found])))

    def panel_vertices(self, name: str) -> IntArray:
        """Welded vertex ids of one panel."""
        for mesh, ids in zip(self.panels, self.welds, strict=True):
            if mesh.panel.name == name:
                return np.unique(ids)
        raise KeyError(name)


def edge_length_for(pattern: Pattern, vertices: int) -> float:
    """Edge length (m) that gives a pattern about that many vertices."""
    area = sum(panel.area_cm2 for panel in pattern.panels) * CM * CM
    return float(np.sqrt(area / (vertices * np.sqrt(0.75))))


def sew(pattern: Pattern, edge_length: float) -> SewnMesh:
    """Triangulate every panel with equal counts on sewn edges and weld the seams; ``edge_length`` in metres."""
    counts = _segment_counts(pattern, edge_length)
    panels = tuple(_mesh_panel(panel, counts, edge_length) for panel in pattern.panels)
    starts = np.cumsum([0] + [len(mesh.points) for mesh in panels])
    welded = _weld(pattern, panels, starts)
    names, labels = np.unique(welded, return_inverse=True)
    welds = tuple(labels[a:b].astype(np.int32) for a, b in zip(starts, starts[1:], strict=False))
    triangles = np.concatenate([ids[mesh.triangles] for mesh, ids in zip(panels, welds, strict=True)])
    uvs = np.concatenate([mesh.points[mesh.triangles] for mesh in panels])
    owners = np.repeat(np.arange(len(panels)), [len(mesh.triangles) for mesh in panels])
    return SewnMesh(pattern, panels, welds, len(names), triangles.astype(np.int32), uvs, owners.astype(np.int32))


def _segment_counts(pattern: Pattern, h: float) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for panel in pattern.panels:
        around = sum(edge.length_cm for edge in panel.edges)
        # A strip much narrower than its edges are long cannot be triangulated.
        fine = min(h / panel.detail, NARROW * 2.0 * panel.area_cm2 / around * CM)
        counts |= {(panel.name, edge.name): max(1, round(edge.length_cm * CM / fine)) for edge in panel.edges}
    for seam in pattern.seams:
        shared = max(counts[seam.first], counts[seam.second])
        counts[seam.first] = counts[seam.second] = shared
    return counts


def _mesh_panel(panel: Panel, counts: dict[tuple[str, str], int], h: float) -> PanelMesh:
    parts, edges, start = [], {}, 0
    total = sum(counts[panel.name, edge.name] for edge in panel.edges)
    for edge in panel.edges:
        count = counts[panel.name, edge.name]
        parts.append(resample(edge.points * CM, count)[:-1])
        edges[edge.name] = np.arange(start, start + count + 1, dtype=np.int32) % total
        start += count
    boundary = np.concatenate(parts)
    spacing = length(np.concatenate([boundary, boundary[:1]])) / len(boundary)
    points, triangles = panel_mesh(boundary, min(h, 1.3 * spacing))
    return PanelMesh(panel, points, triangles, edges)


def _weld(pattern: Pattern, panels: tuple[PanelMesh, ...], starts: npt.NDArray[np.int64]) -> IntArray:
    """Smallest panel-vertex number that each panel vertex is sewn to."""
    index = {mesh.panel.name: i for i, mesh in enumerate(panels)}
    parent = np.arange(starts[-1])

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    for seam in pattern.seams:
        first, second = (
            panels[index[name]].edges[edge] + starts[index[name]] for name, edge in (seam.first, seam.second)
        )
        for a, b in zip(first, second[::-1], strict=True):
            low, high = sorted((root(int(a)), root(int(b))))
            parent[high] = low
    return np.array([root(i) for i in range(len(parent))], dtype=np.int32)
