# SPDX-License-Identifier: GPL-3.0-or-later
"""The libraries' objects that the portal's parts share; ``app.create_app`` binds them to an application."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app, g
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import CursorResult, DateTime, Delete, MetaData, TypeDecorator, Update
from sqlalchemy.orm import DeclarativeBase

BY_TOKEN = "account_by_token"  # noqa: S105  # a name in the request's notes
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone in every database; SQLite keeps none, so UTC is stored."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """With UTC named."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Root of the tables; constraints have names, so that they can be migrated."""

    metadata = MetaData(naming_convention=NAMES)


class Protection(CSRFProtect):
    """Forms carry a token of the session; a script's own token, which no browser sends by itself, stands for it."""

    def protect(self, *how: Any, **more: Any) -> None:
        """Refuse what another site may have sent."""
        if BY_TOKEN not in g:
            super().protect(*how, **more)


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
csrf = Protection()
babel = Babel()


def changed_rows(statement: Update | Delete) -> int:
    """Run a statement in the request's session; how many rows it changed or deleted."""
    result = db.session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101  # for such statements it is
    return int(result.rowcount)


def this_app() -> Flask:
    """The application itself rather than what stands for it in a request, for work that outlasts one."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
