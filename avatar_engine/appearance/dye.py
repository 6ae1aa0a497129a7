# SPDX-License-Identifier: GPL-3.0-or-later
"""The colour of hair along its length: one colour, roots that have grown out, lighter or darker streaks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.appearance.palette import HairColour, hair_colour, linear, to_srgb
from avatar_engine.appearance.strands import Strands, arc_lengths
from avatar_engine.body.template import FloatArray

# Metres from the skin to where grown-out roots begin to give way to the dye, and where they end.
ROOTS = (0.018, 0.050)
STREAK = 0.0065  # metres: half the distance between streaks
STREAKED = 0.34  # share of the hair that is streaked
UNEVEN = 0.30  # how much lighter or darker than its neighbours a strand is, in logarithm of its absorption
# What grey strands are, how much more of them temples have, and how far brows follow; ``SCATTER`` draws by place.
GREY = "white"
TEMPLES, BROWS_GREY = 0.6, 0.6
SCATTER = np.array([12989.8, 78233.0, 37719.1])
# Dyed hair leaves the brows as they grow.
NATURAL_BROWS = "brown"


@dataclass(frozen=True)
class HairDye:
    """The hair's colour, those of its grown-out roots and streaks, where it has them; ``grey``: share of grey."""

    base: HairColour
    roots: HairColour | None = None
    highlights: HairColour | None = None
    grey: float = 0.0

    @property
    def natural(self) -> HairColour:
        """The colour that grows, seen from afar: of brows, and of roots on the scalp."""
        grown = self.roots or self.base
        grown = grown if grown.melanin is not None else hair_colour(NATURAL_BROWS)
        return grown if self.grey == 0.0 else _greyed(grown, BROWS_GREY * self.grey)

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
        base = base + (hair_colour(GREY).absorption - base) * self._is_grey(strands.points[:, 0])[:, None, None]
        uneven: FloatArray = base * np.exp(UNEVEN * strands.variation)[:, None, None]
        return uneven

    def _is_grey(self, roots: FloatArray) -> FloatArray:
        """(n,) 1 for strands that have lost their colour, by where they are rooted: more of them at the temples."""
        drawn = np.modf(np.abs(np.sin(roots @ SCATTER)) * 43758.5453)[0]
        aside = np.clip((np.abs(roots[:, 0]) - 0.035) / 0.04, 0.0, 1.0)
        grey: FloatArray = (drawn < self.grey * (1.0 + TEMPLES * (1.0 - self.grey) * (2.0 * aside - 1.0))).astype(float)
        return grey

    def colours(self, length: float, along: FloatArray, streak: float) -> FloatArray:
        """(n, 3) linear colour ``along`` (n,) 0..1 a lock of this length in metres; ``streak`` 0 or 1."""
        base = linear(self.base.colour)
        if self.highlights is not None:
            base = base + (linear(self.highlights.colour) - base) * streak
        shown = np.broadcast_to(base, (len(along), 3))
        if self.roots is not None:
            shown = shown + (linear(self.roots.colour) - shown) * _root_share(along * length)[:, None]
        return shown


def beard_dye(hair: HairDye, colour: str | None) -> HairDye:
    """The dye of the beard that goes with hair: its own colour, or the one that grows; raises ``LookError``."""
    return HairDye(replace(hair, grey=0.0).natural if colour is None else hair_colour(colour), grey=hair.grey)


def _greyed(colour: HairColour, share: float) -> HairColour:
    """The colour that strands of ``colour`` with a share of grey ones among them have together."""
    grey = hair_colour(GREY)
    seen = linear(colour.colour) + (linear(grey.colour) - linear(colour.colour)) * share
    mixed = "#" + "".join(f"{round(255 * float(channel)):02x}" for channel in to_srgb(seen))
    melanin, redness = (
        (1 - share) * one + share * other
        for one, other in ((colour.melanin or 0.0, grey.melanin or 0.0), (colour.redness, grey.redness))
    )
    return HairColour(f"{colour.key}, greyed", colour.names, mixed, melanin, redness)


def _root_share(distance: FloatArray) -> FloatArray:
    share = np.clip((ROOTS[1] - distance) / (ROOTS[1] - ROOTS[0]), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def _streaks(roots: FloatArray) -> FloatArray:
    """(n,) how much a strand belongs to a streak, by where it is rooted: streaks run from front to back."""
    phase = np.pi * roots[:, 0] / STREAK + 0.8 * np.sin(roots[:, 1] / 0.031) + 0.7 * np.sin(roots[:, 2] / 0.023)
    wave = 0.5 + 0.5 * np.sin(phase)
    share: FloatArray = np.clip((wave - (1.0 - STREAKED)) / 0.15, 0.0, 1.0)
    return share
