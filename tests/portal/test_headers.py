# SPDX-License-Identifier: GPL-3.0-or-later
"""What every answer tells browsers, and what is too much."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from render_service.portal.headers import POLICY
from tests.portal.conftest import PASSWORD, Visitor, site


@pytest.mark.parametrize("path", ["/", "/login", "/nothing-here", "/static/portal.css", "/healthz", "/openapi.json"])
def test_every_answer_says_what_the_site_never_does(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_scripts_come_from_the_site_alone() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["style-src"] == "'self'"


def test_personal_pages_are_kept_by_no_cache(visitor: Visitor) -> None:
    for path in ("/people", "/measure", visitor.measure(), "/login"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"
    assert "max-age" in visitor.get("/static/portal.css").headers["Cache-Control"]


def test_a_browser_is_told_to_forget_pictures_when_one_leaves(visitor: Visitor) -> None:
    visitor.sign_up()
    assert visitor.post("/logout").headers["Clear-Site-Data"] == '"cache"'
    visitor.sign_in()
    assert visitor.post("/profile/erase", {"current": PASSWORD}).headers["Clear-Site-Data"] == '"cache"'


def test_https_is_asked_for_in_production_alone(visitor: Visitor, tmp_path: Path) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/").headers
    app = site(tmp_path, environment="production", secret_key="k" * 40, public_url="https://atelier.example.org")
    answer = app.test_client().get("/", base_url="https://atelier.example.org")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    app.extensions["outbox"].shutdown()


def test_other_hosts_are_refused(visitor: Visitor) -> None:
    assert visitor.client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_what_is_too_large_is_refused(app: Flask, visitor: Visitor) -> None:
    assert visitor.ask("/generate", name="x" * 300_000).status_code == 413
    many = {f"field{i}": "x" for i in range(200)}
    assert visitor.post("/login", many, content_type="multipart/form-data").status_code == 413


def test_pages_carry_no_style_and_no_script_of_their_own(visitor: Visitor) -> None:
    for path in ("/", "/login", "/signup", "/measure", "/privacy", visitor.measure(), visitor.measure() + "/history"):
        page = visitor.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')
        assert " onclick=" not in page
