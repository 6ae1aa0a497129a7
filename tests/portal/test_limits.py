# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests are limited by the minute, for an account and for an address, in the database and in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from render_service.portal import limits
from render_service.portal.accounts.models import Rate
from render_service.portal.config import Settings
from render_service.portal.extensions import db
from render_service.portal.limits import ADDRESS_TIMES, LIMITS, OTHERWISE, UNCOUNTED, forget_rates, limit_of
from render_service.portal.origins import visitor_address
from tests.portal.conftest import LEA, Visitor, end, site, text_of

FEW = {name: 2 for name in Settings.__dataclass_fields__ if name.startswith("limit_")}
MINUTE = 1_900_000_000 - 1_900_000_000 % 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds since 1970 that the site reads."""
    now = [MINUTE + 18.5]
    monkeypatch.setattr(limits.time, "time", lambda: now[0])
    return now


@pytest.fixture
def strict(tmp_path: Path, clock: list[float]) -> Iterator[Flask]:
    """A site that answers two requests of a kind within a minute, eight of an address."""
    made = site(tmp_path / "strict", **FEW | {"limit_change": 0})
    yield made
    end(made)


@pytest.mark.parametrize(("language", "words"), [("en", "please wait 42 seconds"), ("fr", "attendez 42 secondes")])
def test_an_account_is_told_in_its_language_how_long_to_wait(
    strict: Flask, clock: list[float], language: str, words: str
) -> None:
    visitor = Visitor(strict)
    visitor.client.post("/language", data={"switch_language": language})
    visitor.sign_up()
    visitor.measure()
    visitor.measure()
    typed = {**LEA, "name": "third"}
    page = visitor.post("/measure", typed)
    assert (page.status_code, page.headers["Retry-After"], page.mimetype) == (429, "42", "text/html")
    assert words in text_of(page)
    assert 'name="name" value="third"' in page.text, "what was typed can be sent again"
    told = visitor.ask("/generate", measurements={"stature": 170})
    assert (told.status_code, told.headers["Retry-After"], told.mimetype) == (429, "42", "application/problem+json")
    assert words in told.get_json()["detail"]
    assert visitor.get("/people").text.count("/people/") == 2, "nothing was kept of what was refused"
    clock[0] += 42
    assert visitor.ask("/generate", measurements={"stature": 170}).status_code == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/login", {"email": "lea@example.org", "password": "x"}),
        ("/signup", {"email": "no", "password": "x"}),
        ("/reset", {"email": "lea@example.org"}),
        ("/predict", {}),
    ],
)
def test_an_address_may_have_four_times_as_much_whoever_is_behind_it(
    strict: Flask, path: str, form: dict[str, str]
) -> None:
    answers = [Visitor(strict).post(path, form).status_code for _ in range(2 * ADDRESS_TIMES + 1)]
    assert 429 not in answers[: 2 if path in ("/login", "/reset") else 2 * ADDRESS_TIMES]
    assert answers[-1] == 429


def test_one_account_does_not_use_up_what_another_has(strict: Flask) -> None:
    first, second = Visitor(strict), Visitor(strict)
    first.sign_up()
    second.sign_up("karim@example.org")
    answers = [first.ask("/generate", measurements={"stature": 170}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert second.ask("/generate", measurements={"stature": 170}).status_code == 200


def test_orders_files_and_scripts_are_counted(strict: Flask) -> None:
    visitor = Visitor(strict)
    visitor.sign_up()
    person = visitor.measure()
    orders = [visitor.ask("/renders", person=person.rsplit("/", 1)[1]).status_code for _ in range(3)]
    assert orders == [201, 201, 429]
    files = [visitor.get(f"{person}/body.glb").status_code for _ in range(3)]
    assert files == [200, 200, 429]
    page = visitor.post("/profile/tokens", {"token_name": "script", "scope": "read"}).text
    token = re.search(r"atelier_[\w-]{43}", page)
    assert token
    script, headers = strict.test_client(), {"Authorization": f"Bearer {token.group()}"}
    # What an account has is for its browser and its scripts together.
    answers = [script.post("/generate", json={}, headers=headers).status_code for _ in range(2)]
    assert answers[-1] == 429


def test_counts_are_in_the_database_name_nobody_and_are_forgotten(strict: Flask, clock: list[float]) -> None:
    visitor = Visitor(strict)
    visitor.sign_up()
    visitor.measure()
    with strict.app_context():
        rows = db.session.scalars(select(Rate)).all()
        assert sorted(row.count for row in rows) == [1, 1, 1], "address at sign-up; account and address when measuring"
        assert all(re.fullmatch(r"[0-9a-f]{64}", row.key) for row in rows)
        assert forget_rates() == 0
        clock[0] += 60
        assert forget_rates() == 3


def test_every_change_is_counted_somewhere(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set().union(*(limit.endpoints for limit in LIMITS)) <= known
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] not in UNCOUNTED:
            assert limit_of(rule.endpoint, "POST") is not None, rule
    assert limit_of("pages.landing", "GET") is None
    assert limit_of("renders.status", "GET", by_token=True) is OTHERWISE
    options = {limit.option for limit in (*LIMITS, OTHERWISE)}
    assert options == set(FEW)


def test_with_0_nothing_is_counted(tmp_path: Path, another: Callable[[], Visitor]) -> None:
    free = site(tmp_path / "free", **dict.fromkeys(FEW, 0))
    visitor = Visitor(free)
    answers = {visitor.ask("/predict").status_code for _ in range(30)}
    with free.app_context():
        assert db.session.scalars(select(Rate)).all() == []
    end(free)
    assert 429 not in answers


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_visitor_gains_nothing_by_changing_within_a_network_of_ipv6(
    app: Flask, first: str, second: str, same: bool
) -> None:
    seen = []
    for address in (first, second):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            seen.append(visitor_address())
    assert (seen[0] == seen[1]) == same
