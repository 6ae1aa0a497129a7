# SPDX-License-Identifier: GPL-3.0-or-later
"""The colour of hair along its length: one colour, roots that have grown out, lighter or darker streaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.appearance.palette import HairColour, hair_colour, linear
from avatar_engine.appearance.strands import Strands, arc_lengths
from avatar_engine.body.template import FloatArray

# Metres from the skin to where grown-out roots begin to give way to the dye, and where they end.
ROOTS = (0.018, 0.050)
STREAK = 0.0065  # metres: half the distance between streaks
STREAKED = 0.34  # share of the hair that is streaked
UNEVEN = 0.30  # how much lighter or darker than its neighbours a strand is, in logarithm of its absorption
# Dyed hair leaves the brows as they grow.
NATURAL_BROWS = "brown"


@dataclass(frozen=True)
class HairDye:
    """The hair's colour, and those of its grown-out roots and of its streaks, where it has them."""

    base: HairColour
    roots: HairColour | None = None
    highlights: HairColour | None = None

    @property
    def natural(self) -> HairColour:
        """The colour that grows: of brows, and of roots on the scalp."""
        grown = self.roots or self.base
        return grown if grown.melanin is not None else hair_colour(NATURAL_BROWS)

    def absorption(self, strands: Strands) -> FloatArray:
        """(n, k, 3) absorption of light along every strand."""
        count, points = strands.points.shape[:2]
        base = np.broadcast_to(self.base.absorption, (count, points, 3))
        if self.highlights is not None:
            streak = _streaks(strands.points[:, 0])[:, None] * np.clip(np.linspace(0, 1, points) / 0.15, 0, 1)
            base = base + (self.highlights.absorption - base) * streak[..., None]
        if self.roots is not None:
            share = _root_share(arc_lengths(strands.points))[..., None]
            base = base + (self.roots.absorption - base) * share
        uneven: FloatArray = base * np.exp(UNEVEN * strands.variation)[:, None, None]
        return uneven

    def colours(self, length: float, along: FloatArray, streak: float) -> FloatArray:
        """(n, 3) linear colour ``along`` (n,) 0..1 a lock of this length in metres; ``streak`` 0 or 1."""
        base = linear(self.base.colour)
        if self.highlights is not None:
            base = base + (linear(self.highlights.colour) - base) * streak
        shown = np.broadcast_to(base, (len(along), 3))
        if self.roots is not None:
            shown = shown + (linear(self.roots.colour) - shown) * _root_share(along * length)[:, None]
        return shown


def _root_share(distance: FloatArray) -> FloatArray:
    share = np.clip((ROOTS[1] - distance) / (ROOTS[1] - ROOTS[0]), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def _streaks(roots: FloatArray) -> FloatArray:
    """(n,) how much a strand belongs to a streak, by where it is rooted: streaks run from front to back."""
    phase = np.pi * roots[:, 0] / STREAK + 0.8 * np.sin(roots[:, 1] / 0.031) + 0.7 * np.sin(roots[:, 2] / 0.023)
    wave = 0.5 + 0.5 * np.sin(phase)
    share: FloatArray = np.clip((wave - (1.0 - STREAKED)) / 0.15, 0.0, 1.0)
    return share
