# SPDX-License-Identifier: GPL-3.0-or-later
"""What a garment may not pass through: its own part of the body, other parts where there is room, inner garments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.binding import ARM_L, ARM_R, brush_bits, panel_bits, touch_bits
from avatar_engine.fitting.motion import BodyMotion
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.solver import Planes
from avatar_engine.fitting.surface import Contact, Surface

BODY_GAP = 0.0035
LAYER_GAP = 0.002
REACH = 0.02
FIRST_REACH = 0.06
START_GAP = 0.006
ROOM = 0.008
FACING = 0.3
INWARD_STEP = 0.006


class Contacts:
    """Surfaces around one garment, moving with the body, and the contact planes they give."""

    def __init__(self, motion: BodyMotion, mesh: SewnMesh) -> None:
        self.motion = motion
        self.skin = motion.skin_surfaces(0)
        self.layers = [Surface(layer.history[0], layer.triangles, layer.bits) for layer in motion.layers]
        self.touch = panel_bits(mesh, touch_bits)
        self.brush = panel_bits(mesh, brush_bits) & ~self.touch
        self.on_arm = (self.touch & (ARM_L | ARM_R)) != 0
        self._last: dict[int, IntArray] = {}

    def move(self, frame: int) -> None:
        """Take the body and the inner garments to a frame."""
        vertices = self.motion.vertices(frame)
        for surface in self.skin:
            surface.move(vertices)
        for surface, layer in zip(self.layers, self.motion.layers, strict=True):
            surface.move(layer.history[frame])

    def optional_targets(self) -> list[tuple[Surface, IntArray]]:
        """The body's surfaces that bind only where there is room."""
        return [(surface, self.brush) for surface in self.skin]

    def targets(self) -> list[tuple[Surface, IntArray]]:
        """Every surface that binds unconditionally, with the parts each vertex (n,) may touch."""
        return [(surface, self.touch) for surface in (*self.skin, *self.layers)]

    def planes(self, x: FloatArray, reach: float) -> Planes:
        """Contact planes for positions (n, 3) within ``reach`` metres."""
        own = [self._contact(k, surface, x, self.touch, reach) for k, surface in enumerate(self.skin)]
        nearest = np.minimum(own[0].distance, own[1].distance)
        found = [(contact, contact.hit, BODY_GAP) for contact in own]
        for k, surface in enumerate(self.skin):
            aside = self._contact(2 + k, surface, x, self.brush, reach)
            found.append((self._inward(x, aside) if k == 1 else aside, aside.hit & (nearest > ROOM), BODY_GAP))
        for number, surface in enumerate(self.layers):
            contact = self._contact(4 + number, surface, x, self.touch, reach)
            found.append((contact, contact.hit, LAYER_GAP))
        return _joined(found)

    def _inward(self, x: FloatArray, aside: Contact) -> Contact:
        """Cloth of the trunk that an arm reaches is always pushed towards the trunk, never out over the arm."""
        inward = np.zeros_like(x)
        inward[:, 0] = np.where(x[:, 0] > 0.0, -1.0, 1.0)
        wrong = ~self.on_arm & (aside.distance < BODY_GAP) & ((aside.normal * inward).sum(axis=1) < FACING)
        point = np.where(wrong[:, None], x + INWARD_STEP * inward, aside.point)
        return replace(aside, point=point, normal=np.where(wrong[:, None], inward, aside.normal))

    def _contact(self, number: int, surface: Surface, x: FloatArray, bits: IntArray, reach: float) -> Contact:
        """Nearest surface points, searched from where they were at the last frame."""
        contact = surface.contact(x, reach, bits, self._last.get(number))
        self._last[number] = contact.triangle
        return contact

    def pushed_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out of everything that is worn or worn on."""
        for _ in range(3):
            for surface, bits in self.targets():
                contact = surface.contact(x, FIRST_REACH, bits)
                short = np.where(contact.hit, START_GAP - contact.distance, 0.0)
                x = x + np.maximum(short, 0.0)[:, None] * contact.normal
        return np.ascontiguousarray(x)


def _joined(found: list[tuple[Contact, npt.NDArray[np.bool_], float]]) -> Planes:
    rows = [np.flatnonzero(chosen).astype(np.int32) for _, chosen, _ in found]
    groups = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    return Planes(
        np.concatenate(rows),
        np.concatenate([contact.point[row] for (contact, _, _), row in zip(found, rows, strict=True)]),
        np.concatenate([contact.normal[row] for (contact, _, _), row in zip(found, rows, strict=True)]),
        np.concatenate([np.full(len(row), gap) for (_, _, gap), row in zip(found, rows, strict=True)]),
        groups,
    )
