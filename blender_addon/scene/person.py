# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scene is built from: one dressed, posed person as plain arrays (no bpy)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from avatar_engine.body.pose import PosedBody
from avatar_engine.body.template import BoolArray, FloatArray
from avatar_engine.standing import standing_lift

if TYPE_CHECKING:
    from avatar_engine.appearance import Appearance
    from avatar_engine.fitting import FittedGarment


@dataclass(frozen=True)
class DressedAvatar:
    """A person ready for the studio.

    Parameters
    ----------
    body : the body in its pose, bare soles on z = 0; shoes reach below
    garments : draped in the same pose, from the inside out
    hidden_quads : (13710,) bool, quads of the template wholly under cloth
    appearance : skin, eyes and hair, in the same pose
    cloth_colours : garments that show colours per vertex, (n, 3) linear RGB, in place of their own look
    """

    body: PosedBody
    garments: tuple[FittedGarment, ...]
    hidden_quads: BoolArray
    appearance: Appearance
    cloth_colours: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def stature(self) -> float:
        """Height of the body above the floor, without hair, metres."""
        return float(self.body.vertices[:, 2].max())

    @property
    def lift(self) -> float:
        """Height that the shoes add, metres."""
        return standing_lift(self.garments)

    def outline(self) -> FloatArray:
        """(n, 3) points that the picture must hold: body and clothes, standing in their shoes."""
        points = np.concatenate([self.body.vertices, *(garment.vertices for garment in self.garments)])
        return np.asarray(points + np.array([0.0, 0.0, self.lift]))
