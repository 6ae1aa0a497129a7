# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordered pictures: what may be ordered, whose turn it is, and that nothing is made twice, lost, or seen by others."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from avatar_engine.body.pose import POSES as ENGINE_POSES
from avatar_engine.export.whole_file import write_whole
from blender_addon.scene.camera import FRAMINGS
from blender_addon.scene.presets import presets
from render_service.portal.extensions import db, now
from render_service.portal.look_fields import POSES
from render_service.portal.renders import queue
from render_service.portal.renders.choices import QUALITIES, TURNS, VIEWS, shots
from render_service.portal.renders.files import AVATAR, folder_of, picture_path
from render_service.portal.renders.models import RenderJob, RenderPicture
from tests.portal.conftest import PASSWORD, Visitor, text_of

WISH = {"views": ["front"], "quality": "draft"}


def ordered(visitor: Visitor, person: str, key: str = "", **changes: object):
    headers = {"X-CSRFToken": visitor.token("/")} | ({"Idempotency-Key": key} if key else {})
    return visitor.client.post("/renders", json={"person": person, **WISH, **changes}, headers=headers)


def member(visitor: Visitor, email: str = "lea@example.org") -> str:
    """A signed-up visitor's person."""
    visitor.sign_up(email)
    return visitor.measure().rsplit("/", 1)[1]


def make(app: Flask, executor: str = "one", caution: dict[str, str] | None = None) -> str:
    """The next job made as an executor does, with a small picture; its id."""
    with app.app_context():
        job = queue.claim_next(executor)
        assert job is not None
        for number, _shot in enumerate(shots(job.wish["views"])):
            content = BytesIO()
            Image.new("RGB", (40, 60), (number * 9, 90, 60)).save(content, "PNG")
            write_whole(picture_path(app.config["SETTINGS"], job.id, number), content.getvalue())
            assert queue.keep_picture(job.id, executor, number)
        write_whole(folder_of(app.config["SETTINGS"], job.id) / AVATAR, b"glTF")
        assert queue.keep_avatar(job.id, executor)
        assert queue.finish(job.id, executor, caution)
        return str(job.id)


def test_everything_that_can_be_ordered_is_known_to_those_who_make_it() -> None:
    assert set(QUALITIES) == set(presets())
    assert set(POSES) == set(ENGINE_POSES)
    wanted = shots(list(VIEWS))
    assert {shot.framing for shot in wanted} <= set(FRAMINGS)
    assert [shot.turn_deg for shot in wanted if shot.view == "turntable"] == [30.0 * turn for turn in range(TURNS)]


def test_pictures_are_ordered_watched_announced_and_taken_home(app: Flask, visitor: Visitor) -> None:
    person = member(visitor)
    page = visitor.get(f"/people/{person}/pictures")
    assert "60 of 60 pictures" in text_of(page)
    assert "Nobody is in the studio" in text_of(page)
    form = {"views": ["front", "back"], "quality": "draft", "pose": "walking", "key": "k1"}
    answer = visitor.post(f"/people/{person}/pictures", form)  # type: ignore[arg-type]
    place = answer.headers["Location"]
    with app.app_context():
        queue.hear("one")
    assert "this one is next" in text_of(visitor.get(place))
    assert visitor.get("/news").get_json() == {"open": 1, "words": "", "link": ""}
    make(app)
    assert "Pictures of Me are ready." in text_of(visitor.get("/people"))
    assert visitor.get("/news").get_json()["link"] == place
    done = visitor.get(place)
    assert "Download PNG" in text_of(done)
    assert visitor.get("/news").get_json()["words"] == "", "it was looked at"
    told = visitor.get(f"{place}/status").get_json()
    assert (told["state"], told["ordered"], len(told["pictures"])) == ("done", 2, 2)
    with Image.open(BytesIO(visitor.get(told["pictures"][1]).data)) as picture:
        assert picture.size == (40, 60)
    assert visitor.get(f"{place}/0.webp").mimetype == "image/webp"
    assert visitor.get(told["avatar"]).data == b"glTF"
    with zipfile.ZipFile(BytesIO(visitor.get(f"{place}/pictures.zip").data)) as archive:
        assert archive.namelist() == ["01-front.png", "02-back.png"]
    assert place in visitor.get("/gallery").text
    assert visitor.get(f"{place}/7.png").status_code == 404


def test_an_order_sent_twice_is_one_order(visitor: Visitor) -> None:
    person = member(visitor)
    first, again = ordered(visitor, person, "a-key"), ordered(visitor, person, "a-key")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["id"] == again.get_json()["id"]
    other = ordered(visitor, person, "a-key", views=["back"])
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert ordered(visitor, person).get_json()["id"] != ordered(visitor, person).get_json()["id"]


