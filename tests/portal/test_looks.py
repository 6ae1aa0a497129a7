# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks under names: kept whole, listed, put on, compared, exported, ordered from, and gone with their person."""

from __future__ import annotations

import base64
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from avatar_engine.look import parse_look
from render_service.portal.extensions import db
from render_service.portal.people.models import Person, SavedLook
from render_service.portal.people.saved import MOST
from render_service.portal.renders.models import RenderJob
from tests.portal.conftest import LEA, PASSWORD, Visitor, text_of
from tests.portal.test_renders import make

SUNDAY = {
    "garment": [
        {"id": "dress-maxi", "size": "M", "colours": {"body": "#123456"}},
        {"id": "flats"},
    ],
    "hair": {"style": "bob", "colour": "#7a4fa0"},
    "pose": "walking",
}  # fmt: skip


def picture(size: tuple[int, int] = (360, 450), kind: str = "PNG") -> str:
    stream = io.BytesIO()
    Image.new("RGB", size, "#a03020").save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode("ascii")


@pytest.fixture
def person(visitor: Visitor) -> str:
    visitor.sign_up()
    return visitor.measure().rsplit("/", 1)[1]


def keep(visitor: Visitor, person: str, name: str = "Sunday", **more: object) -> str:
    answer = visitor.ask(f"/people/{person}/looks", **({"name": name, "look": SUNDAY, "picture": picture()} | more))
    assert answer.status_code in (200, 201), answer.text
    return str(answer.get_json()["id"])


def test_a_look_is_kept_with_its_picture_and_read_back_as_a_file(visitor: Visitor, person: str) -> None:
    look = keep(visitor, person)
    page = visitor.get(f"/people/{person}/looks")
    assert "Sunday" in text_of(page)
    assert "Maxi dress, M" in text_of(page)
    shown = visitor.get(f"/people/{person}/looks/{look}.webp")
    with Image.open(io.BytesIO(shown.data)) as small:
        assert (small.format, small.size) == ("WEBP", (360, 450))
        assert np.abs(np.asarray(small.convert("RGB"))[9, 9] - [0xA0, 0x30, 0x20]).max() < 6
    file = visitor.get(f"/people/{person}/looks/{look}.toml")
    assert parse_look(tomllib.loads(file.text)) == parse_look(SUNDAY)
    assert "attachment" in file.headers["Content-Disposition"]


def test_a_name_that_is_taken_keeps_the_look_anew(visitor: Visitor, person: str) -> None:
    first = keep(visitor, person)
    again = visitor.ask(f"/people/{person}/looks", name="  Sunday\n", look={"pose": "relaxed"})
    assert (again.status_code, again.get_json()["id"], again.get_json()["new"]) == (200, first, False)
    assert visitor.get(f"/people/{person}/looks/{first}.webp").status_code == 404
    assert 'pose = "relaxed"' in visitor.get(f"/people/{person}/looks/{first}.toml").text


