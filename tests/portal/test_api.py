# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON interface: the seed's endpoints, one shape of error, and a description that is true."""

from __future__ import annotations

import gzip
import logging
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest
from flask import Flask

from avatar_engine.avatar import build_body
from avatar_engine.measurements import KEYS, complete
from render_service.portal.api.coding import coded, decoded
from render_service.portal.people.bodies import working
from tests.portal.conftest import LEA, Visitor

LARGEST_UPDATE = 120_000
PRINTED = {"garment": [{"id": "t-shirt", "print": {"tile": "/etc/passwd"}}]}


def positions(part: dict[str, object], step: float) -> np.ndarray:
    return decoded(str(part["positions"]), 3).view(np.int16) * step


def test_coded_numbers_come_back() -> None:
    values = np.random.default_rng(1).integers(0, 65536, (1000, 3))
    assert np.array_equal(decoded(coded(values), 3), values)


def test_generate_makes_the_body_that_the_engine_makes(visitor: Visitor) -> None:
    told = visitor.ask(
        "/generate",
        measurements={"stature": 66.5, "waist_girth": "29"},
        unit="in",
        sex="female",
        look={"pose": "a_pose"},
    ).get_json()
    body = build_body(complete({"stature": 66.5 * 0.0254, "waist_girth": 29 * 0.0254}, "female")).body
    part = next(part for part in told["parts"] if part["name"] == "body")
    assert np.abs(positions(part, told["step_m"]) - body.vertices).max() <= told["step_m"] / 2 + 1e-9
    assert list(told["measurements"]) == list(KEYS)
    assert told["measurements"]["stature"]["measured"] == pytest.approx(66.5, abs=0.02)
    assert told["measurements"]["hip_girth"]["given"] is False


def test_pages_do_not_wait_for_avatars_which_wait_for_each_other(visitor: Visitor) -> None:
    with ThreadPoolExecutor(1) as other:
        with working:  # somebody else's avatar is being made
            asked = other.submit(visitor.ask, "/generate", measurements={"stature": 171.3})
            assert visitor.get("/privacy").status_code == 200
            assert not wait([asked], timeout=0.5).done
        assert asked.result(timeout=60).status_code == 200


def test_generate_keeps_a_person_where_it_is_asked_to(visitor: Visitor) -> None:
    answer = visitor.ask("/generate", measurements={"stature": 170}, name="By script", save=True)
    assert answer.status_code == 201
    assert "By script" in visitor.get(answer.headers["Location"]).text


def test_a_slider_sends_only_what_changes(visitor: Visitor) -> None:
    person = visitor.measure().rsplit("/", 1)[1]
    first = visitor.ask("/update_feature", person=person).get_json()
    known = [part["mesh"] for part in first["parts"]]
    answer = visitor.ask("/update_feature", person=person, changes={"waist_girth": 80}, known=known)
    assert all("topology" not in part for part in answer.get_json()["parts"])
    assert len(gzip.compress(answer.data)) < LARGEST_UPDATE
    assert answer.get_json()["measurements"]["waist_girth"]["measured"] == pytest.approx(80.0, abs=0.05)
    assert answer.get_json()["measurements"]["chest_girth"]["measured"] == pytest.approx(92.5, abs=0.05)
    assert "74.0" in visitor.get(f"/people/{person}").text, "nothing is kept"


