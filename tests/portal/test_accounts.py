# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: passwords, guessing, forgery, a new password, a copy of everything, erasing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from render_service.portal.accounts import guessing, passwords
from render_service.portal.accounts.models import Account, Attempts, ResetTicket, SessionRow
from render_service.portal.accounts.reset import LIFE, new_ticket
from render_service.portal.extensions import db, now
from render_service.portal.people.models import MeasurementSet, Person
from tests.portal.conftest import PASSWORD, Visitor, text_of


def account(email: str = "lea@example.org") -> Account:
    found = db.session.scalar(select(Account).where(Account.email == email))
    assert found is not None
    return found


def test_passwords_are_kept_as_argon2id_of_the_stated_cost(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    with app.app_context():
        assert account().password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    with app.app_context():
        account().password_hash = passwords.PasswordHasher(1, 1024, 1).hash(PASSWORD)
        db.session.commit()
    visitor.sign_in()
    with app.app_context():
        assert "m=19456" in account().password_hash


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 257, "password1234", "Password123!!", "abcabcabcabcabc", "123456789012", "lea@example.org"],
)
def test_passwords_that_are_tried_first_are_refused(visitor: Visitor, password: str) -> None:
    answer = visitor.post("/signup", {"email": "lea@example.org", "password": password})
    assert answer.status_code == 422
    assert 'href="#password"' in answer.text


@pytest.mark.parametrize("password", ["x y" + "é" * 9, "p" + "q7 " * 84, "walnut tractor"])
def test_any_other_password_is_accepted_without_rules(visitor: Visitor, password: str) -> None:
    assert visitor.post("/signup", {"email": "lea@example.org", "password": password}).status_code == 302
    assert visitor.sign_in(password=password).status_code == 302


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(visitor: Visitor, app: Flask) -> None:
    visitor.sign_up()
    visitor.get("/people")
    unknown = visitor.post("/login", {"email": "not@example.org", "password": PASSWORD})
    wrong = visitor.post("/login", {"email": "lea@example.org", "password": PASSWORD + "x"})
    assert unknown.status_code == wrong.status_code == 422
    assert text_of(unknown) == text_of(wrong)
    # An unknown address costs the same hash: nobody's password is verified in its place.
    assert passwords._nobody().split("$")[3] == "m=19456,t=2,p=1"


