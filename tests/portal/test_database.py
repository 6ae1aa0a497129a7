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
from flask_migrate import upgrade

from avatar_engine.export.whole_file import write_whole
from render_service.portal import limits
from render_service.portal.accounts.passwords import hash_password
from render_service.portal.app import create_app
from render_service.portal.config import Settings
from render_service.portal.database import MIGRATIONS
from render_service.portal.extensions import db, now
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


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_a_site_of_an_earlier_version_is_brought_up_to_date_with_all_that_is_in_it(
    tmp_path: Path, revision: str
) -> None:
    old = create_app(Settings(data=tmp_path))
    with old.app_context():
        upgrade(directory=str(MIGRATIONS), revision=revision)
        values = {
            "id": "a" * 32, "email": "lea@example.org", "password_hash": hash_password(PASSWORD), "language": "fr",
            "unit": "cm", "disabled": False, "created": now(), "seen": now(),
        }  # fmt: skip
        columns = ", ".join(values)
        names = ", ".join(f":{name}" for name in values)
        db.session.execute(db.text(f"INSERT INTO account ({columns}) VALUES ({names})"), values)  # noqa: S608
        db.session.commit()
    end(old)
    visitor = Visitor(new := site(tmp_path))
    assert visitor.sign_in().status_code == 302
    assert "Vos" in visitor.get("/measure").text
    visitor.measure()
    end(new)


def test_a_copy_taken_while_somebody_saves_is_a_whole_site(tmp_path: Path) -> None:
    """The commands of docs/operations.md."""
    visitor = Visitor(first := site(tmp_path / "data"))
    visitor.sign_up()
    person = visitor.measure(name="Before")
    picture = first.config["SETTINGS"].renders() / "a-job" / "000.png"
    write_whole(picture, b"a picture")
    script = [line.removeprefix("    ") for line in commands_of("Backing up, moving and upgrading")]
    place = str(tmp_path)
    subprocess.run(["sh", "-ec", "\n".join(script).replace("/backup", f"{place}/backup")], check=True, cwd=tmp_path,
                   env={**os.environ, "DATA": f"{place}/data"})  # fmt: skip
    visitor.measure(name="After")
    end(first)
    restored = Visitor(second := site(tmp_path / "backup"))
    assert restored.sign_in().status_code == 302
    page = restored.get("/people").text
    assert ("Before" in page, "After" in page) == (True, False)
    assert restored.get(person).status_code == 200
    assert (tmp_path / "backup" / "renders" / "a-job" / "000.png").read_bytes() == b"a picture"
    assert second.config["SECRET_KEY"] == first.config["SECRET_KEY"]
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    end(second)


def commands_of(heading: str) -> list[str]:
    """The first block of commands under a heading of docs/operations.md."""
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    return text.split(f"## {heading}", 1)[1].split("```", 2)[1].strip("\n").splitlines()


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


def test_requests_are_counted_on_both_databases(either: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "time", lambda: 1_900_000_000.0)
    most = either.config["SETTINGS"].limit_sign_up * limits.ADDRESS_TIMES
    visitor = Visitor(either)
    answers = [visitor.post("/signup", {"email": "no", "password": "x"}).status_code for _ in range(most + 1)]
    assert answers == [422] * most + [429]


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
