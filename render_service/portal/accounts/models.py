# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of accounts: who, which browsers are signed in, tickets for a new password, and how often somebody guessed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from render_service.portal.extensions import Base, Moment, now


def new_id() -> str:
    """An identifier that nobody guesses, 32 characters."""
    return uuid.uuid4().hex


class Account(UserMixin, Base):
    """Somebody who signed up. Addresses are kept in small letters.

    render_quota : pictures within 24 hours, where it is not the site's usual
    tell_by_mail : they asked for mail when ordered pictures are ready
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(2))
    unit: Mapped[str] = mapped_column(String(2), default="cm")
    disabled: Mapped[bool] = mapped_column(default=False)
    render_quota: Mapped[int | None] = mapped_column()
    tell_by_mail: Mapped[bool] = mapped_column(default=False, server_default=false())
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    seen: Mapped[datetime] = mapped_column(Moment, default=now)
    sessions: Mapped[list[SessionRow]] = relationship(back_populates="account", passive_deletes=True)

    @property
    def is_active(self) -> bool:
        """Whether one may sign in."""
        return not self.disabled


class SessionRow(Base):
    """A browser's session; only the hash of its identifier is kept."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    browser: Mapped[str] = mapped_column(String(120), default="")
    remembered: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    seen: Mapped[datetime] = mapped_column(Moment, default=now)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    account: Mapped[Account | None] = relationship(back_populates="sessions")


class ResetTicket(Base):
    """A link for a new password: used once, for half an hour; only its hash is kept."""

    __tablename__ = "reset_ticket"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires: Mapped[datetime] = mapped_column(Moment)


class ApiToken(Base):
    """A script's token; only its hash is kept. scope: "read" or "write"."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(10))
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    used: Mapped[datetime | None] = mapped_column(Moment)
    account: Mapped[Account] = relationship()


class Attempts(Base):
    """How often something was tried under a key, which is a keyed hash of an address."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class Rate(Base):
    """Requests within one minute under a key, which is a keyed hash. minute : minutes since 1970."""

    __tablename__ = "rate"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column()
    count: Mapped[int] = mapped_column()
