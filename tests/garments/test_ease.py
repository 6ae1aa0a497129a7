# SPDX-License-Identifier: GPL-3.0-or-later
"""The ease that a garment declares is the ease its cloth has, in every size and made to measure."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from shapely import LineString, Polygon

from avatar_engine.fitting.dimensions import body_dimensions
from garments import Dimensions, Panel, Pattern, catalogue
from garments.blocks.trouser import band_girth
from garments.check import ease_faults
from garments.sizes import CHARTS, graded_sizes, size_dimensions
from tests.fitting.people import PEOPLE, person

CUT = [spec for spec in catalogue().values() if spec.source == "pattern"]
GUIDE = (Path(__file__).parents[2] / "docs" / "garments.md").read_text("utf-8")
PROMISED = GUIDE.partition("## What was measured")[0]  # further down are tables of other figures
COLUMNS = ("chest_girth", "waist_girth", "hip_girth", "thigh_girth")


@cache
def bodies() -> dict[str, Dimensions]:
    found = {f"{chart} {size}": size_dimensions(chart, size) for chart in CHARTS for size in graded_sizes()}
    return found | {name: body_dimensions(person(name)) for name in PEOPLE}


def across(panel: Panel, level: float) -> float:
    """Cloth of a panel along a level line, cm; fronts that lap over or stand apart count to the centre."""
    reach = LineString([(-500.0, level), (500.0, level)])
    if panel.placement.sector in ("front_left", "front_right") and panel.placement.tube == "torso":
        cut = reach.intersection(Polygon(panel.outline)).bounds
        return max(abs(cut[0]), abs(cut[2]))
    return float(reach.intersection(Polygon(panel.outline)).length)


def measured(pattern: Pattern, body: Dimensions) -> dict[str, tuple[float, tuple[float, ...]]]:
    """Per measurement key the cloth's girth by another library, and the body's girths it may be meant for, cm."""
    tubes = {
        tube: [panel for panel in pattern.panels if panel.placement.tube == tube] for tube in ("torso", "skirt", "leg")
    }
    hips = (body.hip_girth, max(body.hip_girth, body.trunk_girth))
    found: dict[str, tuple[float, tuple[float, ...]]] = {}
    if tubes["torso"]:
        low = min(max(e.points[:, 1].max() for e in p.edges if e.name.startswith("side")) for p in tubes["torso"])
        found["chest_girth"] = sum(across(panel, low - 1e-4) for panel in tubes["torso"]), (body.bust_girth,)
        waist = [e.length_cm for p in tubes["torso"] for e in p.edges if e.name.startswith("waist")]
        found["waist_girth"] = sum(waist), (body.waist_girth,)
        level = body.hip_height - body.neck_point_height
        hems = [e.points[:, 1].max() for p in tubes["torso"] for e in p.edges if e.name == "hem"]
        hem = max(hems, default=0.0)
        bands = [panel for panel in pattern.panels if panel.name == "hemband"]
        if bands and level < hem:
            found["hip_girth"] = float(np.ptp(bands[0].outline[:, 0])), hips
        else:
            found["hip_girth"] = sum(across(panel, max(level, hem + 1e-4)) for panel in tubes["torso"]), hips
    for tube in ("skirt", "leg"):
        if tubes[tube]:
            level = body.hip_height - body.waist_height
            found["hip_girth"] = sum(across(panel, level) for panel in tubes[tube]), hips
    for anchor in pattern.anchors:
        around = float(np.ptp(pattern.panel(anchor.panel).outline[:, 0]))
        found["waist_girth"] = around, (band_girth(body, anchor.below_waist_cm),)
    if tubes["leg"]:
        left = [panel for panel in tubes["leg"] if panel.name.endswith("left")]
        crotch = min(panel.edge("inseam").points[:, 1].max() for panel in left)
        level = min(body.crotch_height - 2.0 - body.waist_height, crotch - 1e-4)
        found["thigh_girth"] = sum(across(panel, level) for panel in left), (body.thigh_girth,)
    return found


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", [f"{c} {s}" for c in CHARTS for s in graded_sizes()] + list(PEOPLE))
def test_the_cloth_has_the_ease_that_is_declared(spec, who):
    body = bodies()[who]
    pattern = spec.draft(body)
    cloth = measured(pattern, body)
    for key, ease in spec.target_ease.items():
        girth, around = cloth[key]
        assert min(abs(girth - (1.0 + ease) * one) for one in around) < 0.5, key
    for key, ease in spec.least_ease.items():
        girth, around = cloth[key]
        assert girth - (1.0 + ease) * around[0] > -0.5, key
    for key, girth in pattern.girths_cm.items():
        if key == "waist_girth" and pattern.anchors:
            girth *= cloth[key][1][0] / body.waist_girth
        if key in cloth:
            assert girth == pytest.approx(cloth[key][0], abs=0.05), key
    assert list(ease_faults(pattern, body, spec.target_ease, spec.least_ease)) == []


def test_the_guide_has_the_eases_of_every_garment():
    row_of_five = r"^\| ([\w-]+) \|(.*?)\|(.*?)\|(.*?)\|(.*?)\|$"
    rows = {name: cells for name, *cells in re.findall(row_of_five, PROMISED, re.MULTILINE)}
    for spec in CUT:
        told = [
            f"{100 * spec.target_ease[key]:.0f}" if key in spec.target_ease
            else f"≥ {100 * spec.least_ease[key]:.0f}" if key in spec.least_ease
            else ""
            for key in COLUMNS
        ]  # fmt: skip
        assert [cell.strip() for cell in rows[spec.id]] == told, spec.id


@pytest.mark.parametrize("who", [f"{c} {s}" for c in CHARTS for s in graded_sizes()] + list(PEOPLE))
def test_a_jacket_covers_the_tops_that_are_worn_under_it(who):
    def hem(garment: str) -> float:
        panels = [p for p in catalogue()[garment].draft(bodies()[who]).panels if p.placement.tube == "torso"]
        return min(edge.points[:, 1].min() for panel in panels for edge in panel.edges if edge.name == "hem")

    assert hem("jacket") < min(hem(inner) for inner in ("t-shirt", "shirt")) - 1.0
