# SPDX-License-Identifier: GPL-3.0-or-later
"""Tops with a collar: shirts buttoned over a placket, jackets with open fronts, hoodies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from garments.blocks.band import ring
from garments.blocks.bodice import bodice, hem_level
from garments.blocks.collar import collar, split_at, split_neck
from garments.blocks.hood import hood_halves
from garments.blocks.pockets import box, patch_pockets
from garments.blocks.sleeve import sleeve
from garments.blocks.top import add_tuck, sleeve_seams
from garments.blocks.topstitching import topstitching
from garments.curves import Points, line, point
from garments.dimensions import Dimensions
from garments.girths import chest_girth, hip_girth
from garments.pattern import Panel, Pattern, Placement, Seam
from garments.trims import Button, Cord, Patch, Puff, Stowed, Trim

PLACKET = 3.2
FIRST_BUTTON = 5.0
LAST_BUTTON = 12.0
CUFF_BUTTON = 1.4
CORD_APART = 3.0


def shirt(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A shirt whose left front lies over the right one, or a jacket whose fronts hang open.

    ``cut``: the bodice's and the sleeve's, the collar's, those of ``patch_pockets``, cuff and cuff_shrink, front_gap
    (cm that each front ends short of the centre; below 0 the left one laps over by that), buttons (how many down the
    front), thread_rows (of stitches that show; without it there are none) and yoke (how far the yokes reach down from
    the neck behind, cm).
    """
    whole, back = bodice(dims, cut)
    gap = cut["front_gap"]
    if gap < 0.0:
        fronts = split_at(whole, gap, "front_left", "front_right")
    else:
        fronts = split_at(whole, gap, "front_left", "_")[0], split_at(whole, -gap, "_", "front_right")[1]
    left = sleeve(dims, cut, fronts[0].edge("armscye").length_cm, back.edge("armscye_left").length_cm)
    panels: list[Panel] = [*fronts, back, left, left.mirror("sleeve_right", Placement("sleeve", "right"))]
    seams = _body_seams() + ([Seam(("front_left", "centre"), ("front_right", "centre"))] if gap < 0.0 else [])
    _add_cuffs(panels, seams, cut)
    joined = [
        (end, _length(panels, end)) for end in (("front_left", "neck"), ("back", "neck"), ("front_right", "neck"))
    ]
    more, sewn = collar(joined, cut, "body")
    anchors = add_tuck(panels, seams, cut, ("back", "front_left", "front_right"))
    girths = {"chest_girth": chest_girth(panels)}
    if not anchors:
        girths["hip_girth"] = hip_girth(panels, dims)
    untucked = {key: value for key, value in cut.items() if key != "tuck_level"}
    trims = _front_trims(fronts[0], cut, hem_level(dims, untucked)) + _cuff_buttons(panels, cut)
    pockets, flaps = patch_pockets(fronts[0], cut)
    trims += pockets
    if "thread_rows" in cut:
        trims += topstitching([*fronts, back], more[-1], trims, cut)
    return Pattern((*panels, *more), (*seams, *sewn), anchors, girths, tuple(trims), tuple(flaps))


def hoodie(dims: Dimensions, cut: Mapping[str, float]) -> Pattern:
    """A pullover whose hood lies on the back: drawn as a collar that falls there, and cut as two halves.

    ``cut``: as for a shirt, hemband, hemband_shrink, pocket (cm wide), cord (cm that the drawstring hangs down), hood
    (height of its halves on paper), hood_roll and hood_back (cm that it stands off around the neck and on the back;
    with a roll of 0 it is stowed inside what is worn over it).
    """
    whole, back = bodice(dims, cut)
    front, back = split_neck(whole), split_neck(back)
    left = sleeve(dims, cut, front.edge("armscye_left").length_cm, back.edge("armscye_left").length_cm)
    panels: list[Panel] = [front, back, left, left.mirror("sleeve_right", Placement("sleeve", "right"))]
    seams = [
        Seam(("front", f"{edge}_{side}"), ("back", f"{edge}_{side}"))
        for edge in ("side", "shoulder")
        for side in ("left", "right")
    ]
    seams += sleeve_seams("left") + sleeve_seams("right")
    _add_cuffs(panels, seams, cut)
    hem = [(end, _length(panels, end)) for end in (("front", "hem"), ("back", "hem"))]
    band, sewn = ring("hemband", hem, cut["hemband"], cut["hemband_shrink"], above=False, slot="trim")
    necks = (("front", "neck_left"), ("back", "neck_left"), ("back", "neck_right"), ("front", "neck_right"))
    more, fold = collar([(end, _length(panels, end)) for end in necks], cut, "body")
    panels.append(band)
    girths = {"chest_girth": chest_girth(panels), "hip_girth": hip_girth(panels, dims)}
    halves = hood_halves(front.edge("neck_left").length_cm, back.edge("neck_left").length_cm, cut)
    trims: list[Trim] = [Patch("front", _kangaroo(whole, cut["pocket"]), piece="pocket"), *_cords(front, cut["cord"])]
    worn = Puff("collar", cut["hood_roll"], cut["hood_back"]) if cut["hood_roll"] > 0.0 else Stowed("collar")
    trims.append(worn)
    return Pattern((*panels, *more), (*seams, *sewn, *fold), (), girths, tuple(trims), tuple(halves))


