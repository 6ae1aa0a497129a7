# SPDX-License-Identifier: GPL-3.0-or-later
"""What a garment may not pass through: its own part of the body, other parts, inner garments."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.binding import ARM_L, ARM_R, brush_bits, panel_bits, touch_bits
from avatar_engine.fitting.motion import BodyMotion
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.solver import Planes
from avatar_engine.fitting.surface import Contact, Surface
from garments.blocks.tuck import TUCK

BODY_GAP = 0.0035
TUCK_GAP = 0.0015
LAYER_GAP = 0.002
REACH = 0.02
SKINS = 2  # surfaces of the body: trunk with legs, and arms
CLOSE = 0.012
AHEAD = 0.008  # metres further than that in which a surface is looked for, so that it need not be at every frame
FIRST_REACH = 0.06
START_GAP = 0.006
ROOM = 0.008
ASKEW = 0.3
OPPOSED = -0.2
INWARD_STEP = 0.006
FACED = 0.035  # metres around layered cloth within which two parts of the body share what is between them
LAYER_ROOM = 0.004  # metres that one garment of several takes up there, with the air under it
HALF = 0.48  # of that room which the cloth of either may fill
APART = 0.3  # of a layer's part of it that lies between it and the next


@dataclass(frozen=True)
class Place:
    """Which of the garments that go under the arms a garment is, from the inside, and how many there are."""

    number: int = 1
    of: int = 1

    @property
    def least(self) -> float:
        """Share of the room between two facing parts of the body that is left to the skin and what is under it."""
        return HALF * (self.number - 0.5) / self.of

    def left_by(self, room: FloatArray) -> FloatArray:
        """Metres (k,) of the room (k,) left to what is worn over it, and to the facing part with its clothes."""
        share = HALF * self.number / self.of
        return np.minimum((1.0 - share) * room, (1.0 - HALF) * room + LAYER_ROOM * (self.of - self.number))

    @property
    def apart(self) -> float:
        """Share of it that lies between this garment and the next inner one."""
        return HALF * APART / self.of

    def reach(self, alone: float) -> float:
        """Metres around its cloth in which parts of the body are looked for, ``alone`` where no other goes there."""
        return max(FACED, alone) if self.of > 1 else alone


ALONE = Place()


@dataclass
class _Seen:
    """Where each point was when it was last looked up, how far its surface was then at least, and the triangle."""

    place: FloatArray
    distance: FloatArray
    triangle: IntArray


class Contacts:
    """Surfaces around one garment, moving with the body, and the contact planes they give."""

    def __init__(self, motion: BodyMotion, mesh: SewnMesh, place: Place = ALONE) -> None:
        self.motion, self.place = motion, place
        self.skin = motion.skin_surfaces(0)
        self.layers = [Surface(layer.history[0], layer.triangles, layer.bits) for layer in motion.layers]
        self.touch = panel_bits(mesh, touch_bits)
        self.brush = panel_bits(mesh, brush_bits) & ~self.touch
        self._inside = inside_band(mesh)
        self._gap = np.where(self._inside, TUCK_GAP, BODY_GAP)
        self.on_arm = (self.touch & (ARM_L | ARM_R)) != 0
        self._seen: dict[int, _Seen] = {}

    def move(self, frame: int) -> None:
        """Take the body and the inner garments to a frame."""
        vertices = self.motion.vertices(frame)
        for surface in self.skin:
            surface.move(vertices)
        for surface, layer in zip(self.layers, self.motion.layers, strict=True):
            surface.move(layer.history[frame])
        for seen in self._seen.values():
            seen.distance[:] = 0.0

    def optional_targets(self) -> list[tuple[Surface, IntArray]]:
        """The body's surfaces with the other parts, which each vertex has to share room with."""
        return [*((surface, self.brush) for surface in self.skin), *self._enclosing()]

    def _enclosing(self) -> list[tuple[Surface, IntArray]]:
        """The inner side of waistbands, with the parts (n,) of what is tucked into them."""
        bits = np.where(self._inside, self.touch, 0).astype(np.int32)
        if not bits.any():
            return []
        layers = zip(self.layers, self.motion.layers, strict=True)
        holding = [surface for surface, layer in layers if layer.holds]
        return [(Surface(each.vertices, each.triangles[:, ::-1], each.labels), bits) for each in holding]

    def _over(self) -> list[IntArray]:
        """Parts (n,) that each vertex lies over each layer with: what is tucked in does not lie over the waistband."""
        inside = np.where(self._inside, 0, self.touch).astype(np.int32)
        return [inside if layer.holds else self.touch for layer in self.motion.layers]

    def targets(self) -> list[tuple[Surface, IntArray]]:
        """Every surface, the skin's first, with the parts that carry each vertex (n,)."""
        return [*((surface, self.touch) for surface in self.skin), *zip(self.layers, self._over(), strict=True)]

    def planes(self, x: FloatArray, reach: float) -> Planes:
        """Contact planes for positions (n, 3) within ``reach`` metres."""
        far = self.place.reach(CLOSE)
        aside = [self._contact(2 + k, surface, x, self.brush, reach, far) for k, surface in enumerate(self.skin)]
        close = np.where(np.minimum(aside[0].distance, aside[1].distance) < far, far, CLOSE)
        own = [self._contact(k, surface, x, self.touch, reach, close) for k, surface in enumerate(self.skin)]
        aside[1] = self._inward(x, own, aside[1])
        gaps, room = shared_gaps([*own, *aside], self._gap, self.place)
        found = [(contact, contact.faces(x), gap) for contact, gap in zip([*own, *aside], gaps, strict=True)]
        for number, (surface, bits) in enumerate(zip(self.layers, self._over(), strict=True)):
            contact = self._contact(4 + number, surface, x, bits, reach)
            found.append((contact, contact.hit, np.minimum(LAYER_GAP, self.place.apart * room)))
        return _joined(found)

    def _inward(self, x: FloatArray, own: list[Contact], aside: Contact) -> Contact:
        """Cloth of the trunk that an arm reaches is always pushed towards the trunk, never out over the arm."""
        inward = np.zeros_like(x)
        inward[:, 0] = np.where(x[:, 0] > 0.0, -1.0, 1.0)
        nearest = np.minimum(own[0].distance, own[1].distance)
        wrong = ~self.on_arm & (aside.distance < BODY_GAP) & ((aside.normal * inward).sum(axis=1) < ASKEW)
        wrong &= nearest > ROOM
        point = np.where(wrong[:, None], x + INWARD_STEP * inward, aside.point)
        return replace(aside, point=point, normal=np.where(wrong[:, None], inward, aside.normal))

    def _contact(
        self, number: int, surface: Surface, x: FloatArray, bits: IntArray, reach: float,
        close: float | FloatArray = CLOSE,
    ) -> Contact:  # fmt: skip
        """Nearest surface points, searched from where they were, and only where something may have come ``close``."""
        seen = self._seen.setdefault(number, _Seen(x.copy(), np.zeros(len(x)), np.full(len(x), -1, dtype=np.int32)))
        moved = np.sqrt(((x - seen.place) ** 2).sum(axis=1))
        rows = np.flatnonzero((bits != 0) & (seen.distance - moved < close))
        reaches = np.maximum(reach, np.broadcast_to(close, len(x))[rows] + AHEAD)
        found = surface.contact(x[rows], reaches, bits[rows], seen.triangle[rows])
        seen.place[rows], seen.triangle[rows] = x[rows], found.triangle
        seen.distance[rows] = np.minimum(found.distance, reaches)
        return found.among(rows, len(x))

    def pushed_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out of everything that is worn or worn on."""
        for _ in range(3):
            for surface, bits in self.targets():
                contact = surface.contact(x, FIRST_REACH, bits)
                short = np.where(contact.hit, START_GAP - contact.distance, 0.0)
                x = x + np.maximum(short, 0.0)[:, None] * contact.normal
        return np.ascontiguousarray(x)


def inside_band(mesh: SewnMesh) -> npt.NDArray[np.bool_]:
    """(n,) vertices of a top that lie inside a waistband."""
    inside = np.zeros(mesh.count, dtype=bool)
    for panel, ids in zip(mesh.panels, mesh.welds, strict=True):
        inside[ids] |= panel.panel.name == TUCK
    return inside


def shared_gaps(
    contacts: Sequence[Contact], gap: float | FloatArray, place: Place = ALONE
) -> tuple[list[FloatArray], FloatArray]:
    """Least distances (n,) from every contact, and the room (n,) between parts of the body that face each other there.

    It is ``gap`` (one, or (n,)), or half of the room. Where parts of the body press on each other the room is below
    zero, and cloth lies half-way between both skins. One garment of several leaves the others their part of it.

    ``contacts``: with the SKINS that carry the cloth, then with those beside, then with others
    """
    gaps = [np.full(len(contact.distance), 1.0) * gap for contact in contacts]
    narrowest = np.full(len(gaps[0]), np.inf)
    for one, two in itertools.combinations(range(len(contacts)), 2):
        first, second = contacts[one], contacts[two]
        opposed = first.hit & second.hit & ((first.normal * second.normal).sum(axis=1) < OPPOSED)
        room = np.where(opposed, first.distance + second.distance, np.inf)
        gaps[one], gaps[two] = np.minimum(gaps[one], 0.5 * room), np.minimum(gaps[two], 0.5 * room)
        if place.of > 1 and one < SKINS <= two < 2 * SKINS:
            narrowest = np.minimum(narrowest, np.maximum(room, 0.0))
            shared = np.flatnonzero(opposed & (room > 0.0))
            gaps[one][shared] = np.minimum(gaps[one][shared], place.least * room[shared])
            gaps[two][shared] = place.left_by(room[shared])
    return gaps, narrowest


def _joined(found: list[tuple[Contact, npt.NDArray[np.bool_], FloatArray]]) -> Planes:
    rows = [np.flatnonzero(chosen).astype(np.int32) for _, chosen, _ in found]
    groups = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    return Planes(
        np.concatenate(rows),
        np.concatenate([contact.point[row] for (contact, _, _), row in zip(found, rows, strict=True)]),
        np.concatenate([contact.normal[row] for (contact, _, _), row in zip(found, rows, strict=True)]),
        np.concatenate([gap[row] for (_, _, gap), row in zip(found, rows, strict=True)]),
        groups,
    )
