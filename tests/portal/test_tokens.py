# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for scripts open what they are for, and nothing else; programs are answered as the description says."""

from __future__ import annotations

import re

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import select

from render_service.portal.accounts.models import Account
from render_service.portal.accounts.reset import new_ticket
from render_service.portal.extensions import db
from tests.portal.conftest import PASSWORD, Visitor, text_of


def token_of(visitor: Visitor, scope: str) -> dict[str, str]:
    page = visitor.post("/profile/tokens", {"token_name": "my script", "scope": scope}).text
    found = re.search(r'value="(atelier_[^"]{43})"', page)
    assert 'value="my script"' not in page, "the next one is for something else"
    assert found
    assert found.group(1) not in visitor.get("/profile/tokens").text, "shown once"
    return {"Authorization": f"Bearer {found.group(1)}"}


def test_a_token_stands_for_its_account_without_session_or_form_token(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    headers, script = token_of(visitor, "write"), app.test_client()
    made = script.post(
        "/generate", json={"measurements": {"stature": 170}, "name": "By token", "save": True}, headers=headers
    )
    assert made.status_code == 201
    assert "Set-Cookie" not in made.headers
    assert "By token" in visitor.get("/people").text
    job = script.post("/renders", json={"person": made.get_json()["person"]}, headers=headers)
    assert job.status_code == 201
    assert script.get(job.headers["Location"], headers=headers).get_json()["state"] == "queued"
    assert "last used" in text_of(visitor.get("/profile/tokens"))


def test_a_reading_token_keeps_and_orders_nothing(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    person = visitor.measure().rsplit("/", 1)[1]
    headers, script = token_of(visitor, "read"), app.test_client()
    assert script.post("/update_feature", json={"person": person}, headers=headers).status_code == 200
    for path, content in (
        ("/generate", {"measurements": {"stature": 170}, "save": True}),
        ("/renders", {"person": person}),
    ):
        answer = script.post(path, json=content, headers=headers)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


def test_no_token_opens_the_profile_and_an_ended_one_opens_nothing(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    headers, script = token_of(visitor, "write"), app.test_client()
    for path in ("/profile", "/profile/export", "/profile/tokens", "/people"):
        assert script.get(path, headers=headers).status_code == 403
    slip = script.get("/renders/nonsense/status/status", headers=headers)
    assert (slip.status_code, slip.mimetype) == (404, "application/problem+json"), "a slip in an address is told as one"
    path = re.search(r"/profile/tokens/\w+/end", visitor.get("/profile/tokens").text)
    assert path
    visitor.post(path.group())
    for sent in (headers, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer "}):
        answer = script.post("/generate", json={"measurements": {"stature": 170}}, headers=sent)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_cookie_gives_nothing_to_a_request_with_a_bad_token(visitor: Visitor) -> None:
    visitor.sign_up()
    assert visitor.get("/people", headers={"Authorization": "Basic bGVhOng="}).status_code == 200
    assert "Sign in" in text_of(visitor.get("/people", headers={"Authorization": "Basic bGVhOng="}))


@pytest.mark.parametrize(("form", "status"), [({"end_tokens": "y"}, 401), ({}, 200)])
def test_with_a_new_password_tokens_end_unless_one_keeps_them(
    app: Flask, visitor: Visitor, form: dict[str, str], status: int
) -> None:
    visitor.sign_up()
    assert "end_tokens" not in visitor.get("/profile/password").text, "there are none to ask about"
    headers = token_of(visitor, "read")
    asked = visitor.get("/profile/password").text
    assert re.search(r'<input checked[^>]*name="end_tokens"', asked), "they end if one does not say otherwise"
    change = {"current": PASSWORD, "password": "another walnut tractor", **form}
    assert visitor.post("/profile/password", change).status_code == 302
    assert app.test_client().get("/session", headers=headers).status_code == status


def test_a_link_for_a_new_password_ends_all_tokens_and_a_new_password_ends_such_links(
    app: Flask, visitor: Visitor
) -> None:
    visitor.sign_up()
    headers = token_of(visitor, "write")
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
        first = new_ticket(account)
    assert visitor.post(f"/reset/{first}", {"password": "quite another walnut"}).status_code == 302
    assert app.test_client().get("/session", headers=headers).status_code == 401
    with app.app_context():
        second = new_ticket(db.session.scalars(select(Account)).one())
    visitor.sign_in(password="quite another walnut")  # noqa: S106
    change = {"current": "quite another walnut", "password": "another walnut tractor"}
    assert visitor.post("/profile/password", change).status_code == 302
    assert visitor.get(f"/reset/{second}").status_code == 410


def test_the_description_is_a_page_too(visitor: Visitor) -> None:
    words = text_of(visitor.get("/api"))
    assert "POST /renders" in words
    assert "Idempotency-Key" in visitor.get("/openapi.json").text


def test_whatever_a_program_sends_it_is_answered_as_the_description_says(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    headers = token_of(visitor, "write")
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)

    for operation in schema.get_all_operations():
        check(operation.ok(), headers | {"Accept-Encoding": "identity"})


# A form that is well made may still ask for a body that nobody has: that is 422, and what the other tests are about.
def check(operation: object, headers: dict[str, str]) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())  # type: ignore[attr-defined]
    def run(case: object) -> None:
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])  # type: ignore[attr-defined]

    run()


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_token_has_a_name(visitor: Visitor, name: str) -> None:
    visitor.sign_up()
    assert visitor.post("/profile/tokens", {"token_name": name, "scope": "read"}).status_code == 422
