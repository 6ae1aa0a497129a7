# SPDX-License-Identifier: GPL-3.0-or-later
"""Tops and dresses put together from bodice, sleeves and bands."""

from __future__ import annotations

from collections.abc import Mapping

from garments.blocks.band import ring
from garments.blocks.bodice import bodice
from garments.blocks.sleeve import sleeve
from garments.blocks.tuck import is_tucked, tuck_band
from garments.dimensions import Dimensions
from garments.girths import chest_girth, hip_girth
from garments.pattern import Anchor, Panel, Pattern, Placement, Seam

SIDE_SEAMS = tuple(
    Seam(("front", f"{edge}_{side}"), ("back", f"{edge}_{side}"))
    for edge in ("side", "shoulder")
    for side in ("left", "right")
)


def top(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A top by its parameters: those of bodice and (where sleeve_length is given) sleeve, and bands.

    neckband, hemband, cuff, armband: finished heights in cm (0 or absent = none), each with
    its shrink, for example neckband_shrink.
    """
    front, back = bodice(dims, cut)
    panels: list[Panel] = [front, back]
    seams = list(SIDE_SEAMS)
    if "sleeve_length" in cut:
        left = sleeve(dims, cut, front.edge("armscye_left").length_cm, back.edge("armscye_left").length_cm)
        panels += [left, left.mirror("sleeve_right", Placement("sleeve", "right"))]
        seams += sleeve_seams("left") + sleeve_seams("right")
    add_bands(panels, seams, cut)
    anchors = add_tuck(panels, seams, cut, ("back", "front"))
    girths = {"chest_girth": chest_girth(panels)}
    if "hem_waist_ease" not in cut:
        girths["hip_girth"] = hip_girth(panels, dims)
    return Pattern(tuple(panels), tuple(seams), anchors, girths)


def sleeve_seams(side: str) -> list[Seam]:
    """A sleeve set into the armscye, and its own seam."""
    name = f"sleeve_{side}"
    seams = [Seam((body, f"armscye_{side}"), (name, f"cap_{body}")) for body in ("front", "back")]
    return [*seams, Seam((name, "under_front"), (name, "under_back"))]


def add_bands(
    panels: list[Panel], seams: list[Seam], cut: Mapping[str, float], halves: tuple[str, str] = ("front", "back")
) -> None:
    """Append neckband, hem band, cuffs and armhole bands, as far as ``cut`` names them."""
    front, back = halves
    lengths = {(panel.name, edge.name): edge.length_cm for panel in panels for edge in panel.edges}

    def add(name: str, kind: str, targets: list[tuple[str, str]], above: bool, sector: str = "") -> None:
        if cut.get(kind, 0.0) > 0.0:
            joined = [(target, lengths[target]) for target in targets]
            panel, more = ring(name, joined, cut[kind], cut[f"{kind}_shrink"], above=above, slot="trim", sector=sector)
            panels.append(panel)
            seams.extend(more)

    add("neckband", "neckband", [(back, "neck"), (front, "neck")], True)
    add("hemband", "hemband", [(front, "hem"), (back, "hem")], False)
    for side in ("left", "right"):
        add(f"cuff_{side}", "cuff", [(f"sleeve_{side}", "hem")], False, f"arm_{side}")
        pair = [(front, f"armscye_{side}"), (back, f"armscye_{side}")]
        add(f"armband_{side}", "armband", pair if side == "left" else pair[::-1], True, f"out_{side}")


def add_tuck(
    panels: list[Panel], seams: list[Seam], cut: Mapping[str, float], halves: tuple[str, ...]
) -> tuple[Anchor, ...]:
    """Append the band of a tucked top below the hems of ``halves``, in the order of ``tuck_band``."""
    if not is_tucked(cut):
        return ()
    named = {panel.name: panel for panel in panels}
    band, sewn, anchor = tuck_band([((name, "hem"), named[name].edge("hem").length_cm) for name in halves], cut)
    panels.append(band)
    seams.extend(sewn)
    return (anchor,)
