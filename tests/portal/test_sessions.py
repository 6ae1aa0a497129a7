# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: random, hashed, renewed, limited, listed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from render_service.portal.accounts.models import SessionRow
from render_service.portal.accounts.sessions import AGE, IDLE, REMEMBERED_AGE, forget_ended, hashed
from render_service.portal.extensions import db, now
from tests.portal.conftest import PASSWORD, Visitor, site, text_of


def rows(app: Flask) -> list[SessionRow]:
    with app.app_context():
        return list(db.session.scalars(select(SessionRow)).all())


def cookie(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("session")
    return found.value if found else ""


def test_the_browser_holds_256_random_bits_and_the_database_their_hash(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    (row,) = rows(app)
    assert len(cookie(visitor)) == 43
    assert row.token_hash == hashed(cookie(visitor))


def test_who_only_looks_gets_no_session(app: Flask, visitor: Visitor) -> None:
    for path in ("/", "/privacy", "/people", "/healthz", "/static/portal.css"):
        assert "Set-Cookie" not in visitor.get(path).headers
    assert rows(app) == []


def test_signing_in_takes_a_new_identifier(app: Flask, visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    other = another()
    other.get("/login")
    before = cookie(other)
    other.sign_in()
    assert before
    assert cookie(other) not in ("", before)
    assert hashed(before) not in {row.token_hash for row in rows(app)}


def test_signing_out_ends_the_session_on_the_server(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    stolen = cookie(visitor)
    assert visitor.get("/logout").status_code == 200
    assert visitor.get("/profile").status_code == 200
    visitor.post("/logout")
    visitor.client.set_cookie("session", stolen)
    assert visitor.get("/profile").status_code == 302


@pytest.mark.parametrize("aged", [{"seen": IDLE + timedelta(seconds=1)}, {"expires": AGE}])
def test_a_session_ends_when_idle_and_when_old(app: Flask, visitor: Visitor, aged: dict[str, timedelta]) -> None:
    visitor.sign_up()
    with app.app_context():
        db.session.execute(update(SessionRow).values({name: now() - by for name, by in aged.items()}))
        db.session.commit()
    assert visitor.get("/profile").status_code == 302
    with app.app_context():
        assert forget_ended() >= 1


def test_keep_me_signed_in_lasts_thirty_days_however_idle(
    app: Flask, visitor: Visitor, another: Callable[[], Visitor]
) -> None:
    visitor.sign_up()
    other = another()
    answer = other.post("/login", {"email": "lea@example.org", "password": PASSWORD, "remember": "y"})
    assert f"Max-Age={int(REMEMBERED_AGE.total_seconds())}" in answer.headers["Set-Cookie"]
    with app.app_context():
        db.session.execute(update(SessionRow).values(seen=now() - timedelta(days=20)))
        db.session.commit()
    assert other.get("/profile").status_code == 200


def test_sessions_are_listed_and_can_be_ended(app: Flask, visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    phone = another()
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) Version/17.0 Safari/605.1"
    phone.sign_in()
    assert "Safari, iPhone" in text_of(visitor.get("/profile"))
    (row,) = [row for row in rows(app) if "iPhone" in row.browser]
    visitor.post(f"/profile/sessions/{row.id}/end")
    assert phone.get("/profile").status_code == 302
    assert visitor.get("/profile").status_code == 200


def test_all_sessions_end_with_a_new_password(visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    other = another()
    other.sign_in()
    answer = visitor.post("/profile/password", {"current": PASSWORD, "password": "another walnut tractor"})
    assert answer.status_code == 302
    assert other.get("/profile").status_code == 302
    assert visitor.get("/profile").status_code == 200


def test_in_production_cookies_are_host_bound_and_secure(tmp_path) -> None:
    app = site(
        tmp_path, environment="production", secret_key="k" * 40, public_url="https://atelier.example.org", proxies=1
    )
    answer = app.test_client().get("/login", base_url="https://atelier.example.org")
    cookie_line = answer.headers["Set-Cookie"]
    assert cookie_line.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie_line
    assert "Domain" not in cookie_line
    app.extensions["outbox"].shutdown()