def test_guessing_gets_slower_and_never_locks_out(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    answers = [visitor.sign_in(password=f"wrong guess number {i}") for i in range(guessing.PAIR.free + 1)]
    assert [answer.status_code for answer in answers] == [422] * guessing.PAIR.free + [429]
    assert int(answers[-1].headers["Retry-After"]) <= 3
    assert visitor.sign_in().status_code == 429
    with app.app_context():
        db.session.execute(update(Attempts).values(last=now() - timedelta(seconds=5)))
        db.session.commit()
    assert visitor.sign_in().status_code == 302
    delays = [guessing.PAIR.delay_s(count) for count in range(40)]
    assert delays == sorted(delays)
    assert delays[-1] == guessing.LONGEST_DELAY_S


def test_counters_are_in_the_database_and_name_nobody(app: Flask, visitor: Visitor) -> None:
    visitor.sign_in("lea@example.org", "wrong guess")
    with app.app_context():
        keys = db.session.scalars(select(Attempts.key)).all()
        assert len(keys) == 2
        assert all(len(key) == 64 and "lea" not in key for key in keys)


def test_a_change_needs_the_token_of_the_session(visitor: Visitor) -> None:
    visitor.sign_up()
    for token in ({}, {"csrf_token": "forged"}):
        answer = visitor.client.post("/profile/sessions/end", data=token)
        assert answer.status_code == 400
    assert visitor.client.post("/generate", json={"measurements": {"stature": 170}}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_sent_by_another_site_is_refused_whatever_token_it_has(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    visitor.sign_up()
    assert visitor.post("/profile/sessions/end", headers=headers).status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert visitor.post("/profile/sessions/end", headers=own).status_code == 302


def test_nothing_changes_by_get(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    person = visitor.measure()
    for path in ("/logout", "/profile/erase", f"{person}/delete"):
        assert visitor.get(path).status_code == 200
    assert visitor.get(person).status_code == 200


def test_a_ticket_for_a_new_password_works_once_for_half_an_hour(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    with app.app_context():
        token = new_ticket(account())
        assert token not in (db.session.scalar(select(ResetTicket.token_hash)) or "")
        db.session.execute(update(ResetTicket).values(expires=now() - timedelta(seconds=1)))
        db.session.commit()
    assert visitor.get(f"/reset/{token}").status_code == 410
    with app.app_context():
        assert timedelta(minutes=30) == LIFE
        token = new_ticket(account())
    chosen = {"password": "quite another walnut"}
    assert visitor.post(f"/reset/{token}", chosen).status_code == 302
    assert visitor.get("/profile").status_code == 302, "its sessions have ended"
    assert visitor.post(f"/reset/{token}", chosen).status_code == 410
    assert visitor.sign_in(password="quite another walnut").status_code == 302  # noqa: S106


def test_asking_for_a_new_password_tells_nothing_about_accounts(visitor: Visitor) -> None:
    visitor.sign_up()
    visitor.get("/people")
    known, unknown = (visitor.post("/reset", {"email": email}) for email in ("lea@example.org", "not@example.org"))
    assert known.status_code == unknown.status_code == 200
    assert text_of(known) == text_of(unknown)


def test_after_signing_in_one_goes_back_to_a_page_of_this_site_alone(visitor: Visitor) -> None:
    visitor.sign_up()
    visitor.post("/logout")
    form = {"email": "lea@example.org", "password": PASSWORD}
    assert visitor.post("/login?next=/profile", form).headers["Location"] == "/profile"
    for path in ("//evil.example", "https://evil.example", "/\\evil.example"):
        visitor.post("/logout")
        assert visitor.post(f"/login?next={path}", form).headers["Location"] == "/people"


def test_everything_can_be_exported(visitor: Visitor) -> None:
    visitor.sign_up()
    path = visitor.measure(name="Léa")
    with zipfile.ZipFile(io.BytesIO(visitor.get("/profile/export").data)) as archive:
        told = json.loads(archive.read("atelier.json"))
        (person,) = told["people"]
        assert archive.read(f"people/{person['id']}/body.glb")[:4] == b"glTF"
    assert told["account"]["email"] == "lea@example.org"
    assert person["name"] == "Léa"
    assert path.endswith(person["id"])
    assert person["measurements"][0]["metres"] == pytest.approx(
        {"stature": 1.68, "chest_girth": 0.925, "waist_girth": 0.74, "hip_girth": 0.99}
    )
    assert "argon2" not in json.dumps(told)


def test_erasing_is_at_once_and_leaves_no_row_and_no_byte(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_up("erased.soon@example.org")
    visitor.measure(name="Unmistakable Name")
    assert visitor.post("/profile/erase", {"current": "not the password"}).status_code == 422
    assert visitor.post("/profile/erase", {"current": PASSWORD}).status_code == 302
    with app.app_context():
        for table in (Account, Person, MeasurementSet, SessionRow):
            assert db.session.scalar(select(func.count()).select_from(table)) <= (table is SessionRow)
        db.session.remove()
        db.engine.dispose()
    for file in (tmp_path / "data").glob("atelier.sqlite3*"):
        assert b"erased.soon" not in file.read_bytes()
        assert b"Unmistakable" not in file.read_bytes()


def test_a_disabled_account_is_out_at_once(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    with app.app_context():
        account().disabled = True
        db.session.commit()
    assert visitor.get("/profile").status_code == 302
    assert visitor.sign_in().status_code == 422


def test_what_was_tried_without_an_account_is_kept_at_sign_up(visitor: Visitor, another: Callable[[], Visitor]) -> None:
    person = visitor.measure(name="Tried first")
    visitor.sign_up()
    assert visitor.get(person).status_code == 200
    visitor.post("/logout")
    assert visitor.get(person).status_code == 404
    elsewhere = another()
    elsewhere.sign_in()
    assert "Tried first" in elsewhere.get("/people").text