def _body_seams() -> list[Seam]:
    seams = []
    for side in ("left", "right"):
        seams += [Seam((f"front_{side}", edge), ("back", f"{edge}_{side}")) for edge in ("side", "shoulder")]
        seams += [Seam((f"front_{side}", "armscye"), (f"sleeve_{side}", "cap_front"))]
        seams += [Seam(("back", f"armscye_{side}"), (f"sleeve_{side}", "cap_back"))]
        seams += [Seam((f"sleeve_{side}", "under_front"), (f"sleeve_{side}", "under_back"))]
    return seams


def _length(panels: list[Panel], end: tuple[str, str]) -> float:
    return next(panel for panel in panels if panel.name == end[0]).edge(end[1]).length_cm


def _add_cuffs(panels: list[Panel], seams: list[Seam], cut: Mapping[str, float]) -> None:
    if cut.get("cuff", 0.0) <= 0.0:
        return
    for side in ("left", "right"):
        end = (f"sleeve_{side}", "hem")
        joined = [(end, _length(panels, end))]
        band, sewn = ring(
            f"cuff_{side}", joined, cut["cuff"], cut["cuff_shrink"], above=False, slot="trim", sector=f"arm_{side}"
        )
        panels.append(band)
        seams.extend(sewn)


def _front_trims(left: Panel, cut: Mapping[str, float], hem: float) -> list[Trim]:
    """Placket, and buttons as far as the front shows; ``hem``: its level when worn outside."""
    edge = left.edge("centre").points
    x, top, low = float(edge[0][0]), float(edge[:, 1].max()), float(edge[:, 1].min())
    trims: list[Trim] = []
    if cut["front_gap"] < 0.0:
        trims.append(Patch("front_left", box(x, low, x + PLACKET, top)))
    count = int(cut.get("buttons", 0))
    for k in range(count):
        share = k / max(count - 1, 1)
        y = (top - FIRST_BUTTON) * (1.0 - share) + (min(low, hem) + LAST_BUTTON) * share
        if y < low + 1.0:
            break
        trims.append(Button("front_left", point(x + PLACKET / 2, y), cut.get("button_radius", 0.55)))
    return trims


def _cuff_buttons(panels: list[Panel], cut: Mapping[str, float]) -> list[Trim]:
    """One on each cuff, on its outer side."""
    if cut.get("buttons", 0) <= 0:
        return []
    trims: list[Trim] = []
    for panel in panels:
        if panel.name.startswith("cuff_"):
            x, y = panel.outline.T
            trims.append(Button(panel.name, point(0.5 * float(x.max() + x.min()), float(y.mean())), 0.5))
    return trims


def _cords(front: Panel, size: float) -> list[Trim]:
    """Both ends of the hood's drawstring, from beside the centre of the neck."""
    neck = front.edge("neck_left").points
    at = neck[np.abs(np.abs(neck[:, 0]) - CORD_APART).argmin()]
    # A drawstring's ends are never quite even.
    return [
        Cord("front", line(start, point(start[0] + sign * 0.4, start[1] - size - sign)), 0.55, "cords")
        for sign in (1.0, -1.0)
        for start in (point(sign * abs(at[0]), at[1] - 0.4),)
    ]


def _kangaroo(front: Panel, width: float) -> Points:
    """A pocket across the belly whose openings slant."""
    low = float(front.edge("hem").points[:, 1].max())
    half = width / 2
    return line(
        point(-half, low),
        point(half, low),
        point(half, low + 0.27 * width),
        point(0.62 * half, low + 0.62 * width),
        point(-0.62 * half, low + 0.62 * width),
        point(-half, low + 0.27 * width),
    )
