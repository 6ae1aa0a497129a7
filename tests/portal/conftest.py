# SPDX-License-Identifier: GPL-3.0-or-later
"""A site of its own for every test, and visitors with browsers that remember cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from render_service.portal.app import create_app
from render_service.portal.config import Settings
from render_service.portal.database import bring_up_to_date
from render_service.portal.extensions import db

PASSWORD = "walnut tractor seventeen"  # noqa: S105
LEA = {"stature": "168", "chest_girth": "92.5", "waist_girth": "74", "hip_girth": "99", "unit": "cm"}


class Visitor:
    """Somebody with a browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, buffered=True, **more)

    def token(self, path: str) -> str:
        return str(self.client.get("/session").get_json()["csrf_token"]) if path else ""

    def post(self, path: str, data: dict[str, str] | None = None, **more: object) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(path), **(data or {})}, **more)

    def ask(self, path: str, **content: object) -> TestResponse:
        return self.client.post(path, json=content, headers={"X-CSRFToken": self.token(path)})

    def sign_up(self, email: str = "lea@example.org") -> None:
        answer = self.post("/signup", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.text

    def sign_in(self, email: str = "lea@example.org", password: str = PASSWORD) -> TestResponse:
        return self.post("/login", {"email": email, "password": password})

    def measure(self, **changes: str) -> str:
        """The path of a new person."""
        answer = self.post("/measure", LEA | changes)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


def site(data: Path, **options: object) -> Flask:
    app = create_app(Settings(data=data, **options))  # type: ignore[arg-type]
    app.testing = True
    bring_up_to_date(app)
    return app


def end(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["outbox"].shutdown()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = site(tmp_path / "data")
    yield made
    end(made)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def another(app: Flask) -> Callable[[], Visitor]:
    return lambda: Visitor(app)


def text_of(answer: TestResponse) -> str:
    """A page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