def test_clothes_are_put_on_and_the_look_is_kept(visitor: Visitor) -> None:
    person = visitor.measure().rsplit("/", 1)[1]
    look = {"garment": [{"id": "t-shirt", "size": "M", "colours": {"body": "#aa2233"}}], "skin": {"tone": 8}}
    told = visitor.ask("/update_cloth", person=person, look=look, save=True).get_json()
    shirt = next(part for part in told["parts"] if part["name"] == "t-shirt")
    assert shirt["looks"]["body"]["colour"] == "#aa2233"
    assert shirt["size"] == "M"
    assert not any(part["name"] == "body" for part in told["parts"])
    advice = told["advice"]["t-shirt"]
    assert advice["said"].startswith("M: ")
    (medium,) = [size for size in advice["sizes"] if size["worn"]]
    assert (medium["size"], [ease["place"] for ease in medium["eases"]]) == ("M", ["chest", "hip"])
    assert sum(size["best"] for size in advice["sizes"]) == 1
    for ease in medium["eases"]:
        assert f"{ease['place']} {ease['cm']} cm {ease['word']}" in advice["said"]
    visitor.client.post("/language", data={"switch_language": "fr"})
    french = visitor.ask("/update_cloth", person=person, look={"garment": [{"id": "t-shirt"}]}).get_json()["advice"]
    assert french["t-shirt"]["said"].startswith("Prendre ")
    again = visitor.ask("/update_feature", person=person).get_json()
    assert any(part["name"] == "t-shirt" for part in again["parts"])
    known = [part["mesh"] for part in again["parts"]]
    update = visitor.ask("/update_feature", person=person, changes={"hip_girth": 101}, known=known)
    assert len(gzip.compress(update.data)) < LARGEST_UPDATE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"measurements": {"stature": 1}}, "120.0 to 230.0 cm"),
        ({"measurements": {"statur": 170}}, "statur is no measurement"),
        ({"measurements": {"stature": [1]}}, "Stature"),
        ({"measurements": {"stature": True}}, "Stature"),
        ({"measurements": 5}, "measurements is an object"),
        ({"measurements": {"stature": 170}, "unit": "furlong"}, "cm or in"),
        ({"measurements": {"stature": 170}, "sex": "x"}, "sex is"),
        ({"measurements": {"stature": 170}, "known": "all"}, "known is"),
        ({"measurements": {"stature": 170}, "save": "yes"}, "save is"),
        ({"measurements": {"stature": 170}, "more": 1}, "more is not known"),
        ({"measurements": {"stature": 170}, "look": {"garment": [{"id": "tshirt"}]}}, "Did you mean t-shirt"),
        ({"measurements": {"stature": 170}, "look": {"skin": {"tone": 99}}}, "1 to 10"),
        (
            {
                "measurements": {"stature": 170},
                "look": {"garment": [{"id": "t-shirt", "print": {"tile": "/etc/passwd"}}]},
            },
            "",
        ),
        ({}, "At least one measurement"),
    ],
)
def test_what_cannot_be_made_is_a_problem_that_says_why(
    visitor: Visitor, content: dict[str, object], words: str
) -> None:
    answer = visitor.ask("/generate", **content)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == 422
    assert words in told["detail"]


def test_a_refused_measurement_names_field_value_unit_and_range(visitor: Visitor) -> None:
    (mistake,) = visitor.ask("/generate", measurements={"stature": 68}).get_json()["mistakes"]
    named = {key: mistake[key] for key in ("field", "value", "unit", "low", "high")}
    assert named == {"field": "stature", "value": "68", "unit": "cm", "low": 120.0, "high": 230.0}
    assert "68 in" in mistake["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("{", "application/json", 400), ("[]", "application/json", 422), ("x=1", "text/plain", 415)],
)
def test_what_is_not_json_is_a_problem_too(visitor: Visitor, body: str, kind: str, status: int) -> None:
    headers = {"X-CSRFToken": visitor.token("/generate"), "Accept": "application/json"}
    answer = visitor.client.post("/generate", data=body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_the_description_names_every_route_of_the_interface_and_no_other(app: Flask, visitor: Visitor) -> None:
    document = visitor.get("/openapi.json").get_json()
    told = {(path, method.upper()) for path, row in document["paths"].items() for method in row}
    routes = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
        if rule.endpoint.startswith("api.")
        and not rule.rule.startswith("/viewer/")
        and rule.endpoint not in ("api.openapi", "api.explain")
    } | {("/renders", "POST"), ("/renders/{job_id}/status", "GET"), ("/people/{person_id}/looks", "POST")}
    assert told == routes
    names = set(document["components"]["schemas"])
    assert {each["$ref"].rsplit("/", 1)[1] for each in refs(document)} == names


def test_answers_have_what_the_description_requires(visitor: Visitor) -> None:
    schemas = visitor.get("/openapi.json").get_json()["components"]["schemas"]
    answers = {
        "Avatar": visitor.ask("/generate", measurements={"stature": 170}),
        "Clothes": visitor.ask("/update_cloth", measurements={"stature": 170}),
        "Predictions": visitor.ask("/predict", **LEA),
        "Session": visitor.get("/session"),
        "Problem": visitor.ask("/generate", measurements={"stature": 17}),
    }
    for name, answer in answers.items():
        told = answer.get_json()
        assert set(schemas[name]["required"]) <= set(told)
        assert set(told) <= set(schemas[name]["properties"]), name


def test_measurements_are_never_logged(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.ask("/generate", measurements={"stature": 171.234})
    visitor.ask("/generate", measurements={"stature": 17.1234})
    visitor.post("/measure", LEA | {"stature": "171.234"})
    assert "171.234" not in caplog.text
    assert "17.1234" not in caplog.text


def refs(content: object) -> list[dict[str, str]]:
    if isinstance(content, dict):
        own = [content] if "$ref" in content else []
        return own + [each for value in content.values() for each in refs(value)]
    return [each for value in content for each in refs(value)] if isinstance(content, list) else []
