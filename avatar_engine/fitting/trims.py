# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches, buttons and pleats of a draped garment: they follow the cloth and take no part in its simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.base_layer import split
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh, SewnMesh
from avatar_engine.fitting.surface import vertex_normals
from garments.trims import Button, Patch, Pleats, Trim

if TYPE_CHECKING:
    from avatar_engine.fitting.outfit import FittedGarment

# Over the outer side of the cloth, which pictures thicken outwards.
PATCH_LIFT = 0.0014
BUTTON_LIFT = 0.0016
BUTTON_HEIGHT = 0.0022
BUTTON_SIDES = 14
# How far from an open edge cloth is stitched down, metres: hems, bands and collars, patches.
HEM, EDGE_STITCH, PATCH_STITCH = 0.020, 0.006, 0.003
ALONG = 2e-4
UNSTITCHED = ("buttons",)
# A knife pleat: places across it and how far each stands out; the outer fold lies close to the next pleat's inner one.
PLEAT = ((0.0, 0.0), (0.1, 0.14), (0.45, 0.55), (0.82, 0.96), (0.9, 1.0), (0.97, 0.2))
PLEAT_ROWS = 26


@dataclass(frozen=True)
class Hung:
    """Points that hang on a cloth's vertices, and the triangles between them.

    corners (k, 3) cloth vertices, weights (k, 3) of them and slopes (k, 3), their shares in the cloth's x direction;
    offsets (k, 3) metres along the cloth's x, its y and outwards; triangles (m, 3) among the k points;
    corner_uvs (m, 3, 2) metres; slots: per triangle.
    """

    corners: IntArray
    weights: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: tuple[str, ...]


@dataclass(frozen=True)
class Trims(Hung):
    """All that is put on one garment; ``kept`` says which of the cloth's own triangles it does not replace."""

    kept: npt.NDArray[np.bool_]

    def points(self, vertices: FloatArray, normals: FloatArray, thickness: float) -> FloatArray:
        """(k, 3) places on a cloth of that thickness whose vertices and their normals are (n, 3)."""
        at = np.einsum("kc,kcd->kd", self.weights, vertices[self.corners])
        out = _unit(np.einsum("kc,kcd->kd", self.weights, normals[self.corners]))
        along = np.einsum("kc,kcd->kd", self.slopes, vertices[self.corners])
        along = _unit(along - (along * out).sum(axis=1, keepdims=True) * out)
        frame = np.stack([along, np.cross(out, along), out], axis=1)
        placed: FloatArray = at + thickness * out + np.einsum("kf,kfd->kd", self.offsets, frame)
        return placed

    def _stitches(self) -> FloatArray:
        """(k,) how far from an edge each point is stitched; buttons are nowhere."""
        sewn = np.zeros(len(self.corners), dtype=bool)
        sewn[self.triangles[np.array([slot not in UNSTITCHED for slot in self.slots])]] = True
        return np.where(sewn, PATCH_STITCH, -1.0)

    def onto(self, garment: FittedGarment) -> FittedGarment:
        """The garment with its trims."""
        count = len(garment.vertices)
        normals = vertex_normals(garment.vertices, garment.triangles)
        carrier = self.corners[np.arange(len(self.corners)), self.weights.argmax(axis=1)]
        slots = np.array([garment.slots.index(slot) for slot in self.slots], dtype=garment.triangle_slots.dtype)
        return replace(
            garment,
            vertices=np.concatenate([garment.vertices, self.points(garment.vertices, normals, garment.thickness)]),
            triangles=np.concatenate([garment.triangles[self.kept], self.triangles + count]).astype(np.int32),
            corner_uvs=np.concatenate([garment.corner_uvs[self.kept], self.corner_uvs]),
            triangle_slots=np.concatenate([garment.triangle_slots[self.kept], slots]),
            stitches=None if garment.stitches is None else np.append(garment.stitches, self._stitches()),
            bone_indices=np.concatenate([garment.bone_indices, garment.bone_indices[carrier]]),
            bone_weights=np.concatenate([garment.bone_weights, garment.bone_weights[carrier]]),
        )


