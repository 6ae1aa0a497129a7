# SPDX-License-Identifier: GPL-3.0-or-later
"""Every pattern of the wardrobe can be sewn: seams match, panels are whole, sizes grow."""

from __future__ import annotations

from functools import cache

import pytest

from garments import Dimensions, Pattern, catalogue, fabrics
from garments.check import crosses_itself
from garments.fabrics import materials
from garments.sizes import CHARTS, size_dimensions, size_names

CUT = [spec for spec in catalogue().values() if spec.source == "pattern"]
SIZES = size_names("alpha")[1:]
SMALL = {
    "bust_girth": -14.0,
    "bust_front": -7.0,
    "waist_girth": -16.0,
    "waist_front": -8.0,
    "hip_girth": -12.0,
    "high_hip_girth": -14.0,
}
HEAVY = {
    "bust_girth": 38.0,
    "bust_front": 20.0,
    "waist_girth": 50.0,
    "waist_front": 26.0,
    "hip_girth": 38.0,
    "hip_front": 19.0,
    "high_hip_girth": 44.0,
    "trunk_girth": 45.0,
    "upper_arm_girth": 14.0,
    "thigh_girth": 24.0,
    "knee_girth": 9.0,
    "crotch_front": 3.0,
    "crotch_back": 8.0,
    "front_length": 6.0,
}


def bodies() -> dict[str, Dimensions]:
    found = {f"{chart} {size}": size_dimensions(chart, size) for chart in CHARTS for size in SIZES}
    found |= {f"small {chart}": size_dimensions(chart, "S").graded(SMALL) for chart in CHARTS}
    return found | {f"heavy {chart}": size_dimensions(chart, "M").graded(HEAVY) for chart in CHARTS}


@cache
def drafted(garment: str, who: str) -> Pattern:
    return catalogue()[garment].draft(bodies()[who])


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", bodies())
def test_sewn_edges_are_equally_long_but_for_declared_ease(spec, who):
    pattern = drafted(spec.id, who)
    worst = max(pattern.seams, key=pattern.mismatch_cm)
    assert pattern.mismatch_cm(worst) < 0.05, worst


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", bodies())
def test_panels_are_closed_and_run_counter_clockwise(spec, who):
    for panel in drafted(spec.id, who).panels:
        assert panel.area_cm2 > 20.0, panel.name
        assert not crosses_itself(panel.outline), panel.name
        for edge, following in zip(panel.edges, (*panel.edges[1:], panel.edges[0]), strict=True):
            assert edge.points[-1] == pytest.approx(following.points[0], abs=1e-9), (panel.name, edge.name)


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
@pytest.mark.parametrize("who", bodies())
def test_a_garment_is_wider_than_the_body_it_is_cut_for(spec, who):
    for key, girth in drafted(spec.id, who).girths_cm.items():
        body = getattr(bodies()[who], {"chest_girth": "bust_girth"}.get(key, key))
        assert 0.0 < girth - body < 0.45 * body or key == "hip_girth", key
        assert girth > body, key


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
def test_panels_and_trims_lie_in_slots_that_the_garment_has(spec):
    pattern = drafted(spec.id, "women M")
    used = {panel.slot for panel in pattern.panels} | {trim.slot for trim in pattern.trims}
    assert used <= set(spec.slots)
    assert {trim.panel for trim in pattern.trims} <= {panel.name for panel in pattern.panels}


@pytest.mark.parametrize("spec", CUT, ids=lambda spec: spec.id)
@pytest.mark.parametrize("chart", CHARTS)
def test_every_size_is_larger_than_the_one_before(spec, chart):
    girths = [spec.draft(size_dimensions(chart, size)).girths_cm for size in SIZES]
    for smaller, larger in zip(girths, girths[1:], strict=False):
        for key in smaller:
            assert larger[key] > smaller[key] + 1.0, key


def test_an_unknown_dimension_is_refused():
    with pytest.raises(KeyError, match="elbow_width"):
        size_dimensions("men", "M").graded({"elbow_width": 1.0})


@pytest.mark.parametrize("spec", catalogue().values(), ids=lambda spec: spec.id)
def test_every_garment_is_fully_described(spec):
    assert set(spec.name) == {"en", "fr"}
    assert spec.fabric in fabrics()
    assert 0 <= spec.layer <= 6
    assert "body" in spec.slots
    assert set(spec.slot_fabrics) <= set(spec.slots)
    assert {spec.slot_material(slot, spec.fabric).id for slot in spec.slots} <= set(materials())
    assert all(len(colour) == 7 and int(colour[1:], 16) >= 0 for colour in spec.slots.values())
    assert spec.size_names()[0] == "made-to-measure"


def test_garments_are_listed_from_the_skin_outwards():
    layers = [spec.layer for spec in catalogue().values()]
    assert layers == sorted(layers)
    assert layers[0] == 0


def test_the_base_layer_has_no_pattern_to_draft():
    with pytest.raises(ValueError, match="base-layer"):
        catalogue()["base-layer"].draft(size_dimensions("women", "M"))
