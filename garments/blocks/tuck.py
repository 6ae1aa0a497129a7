# SPDX-License-Identifier: GPL-3.0-or-later
"""A top as it is worn inside a waistband: cut off there, and gathered into a band that the body's girth decides.

What lies lower down inside trousers or skirt does not show and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from garments.blocks.band import ring
from garments.pattern import Anchor, Panel, Seam

TUCK = "tuck"


def is_tucked(cut: Mapping[str, float]) -> bool:
    """Whether a cut is that of a tucked top."""
    return "tuck_girth" in cut


def tuck_band(
    hems: Sequence[tuple[tuple[str, str], float]], cut: Mapping[str, float]
) -> tuple[Panel, list[Seam], Anchor]:
    """The band under the waistband, its seams and what holds it there.

    Parameters
    ----------
    hems : ((panel, edge), length in cm), clockwise seen from above
    cut : tuck_girth and tuck_height of the band, and tuck_top, its upper edge above the natural waist, cm
    """
    around = sum(size for _, size in hems)
    shrink = 1.0 - cut["tuck_girth"] / around
    panel, seams = ring(TUCK, hems, cut["tuck_height"], shrink, above=False, slot="body")
    return panel, seams, Anchor(TUCK, cut["tuck_height"] - cut["tuck_top"])
