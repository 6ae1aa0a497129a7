# SPDX-License-Identifier: GPL-3.0-or-later
"""A database that is locked, gone or full, and a full disk: said in the visitor's language, and nothing is lost."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from render_service.portal import database
from render_service.portal.accounts import profile
from render_service.portal.accounts.models import SessionRow
from render_service.portal.extensions import db, now
from render_service.portal.people.models import MeasurementSet
from render_service.portal.renders import queue
from tests.portal.conftest import LEA, PASSWORD, Visitor, text_of

FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
GONE = {"en": "The database does not answer", "fr": "La base de données ne répond pas"}
FULL = {"en": "The disk of this site is full", "fr": "Le disque de ce site est plein"}


@contextmanager
def locked(app: Flask, path: Path) -> Iterator[None]:
    """Somebody else writes and does not end."""
    fresh(app)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """SQLite has no room for another page."""

    def narrow(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as few as there are already
        connection.execute("PRAGMA cache_spill = OFF")

    fresh(app)
    with app.app_context():
        event.listen(db.engine, "connect", narrow)
        yield
        event.remove(db.engine, "connect", narrow)
    fresh(app)


def fresh(app: Flask) -> None:
    """Let connections be opened anew."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def count(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(MeasurementSet.id)).all())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_locked_database_is_said_and_what_was_typed_can_be_sent_again(
    app: Flask, visitor: Visitor, tmp_path: Path, impatient: None, language: str
) -> None:
    visitor.client.post("/language", data={"switch_language": language})
    visitor.sign_up()
    visitor.measure()
    typed = {**LEA, "name": 'Zoé "Z"', "csrf_token": visitor.token("/measure")}
    with locked(app, tmp_path / "data" / "atelier.sqlite3"):
        refused = visitor.client.post("/measure", data=typed)
        told = visitor.client.post(
            "/generate", json={"measurements": {"stature": 168}, "unit": "cm", "save": True},
            headers={"X-CSRFToken": typed["csrf_token"]},
        )  # fmt: skip
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert GONE[language] in text_of(refused)
    assert (told.status_code, told.mimetype) == (503, "application/problem+json")
    assert GONE[language] in told.get_json()["detail"]
    assert count(app) == 1
    again = {name: unescape(value) for name, value in FIELD.findall(refused.text.split("<main")[1])}
    assert again == typed
    assert visitor.client.post("/measure", data=again).status_code == 302
    assert count(app) == 2


def test_pages_can_be_read_while_the_database_is_locked(
    app: Flask, visitor: Visitor, another: Callable[[], Visitor], tmp_path: Path, impatient: None
) -> None:
    visitor.sign_up()
    person = visitor.measure()
    with app.app_context():
        db.session.execute(update(SessionRow).values(seen=now() - timedelta(minutes=5)))
        db.session.commit()
    with locked(app, tmp_path / "data" / "atelier.sqlite3"):
        assert visitor.get(person).status_code == 200, "that the session is in use is noted another time"
        newcomer = another().get("/measure")
        assert newcomer.status_code == 503, "its form could not be sent"
        assert GONE["en"] in newcomer.text
        assert another().get("/").status_code == 200
    assert visitor.get(person).status_code == 200


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_full_disk_is_said_and_nothing_that_was_kept_is_lost(app: Flask, visitor: Visitor, language: str) -> None:
    visitor.client.post("/language", data={"switch_language": language})
    visitor.sign_up()
    person = visitor.measure()
    token = visitor.token("/measure")
    answers = []
    with full(app):
        while not answers or (answers[-1].status_code == 302 and len(answers) < 60):
            answers.append(visitor.client.post("/measure", data={**LEA, "name": "n" * 60, "csrf_token": token}))
    refused = answers[-1]
    assert refused.status_code == 507
    assert FULL[language] in text_of(refused)
    assert "n" * 60 in refused.text
    assert count(app) == len(answers), "what was confirmed is there, what was refused is not"
    assert visitor.get(person).status_code == 200
    with app.app_context():
        assert db.session.scalar(db.text("PRAGMA integrity_check")) == "ok"
    assert visitor.client.post("/measure", data={**LEA, "csrf_token": token}).status_code == 302


@pytest.mark.parametrize(("language", "words"), [("en", "Nobody is in the studio"), ("fr", "Personne n'est au studio")])
def test_without_a_worker_orders_are_taken_and_wait_and_everybody_is_told(
    app: Flask, visitor: Visitor, language: str, words: str
) -> None:
    visitor.client.post("/language", data={"switch_language": language})
    visitor.sign_up()
    person = visitor.measure().rsplit("/", 1)[1]
    assert words in unescape(text_of(visitor.get(f"/people/{person}/pictures")))
    answer = visitor.ask("/renders", person=person)
    assert (answer.status_code, answer.get_json()["state"]) == (201, "queued")
    assert words in answer.get_json()["words"]
    job = f"/renders/{answer.get_json()['id']}"
    assert words in unescape(text_of(visitor.get(job)))
    with app.app_context():
        queue.hear("one")
    assert words not in visitor.get(f"{job}/status").get_json()["words"], "somebody is back"


def test_a_file_that_finds_no_room_is_said(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.sign_up()

    def no_room(_account: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(profile, "everything", no_room)
    answer = visitor.get("/profile/export")
    assert answer.status_code == 507
    assert FULL["en"] in answer.text


def test_a_password_is_never_written_back_into_a_page(
    app: Flask, visitor: Visitor, tmp_path: Path, impatient: None
) -> None:
    visitor.sign_up()
    token = visitor.token("/login")
    with locked(app, tmp_path / "data" / "atelier.sqlite3"):
        data = {"csrf_token": token, "email": "lea@example.org", "password": PASSWORD}
        refused = visitor.client.post("/login", data=data)
    assert refused.status_code == 503
    assert PASSWORD not in refused.text
    assert "Send it again" not in refused.text


def test_a_database_that_goes_away_in_between_is_said_and_the_visitor_stays_signed_in(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.sign_up()
    person = visitor.measure()
    typed = {**LEA, "csrf_token": visitor.token("/measure")}
    path = tmp_path / "data" / "atelier.sqlite3"
    fresh(app)
    path.rename(tmp_path / "away")
    path.mkdir()
    for answer in (visitor.get(person), visitor.client.post("/measure", data=typed)):
        assert (answer.status_code, GONE["en"] in answer.text) == (503, True)
        assert "Set-Cookie" not in answer.headers
    path.rmdir()
    (tmp_path / "away").rename(path)
    assert visitor.get(person).status_code == 200
