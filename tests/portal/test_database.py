# SPDX-License-Identifier: GPL-3.0-or-later
"""Both databases: brought up to date by the site, as careful as they should be, and equal in what they do."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from render_service.portal.extensions import db
from tests.portal.conftest import LEA, PASSWORD, Visitor, end, site, text_of

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def as_owner(*command: str) -> None:
    """PostgreSQL refuses to be run by root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this test's own, reached by a socket in its folder alone."""
    assert POSTGRES, "PostgreSQL is missing: scripts/system_libraries.sh postgresql"
    folder = tmp_path_factory.mktemp("postgres")
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in (folder, *folder.parents[:3]):
            path.chmod(path.stat().st_mode | 0o011)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, tool = folder / "data", POSTGRES[-1]
    as_owner(str(tool / "initdb"), "-D", str(data), "-U", "atelier", "-A", "trust", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    as_owner(str(tool / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql://atelier@/postgres?host={folder}"
    as_owner(str(tool / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    address = "" if request.param == "sqlite" else request.getfixturevalue("postgres")
    made = site(tmp_path, database_url=address)
    assert made.config["SQLALCHEMY_DATABASE_URI"].startswith(request.param)
    yield made
    with made.app_context():
        db.session.remove()
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
    end(made)


def test_migrations_make_the_tables_that_the_code_describes(either: Flask) -> None:
    with either.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


def test_an_account_lives_on_both_databases(either: Flask) -> None:
    visitor = Visitor(either)
    person = visitor.measure(name="Zoé")
    visitor.sign_up()
    visitor.post(f"{person}/measurements", LEA | {"waist_girth": "73"})
    assert "from 74.0 to 73.0 cm" in visitor.get(f"{person}/history").text
    assert "Zoé" in text_of(visitor.get("/people"))
    assert visitor.sign_in(password="wrong guess here").status_code == 422  # noqa: S106
    assert visitor.sign_in().status_code == 302
    assert visitor.get("/profile/export").status_code == 200
    assert visitor.post("/profile/erase", {"current": PASSWORD}).status_code == 302
    assert visitor.get(person).status_code == 404


def test_a_second_account_of_one_address_is_refused(either: Flask) -> None:
    Visitor(either).sign_up()
    answer = Visitor(either).post("/signup", {"email": "LEA@example.org", "password": PASSWORD})
    assert answer.status_code == 422


def test_a_text_that_a_database_cannot_hold_is_refused_or_mended(either: Flask) -> None:
    visitor = Visitor(either)
    visitor.sign_up()
    assert "A B" in visitor.get(visitor.measure(name="A\x00B")).text
    assert visitor.get("/people/%00").status_code in (400, 404)
    assert visitor.ask("/update_feature", person="\x00").status_code in (400, 404)
    assert visitor.sign_in("\x00@example.org").status_code in (400, 422)
    assert visitor.post("/signup", {"email": "a\x00@example.org", "password": PASSWORD}).status_code in (400, 422)


def test_sqlite_puts_on_the_disk_what_it_confirms(app: Flask) -> None:
    with app.app_context():
        values = [
            db.session.scalar(db.text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


def test_a_database_that_does_not_answer_is_said(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_up()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    (tmp_path / "data" / "atelier.sqlite3").rename(tmp_path / "away")
    for extra in (tmp_path / "data").glob("atelier.sqlite3*"):
        extra.unlink()
    (tmp_path / "data" / "atelier.sqlite3").mkdir()
    answer = visitor.get("/people")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert visitor.get("/healthz").status_code == 503


def test_a_server_that_goes_away_and_comes_back_is_said_and_loses_nothing(postgres: str, tmp_path: Path) -> None:
    made = site(tmp_path, database_url=postgres)
    visitor, folder = Visitor(made), Path(postgres.partition("host=")[2])
    control = [str(POSTGRES[-1] / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    visitor.client.post("/language", data={"switch_language": "fr"})
    visitor.sign_up("gone@example.org")
    person = visitor.measure()
    typed = {**LEA, "name": "Zoé", "csrf_token": visitor.token("/measure")}
    as_owner(*control, "-m", "immediate", "stop")
    try:
        answers = [visitor.get(person), visitor.client.post("/measure", data=typed), visitor.get("/privacy")]
        assert visitor.get("/healthz").status_code == 503
    finally:
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        as_owner(*control, "-o", options, "-l", str(folder / "log"), "start")
    for answer in answers:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "La base de données ne répond pas" in answer.text
    assert 'name="name" value="Zoé"' in answers[1].text
    assert visitor.get(person).status_code == 200, "still signed in"
    assert visitor.client.post("/measure", data=typed).status_code == 302
    visitor.post("/profile/erase", {"current": PASSWORD})
    end(made)
