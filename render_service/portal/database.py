# SPDX-License-Identifier: GPL-3.0-or-later
"""The database: SQLite as careful as a server, brought up to date when the site starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from render_service.portal.extensions import db, migrate

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 10


def bind(app: Flask) -> None:
    """Join the application to its database."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _careful)


def _careful(connection: Any, _: Any) -> None:
    """Saved means on the disk, foreign keys hold, and what is deleted is overwritten."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def bring_up_to_date(app: Flask) -> None:
    """Create the tables, or migrate those of an earlier version."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))


def forget_log() -> None:
    """Empty SQLite's write-ahead log, so that erased rows are nowhere; a server's database does so by itself."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def is_answering() -> bool:
    """Whether the database can be read."""
    try:
        db.session.execute(db.text("SELECT 1"))
    except OperationalError:
        return False
    return True
