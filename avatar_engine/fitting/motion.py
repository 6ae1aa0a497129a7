# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's way from its A-pose into a pose, frame by frame, with what is worn on it already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from avatar_engine.body.pose import REST, bone_transforms, posed_vertices
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.binding import ARM_L, ARM_R, triangle_parts
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Surface


@dataclass(frozen=True)
class Schedule:
    """Frames of each stage and substeps of a frame; sewn and hung, a garment is done for the A-pose."""

    sew: int
    hang: int
    move: int
    settle: int
    substeps: int

    @property
    def hung(self) -> int:
        """Frames until the garment hangs around the A-pose."""
        return self.sew + self.hang


SCHEDULES = {
    "interactive": Schedule(10, 20, 18, 10, 6),
    "live": Schedule(12, 48, 0, 0, 9),
    "final": Schedule(12, 48, 36, 20, 9),
}


@cache
def shells() -> tuple[tuple[IntArray, IntArray], ...]:
    """Outer triangles (t, 3) and part bits (t,) of trunk with legs, and of both arms: apart, each is searched fast."""
    triangles = load_template().outer_triangles
    labels = triangle_parts()
    arms = (labels & (ARM_L | ARM_R)) != 0
    return (triangles[~arms], labels[~arms]), (triangles[arms], labels[arms])


@dataclass(frozen=True)
class Layer:
    """A garment already worn: triangles (m, 3), their part bits (m,) and positions (n, 3) frame by frame.

    ``holds``: whether it has a waistband that a tucked top goes into.
    """

    triangles: IntArray
    bits: IntArray
    history: list[FloatArray]
    holds: bool = False


class BodyMotion:
    """The body from A-pose to a pose, frame by frame, and the inner garments on it.

    ``fractions`` (frames,): how far the body is at each frame; ``layers``: what is worn already.
    """

    def __init__(self, body: Body, pose: str, schedule: Schedule) -> None:
        ease = np.linspace(0.0, 1.0, schedule.move + 1)[1:]
        way = [np.zeros(schedule.hung), ease * ease * (3.0 - 2.0 * ease), np.ones(schedule.settle)]
        self.body, self.pose, self.schedule = body, pose, schedule
        self.fractions = way[0] if pose == REST else np.concatenate(way)
        self.layers: list[Layer] = []
        self.transforms = self._all_transforms()

    def _all_transforms(self) -> list[FloatArray]:
        known: dict[float, FloatArray] = {}
        for fraction in self.fractions:
            if fraction not in known:
                known[fraction] = bone_transforms(self.body, self.pose, float(fraction))
        return [known[fraction] for fraction in self.fractions]

    def vertices(self, frame: int) -> FloatArray:
        """(13718, 3) body vertices at a frame."""
        return posed_vertices(self.body, self.pose, self.transforms[frame], float(self.fractions[frame]))

    def skin_surfaces(self, frame: int = -1) -> list[Surface]:
        """The body's outer shell at a frame, trunk with legs and then arms, triangles labelled by part."""
        vertices = self.vertices(frame)
        return [Surface(vertices, triangles, labels) for triangles, labels in shells()]

    def moved(self, frame: int) -> bool:
        """Whether the body differs from the frame before."""
        return frame > 0 and self.fractions[frame] != self.fractions[frame - 1]
