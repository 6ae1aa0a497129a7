# SPDX-License-Identifier: GPL-3.0-or-later
"""Tube skirts put together: front, back (with or without a vent), darts and a waistband."""

from __future__ import annotations

from collections.abc import Mapping

from garments.blocks.band import ring
from garments.blocks.skirt import TubeCut, cut_has_dart, matched, tube_half, tube_quarter
from garments.dimensions import Dimensions
from garments.girths import hip_girth
from garments.pattern import Anchor, Panel, Pattern, Placement, Seam
from garments.trims import Pleats, Trim

FRONT_DART = 9.0
BACK_DART = 12.5


def tube_skirt(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A pencil or A-line skirt.

    ``cut``: ease_waist, ease_hip (fractions), length_to_knee (1 = down to the knee), hem (width at the hem, share of
    the seat's), darts (1 or 0), vent (cm open at the centre back, 0 for none), band_height, band_shrink; of knife
    pleats pleat_width (cm, left out for none), pleat_under (how far each reaches under the next, share of that width),
    pleat_waist and pleat_hem (cm that their folds stand out).
    """
    waist = dims.waist_girth * (1.0 + cut["ease_waist"])
    seat = max(dims.hip_girth, dims.trunk_girth) * (1.0 + cut["ease_hip"])
    high_hip = dims.high_hip_girth * (1.0 + 0.5 * (cut["ease_waist"] + cut["ease_hip"]))
    levels = (0.0, dims.hip_height - dims.waist_height, (dims.knee_height - dims.waist_height) * cut["length_to_knee"])
    front_share = dims.hip_front / dims.hip_girth
    cuts = []
    for share, dart in ((front_share, FRONT_DART), (1.0 - front_share, BACK_DART)):
        # The waist is parted as the seat is, so that side seams hang straight.
        widths = (waist * share / 2, seat * share / 2, seat * share / 2 * cut["hem"])
        cuts.append(TubeCut(*widths, *levels, dart * cut["darts"], high_hip * share / 2))
    cuts[1] = matched(cuts[1], cuts[0])
    front, backs = tube_half("front", cuts[0]), _back(cuts[1], cut["vent"])
    panels = [front, *backs]
    seams = _side_seams(backs) + _darts(panels)
    if len(backs) == 2:
        seams.append(Seam(("back_left", "centre"), ("back_right", "centre")))
    band, more = _waistband(cuts, backs, cut)
    girths = {"waist_girth": band.edge("free").length_cm, "hip_girth": hip_girth(panels, dims)}
    pleats = _pleats(panels, seat, cut)
    return Pattern((*panels, band), (*seams, *more), (Anchor("waistband", 0.0),), girths, pleats)


def _pleats(panels: list[Panel], seat: float, cut: Mapping[str, float]) -> tuple[Trim, ...]:
    """Pleats of about the asked width at the seat, the same number in front and behind."""
    if cut.get("pleat_width", 0.0) <= 0.0:
        return ()
    count = max(4, round(seat / 2.0 / cut["pleat_width"]))
    under = cut["pleat_under"] * seat / 2.0 / count
    return tuple(Pleats(panel.name, count, under, cut["pleat_waist"], cut["pleat_hem"]) for panel in panels)


def _back(cut: TubeCut, vent: float) -> list[Panel]:
    if vent <= 0.0:
        return [tube_half("back", cut)]
    right = tube_quarter(cut, vent)
    return [right.mirror("back_left", Placement("skirt", "back_left", "waist")), right]


def _side_seams(backs: list[Panel]) -> list[Seam]:
    ends = [("back", "side_left"), ("back", "side_right")] if len(backs) == 1 else [(b.name, "side") for b in backs]
    return [Seam(("front", f"side_{side}"), end) for side, end in zip(("left", "right"), ends, strict=True)]


def _darts(panels: list[Panel]) -> list[Seam]:
    return [
        Seam((panel.name, edge.name), (panel.name, edge.name.replace("side", "centre")))
        for panel in panels
        for edge in panel.edges
        if edge.name.startswith("dart_side")
    ]


def _waistband(cuts: list[TubeCut], backs: list[Panel], cut: Mapping[str, float]) -> tuple[Panel, list[Seam]]:
    """Seen from above the walk runs anticlockwise: back from its left side to its right, front from right to left."""
    order: list[tuple[str, str]] = []
    lengths = {(panel.name, edge.name): edge.length_cm for panel in backs for edge in panel.edges}
    lengths |= {("front", edge.name): edge.length_cm for edge in tube_half("front", cuts[0]).edges}
    pieces = ["waist_side", "waist_centre"]
    if len(backs) == 2:
        left = pieces if cut_has_dart(cuts[1]) else ["waist"]
        order += [("back_left", name) for name in left] + [("back_right", name) for name in reversed(left)]
    else:
        order += _whole("back", cuts[1], ("left", "right"))
    order += _whole("front", cuts[0], ("right", "left"))
    joined = [(target, lengths[target]) for target in order]
    return ring("waistband", joined, cut["band_height"], cut["band_shrink"], above=True, slot="trim")


def _whole(name: str, cut: TubeCut, sides: tuple[str, str]) -> list[tuple[str, str]]:
    if not cut_has_dart(cut):
        return [(name, "waist")]
    first, last = sides
    edges = [f"waist_side_{first}", f"waist_centre_{first}", f"waist_centre_{last}", f"waist_side_{last}"]
    return [(name, edge) for edge in edges]
