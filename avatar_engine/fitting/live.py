# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments that follow a body while it is being shaped: a drape known on a reference body, carried to this body by a
linear map and relaxed there with this person's panels for a few steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from avatar_engine.fitting.anchors import anchored
from avatar_engine.fitting.around import BODY_GAP, Around, Worn
from avatar_engine.fitting.base_layer import BaseLayer, flat_from_front
from avatar_engine.fitting.binding import ALL, brush_bits, panel_bits, touch_bits, triangle_bits
from avatar_engine.fitting.cloth import ClothPlan
from avatar_engine.fitting.contacts import inside_band
from avatar_engine.fitting.folds import Folds, facing_out, felt
from avatar_engine.fitting.live_piece import ARMS, LiveBody, LivePiece
from avatar_engine.fitting.outfit import slot_numbers
from avatar_engine.fitting.reference import Reference
from avatar_engine.fitting.sections import IntArray
from avatar_engine.fitting.sizing import ease_cm, worn_pattern
from avatar_engine.fitting.solver import Pairs, step
from avatar_engine.fitting.topology import FixedTopology
from avatar_engine.fitting.trims import trims_on
from garments import Fabric, GarmentSpec, fabrics
from garments.catalogue import RIB

FRAMES, SUBSTEPS = 3, 16
SECONDS = 1.0 / 540.0
DAMPING = 10.0
NO_PAIRS = Pairs(np.zeros((0, 2), dtype=np.int32), 0.0)


class LiveTight(LivePiece):
    """A piece of the skin-tight surface: carried along and kept off the skin, of which parts ``beside`` it face it."""

    def __init__(self, made: BaseLayer, beside: int = 0) -> None:
        everywhere = np.full(len(made.vertices), ALL, dtype=np.int32)
        bits = np.full(len(made.triangles), ALL, dtype=np.int32)
        super().__init__(made.vertices, made.triangles, bits, everywhere & ~beside, everywhere & beside)
        self.made = made
        self.bones = made.bone_indices, made.bone_weights

    @cached_property
    def in_poses(self) -> LivePiece:
        """The piece where arms hang beside it, and leave it part of the room between them and the trunk."""
        return LiveTight(self.made, ARMS)

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) bands in the second slot."""
        return self.made.in_band.astype(np.int32)

    def wear(self, body: LiveBody, offset: float) -> Worn:
        """The piece on a body, ``offset`` metres off its skin."""
        around = Around(self, body, (), offset)
        x = around.uncrossed(around.pushed_out(self.carried(body)))
        return Worn(self, around, x, flat_from_front(x, self.triangles), {})


class LiveGarment(LivePiece):
    """A garment cut from a pattern, with its drape on the mean body."""

    def __init__(self, spec: GarmentSpec, reference: Reference) -> None:
        mesh = reference.mesh
        touch, brush = panel_bits(mesh, touch_bits), panel_bits(mesh, brush_bits)
        super().__init__(reference.vertices, mesh.triangles, triangle_bits(mesh), touch, brush, inside_band(mesh))
        self.is_top = spec.is_top
        self.holds = bool(mesh.pattern.anchors) and not spec.is_tucked
        met = felt(mesh)
        self.outward, self.bits = np.ascontiguousarray(facing_out(mesh)[met]), self.bits[met]
        self.spec, self.reference = spec, reference
        self.bones = reference.bone_indices, reference.bone_weights
        self.topology, self.plan, self.trims = FixedTopology(mesh), ClothPlan(mesh), trims_on(mesh)
        self._folds: dict[float, Folds] = {}  # by the cloth's thickness

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) as its panels are."""
        return slot_numbers(spec, self.reference.mesh)

    def _folds_of(self, fabric: Fabric) -> Folds:
        thickness = fabric.thickness_mm / 1000.0
        if thickness not in self._folds:
            self._folds[thickness] = Folds(self.reference.mesh, thickness)
        return self._folds[thickness]

    def wear(
        self, body: LiveBody, spec: GarmentSpec, size: str, fabric: Fabric, under: Sequence[Worn], over: int = 0
    ) -> Worn:
        """The garment, cut as ``spec`` says, over what is worn ``under`` it, with room for ``over`` tops more.

        Raises ``FitError`` as ``sizing.worn_pattern`` does, and where the cloth cannot be kept out of the body.
        """
        pattern = worn_pattern(body.dimensions, spec, size, fabric.id)
        mesh = self.topology.refit(pattern)
        cloth = self.plan.cloth(mesh, fabric, fabrics()[RIB.get(fabric.id, fabric.id)])
        x = self.carried(body)
        around = Around(self, body, under, BODY_GAP, over)
        velocity = np.zeros_like(x)
        ring = anchored(mesh, body.waist)
        for _ in range(FRAMES):
            planes = around.planes(x)
            step(cloth, x, velocity, planes, ring, NO_PAIRS, SUBSTEPS, SECONDS, DAMPING, fabric.friction)
        x = around.uncrossed(around.tucked_in(around.pushed_out(x)))
        x = self._folds_of(fabric).lifted(x)
        around.refuse_if_inside(x, spec.id)
        return Worn(self, around, x, mesh.corner_uvs, ease_cm(body.dimensions, pattern))
