# SPDX-License-Identifier: GPL-3.0-or-later
"""Size advice: numbers against the pattern, words against the design, honest where nothing fits."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import numpy as np
import pytest

from avatar_engine.errors import FitError, LookError
from avatar_engine.fitting import body_dimensions
from avatar_engine.fitting.advice import size_advice
from avatar_engine.fitting.sizing import ease_cm, pattern_for, worn_pattern
from garments import Dimensions, Pattern, catalogue, fabrics
from garments.sizes import CHARTS, MADE_TO_MEASURE, graded_sizes, size_dimensions
from tests.fitting.people import person

SIZED = [spec for spec in catalogue().values() if len(spec.size_names()) > 1]


def wearer(chart: str, size: str, **changed: float) -> Dimensions:
    return replace(size_dimensions(chart, size), **changed)


@pytest.mark.parametrize("spec", SIZED, ids=lambda spec: spec.id)
@pytest.mark.parametrize(("chart", "size"), [("women", "S"), ("women", "3XL"), ("men", "M")])
def test_the_body_a_size_is_cut_for_is_advised_that_size(spec, chart, size):
    advice = size_advice(wearer(chart, size), spec.id)
    assert (advice.chart, advice.best) == (chart, size)
    assert {ease.word for ease in advice.best_fit.eases} == {"as designed"}
    assert "take" in str(advice.verdict())
    assert advice.remarks() == ()


def test_ease_is_the_patterns_girth_less_the_bodys():
    body = wearer("women", "M")
    for fit in size_advice(body, "t-shirt").sizes:
        girths = catalogue()["t-shirt"].draft(size_dimensions("women", fit.size)).girths_cm
        for ease in fit.eases:
            assert ease.garment_cm == pytest.approx(girths[ease.measurement])
        assert fit.eases[0].ease_cm == pytest.approx(girths["chest_girth"] - body.bust_girth)


def test_neighbours_of_the_best_size_are_compared_in_words_and_numbers():
    advice = size_advice(wearer("women", "M"), "t-shirt")
    assert [fit.size for fit in advice.neighbours()] == ["S", "M", "L"]
    smaller, _, larger = advice.neighbours()
    assert re.fullmatch(r"S: chest \+\d\.\d cm (close|tight), hip \+\d\.\d cm (close|tight)", str(smaller.phrase()))
    said = larger.phrase().say("fr")
    assert re.fullmatch(r"L : tour de poitrine \+\d\d\.\d cm ample, tour de bassin \+\d\d\.\d cm ample", said)
    assert advice.best_fit.labels_phrase() == "EU 40-42, FR 42-44, UK 14-16, US 10-12"
    assert [fit.size for fit in size_advice(wearer("men", "4XL"), "t-shirt").neighbours()] == ["3XL", "4XL"]


def test_cloth_that_cannot_stretch_that_far_rules_a_size_out_and_stretchier_cloth_lets_it_in():
    body = wearer("women", "M", waist_girth=82.0)
    tight = {fit.size: fit for fit in size_advice(body, "skirt-circle").sizes}["S"]
    assert tight.eases[0].word == "too tight"
    assert not tight.wearable
    stretched = {fit.size: fit for fit in size_advice(body, "skirt-circle", "jersey").sizes}["S"]
    assert stretched.eases[0].word == "tight"
    assert stretched.wearable


@pytest.mark.parametrize("spec", SIZED, ids=lambda spec: spec.id)
def test_what_is_called_too_tight_is_refused_by_the_fitting_and_nothing_else_for_tightness(spec):
    body = wearer("women", "L", waist_girth=90.0)
    for fit in size_advice(body, spec.id).sizes:
        if any(ease.word == "too tight" for ease in fit.eases):
            with pytest.raises(FitError, match="too small"):
                pattern_for(body, spec, fit.size)
        elif fit.wearable:
            pattern_for(body, spec, fit.size)


def test_a_refused_size_names_those_that_can_be_worn():
    spec = catalogue()["skirt-circle"]
    with pytest.raises(FitError) as caught:
        pattern_for(wearer("women", "L"), spec, "S")
    assert str(caught.value.where) == "waist"
    assert str(caught.value.hint).startswith("Size S is too small for this body; L, XL")
    with pytest.raises(FitError, match="no size of the chart can be worn, take made-to-measure"):
        pattern_for(wearer("women", "4XL", waist_girth=170.0), spec, "4XL")


def test_where_no_size_fits_made_to_measure_is_advised_with_the_reason():
    advice = size_advice(wearer("women", "4XL", bust_girth=185.0, waist_girth=170.0, hip_girth=185.0), "dress-a-line")
    assert advice.best is None
    assert [fit.size for fit in advice.neighbours()] == ["4XL"]
    assert str(advice.verdict()).startswith("no size fits; even 4XL: chest -")
    assert "made-to-measure" in str(advice.verdict())


def test_a_body_between_sizes_is_told_what_the_nearest_lacks():
    pear = wearer("women", "S", hip_girth=110.0, trunk_girth=110.0, thigh_girth=66.0)
    verdict = str(size_advice(pear, "trousers-straight").verdict())
    assert "comes nearest" in verdict
    assert "waist +" in verdict
    assert "Made-to-measure" in verdict


def test_lengths_that_belong_to_somebody_else_are_pointed_out():
    short = size_advice(wearer("women", "M", stature=150.0), "t-shirt")
    assert [str(remark) for remark in short.remarks()] == [
        "lengths are those of somebody 163 cm tall, you are 150 cm: sleeves and hems come out long"
        " (the avatar wears them turned up)"
    ]
    assert "short" in str(size_advice(wearer("women", "M", stature=185.0), "t-shirt").remarks()[0])


@pytest.mark.parametrize("garment", ["trousers-straight", "sweater", "dress-maxi"])
def test_what_is_longer_than_the_wearers_legs_and_arms_is_turned_up_to_them(garment):
    spec, size = catalogue()[garment], size_dimensions("women", "M")
    short = replace(
        size, stature=size.stature - 9.0, waist_height=size.waist_height - 6.0, arm_length=size.arm_length - 3.0
    )
    on_paper, worn = pattern_for(short, spec, "M"), worn_pattern(short, spec, "M")
    shorter = longest(on_paper) - longest(worn)
    assert shorter == pytest.approx(3.0 if garment == "sweater" else 6.0, abs=0.6)
    assert worn.girths_cm == pytest.approx(on_paper.girths_cm, abs=0.3)  # a leg narrows to its hem
    tall = replace(size, waist_height=size.waist_height + 6.0, arm_length=size.arm_length + 3.0)
    assert longest(worn_pattern(tall, spec, "M")) == pytest.approx(longest(on_paper), abs=1e-6)


def longest(pattern: Pattern) -> float:
    """Height of the panel that changes with legs or sleeves: the tallest, or the sleeve's."""
    sleeves = [panel for panel in pattern.panels if "sleeve" in panel.name]
    return max(float(np.ptp(panel.outline[:, 1])) for panel in sleeves or pattern.panels)


