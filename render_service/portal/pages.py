# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that are nobody's: landing, privacy, language, health."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for

from render_service.portal.accounts.views import Page, settings
from render_service.portal.database import is_answering
from render_service.portal.extensions import csrf

pages = Blueprint("pages", __name__)


@pages.get("/")
def landing() -> Page:
    """What this is."""
    return render_template("landing.html")


@pages.get("/privacy")
def privacy() -> Page:
    """What is kept, and how to have it erased."""
    return render_template("privacy.html", settings=settings())


@pages.post("/language")
@csrf.exempt
def switch() -> Page:
    """The same page in the other language; ``languages`` sets the cookie.

    Without a token, which would need a session for everybody who only looks; where it comes from is checked.
    """
    back = urlsplit(request.form.get("back", ""))
    path = back.path if back.path.startswith("/") and not back.path.startswith("//") else url_for("pages.landing")
    return redirect(path)


@pages.get("/healthz")
def health() -> Response:
    """Whether the site can work: for whoever watches over it."""
    well = is_answering()
    response = jsonify(status="ok" if well else "the database does not answer")
    response.status_code = 200 if well else 503
    return response


@pages.get("/robots.txt")
def robots() -> Response:
    """Search engines may read the landing page alone."""
    return Response("User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n", mimetype="text/plain")


@pages.app_context_processor
def _site() -> dict[str, object]:
    return {"signup_open": current_app.config["SETTINGS"].signup_open}