def stitch_distances(mesh: SewnMesh) -> FloatArray:
    """(count,) how far from its open edge a sewn mesh's cloth is stitched: a hem turned in, or the edge of a band."""
    distances = np.full(mesh.count, HEM)
    for panel, ids in zip(mesh.panels, mesh.welds, strict=True):
        if panel.panel.placement.tube == "band":
            distances[ids] = EDGE_STITCH
    return distances


def trims_on(mesh: SewnMesh) -> Trims | None:
    """The trims of a sewn garment's pattern, None where it has none."""
    parts = [_part(mesh, trim) for trim in mesh.pattern.trims]
    replaced = {trim.panel for trim in mesh.pattern.trims if isinstance(trim, Pleats)}
    kept = ~np.array([panel.panel.name in replaced for panel in mesh.panels])[mesh.triangle_panels]
    return _joined(parts, kept) if parts else None


def _part(mesh: SewnMesh, trim: Trim) -> Hung:
    index = next(i for i, panel in enumerate(mesh.panels) if panel.panel.name == trim.panel)
    panel, welds = mesh.panels[index], mesh.welds[index]
    if isinstance(trim, Pleats):
        return _pleats(panel, welds, trim)
    return _patch(panel, welds, trim) if isinstance(trim, Patch) else _button(panel, welds, trim)


def _patch(panel: PanelMesh, welds: IntArray, patch: Patch) -> Hung:
    """The part of a panel's own mesh within the outline, lifted off it."""
    points, triangles = panel.points, panel.triangles
    outline = patch.outline * CM
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        inward = np.array([a[1] - b[1], b[0] - a[0]]) / np.linalg.norm(b - a)
        # A panel's own border that lies along the outline counts as within it: cut, it would leave slivers.
        points, triangles = split(points, triangles, (points - a) @ inward + ALONG)
        triangles = triangles[((points[triangles].mean(axis=1) - a) @ inward) > 0.0]
    ids, flat = np.unique(triangles, return_inverse=True)
    triangles = flat.reshape(-1, 3).astype(np.int32)
    offsets = np.tile([0.0, 0.0, PATCH_LIFT], (len(ids), 1))
    return _hung(panel, welds, points[ids], offsets, triangles, points[ids][triangles], patch.slot)


def _button(panel: PanelMesh, welds: IntArray, button: Button) -> Hung:
    """A dished disc with a rounded rim."""
    radius = button.radius_cm * CM
    turn = np.linspace(0.0, 2.0 * np.pi, BUTTON_SIDES, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rings = ((1.0, 0.0), (1.0, 0.6), (0.86, 1.0), (0.6, 0.75), (0.0, 0.75))
    offsets = np.concatenate(
        [
            np.column_stack([share * radius * circle, np.full(BUTTON_SIDES, BUTTON_LIFT + rise * BUTTON_HEIGHT)])
            for share, rise in rings
        ]
    )
    side = np.arange(BUTTON_SIDES)
    after = (side + 1) % BUTTON_SIDES
    triangles = []
    for low in range(0, BUTTON_SIDES * (len(rings) - 1), BUTTON_SIDES):
        high = low + BUTTON_SIDES
        triangles.append(np.stack([low + side, low + after, high + after], axis=1))
        triangles.append(np.stack([low + side, high + after, high + side], axis=1))
    found = np.concatenate(triangles).astype(np.int32)
    at = np.tile(np.asarray(button.at) * CM, (len(offsets), 1))
    return _hung(panel, welds, at, offsets, found, offsets[found][:, :, :2], button.slot)


def _pleats(panel: PanelMesh, welds: IntArray, pleats: Pleats) -> Hung:
    """The panel as a grid whose columns run along the folds, every pleat's outer fold lifted off it."""
    across = (np.arange(pleats.count)[:, None] + np.array([place for place, _ in PLEAT])).ravel()
    share = np.append(across, pleats.count) / pleats.count
    rise = np.append(np.tile([height for _, height in PLEAT], pleats.count), 0.0)
    down = np.linspace(0.0, 1.0, PLEAT_ROWS)
    at = _grid(panel, share, down).reshape(-1, 2)
    depth = (pleats.waist_cm + (pleats.hem_cm - pleats.waist_cm) * down**0.8) * CM
    offsets = np.zeros((len(at), 3))
    offsets[:, 2] = (depth[:, None] * rise).ravel()
    index = np.arange(len(at)).reshape(PLEAT_ROWS, len(share))
    a, b, c, d = index[1:, :-1], index[1:, 1:], index[:-1, 1:], index[:-1, :-1]
    triangles = np.concatenate([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)])
    found = triangles.reshape(-1, 3).astype(np.int32)
    return _hung(panel, welds, at, offsets, found, at[found], pleats.slot)


