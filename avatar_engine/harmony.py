# SPDX-License-Identifier: GPL-3.0-or-later
"""Which colours of clothes go together, by rules in OKLCH."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from avatar_engine.colour import Colour, hue_distance

# Less chroma than this goes with everything: greys, beiges, navy, denim.
NEUTRAL_CHROMA = 0.06
# Beside a vivid piece there is no second one of another hue.
VIVID_CHROMA = 0.11
# Hues go together when they are neighbours or opposites, degrees.
NEIGHBOURS, OPPOSITES = 40.0, 145.0
# Opposites shout unless one of them is muted.
MUTED_CHROMA = 0.085
MOST_HUES = 2
# Trousers and skirts stay below this.
LOWER_CHROMA = 0.1
# Between top and bottom, and between layers of which one shows at the other's edge.
CONTRAST, LAYER_CONTRAST = 0.14, 0.06


def is_neutral(colour: Colour) -> bool:
    """Whether a colour has no hue to speak of."""
    return colour.chroma < NEUTRAL_CHROMA


def goes_with(one: Colour, other: Colour) -> bool:
    """Whether two colours may be worn together."""
    if is_neutral(one) or is_neutral(other):
        return True
    apart = hue_distance(one, other)
    if apart <= NEIGHBOURS:
        return True
    if one.chroma > VIVID_CHROMA and other.chroma > VIVID_CHROMA:
        return False
    return apart >= OPPOSITES and min(one.chroma, other.chroma) <= MUTED_CHROMA


def harmonious(colours: Sequence[Colour]) -> bool:
    """Whether a whole outfit's colours go together: each pair, and not more than two families of hues."""
    coloured = [colour for colour in colours if not is_neutral(colour)]
    families: list[Colour] = []
    for colour in coloured:
        if all(hue_distance(colour, family) > NEIGHBOURS for family in families):
            families.append(colour)
    return len(families) <= MOST_HUES and all(goes_with(one, other) for one, other in combinations(coloured, 2))


def contrast(one: Colour, other: Colour) -> float:
    """Difference in lightness."""
    return abs(one.lightness - other.lightness)
