# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions in the database: a 256-bit identifier in the browser, its hash here, limits of idleness and of age."""

from __future__ import annotations

import hashlib
import logging
import secrets
from copy import deepcopy
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response, abort, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import OperationalError

from render_service.portal.accounts.models import ApiToken, ResetTicket, SessionRow
from render_service.portal.errors import GONE, is_full, unavailable
from render_service.portal.extensions import changed_rows, db, now
from render_service.portal.origins import SAFE

IDLE = timedelta(minutes=30)
AGE = timedelta(hours=12)
REMEMBERED_AGE = timedelta(days=30)
TOUCH = timedelta(minutes=1)  # how exactly idleness is known; finer would write at every picture
log = logging.getLogger("atelier.sessions")
ACCOUNT = "_user_id"  # Flask-Login's key
LONGEST_NAME = 120


class TableSession(dict[str, Any], SessionMixin):
    """The session of one request; what is put into it is JSON.

    Parameters
    ----------
    row : where it is kept; None until something is
    token : the identifier that the browser sent
    """

    def __init__(self, row: SessionRow | None = None, token: str = "") -> None:
        # Lists in it are changed in place: the row's own have to stay what they were for a change to be seen.
        super().__init__(deepcopy(row.content) if row else {})
        self.row, self.token, self.remembered = row, token, bool(row and row.remembered)
        self._before = deepcopy(dict(self))

    @property
    def changed(self) -> bool:
        """Whether something was put in or taken out."""
        return dict(self) != self._before

    @property
    def holds_more(self) -> bool:
        """Whether something was put in."""
        return any(key not in self._before or self._before[key] != value for key, value in self.items())

    def renew(self, remembered: bool = False) -> None:
        """Take a new identifier and let the old one end: at sign-in, at sign-out, with a new password."""
        if self.row is not None:
            db.session.delete(self.row)
        self.clear()
        self.row, self.token, self.remembered = None, "", remembered

    def keep(self) -> SessionRow:
        """The row of this session, made where there is none yet; not committed."""
        if self.row is None:
            self.token = secrets.token_urlsafe(32)
            age = REMEMBERED_AGE if self.remembered else AGE
            self.row = SessionRow(
                token_hash=hashed(self.token),
                browser=request.user_agent.string[:LONGEST_NAME],
                remembered=self.remembered,
                expires=now() + age,
            )
            db.session.add(self.row)
        self.row.account_id, self.row.content = self.get(ACCOUNT), dict(self)
        db.session.flush()
        return self.row


class TableSessions(SessionInterface):
    """Flask's sessions, kept in our table."""

    def __init__(self, secure: bool) -> None:
        self.name, self._secure = "__Host-session" if secure else "session", secure

    def open_session(self, app: Flask, request: Request) -> TableSession:
        """The session of the request, a fresh one where there is none or it has ended."""
        token = request.cookies.get(self.name, "")
        # A request with a token of a script is nobody's session.
        if not token or "Authorization" in request.headers or request.path.startswith(f"{app.static_url_path}/"):
            return TableSession()
        try:
            row = db.session.scalar(select(SessionRow).where(SessionRow.token_hash == hashed(token)))
        except OperationalError:
            # Errors here would be outside of the application's handlers: ``refuse_without_database`` raises it there.
            db.session.rollback()
            request.environ[GONE] = True
            return TableSession()
        return TableSession() if row is None or has_ended(row) else TableSession(row, token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed and that the session is in use."""
        assert isinstance(session, TableSession)  # noqa: S101  # ours alone are opened
        if request.endpoint == "static" or GONE in request.environ or "Authorization" in request.headers:
            return
        response.vary.add("Cookie")
        if (session or session.row is not None) and not self._is_kept(session, response):
            return
        sent = request.cookies.get(self.name, "")
        if sent and not session.token:
            response.delete_cookie(self.name, path="/", httponly=True, samesite="Lax", secure=self._secure)
        elif session.token != sent:
            self._send(session, response)

    def _is_kept(self, session: TableSession, response: Response) -> bool:
        """Keep it; a page that needs what could not be kept becomes one that says so, a change that was made stays."""
        try:
            self._keep(session)
        except OperationalError as error:
            db.session.rollback()
            log.error("a session could not be kept: %s", type(error.orig).__name__)
            if session.holds_more and request.method in SAFE:
                instead = unavailable(507 if is_full(error) else 503)
                response.status_code, response.mimetype = instead.status_code, instead.mimetype
                response.set_data(instead.get_data())
                response.headers["Retry-After"] = instead.headers["Retry-After"]
            return False
        return True

    def _keep(self, session: TableSession) -> None:
        if not session.changed and session.row is not None and now() - session.row.seen < TOUCH:
            return
        row = session.keep()
        row.seen = now()
        if row.account is not None:
            row.account.seen = row.seen
        db.session.commit()

    def _send(self, session: TableSession, response: Response) -> None:
        age = int(REMEMBERED_AGE.total_seconds()) if session.remembered else None
        response.set_cookie(
            self.name, session.token, max_age=age, path="/", httponly=True, samesite="Lax", secure=self._secure
        )


def refuse_without_database() -> None:
    """Stop a request whose session could not be read; before every request."""
    if GONE in request.environ:
        abort(503)


def hashed(token: str) -> str:
    """What is kept of an identifier; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def has_ended(row: SessionRow) -> bool:
    """Whether a session was idle for too long, is too old, or its account was disabled."""
    idle = not row.remembered and now() - row.seen > IDLE
    return idle or now() > row.expires or bool(row.account and row.account.disabled)


def own_session() -> TableSession:
    """The request's session."""
    return cast(TableSession, session)


def end_sessions(account_id: str, but: str = "") -> None:
    """End all sessions of an account, except one where it is named by its row's id; not committed."""
    db.session.execute(delete(SessionRow).where(SessionRow.account_id == account_id, SessionRow.id != but))


def end_entrances(account_id: str, tokens: bool) -> None:
    """End what opened the account so far: sessions, links for a new password, and tokens too; not committed."""
    end_sessions(account_id)
    db.session.execute(delete(ResetTicket).where(ResetTicket.account_id == account_id))
    if tokens:
        db.session.execute(delete(ApiToken).where(ApiToken.account_id == account_id))


def forget_ended() -> int:
    """Delete the rows of sessions that have ended, with what visitors without an account made; how many."""
    old = now() - IDLE
    ended = or_(SessionRow.expires < now(), and_(SessionRow.remembered.is_(False), SessionRow.seen < old))
    count = changed_rows(delete(SessionRow).where(ended))
    db.session.commit()
    return count
