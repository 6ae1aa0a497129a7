# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose is whose: every address that names something of one user is nothing to a second one."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from flask import Flask
from sqlalchemy import select

from render_service.portal.accounts.models import ApiToken, SessionRow
from render_service.portal.extensions import db
from render_service.portal.renders.models import Share
from tests.portal.conftest import Visitor
from tests.portal.test_prints import two_stripes

# Parts of addresses that name nothing of a user's, or a ticket that nobody has.
PUBLIC = {
    "filename": "portal.css",
    "tone": "5",
    "age": "60",
    "colour": "brown",
    "kind": "knit",
    "style": "bob",
    "name": "t-shirt",
    "number": "0",
    "form": "svg",
    "token": "no-such-ticket",
}
NAMES_IN_JSON = ("/generate", "/update_feature", "/update_cloth", "/renders")


def share_and_token(app: Flask, visitor: Visitor, job_id: str) -> tuple[str, str]:
    """Ids of a link and of a script's token of a visitor."""
    visitor.post(f"/renders/{job_id}/share")
    visitor.post("/profile/tokens", {"token_name": "script", "scope": "read"})
    with app.app_context():
        return db.session.scalar(select(Share.id)) or "", db.session.scalar(select(ApiToken.id)) or ""


def test_a_second_user_finds_nothing_of_the_first(app: Flask, visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    own = {"person_id": visitor.measure().rsplit("/", 1)[1]}
    with app.app_context():
        own["session_id"] = db.session.scalar(select(SessionRow.id)) or ""
    own["job_id"] = visitor.ask("/renders", person=own["person_id"]).get_json()["id"]
    own["share_id"], own["token_id"] = share_and_token(app, visitor, own["job_id"])
    own["look_id"] = visitor.ask(f"/people/{own['person_id']}/looks", name="Sunday", look={}).get_json()["id"]
    stripes = {"picture": (BytesIO(two_stripes()), "stripes.png")}
    sent = visitor.post("/prints", stripes, headers={"Accept": "application/json"})  # type: ignore[arg-type]
    own["print_file"] = sent.get_json()["file"]
    stranger, nobody = another(), another()
    stranger.sign_up("stranger@example.org")
    walked = 0
    for rule in app.url_map.iter_rules():
        private = [name for name in rule.arguments if name not in PUBLIC]
        assert all(name in own for name in private), f"{rule} names something that this test does not know"
        if not private:
            continue
        path = rule.rule
        for name in private:
            path = path.replace(f"<{name}>", own[name])
        for name, value in PUBLIC.items():
            path = re.sub(rf"<(\w+:)?{name}>", value, path)
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            walked += 1
            for other in (stranger, nobody):
                answer = other.get(path) if method == "GET" else other.post(path)
                refused = answer.status_code == 404 or (
                    answer.status_code == 302 and "/login" in answer.headers["Location"]
                )
                assert refused, f"{method} {path} answered {answer.status_code}"
    assert walked >= 8
    assert visitor.get(f"/people/{own['person_id']}").status_code == 200, "and nothing was changed"


def test_a_person_named_in_json_is_looked_for_among_ones_own(visitor: Visitor, another: Callable[[], Visitor]) -> None:
    visitor.sign_up()
    person = visitor.measure().rsplit("/", 1)[1]
    stranger = another()
    stranger.sign_up("stranger@example.org")
    for path in NAMES_IN_JSON:
        assert stranger.ask(path, person=person).status_code == 404


def test_every_page_that_needs_an_account_asks_to_sign_in(app: Flask, visitor: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("profile.") and "GET" in (rule.methods or ()) and not rule.arguments:
            answer = visitor.get(rule.rule)
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/login?next={rule.rule}")