def test_a_kept_look_is_put_on_renamed_and_erased(app: Flask, visitor: Visitor, person: str) -> None:
    sunday, monday = keep(visitor, person), keep(visitor, person, "Monday", look={"garment": [{"id": "shirt"}]})
    path = f"/people/{person}/looks/{sunday}"
    assert visitor.post(f"{path}/wear").headers["Location"] == f"/people/{person}"
    with app.app_context():
        assert db.session.get_one(Person, person).look == SUNDAY
    visitor.post(f"{path}/name", {"name": "Monday"})
    assert "Another look is called Monday." in text_of(visitor.get(f"/people/{person}/looks"))
    visitor.post(f"{path}/name", {"name": "Garden <party>"})
    assert "Garden &lt;party&gt;" in visitor.get(f"/people/{person}/looks").text
    assert visitor.get(f"{path}/delete").status_code == 200
    visitor.post(f"{path}/delete")
    assert visitor.get(f"{path}.toml").status_code == 404
    assert visitor.get(f"/people/{person}/looks/{monday}.toml").status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"name": " \t", "look": {}}, "name"),
        ({"name": 5, "look": {}}, "name"),
        ({"name": "x", "look": []}, "look"),
        ({"name": "x", "look": {"garment": [{"id": "t-shrit"}]}}, "t-shirt"),
        ({"name": "x", "look": {}, "picture": "not a picture"}, "PNG"),
        ({"name": "x", "look": {}, "picture": base64.b64encode(b"<svg onload=alert(1)>").decode()}, "PNG"),
        ({"name": "x", "look": {}, "picture": picture((2001, 2))}, "2000"),
        ({"name": "x", "look": {}, "picture": picture((4, 4), "GIF")}, "PNG"),
        ({"name": "x", "look": {}, "picture": 7}, "PNG"),
        ({"name": "x", "look": {}, "colour": "red"}, "name, look, picture"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_is_wrong(
    visitor: Visitor, person: str, content: dict[str, object], words: str
) -> None:
    answer = visitor.ask(f"/people/{person}/looks", **content)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert words in answer.get_json()["detail"]
    assert "No look is kept yet" in text_of(visitor.get(f"/people/{person}/looks"))


def test_there_is_room_for_so_many_looks(app: Flask, visitor: Visitor, person: str) -> None:
    with app.app_context():
        db.session.add_all(SavedLook(person_id=person, name=str(i), look={}) for i in range(MOST))
        db.session.commit()
    full = visitor.ask(f"/people/{person}/looks", name="one more", look={})
    assert (full.status_code, str(MOST) in full.get_json()["detail"]) == (409, True)
    assert visitor.ask(f"/people/{person}/looks", name="7", look=SUNDAY).status_code == 200


def test_two_looks_are_compared_in_pictures_and_words(visitor: Visitor, person: str) -> None:
    sunday = keep(visitor, person)
    visitor.ask("/update_cloth", person=person, look={"garment": [{"id": "hoodie"}]}, save=True)
    page = visitor.get(f"/people/{person}/compare")
    assert f'<option value="{sunday}" selected>' in page.text
    assert '<option value="worn" selected>' in page.text
    assert "Maxi dress, M" in text_of(page)
    assert "Hoodie" in text_of(page)
    other = visitor.get(f"/people/{person}/compare?left=bare&right={sunday}").text
    assert '<option value="bare" selected>' in other
    assert visitor.get(f"/people/{person}/compare?left=nonsense").status_code == 200


def test_then_and_now_are_compared_and_others_days_are_not(
    visitor: Visitor, person: str, another: Callable[[], Visitor]
) -> None:
    visitor.post(f"/people/{person}/measurements", LEA | {"waist_girth": "88"})
    history = visitor.get(f"/people/{person}/history").text
    (then,) = re.findall(r"compare\?then=([0-9a-f]+)", history)
    page = visitor.get(f"/people/{person}/compare?then={then}").text
    assert re.findall(r'<option value="(\w+)" data-age="" selected>', page)[0] == then
    assert page.count('<option value="worn" selected>') == 2
    waists = [
        visitor.ask("/update_feature", person=person, measured=day).get_json()["measurements"]["waist_girth"]["asked"]
        for day in (then, None)
    ]
    assert waists == [74.0, 88.0]
    stranger = another()
    other = stranger.measure().rsplit("/", 1)[1]
    assert stranger.ask("/update_feature", person=other, measured=then).status_code == 422


def test_without_webgl_there_is_a_drawing_and_then_the_newest_picture(
    app: Flask, visitor: Visitor, person: str
) -> None:
    look = {"garment": [{"id": "t-shirt", "colours": {"body": "#1040c0"}}], "skin": {"tone": 2}}
    visitor.ask("/update_cloth", person=person, look=look, save=True)
    (path,) = re.findall(r'class="instead" src="([^"]+)"', visitor.get(f"/people/{person}").text)
    with Image.open(io.BytesIO(visitor.get(path).data)) as drawing:
        pixels = np.asarray(drawing.convert("RGBA"), dtype=int)
    assert pixels.shape[0] > 2 * pixels.shape[1] * 0.7
    chest, corner = pixels[int(0.3 * pixels.shape[0]), pixels.shape[1] // 2], pixels[0, 0]
    assert chest[2] > chest[0] + 60
    assert corner[3] == 0
    face = pixels[int(0.12 * pixels.shape[0]), pixels.shape[1] // 2]
    assert face[0] > face[2] > 60
    visitor.ask("/renders", person=person, quality="draft", views=["front", "back"])
    job = make(app)
    assert f'class="instead" src="/renders/{job}/0.png"' in visitor.get(f"/people/{person}").text


def test_pictures_are_ordered_of_a_kept_look(app: Flask, visitor: Visitor, person: str) -> None:
    sunday = keep(visitor, person)
    visitor.ask("/update_cloth", person=person, look={"garment": [{"id": "hoodie"}]}, save=True)
    form = visitor.get(f"/people/{person}/pictures?look={sunday}")
    assert "Maxi dress, M" in text_of(form)
    assert f'value="{sunday}" checked' in form.text
    sent = {"views": "front", "quality": "draft", "pose": "walking", "look": sunday}
    assert visitor.post(f"/people/{person}/pictures", sent).status_code == 302
    with app.app_context():
        assert db.session.scalars(select(RenderJob)).one().wish["look"] == SUNDAY
    assert visitor.post(f"/people/{person}/pictures", sent | {"look": "0" * 32}).status_code == 404


def test_looks_come_along_at_sign_up_are_in_the_copy_of_ones_data_and_are_erased_with_it(
    app: Flask, visitor: Visitor
) -> None:
    person = visitor.measure().rsplit("/", 1)[1]
    look = keep(visitor, person)
    visitor.sign_up()
    assert visitor.get(f"/people/{person}/looks/{look}.toml").status_code == 200
    with zipfile.ZipFile(io.BytesIO(visitor.get("/profile/export").data)) as archive:
        (told,) = json.loads(archive.read("atelier.json"))["people"]
        assert [(each["name"], each["look"]) for each in told["looks"]] == [("Sunday", SUNDAY)]
        small = archive.read(f"people/{person}/looks/{look}.webp")
    assert small == visitor.get(f"/people/{person}/looks/{look}.webp").data
    visitor.post("/profile/erase", {"current": PASSWORD})
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SavedLook)) == 0
