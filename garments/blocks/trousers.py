# SPDX-License-Identifier: GPL-3.0-or-later
"""Trousers put together: four leg panels and a waistband that stays where it was put."""

from __future__ import annotations

from collections.abc import Mapping

from garments.blocks.band import ring
from garments.blocks.fly import fittings
from garments.blocks.jeans import jeans_trims
from garments.blocks.trouser import band_girth, trouser
from garments.dimensions import Dimensions
from garments.girths import hip_girth, thigh_girth
from garments.pattern import Anchor, Panel, Pattern, Placement, Seam


def trousers(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """Trousers; ``cut`` as for the trouser block, and band_height, band_shrink, ease_waist; fly, pocket, scoop,
    loops and crease as for ``fittings``; thread_rows (of stitches that show) and what else ``jeans_trims`` asks for.
    """
    body = band_girth(dims, cut["below_waist"])
    front, back = trouser(dims, cut, body * (1.0 + cut["ease_waist"]))
    legs = [front, back]
    for half, leg in (("front", front), ("back", back)):
        name = f"{half}_right"
        legs.append(leg.mirror(name, Placement("leg", name, "waist")))
    seams = [Seam((f"{half}_left", "crotch"), (f"{half}_right", "crotch")) for half in ("front", "back")]
    for side in ("left", "right"):
        seams += [Seam((f"front_{side}", edge), (f"back_{side}", edge)) for edge in ("inseam", "outseam")]
        if len(back.edges) > 5:
            seams.append(Seam((f"back_{side}", "dart_in"), (f"back_{side}", "dart_out")))
    band, more = _waistband(legs, cut)
    # Below the waist the band is longer; it fits a waist as much smaller as the body is there.
    waist = band.edge("free").length_cm * dims.waist_girth / body
    girths = {"waist_girth": waist, "hip_girth": hip_girth(legs, dims), "thigh_girth": thigh_girth(legs, dims)}
    anchor = Anchor("waistband", cut["below_waist"])
    trims, inner = fittings(legs, band, cut)
    if "thread_rows" in cut:
        trims += jeans_trims(legs, band, cut)
    return Pattern((*legs, band), (*seams, *more), (anchor,), girths, tuple(trims), tuple(inner))


def _waistband(legs: list[Panel], cut: Mapping[str, float]) -> tuple[Panel, list[Seam]]:
    lengths = {(leg.name, edge.name): edge.length_cm for leg in legs for edge in leg.edges}
    back = ["waist"] if ("back_left", "waist") in lengths else ["waist_out", "waist_in"]
    # From the centre front, where trousers open, round by the left side.
    order = [("front_left", "waist"), *(("back_left", edge) for edge in back)]
    order += [*(("back_right", edge) for edge in reversed(back)), ("front_right", "waist")]
    joined = [(target, lengths[target]) for target in order]
    return ring("waistband", joined, cut["band_height"], cut["band_shrink"], above=True, slot="trim")
