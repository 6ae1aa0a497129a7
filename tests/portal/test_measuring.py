# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of measurements, the avatar's table, and measurements over time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from avatar_engine.measurements import KEYS, MEASUREMENTS
from render_service.portal.extensions import db
from render_service.portal.people.chart import charts
from render_service.portal.people.drawings import FRAMES, SPRITE
from render_service.portal.people.models import MeasurementSet, Person
from tests.portal.conftest import LEA, Visitor, text_of


def value_of(page: str, key: str) -> str:
    found = re.search(rf'<input id="{key}"[^>]*value="([^"]*)"', page)
    assert found
    return found.group(1)


def test_every_field_has_a_label_with_its_unit_a_drawing_and_two_sentences(visitor: Visitor) -> None:
    page = visitor.get("/measure").text
    for row in MEASUREMENTS:
        assert re.search(rf'<label for="{row.key}">[^<]+ <span class="unit">\(<span data-unit>cm</span>\)', page)
        assert f'<use href="#tape-{row.key}"/>' in page
        assert f'<symbol id="tape-{row.key}"' in page
        assert row.definition_en.replace("'", "&#39;") in page
        assert re.search(rf'<input id="{row.key}" name="{row.key}" type="text" inputmode="decimal"', page)
    assert re.findall(r"<legend>(Overall|Torso|Arms|Legs)</legend>", page) == ["Overall", "Torso", "Arms", "Legs"]
    assert set(FRAMES) == set(KEYS)
    assert SPRITE.stat().st_size < 40_000


@pytest.mark.parametrize(("changes", "style"), [({"sex": "female"}, "bob"), ({"sex": "male"}, "short"), ({}, "bob")])
def test_the_first_hair_goes_with_the_body(app: Flask, visitor: Visitor, changes: dict[str, str], style: str) -> None:
    person = visitor.measure(**changes).rsplit("/", 1)[1]
    with app.app_context():
        assert db.session.get_one(Person, person).look == {"hair": {"style": style}}


def test_a_blank_shows_its_prediction_with_its_interval_in_place_and_can_be_kept(visitor: Visitor) -> None:
    page = visitor.post("/measure", LEA | {"action": "predict"}).text
    guess = re.search(r'id="neck_girth-guess">≈ ([\d.]+) ± ([\d.]+)<', page)
    assert guess
    assert 28 < float(guess.group(1)) < 37
    assert 0.5 < float(guess.group(2)) < 4
    kept = visitor.post("/measure", LEA | {"pin": "neck_girth"}).text
    assert float(value_of(kept, "neck_girth")) == float(guess.group(1))
    assert 'id="neck_girth-guess"></span>' in kept


def test_the_unit_converts_what_is_typed_and_leaves_what_it_cannot_read(visitor: Visitor) -> None:
    page = visitor.post("/measure", LEA | {"calf_girth": "about 36", "switch_unit": "in"}).text
    assert value_of(page, "stature") == "66.14"
    assert value_of(page, "calf_girth") == "about 36"
    back = visitor.post("/measure", {"stature": "66.14", "unit": "in", "switch_unit": "cm"}).text
    assert value_of(back, "stature") == "168"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"stature": "66"}, "stature", "Did you mean 66 in, which is 167.6 cm? You chose cm."),
        ({"waist_girth": "740"}, "waist_girth", "Stature"),
        ({"hip_girth": "nine"}, "hip_girth", "Write the number alone"),
        ({"age_years": "9"}, "age_years", "18 to 100 years"),
        ({"chest_girth": "-92"}, "chest_girth", "minus"),
        ({"waist_girth": "<script>alert(1)</script>"}, "waist_girth", "Waist girth"),
        ({"neck_girth": "１２"}, "neck_girth", "digits 0 to 9"),
        ({"neck_girth": "9" * 5000}, "neck_girth", "Neck girth"),
        ({"neck_girth": "nan"}, "neck_girth", "blank"),
    ],
)
def test_a_mistake_is_linked_and_names_value_unit_range_and_the_likely_slip(
    visitor: Visitor, changes: dict[str, str], field: str, words: str
) -> None:
    answer = visitor.post("/measure", LEA | changes)
    assert answer.status_code == 422
    summary = answer.text[answer.text.index('role="alert"') : answer.text.index("<h1>")]
    assert f'href="#{field}"' in summary
    assert words in text_of(answer)
    assert "<script>alert" not in answer.text
    assert value_of(answer.text, "chest_girth") == changes.get("chest_girth", "92.5"), "what was typed is still there"


def test_nothing_typed_asks_for_one_measurement(visitor: Visitor) -> None:
    answer = visitor.post("/measure", {"unit": "cm"})
    assert answer.status_code == 422
    assert "At least one measurement is needed" in answer.text


def test_the_table_shows_what_was_asked_and_what_the_tape_reads(visitor: Visitor) -> None:
    page = visitor.get(visitor.measure()).text
    rows = re.findall(r'<tr data-key="(\w+)"( class="predicted")?>(.*?)</tr>', page, re.DOTALL)
    assert [key for key, _, _ in rows] == list(KEYS)
    for key, predicted, cells in rows:
        asked, measured, difference = (float(n) for n in re.findall(r'<td class="number">\s*(-?[\d.]+)', cells))
        assert bool(predicted) == (key not in LEA)
        assert ("±" in cells) == bool(predicted)
        if not predicted:
            assert asked == float(LEA[key])
            assert abs(difference) < 0.5
            assert abs(measured - asked) < 0.1


def test_measuring_again_keeps_what_was_before_and_draws_how_it_changed(app: Flask, visitor: Visitor) -> None:
    person = visitor.measure()
    assert value_of(visitor.get(f"{person}/measurements").text, "chest_girth") == "92.5"
    visitor.post(f"{person}/measurements", LEA | {"waist_girth": "72"})
    page = visitor.get(f"{person}/history").text
    assert page.count("<polyline") == 4
    assert "from 74.0 to 72.0 cm" in page
    with app.app_context():
        sets = list(db.session.scalars(select(MeasurementSet).order_by(MeasurementSet.taken)))
        sets[0].taken -= timedelta(days=30)
        line = next(chart for chart in charts(sets, "cm") if chart.key == "waist_girth")
    assert line.points[0][0] < line.points[1][0]
    assert line.points[0][1] < line.points[1][1], "a smaller waist is drawn lower"


def test_a_person_can_be_renamed_downloaded_and_erased(visitor: Visitor) -> None:
    person = visitor.measure()
    visitor.post(f"{person}/name", {"name": "  Aunt \n Zoé <b> " + "x" * 200})
    assert "Aunt Zoé &lt;b&gt;" in visitor.get(person).text
    assert visitor.get(f"{person}/body.glb").data[:4] == b"glTF"
    visitor.post(f"{person}/delete")
    assert visitor.get(person).status_code == 404