def test_an_order_shows_what_was_ordered_whatever_changes_afterwards(app: Flask, visitor: Visitor) -> None:
    person = member(visitor)
    look = {"garment": [{"id": "t-shirt"}]}
    job_id = ordered(visitor, person, look=look, pose="walking").get_json()["id"]
    visitor.post(f"/people/{person}/measurements", {"stature": "180", "unit": "cm"})
    with app.app_context():
        wish = db.session.get_one(RenderJob, job_id).wish
    assert wish["measurements"]["given"]["stature"] == pytest.approx(1.68)
    assert wish["look"] == {**look, "pose": "walking"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"views": []}, "view"),
        ({"views": ["inside"]}, "turntable"),
        ({"views": "front"}, "view"),
        ({"quality": "huge"}, "standard"),
        ({"pose": "handstand"}, "relaxed"),
        ({"look": {"garment": [{"id": "t-shrit"}]}}, "t-shirt"),
        ({"look": 7}, "look"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_order_that_cannot_be_made_is_refused_with_what_can(
    visitor: Visitor, changes: dict[str, object], word: str
) -> None:
    answer = ordered(visitor, member(visitor), **changes)
    assert answer.status_code == 422
    assert word in answer.get_json()["detail"]


def test_orders_are_for_accounts_and_for_ones_own_people(visitor: Visitor, another: Callable[[], Visitor]) -> None:
    guest = another()
    person = guest.measure().rsplit("/", 1)[1]
    assert ordered(guest, person).status_code == 401
    assert "/login" in guest.get(f"/people/{person}/pictures").headers["Location"]
    own = member(visitor)
    stranger = another()
    stranger.sign_up("stranger@example.org")
    assert ordered(stranger, own).status_code == 404


def test_a_quota_and_a_number_of_waiting_orders_are_kept(app: Flask, visitor: Visitor) -> None:
    person = member(visitor)
    answers = [ordered(visitor, person) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert "5 orders waiting" in answers[-1].get_json()["detail"]
    while visitor.get("/news").get_json()["open"]:
        make(app)
    ids = [ordered(visitor, person, views=["turntable"]).get_json()["id"] for _ in range(4)]
    refused = ordered(visitor, person, views=["turntable"])
    assert refused.status_code == 429
    assert "7 of your 60" in refused.get_json()["detail"]
    visitor.post(f"/renders/{ids[0]}/cancel")
    assert ordered(visitor, person, views=["turntable"]).status_code == 201, "what was never made does not count"


def test_owners_take_turns(app: Flask, visitor: Visitor, another: Callable[[], Visitor]) -> None:
    other = another()
    hers, his = member(visitor), member(other, "karim@example.org")
    first = [ordered(visitor, hers).get_json()["id"] for _ in range(3)]
    second = [ordered(other, his).get_json()["id"] for _ in range(2)]
    with app.app_context():
        assert [job.id for job in queue.waiting()] == [first[0], second[0], first[1], second[1], first[2]]
    assert visitor.get(f"/renders/{first[2]}/status").get_json()["before"] == 4
    assert [make(app) for _ in range(5)] == [first[0], second[0], first[1], second[1], first[2]]


def test_two_executors_never_take_the_same_job_nor_two_of_one_owner(
    app: Flask, visitor: Visitor, another: Callable[[], Visitor]
) -> None:
    other = another()
    hers, his = member(visitor), member(other, "karim@example.org")
    for _ in range(2):
        ordered(visitor, hers)
    ordered(other, his)
    with app.app_context():
        taken = [queue.claim_next(name) for name in ("one", "two", "three")]
        assert taken[2] is None
        assert taken[0] is not None
        assert taken[1] is not None
        assert taken[0].account_id != taken[1].account_id


def test_a_job_of_a_dead_executor_is_made_by_the_next_and_keeps_its_whole_pictures(
    app: Flask, visitor: Visitor
) -> None:
    job_id = ordered(visitor, member(visitor), views=["front", "back"]).get_json()["id"]
    with app.app_context():
        assert queue.claim_next("dead") is not None
        assert queue.keep_picture(job_id, "dead", 0)
        job = db.session.get_one(RenderJob, job_id)
        job.beat = now() - timedelta(seconds=60)
        db.session.commit()
        assert queue.sweep() == 1
        assert not queue.keep_picture(job_id, "dead", 1), "who comes back from the dead has lost it"
        assert not queue.finish(job_id, "dead")
        assert "ended in between" in visitor.get(f"/renders/{job_id}").text
        assert queue.claim_next("next") is not None
        assert queue.keep_picture(job_id, "next", 0), "the same picture again is the same picture"
        assert queue.keep_picture(job_id, "next", 1)
        assert queue.finish(job_id, "next")
        rows = db.session.scalars(select(RenderPicture.number).where(RenderPicture.job_id == job_id)).all()
        assert sorted(rows) == [0, 1]


def test_a_job_that_ends_every_executor_fails_with_a_reason(app: Flask, visitor: Visitor) -> None:
    job_id = ordered(visitor, member(visitor)).get_json()["id"]
    with app.app_context():
        for turn in range(queue.MOST_TRIES):
            assert queue.claim_next(f"number-{turn}") is not None
            queue.give_back(f"number-{turn}")
        assert queue.claim_next("one-more") is None
    told = visitor.get(f"/renders/{job_id}/status").get_json()
    assert told["state"] == "failed"
    assert "ended in between" in told["reason"]
    assert "could not be made" in text_of(visitor.get("/people"))


def test_what_may_show_in_pictures_is_said_beside_them(app: Flask, visitor: Visitor) -> None:
    person = member(visitor)
    ordered(visitor, person)
    clean = make(app)
    ordered(visitor, person)
    job_id = make(app, caution={"en": "jacket: goes through", "fr": "jacket : traverse"})
    page = visitor.get(f"/renders/{job_id}")
    assert '<p class="hint">jacket: goes through</p>' in page.text
    told = visitor.get(f"/renders/{job_id}/status").get_json()
    assert (told["state"], told["reason"]) == ("done", "jacket: goes through")
    assert visitor.get(f"/renders/{clean}/status").get_json()["reason"] == ""
    assert 'class="hint"' not in visitor.get(f"/renders/{clean}").text


def test_a_cancelled_order_is_nobodys_work_any_more(app: Flask, visitor: Visitor) -> None:
    job_id = ordered(visitor, member(visitor)).get_json()["id"]
    with app.app_context():
        assert queue.claim_next("one") is not None
    visitor.post(f"/renders/{job_id}/cancel")
    with app.app_context():
        assert not queue.report(job_id, "one", 0.5, "samples")
        assert not queue.finish(job_id, "one")
    assert visitor.get(f"/renders/{job_id}/status").get_json()["state"] == "cancelled"


@pytest.mark.parametrize("erase", ["order", "person", "account"])
def test_erasing_takes_the_files_along(app: Flask, visitor: Visitor, erase: str) -> None:
    person = member(visitor)
    ordered(visitor, person)
    job_id = make(app)
    folder = folder_of(app.config["SETTINGS"], job_id)
    stray = folder.with_name("f" * 32)
    write_whole(stray / "000.png", b"of a job that is gone")
    assert folder.is_dir()
    paths = {"order": f"/renders/{job_id}/delete", "person": f"/people/{person}/delete", "account": "/profile/erase"}
    assert visitor.post(paths[erase], {"current": PASSWORD}).status_code == 302
    assert not folder.exists()
    assert not stray.exists()
    with app.app_context():
        assert db.session.scalar(select(RenderPicture)) is None


def test_pictures_are_part_of_the_copy_of_everything(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    ordered(visitor, member(visitor))
    job_id = make(app)
    with zipfile.ZipFile(BytesIO(visitor.get("/profile/export").data)) as archive:
        names = archive.namelist()
        assert f"pictures/{job_id}/000.png" in names
        assert f"pictures/{job_id}/avatar.glb" in names
        assert job_id in archive.read("atelier.json").decode()


def test_a_link_shows_pictures_without_names_and_measurements_until_it_is_ended(
    app: Flask, visitor: Visitor, another: Callable[[], Visitor]
) -> None:
    visitor.sign_up()
    person = visitor.measure(name="Ottoline").rsplit("/", 1)[1]
    ordered(visitor, person)
    job_id = make(app)
    page = visitor.post(f"/renders/{job_id}/share").text
    path = re.search(r'value="http://localhost(/shared/[^"]+)"', page)
    assert path
    assert "Order again" not in page, "the order is done, and its page says so beside the link too"
    assert path.group(1) not in visitor.get(f"/renders/{job_id}").text, "shown once"
    friend = another()
    shown = friend.get(path.group(1))
    assert shown.status_code == 200
    for private in ("Ottoline", "lea@example.org", "168", "92.5", "/people/"):
        assert private not in shown.text
    assert friend.get(f"{path.group(1)}/0.png").mimetype == "image/png"
    assert friend.get(f"{path.group(1)}/1.png").status_code == 404
    assert friend.get(f"/renders/{job_id}/0.png").status_code == 302, "the link opens nothing else"
    assert friend.get("/shared/" + "x" * 43).status_code == 404
    end_path = re.search(rf"/renders/{job_id}/shares/\w+/end", visitor.get(f"/renders/{job_id}").text)
    assert end_path
    visitor.post(end_path.group())
    assert friend.get(path.group(1)).status_code == 404
    assert friend.get(f"{path.group(1)}/0.png").status_code == 404


def test_bodies_and_patterns_are_taken_home(visitor: Visitor) -> None:
    path = visitor.measure()
    obj = visitor.get(f"{path}/body.obj").text
    heights = [float(line.split()[2]) for line in obj.splitlines() if line.startswith("v ")]
    assert max(heights) - min(heights) == pytest.approx(1.68, abs=0.002)
    assert visitor.get(f"{path}/patterns/t-shirt.pdf").data.startswith(b"%PDF")
    drawing = visitor.get(f"{path}/patterns/t-shirt.svg")
    assert (drawing.mimetype, b"<svg" in drawing.data) == ("image/svg+xml", True)
    assert visitor.get(f"{path}/patterns/trainers.pdf").status_code == 404
    assert visitor.get(f"{path}/patterns/t-shirt.exe").status_code == 404
