# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, said to people as a page and to programs as problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from render_service.portal.extensions import db
from render_service.portal.watch.logs import place

PROBLEM = "application/problem+json"


def explain(app: Flask) -> None:
    """Word every error."""
    app.register_error_handler(CSRFError, lambda error: answer(400, _forged()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _no_such_text)
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


def answer(status: int, detail: str) -> Response:
    """An error for whoever asked."""
    if wants_json():
        return problem(status, detail)
    return make_response(render_template("error.html", status=status, detail=detail), status)


def _http(error: HTTPException) -> Response:
    # A host that is not ours has no pages that one could link to.
    if isinstance(error, SecurityError) or error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    db.session.rollback()
    response = answer(error.code, _said(error.code))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _database(error: OperationalError) -> Response:
    db.session.rollback()
    current_app.logger.error("the database does not answer: %s", type(error.orig).__name__)
    response = answer(503, _said(503))
    response.headers["Retry-After"] = "10"
    return response


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
        400: _("The request could not be understood."),
        401: _("Please sign in first."),
        403: _("This was not sent from this site."),
        404: _("There is nothing here, or it is not yours."),
        405: _("This cannot be done this way."),
        413: _("That is too large."),
        415: _("This kind of content is not understood here."),
        429: _("Too many tries. Please wait a little."),
        503: _("The database does not answer. Nothing was changed; please try again in a moment."),
        500: _("Something went wrong on our side. Nothing was lost; please try again."),
    }
    return words.get(status, words[400] if status < 500 else words[500])
