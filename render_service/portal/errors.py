# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, said to people as a page and to programs as problem+json (RFC 9457)."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from render_service.portal.extensions import db
from render_service.portal.watch.logs import place

PROBLEM = "application/problem+json"
GONE = "atelier.database_gone"  # in a request's environment, once the database failed it
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
POSTGRES_NO_ROOM = "53100"
SECRETS = {"password", "current"}  # fields that are never written back into a page
SWITCHING = "switch_language"
RETRY_S = "10"


def explain(app: Flask) -> None:
    """Word every error."""
    app.register_error_handler(CSRFError, lambda error: answer(400, _forged()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _no_such_text)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Whether a program asks."""
    if request.mimetype == "application/json" or "Authorization" in request.headers:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", PROBLEM], default="text/html")
    return best != "text/html"


def problem(status: int, detail: str, **more: object) -> Response:
    """An error as problem+json; the keys of ``more`` extend it."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    response = jsonify(content)
    response.status_code, response.mimetype = status, PROBLEM
    return response


def answer(status: int, detail: str, typed: Sequence[tuple[str, str]] = ()) -> Response:
    """An error for whoever asked; ``typed`` are the fields of a form that can be sent again."""
    if wants_json():
        return problem(status, detail)
    return make_response(render_template("error.html", status=status, detail=detail, typed=typed), status)


def _http(error: HTTPException) -> Response:
    # A host that is not ours has no pages that one could link to.
    if isinstance(error, SecurityError) or error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    db.session.rollback()
    if error.code == 503:
        return unavailable(503)
    response = answer(error.code, _said(error.code))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _database(error: OperationalError) -> Response:
    """The database is locked, gone or full: nothing of the request was kept, and what was typed can be sent again."""
    db.session.rollback()
    request.environ[GONE] = True
    full = is_full(error)
    current_app.logger.error(
        "%s: %s", "no room for the database" if full else "the database does not answer", type(error.orig).__name__
    )
    return unavailable(507 if full else 503)


def is_full(error: OperationalError) -> bool:
    """Whether the database's disk has no room."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the upper bits tell kinds of one error apart
    return code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", "") == POSTGRES_NO_ROOM


def unavailable(status: int) -> Response:
    """503 or 507, without whoever is signed in where that cannot be read."""
    try:
        getattr(current_user, "language", None)  # read anew after the rollback
    except OperationalError:
        db.session.rollback()
        current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]  # nobody
    response = answer(status, _said(status), typed_fields())
    response.headers["Retry-After"] = RETRY_S
    return response


def typed_fields() -> list[tuple[str, str]]:
    """The fields of the form that was sent, to be sent again; none where a password is among them."""
    names = set(request.form) if request.method == "POST" and not request.files else SECRETS
    return [] if names & SECRETS else [pair for pair in request.form.items(multi=True) if pair[0] != SWITCHING]


def _disk(error: OSError) -> Response:
    """A file could not be written."""
    if error.errno not in NO_ROOM:
        return _unexpected(error)
    db.session.rollback()
    current_app.logger.error("no room on the disk at %s", place(error.__traceback__))
    return unavailable(507)


def _no_such_text(_error: DataError) -> Response:
    """A text that the database cannot hold, such as one with a NUL: nothing of that name can be there."""
    db.session.rollback()
    return answer(400, _said(400))


def _unexpected(error: Exception) -> Response:
    db.session.rollback()
    # Only where it happened: values of the request may be somebody's measurements.
    current_app.logger.error("%s at %s", type(error).__name__, place(error.__traceback__))
    if current_app.debug or current_app.testing:
        raise error
    return answer(500, _said(500))


def _forged() -> str:
    return _("This form was open for too long, or was not sent from this site. Please go back and send it again.")


def _said(status: int) -> str:
    words = {
        400: _("The request could not be understood. Programs send JSON in UTF-8; pages have forms for everything."),
        401: _("Please sign in first."),
        403: _("This was not sent from this site."),
        404: _("There is nothing here, or it is not yours."),
        405: _(
            "This address is not made to be asked this way. Please go back and use the links and forms of the pages."
        ),
        413: _(
            "That is too large: 256 kB are read at most, 10 MB of a picture, and a form is far smaller. "
            "Please leave something out."
        ),
        415: _("This kind of content is not understood here: send JSON, with Content-Type: application/json."),
        429: _("Too many tries. Please wait a little."),
        503: _("The database does not answer. Nothing was changed; please try again in a moment."),
        507: _(
            "The disk of this site is full. Nothing of this was kept, and nothing that was kept before is lost. "
            "The operator has to make room."
        ),
        500: _("Something went wrong on our side. Nothing was lost; please try again."),
    }
    return words.get(status, words[400] if status < 500 else words[500])
