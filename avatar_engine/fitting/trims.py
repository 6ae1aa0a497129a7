# SPDX-License-Identifier: GPL-3.0-or-later
"""Trims of a draped garment: they follow the cloth and take no part in its simulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avatar_engine.body.template import load_template
from avatar_engine.fitting.crossings import crossing_pairs, touching, uncross
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.folded_shapes import HEM
from avatar_engine.fitting.hung import Hung
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.surface import Surface, vertex_normals
from avatar_engine.fitting.trim_shapes import shape_of
from garments.trims import Pleats, Puff, Stowed, Trim

if TYPE_CHECKING:
    from avatar_engine.fitting.outfit import FittedGarment

# How far from their open edge bands and collars are stitched, metres.
EDGE_STITCH = 0.006
SKIN_GAP = 0.002
DEEPEST_SOFT = 0.05  # metres: about the radius of a neck
AROUND = DEEPEST_SOFT + 0.03  # metres around what is soft in which there may be skin to touch
CROSSING_ROUNDS = 20
PRESS, PRESSES = 0.0006, 24  # metres at once that a trim is pressed down, and how often at most


@dataclass(frozen=True)
class Trims(Hung):
    """All that is put on one garment.

    ``kept`` says which of the cloth's own triangles it does not replace; ``soft`` (k,), which points give way to skin.
    """

    kept: npt.NDArray[np.bool_]
    soft: npt.NDArray[np.bool_]

    @cached_property
    def _slots_by_name(self) -> tuple[list[str], IntArray]:
        """The names of all slots, and the number (m,) of each triangle's among them."""
        names = sorted(set(self.slots))
        number = {name: index for index, name in enumerate(names)}
        return names, np.array([number[slot] for slot in self.slots], dtype=np.int32)

    @cached_property
    def _carriers(self) -> IntArray:
        """(k,) the cloth's vertex that carries each point most."""
        carriers: IntArray = self.corners[np.arange(len(self.corners)), self.weights.argmax(axis=1)]
        return carriers

    def points(
        self, vertices: FloatArray, normals: FloatArray, thickness: float, over: Sequence[Facets] = ()
    ) -> FloatArray:
        """(k, 3) places on a cloth of that thickness whose vertices and their normals are (n, 3).

        ``over``: the cloth worn over it, which presses down trims that stand higher than there is room.
        """
        held = vertices[self.corners]
        at = np.einsum("kc,kcd->kd", self.weights, held)
        out = _unit(np.einsum("kc,kcd->kd", self.weights, normals[self.corners]))
        along = np.einsum("kc,kcd->kd", self.slopes, held)
        along = _unit(along - (along * out).sum(axis=1, keepdims=True) * out)
        frame = np.stack([along, np.cross(out, along), out], axis=1)
        placed: FloatArray = at + thickness * out + np.einsum("kf,kfd->kd", self.offsets, frame)
        # What shows on a folded-over panel stands on the panel's other side.
        up = np.where(self.offsets[:, 2:] < 0.0, -out, out)
        return self._pressed(placed, at, up, over) if over else placed

    def _pressed(self, placed: FloatArray, at: FloatArray, up: FloatArray, over: Sequence[Facets]) -> FloatArray:
        """Places (k, 3) moved back, against the ways ``up`` that they stand (k, 3), towards the cloth at (k, 3) until
        neither they nor what holds them cross any.
        """
        count = len(placed)
        walls = np.stack([self.triangles[:, 0] + count, self.triangles[:, 0], self.triangles[:, 1]], axis=1)
        triangles = np.concatenate([self.triangles, walls]).astype(np.int32)
        points, rows = np.concatenate([placed, at]), np.arange(len(triangles), dtype=np.int32)
        for _ in range(PRESSES):
            crossed = [crossing_pairs(points, triangles[rows], surface)[0] for surface in over]
            moved = np.zeros(len(points), dtype=bool)
            moved[triangles[rows[np.concatenate(crossed)]]] = True
            moved[count:] = False
            ids = np.flatnonzero(moved)
            if len(ids) == 0:
                break
            placed[ids] -= PRESS * up[ids]
            points[ids] = placed[ids]
            # Only what has moved can still cross.
            rows = touching(triangles, moved)
        return placed

    def _yielding(self, placed: FloatArray, body: FloatArray) -> None:
        """Move what is soft of places (k, 3) out of the skin of a body's vertices: a hood that a neck presses on."""
        low, high = placed[self.soft].min(axis=0) - AROUND, placed[self.soft].max(axis=0) + AROUND
        inside = ((body > low) & (body < high)).all(axis=1)
        outer = load_template().outer_triangles
        skin = Surface(body, np.ascontiguousarray(outer[inside[outer].any(axis=1)]))
        contact = skin.contact(placed[self.soft], DEEPEST_SOFT)
        short = np.where(contact.hit, SKIN_GAP - contact.distance, 0.0).clip(0.0, DEEPEST_SOFT)
        placed[self.soft] += short[:, None] * contact.normal
        triangles = self.triangles[self.soft[self.triangles].all(axis=1)]
        uncross(placed, triangles, [(skin, np.ones(len(triangles), dtype=np.int32))], CROSSING_ROUNDS)

    def onto(
        self, garment: FittedGarment, over: Sequence[Facets] = (), skin: Callable[[], FloatArray] | None = None
    ) -> FittedGarment:
        """The garment with its trims, pressed down where what is worn ``over`` it comes closer.

        ``skin``: gives the body's vertices, whose skin what is soft is kept off.
        """
        count = len(garment.vertices)
        normals = vertex_normals(garment.vertices, garment.triangles)
        placed = self.points(garment.vertices, normals, garment.thickness, over)
        if skin is not None and self.soft.any():
            self._yielding(placed, skin())
        carrier = self._carriers
        names, which = self._slots_by_name
        slots = np.array([garment.slots.index(name) for name in names], dtype=garment.triangle_slots.dtype)[which]
        return replace(
            garment,
            vertices=np.concatenate([garment.vertices, placed]),
            triangles=np.concatenate([garment.triangles[self.kept], self.triangles + count]).astype(np.int32),
            corner_uvs=np.concatenate([garment.corner_uvs[self.kept], self.corner_uvs]),
            triangle_slots=np.concatenate([garment.triangle_slots[self.kept], slots]),
            stitches=None if garment.stitches is None else np.append(garment.stitches, self.stitches),
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
    put_on = [trim for trim in mesh.pattern.trims if not isinstance(trim, Stowed)]
    parts = [_part(mesh, trim) for trim in put_on]
    replaced = {trim.panel for trim in mesh.pattern.trims if isinstance(trim, Pleats | Puff | Stowed)}
    kept = ~np.array([panel.panel.name in replaced for panel in mesh.panels])[mesh.triangle_panels]
    soft = [np.full(len(part.corners), isinstance(trim, Puff)) for part, trim in zip(parts, put_on, strict=True)]
    return _joined(parts, kept, np.concatenate(soft)) if parts else None


def _part(mesh: SewnMesh, trim: Trim) -> Hung:
    index = next(i for i, panel in enumerate(mesh.panels) if panel.panel.name == trim.panel)
    return shape_of(mesh.panels[index], mesh.welds[index], trim)


def _joined(parts: Sequence[Hung], kept: npt.NDArray[np.bool_], soft: npt.NDArray[np.bool_]) -> Trims:
    starts = np.cumsum([0] + [len(part.corners) for part in parts])
    return Trims(
        np.concatenate([part.corners for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.slopes for part in parts]),
        np.concatenate([part.offsets for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=False)]).astype(np.int32),
        np.concatenate([part.corner_uvs for part in parts]),
        tuple(slot for part in parts for slot in part.slots),
        np.concatenate([part.stitches for part in parts]),
        kept,
        soft,
    )


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
