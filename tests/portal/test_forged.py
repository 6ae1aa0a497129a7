# SPDX-License-Identifier: GPL-3.0-or-later
"""Cookies, tokens and links that are forged, used again or too old; content of the wrong kind, or too much of it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from render_service.portal.accounts.models import Account, ApiToken, SessionRow
from render_service.portal.accounts.sessions import hashed
from render_service.portal.extensions import db, now
from render_service.portal.people.models import MeasurementSet
from render_service.portal.renders.models import Share
from tests.portal.conftest import LEA, PASSWORD, Visitor, text_of
from tests.portal.test_renders import make, member, ordered
from tests.portal.test_tokens import token_of
from tests.portal.test_trouble import count, locked

PROBLEM = "application/problem+json"
FORGED = ("", "x", "x" * 43, "x" * 3900, "../../etc/passwd", "%00", "é", "' OR 1=1 --", "null", "a=b; c=d")


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_cookie_opens_nothing_and_breaks_nothing(visitor: Visitor, forged: str) -> None:
    visitor.sign_up()
    visitor.client.set_cookie("session", forged)
    assert visitor.get("/profile").status_code == 302
    page = visitor.get("/people")
    assert (page.status_code, "Sign in" in page.text) == (200, True)
    assert visitor.sign_in().status_code == 302, "and one can sign in with it in the browser"


def test_the_hash_that_the_database_keeps_is_no_cookie_token_or_link(app: Flask, visitor: Visitor) -> None:
    job_id = order_made(app, visitor)
    headers = token_of(visitor, "write")
    visitor.post(f"/renders/{job_id}/share")
    with app.app_context():
        session, token, share = (
            db.session.scalars(select(row.token_hash)).one() for row in (SessionRow, ApiToken, Share)
        )
    thief = Visitor(app)
    thief.client.set_cookie("session", session)
    assert thief.get("/profile").status_code == 302
    assert thief.get(f"/shared/{share}").status_code == 404
    assert thief.get("/session", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert thief.get("/session", headers=headers).status_code == 200, "the real one is good"


@pytest.mark.parametrize("moment", ["signed out", "new password", "erased", "disabled", "too old", "idle"])
def test_a_cookie_that_was_copied_is_worth_nothing_once_its_session_ended(
    app: Flask, visitor: Visitor, moment: str
) -> None:
    visitor.sign_up()
    held = visitor.client.get_cookie("session")
    assert held is not None
    thief = Visitor(app)
    thief.client.set_cookie("session", held.value)
    assert thief.get("/profile").status_code == 200, "a copy is as good as the cookie, until"
    end_session(app, visitor, moment)
    assert thief.get("/profile").status_code == 302
    assert thief.get("/session").get_json()["signed_in"] is False


def end_session(app: Flask, visitor: Visitor, moment: str) -> None:
    if moment == "signed out":
        visitor.post("/logout")
    elif moment == "new password":
        visitor.post("/profile/password", {"current": PASSWORD, "password": "another walnut tractor"})
    elif moment == "erased":
        visitor.post("/profile/erase", {"current": PASSWORD})
    else:
        changes = {
            "disabled": update(Account).values(disabled=True),
            "too old": update(SessionRow).values(expires=now() - timedelta(seconds=1)),
            "idle": update(SessionRow).values(seen=now() - timedelta(minutes=31)),
        }
        with app.app_context():
            db.session.execute(changes[moment])
            db.session.commit()


def test_a_form_token_of_another_session_is_refused(visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    stranger = another()
    stranger.sign_up("stranger@example.org")
    stolen = stranger.token("/")
    for token in (stolen, visitor.token("/")[::-1], ""):
        refused = visitor.client.post("/profile/sessions/end", data={"csrf_token": token})
        assert (refused.status_code, "go back and send it again" in refused.text) == (400, True)
        told = visitor.client.post("/generate", json={}, headers={"X-CSRFToken": token})
        assert (told.status_code, told.mimetype) == (400, PROBLEM)


@pytest.mark.parametrize("scheme", ["Bearer {}", "bearer {}", "Bearer  {} ", "Basic {}", "Token {}", "{}"])
@pytest.mark.parametrize("forged", ["atelier_" + "x" * 43, "x" * 5000, "é", ""])
def test_a_forged_token_is_refused_as_a_problem_and_never_by_a_session(
    visitor: Visitor, scheme: str, forged: str
) -> None:
    visitor.sign_up()
    sent = {"Authorization": scheme.format(forged).encode().decode("latin-1"), "X-CSRFToken": visitor.token("/")}
    answer = visitor.client.post("/renders", json={"person": "x"}, headers=sent)
    assert (answer.status_code in (400, 401), answer.mimetype) == (True, PROBLEM)


def test_the_token_of_a_disabled_account_and_of_an_erased_one_opens_nothing(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    headers = token_of(visitor, "read")
    with app.app_context():
        db.session.execute(update(Account).values(disabled=True))
        db.session.commit()
    assert app.test_client().get("/session", headers=headers).status_code == 401
    with app.app_context():
        db.session.execute(update(Account).values(disabled=False))
        db.session.commit()
    assert app.test_client().get("/session", headers=headers).status_code == 200
    visitor.post("/profile/erase", {"current": PASSWORD})
    assert app.test_client().get("/session", headers=headers).status_code == 401


@pytest.mark.parametrize("forged", ["x", "x" * 43, "x" * 5000, "%00", "..%2f..%2fetc", "é"])
@pytest.mark.parametrize(("path", "status"), [("/shared/", 404), ("/reset/", 410)])
def test_a_forged_link_says_that_there_is_nothing(visitor: Visitor, path: str, status: int, forged: str) -> None:
    for method in ("get", "post") if path == "/reset/" else ("get",):
        answer = getattr(visitor, method)(path + forged)
        assert answer.status_code in (404, status)
        assert "<h1>" in answer.text


def test_a_link_goes_with_its_order_its_person_and_its_account(app: Flask, visitor: Visitor) -> None:
    job_id = order_made(app, visitor)
    path = re.search(r"/shared/[\w-]{43}", visitor.post(f"/renders/{job_id}/share").text)
    assert path
    assert Visitor(app).get(path.group()).status_code == 200
    visitor.post(f"/renders/{job_id}/delete")
    assert Visitor(app).get(path.group()).status_code == 404


def order_made(app: Flask, visitor: Visitor) -> str:
    ordered(visitor, member(visitor))
    return make(app)


WRONG = [
    ({"data": b"{", "content_type": "application/json"}, 400),
    ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
    ({"data": b"", "content_type": "application/json"}, 400),
    ({"data": b"[1]", "content_type": "application/json"}, 422),
    ({"data": b"[" * 100_000, "content_type": "application/json"}, 400),
    ({"data": b'{"a": 1}', "content_type": "text/plain"}, 415),
    ({"data": b"<a/>", "content_type": "application/xml"}, 415),
    ({"data": {"stature": "170"}, "content_type": "multipart/form-data"}, 415),
    ({"data": b'{"a": "' + b"x" * 300_000 + b'"}', "content_type": "application/json"}, 413),
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/generate", "/renders"])
@pytest.mark.parametrize(("sent", "status"), WRONG)
def test_content_of_the_wrong_kind_is_a_problem_in_the_language_of_whoever_sent_it(
    visitor: Visitor, path: str, sent: dict[str, object], status: int, language: str
) -> None:
    visitor.client.post("/language", data={"switch_language": language})
    visitor.sign_up()
    headers = {"X-CSRFToken": visitor.token("/"), "Accept": "application/json"}
    answer = visitor.client.post(path, headers=headers, **sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    told = answer.get_json()
    assert told["status"] == status
    english = {400: "JSON", 413: "256 kB", 415: "application/json", 422: "A JSON object is expected."}[status]
    assert (english in told["detail"]) or language == "fr"
    if status in (413, 422):
        assert ("trop" in told["detail"] or "attendu" in told["detail"]) == (language == "fr")


@pytest.mark.parametrize("path", ["/login", "/signup", "/measure", "/reset"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "image/png", "nonsense"])
def test_a_form_of_the_wrong_kind_keeps_nothing_and_is_answered(
    app: Flask, visitor: Visitor, path: str, kind: str
) -> None:
    headers = {"X-CSRFToken": visitor.token("/")}
    answer = visitor.client.post(path, data=b'{"email": "a@example.org"}', content_type=kind, headers=headers)
    asked = path == "/reset" and kind == "application/json"  # a form may be sent as JSON, and this one is whole
    assert answer.status_code in ((200,) if asked else (400, 415, 422))
    with app.app_context():
        assert db.session.scalars(select(Account)).all() == []
    assert count(app) == 0


def test_a_form_that_is_too_large_is_said_with_what_is_allowed(visitor: Visitor) -> None:
    visitor.client.post("/language", data={"switch_language": "fr"})
    page = visitor.post("/measure", {**LEA, "name": "n" * 300_000})
    assert page.status_code == 413
    assert "256" in text_of(page)


def test_a_database_that_is_locked_for_a_moment_is_waited_for(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_up()
    token = visitor.token("/")
    free = threading.Event()

    def hold() -> None:
        with locked(app, tmp_path / "data" / "atelier.sqlite3"):
            held.set()
            free.wait(30)

    held = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    threading.Timer(1.5, free.set).start()
    begun = time.monotonic()
    assert visitor.client.post("/measure", data={**LEA, "csrf_token": token}).status_code == 302
    assert time.monotonic() - begun > 1.0
    holder.join()
    with app.app_context():
        assert len(db.session.scalars(select(MeasurementSet.id)).all()) == 1, "kept once"


def test_what_the_database_keeps_of_a_cookie_is_its_hash(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    held = visitor.client.get_cookie("session")
    assert held is not None
    with app.app_context():
        assert db.session.scalars(select(SessionRow.token_hash)).one() == hashed(held.value)
