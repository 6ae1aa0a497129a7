# SPDX-License-Identifier: GPL-3.0-or-later
"""``/metrics`` and ``/status``: for the operator alone."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _

from render_service.portal.accounts.views import settings
from render_service.portal.config import LOOPBACK
from render_service.portal.errors import answer
from render_service.portal.watch.figures import disk, figures
from render_service.portal.watch.metrics import exposition

watch = Blueprint("watch", __name__)
GIGABYTE = 1e9


@watch.before_request
def _only_the_operator() -> Response | None:
    """Whoever has the token; without one, this machine alone, and in production nobody."""
    token = settings().watch_token
    if not token:
        if settings().production or request.remote_addr not in LOOPBACK:
            abort(404)
        return None
    sent = request.authorization
    given = (sent.token if sent.type == "bearer" else sent.password) if sent else None
    if hmac.compare_digest((given or "").encode(), token.encode()):
        return None
    refused = answer(401, _("This page is the operator's: the password is watch_token."))
    refused.headers["WWW-Authenticate"] = 'Basic realm="atelier", charset="UTF-8"'
    return refused


@watch.get("/metrics")
def metrics() -> Response:
    """For Prometheus."""
    return exposition()


@watch.get("/status")
def status() -> Response:
    """For people: the queue, the workers and the disk; changes nothing."""
    free, total = disk(settings())
    sizes = {"free_gb": free / GIGABYTE, "total_gb": total / GIGABYTE, "full": 1.0 - free / total}
    return make_response(render_template("watch/status.html", figures=figures(), **sizes, worker=settings().worker))