def test_a_garment_that_is_only_made_to_measure_says_so():
    advice = size_advice(wearer("women", "M"), "base-layer")
    assert (advice.sizes, advice.best) == ((), None)
    assert advice.verdict().say("fr") == "sur mesure seulement"


def test_a_body_is_measured_where_its_dimensions_are_not_given():
    body = person("woman")
    assert size_advice(body, "t-shirt") == size_advice(body_dimensions(body), "t-shirt")


@pytest.mark.parametrize(("garment", "fabric", "key"), [("t-shrt", None, "garment"), ("t-shirt", "jersy", "fabric")])
def test_unknown_names_are_refused_with_the_nearest(garment, fabric, key):
    with pytest.raises(LookError) as caught:
        size_advice(wearer("women", "M"), garment, fabric)
    assert caught.value.key == key
    assert "jersey" in str(caught.value.hint) or "t-shirt" in str(caught.value.hint)


def test_a_named_chart_is_worn_by_anybody_and_a_label_only_where_the_chart_has_it():
    woman, spec = wearer("women", "M"), catalogue()["t-shirt"]
    assert pattern_for(woman, spec, "men M").girths_cm == spec.draft(size_dimensions("men", "M")).girths_cm
    assert pattern_for(woman, spec, "EU 40").girths_cm == pattern_for(woman, spec, "M").girths_cm
    with pytest.raises(LookError, match="EU 32") as caught:
        pattern_for(woman, spec, "EU 50x")
    assert caught.value.key == "size"
    with pytest.raises(LookError, match="men's chart"):
        pattern_for(wearer("men", "M"), spec, "EU 38")


def test_the_cloth_chosen_decides_how_far_a_size_stretches():
    body, spec = wearer("women", "M", waist_girth=84.0), catalogue()["skirt-circle"]
    with pytest.raises(FitError):
        pattern_for(body, spec, "S")
    worn = pattern_for(body, spec, "S", "jersey")
    assert -0.25 * 84.0 < ease_cm(body, worn)["waist_girth"] < -fabrics()[spec.fabric].stretch_limit * 84.0


@pytest.mark.parametrize("chart", CHARTS)
def test_advice_is_json_with_words_in_the_language_asked(chart):
    document = size_advice(wearer(chart, "L"), "t-shirt").as_json("fr")
    assert [row["size"] for row in document["sizes"]] == list(graded_sizes())
    assert document["best"] == "L"
    assert {ease["word"] for ease in document["sizes"][3]["eases"]} == {"comme prévu"}


@pytest.mark.parametrize("garment", ["trousers-straight", "dress-sheath", "shirt"])
def test_a_body_beyond_the_chart_is_refused_every_size_with_the_reason_and_offered_made_to_measure(garment):
    largest, spec = size_dimensions("women", "4XL"), catalogue()[garment]
    girths = {key: 1.2 * value for key, value in asdict(largest).items() if key.endswith(("girth", "front"))}
    body = replace(largest, **girths)
    with pytest.raises(FitError) as refused:
        pattern_for(body, spec, "4XL")
    assert "Size 4XL is too small for this body; no size of the chart can be worn" in refused.value.say("en")
    assert "take made-to-measure" in refused.value.say("en")
    assert "sur-mesure" in refused.value.say("fr")
    assert "_girth" not in refused.value.say("fr")
    assert size_advice(body, garment).best is None
    assert pattern_for(body, spec, MADE_TO_MEASURE).girths_cm["hip_girth"] > body.hip_girth