def _grid(panel: PanelMesh, share: FloatArray, down: FloatArray) -> FloatArray:
    """(rows, columns, 2) flat places at shares across a skirt's panel and down from its waist to its hem."""
    edges = {edge.name: edge.points * CM for edge in panel.panel.edges}
    side = next(points for name, points in edges.items() if name.startswith("side"))
    side = side[np.argsort(side[:, 1])]
    waist = np.concatenate([points for name, points in edges.items() if name.startswith("waist")])
    waist = waist[np.argsort(waist[:, 0], kind="stable")]
    low = float(edges["hem"][:, 1].min())
    signed = 2.0 * share - 1.0
    top = np.interp(signed * np.abs(waist[:, 0]).max(), waist[:, 0], waist[:, 1])
    y = top + down[:, None] * (low - top)
    half = np.interp(y, side[:, 1], np.abs(side[:, 0]))
    return np.stack([signed * half, y], axis=-1)


def _hung(
    panel: PanelMesh,
    welds: IntArray,
    at: FloatArray,
    offsets: FloatArray,
    triangles: IntArray,
    uvs: FloatArray,
    slot: str,
) -> Hung:
    """Trims whose points lie at flat places (k, 2) of a panel."""
    corners, weights = located(panel, at)
    a, b, c = (panel.points[corners[:, k]] for k in range(3))
    double = _flat_cross(b - a, c - a)
    slopes = np.stack([b[:, 1] - c[:, 1], c[:, 1] - a[:, 1], a[:, 1] - b[:, 1]], axis=1) / double[:, None]
    return Hung(welds[corners], weights, slopes, offsets, triangles, uvs, (slot,) * len(triangles))


def _flat_cross(one: FloatArray, two: FloatArray) -> FloatArray:
    """Twice the area between vectors (..., 2); numpy's own takes three dimensions alone since 2.5."""
    return np.asarray(one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0])


def located(panel: PanelMesh, at: FloatArray) -> tuple[IntArray, FloatArray]:
    """Corners (k, 3) and weights (k, 3) of the triangle that holds, or is nearest to, each flat place (k, 2)."""
    a, b, c = (panel.points[panel.triangles[:, k]] for k in range(3))
    double = _flat_cross(b - a, c - a)
    away = at[:, None] - a
    second = _flat_cross(away, c - a) / double
    third = _flat_cross(b - a, away) / double
    weights = np.stack([1.0 - second - third, second, third], axis=2)
    best = weights.min(axis=2).argmax(axis=1)
    return panel.triangles[best], np.asarray(weights[np.arange(len(at)), best])


def _joined(parts: Sequence[Hung], kept: npt.NDArray[np.bool_]) -> Trims:
    starts = np.cumsum([0] + [len(part.corners) for part in parts])
    return Trims(
        np.concatenate([part.corners for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.slopes for part in parts]),
        np.concatenate([part.offsets for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=False)]).astype(np.int32),
        np.concatenate([part.corner_uvs for part in parts]),
        tuple(slot for part in parts for slot in part.slots),
        kept,
    )


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
