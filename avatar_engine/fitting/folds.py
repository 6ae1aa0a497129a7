# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth folded over its own garment, as a collar's fall over its stand: it lies on it as one garment does on another.

Vertex against vertex, as cloth is kept off itself elsewhere, would hold a fall an edge's length away from its stand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import PanelMesh, SewnMesh
from avatar_engine.fitting.solver import Planes
from avatar_engine.fitting.surface import Surface
from garments.trims import Stowed

REACH = 0.03
GAP = 0.0025
# How far a fall starts outwards as it goes down, share of its height.
OVER_OUT = 0.75


class Folds:
    """The folded-over panels of one garment and the rest of it.

    ``vertices``: welded ids of the folded-over panels, without those along the folds.
    """

    def __init__(self, mesh: SewnMesh, thickness: float) -> None:
        over = folded_panels(mesh)
        self.vertices: IntArray = np.setdiff1d(folded_vertices(mesh), mesh.folds())
        self._is_over = np.zeros(mesh.count, dtype=bool)
        self._is_over[self.vertices] = True
        self._under = mesh.triangles[~over[mesh.triangle_panels]]
        self._gap = GAP + thickness
        self._surface: Surface | None = None
        self._falls = [
            self._fall(panel, ids) for panel, ids, chosen in zip(mesh.panels, mesh.welds, over, strict=True) if chosen
        ]

    @staticmethod
    def _fall(panel: PanelMesh, ids: IntArray) -> tuple[IntArray, FloatArray, IntArray, FloatArray]:
        """A folded-over panel's welded ids and flat points, and those along its fold by rising x."""
        seam = panel.edges["join_0"]
        seam = seam[np.argsort(panel.points[seam, 0], kind="stable")]
        order = np.concatenate([seam, np.setdiff1d(np.arange(len(ids)), seam)])
        return ids[order], panel.points[order], ids[seam], panel.points[seam, 0]

    def laid(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) with the folded-over panels hanging outwards and down from their folds."""
        x = x.copy()
        for ids, flat, seam, seam_flat in self._falls:
            base = np.stack([np.interp(flat[:, 0], seam_flat, x[seam, axis]) for axis in range(3)], axis=1)
            outward = base - 0.5 * (x[seam].min(axis=0) + x[seam].max(axis=0))
            outward[:, 2] = 0.0
            outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
            down = OVER_OUT * outward - np.array([0.0, 0.0, (1.0 - OVER_OUT**2) ** 0.5])
            x[ids] = base + np.abs(flat[:, 1:2] - flat[0, 1]) * down
        return x

    def stand_up(self, x: FloatArray) -> bool:
        """Whether folded-over panels at positions (n, 3) have turned up, so that they stand over their folds."""
        return any(x[ids, 2].mean() > x[seam, 2].mean() for ids, _, seam, _ in self._falls)

    def planes(self, x: FloatArray) -> Planes | None:
        """Contact planes of the folded-over vertices on the rest of the garment at positions (n, 3)."""
        if len(self.vertices) == 0:
            return None
        if self._surface is None:
            self._surface = Surface(x, self._under)
        self._surface.move(x)
        return self._planes_on(self._surface, x)

    def _planes_on(self, surface: Surface, x: FloatArray) -> Planes:
        contact = surface.contact(np.ascontiguousarray(x[self.vertices]), REACH)
        rows = np.flatnonzero(contact.hit)
        gaps = np.full(len(rows), self._gap)
        groups = np.array([0, len(rows)], dtype=np.int32)
        return Planes(self.vertices[rows].astype(np.int32), contact.point[rows], contact.normal[rows], gaps, groups)

    def lifted(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) with the folded-over cloth that sank into what it lies on brought out again."""
        if len(self.vertices) == 0:
            return x
        # Only what lies around it: a surface of the whole garment costs ten times as much.
        over = x[self.vertices]
        low, high = over.min(axis=0) - REACH, over.max(axis=0) + REACH
        near = ((x[self._under] > low) & (x[self._under] < high)).all(axis=2).any(axis=1)
        planes = self._planes_on(Surface(x, np.ascontiguousarray(self._under[near])), x)
        x = x.copy()
        depth = planes.gaps - ((x[planes.ids] - planes.points) * planes.normals).sum(axis=1)
        x[planes.ids] += np.maximum(depth, 0.0)[:, None] * planes.normals
        return x

    def apart(self, pairs: IntArray) -> IntArray:
        """Pairs (k, 2) of vertices to be kept apart, without those of folded-over cloth."""
        return np.ascontiguousarray(pairs[~self._is_over[pairs].any(axis=1)])


def folded_panels(mesh: SewnMesh) -> npt.NDArray[np.bool_]:
    """(panels,) which panels are folded over."""
    names = {seam.second[0] for seam in mesh.pattern.seams if seam.fold}
    return np.array([panel.panel.name in names for panel in mesh.panels])


def folded_vertices(mesh: SewnMesh) -> IntArray:
    """Welded ids of folded-over panels and their folds."""
    chosen = [ids for ids, over in zip(mesh.welds, folded_panels(mesh), strict=True) if over]
    return np.asarray(np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *chosen])), dtype=np.int32)


def facing_out(mesh: SewnMesh) -> IntArray:
    """Triangles (m, 3) all wound as seen from outside the worn garment: a folded-over panel shows its other side."""
    over = folded_panels(mesh)[mesh.triangle_panels]
    return np.ascontiguousarray(np.where(over[:, None], mesh.triangles[:, ::-1], mesh.triangles))


def felt(mesh: SewnMesh) -> npt.NDArray[np.bool_]:
    """(m,) triangles that what is worn over a garment meets: all but those of panels stowed inside it."""
    stowed = {trim.panel for trim in mesh.pattern.trims if isinstance(trim, Stowed)}
    return np.array([panel.panel.name not in stowed for panel in mesh.panels])[mesh.triangle_panels]


def joined(first: Planes, second: Planes | None) -> Planes:
    """Both sets of planes, the second after the first."""
    if second is None:
        return first
    return Planes(
        np.concatenate([first.ids, second.ids]),
        np.concatenate([first.points, second.points]),
        np.concatenate([first.normals, second.normals]),
        np.concatenate([first.gaps, second.gaps]),
        np.concatenate([first.groups, second.groups[1:] + len(first.ids)]).astype(np.int32),
    )
