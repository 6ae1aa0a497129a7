# SPDX-License-Identifier: GPL-3.0-or-later
"""Pattern program: two half circles and a waistband."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.blocks.band import ring
from garments.blocks.skirt import circle_half
from garments.dimensions import Dimensions
from garments.pattern import Anchor, Pattern, Seam


def draft(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A circle skirt.

    ``cut``: length_to_knee (1 = down to the knee), fullness (1 = a full circle), ease_waist, band_height, band_shrink.
    """
    waist = dims.waist_girth * (1.0 + cut["ease_waist"])
    length = (dims.waist_height - dims.knee_height) * cut["length_to_knee"]
    front, back = (circle_half(name, waist, length, cut["fullness"]) for name in ("front", "back"))
    seams = [Seam(("front", f"side_{side}"), ("back", f"side_{side}")) for side in ("left", "right")]
    joined = [((panel.name, "waist"), panel.edge("waist").length_cm) for panel in (back, front)]
    band, more = ring("waistband", joined, cut["band_height"], cut["band_shrink"], above=True, slot="trim")
    hip = waist + 2 * np.pi * cut["fullness"] * (dims.waist_height - dims.hip_height)
    girths = {"waist_girth": band.edge("free").length_cm, "hip_girth": hip}
    return Pattern((front, back, band), (*seams, *more), (Anchor("waistband", 0.0),), girths)
