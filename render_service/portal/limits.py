# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a minute are answered, of an account and of an address; the counts are in the database.

A request counts before it is worked on, for its account where it has one and for its address. Behind an address there
may be a household or a club, so it may have more. Keys are keyed hashes, as ``accounts.guessing`` keeps them.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import delete, text
from sqlalchemy.exc import OperationalError

from render_service.portal.accounts.models import Rate
from render_service.portal.errors import answer, typed_fields
from render_service.portal.extensions import BY_TOKEN, changed_rows, db
from render_service.portal.origins import SAFE, visitor_address

MINUTE_S = 60
ADDRESS_TIMES = 4  # an address may have so many times what one account may
UNCOUNTED = {"watch", "static"}  # the operator's own, and files
log = logging.getLogger("atelier.limits")
# One statement, so that requests at once cannot both be the last that is allowed; SQLite and PostgreSQL read it alike.
COUNT = text(
    "INSERT INTO rate (key, minute, count) VALUES (:key, :minute, 1) ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN rate.minute = excluded.minute THEN rate.count + 1 ELSE 1 END, minute = excluded.minute "
    "RETURNING count"
)


@dataclass(frozen=True)
class Limit:
    """What is counted together.

    option : of ``Settings``, requests a minute of an account, 0 for any number
    endpoints : what is counted; changes alone, where ``reading`` is False
    """

    option: str
    endpoints: frozenset[str]
    reading: bool = False


LIMITS = (
    Limit(
        "limit_sign_in",
        frozenset({"accounts.sign_in", "accounts.use_reset", "profile.change_password", "profile.erase"}),
    ),
    Limit("limit_sign_up", frozenset({"accounts.sign_up", "accounts.ask_reset"})),
    Limit("limit_order", frozenset({"renders.order", "renders.order_by_program"})),
    Limit(
        "limit_make",
        frozenset(
            {
                "api.generate",
                "api.update_feature",
                "api.update_cloth",
                "api.predict",
                "people.measure",
                "people.remeasure",
            }
        ),
    ),
    Limit(
        "limit_file",
        frozenset({"people.download", "people.download_obj", "people.pattern", "profile.export", "renders.archive"}),
        reading=True,
    ),
)
OTHERWISE = Limit("limit_change", frozenset())  # all other changes, and whatever a script asks with its token


def limit_requests(app: Flask) -> None:
    """Refuse, with 429, what comes too often; to be called once tokens and sessions are read."""
    app.before_request(_count)


def limit_of(endpoint: str, method: str, by_token: bool = False) -> Limit | None:
    """The limit that counts a request, None for one that is not counted."""
    for limit in LIMITS:
        if endpoint in limit.endpoints and (limit.reading or method not in SAFE):
            return limit
    counted = by_token or method not in SAFE
    return OTHERWISE if counted and endpoint.partition(".")[0] not in UNCOUNTED else None


def forget_rates() -> int:
    """Delete counts of minutes that are over; how many."""
    count = changed_rows(delete(Rate).where(Rate.minute < int(time.time()) // MINUTE_S))
    db.session.commit()
    return count


def _count() -> Response | None:
    limit = limit_of(request.endpoint or "", request.method, BY_TOKEN in g)
    most = getattr(current_app.config["SETTINGS"], limit.option) if limit else 0
    if limit is None or not most:
        return None
    subjects = [(f"address\n{visitor_address()}", most * ADDRESS_TIMES)]
    if current_user.is_authenticated:
        subjects.insert(0, (f"account\n{current_user.id}", most))
    moment = time.time()
    minute = int(moment) // MINUTE_S
    try:
        with db.engine.begin() as connection:
            over = [
                connection.execute(COUNT, {"key": _key(limit, who), "minute": minute}).scalar_one() > allowed
                for who, allowed in subjects
            ]
    except OperationalError as error:
        # What the request itself needs of the database will say so; what needs nothing of it goes on.
        log.error("requests could not be counted: %s", type(error.orig).__name__)
        return None
    return _too_many(MINUTE_S - int(moment) % MINUTE_S) if any(over) else None


def _too_many(seconds: int) -> Response:
    words = ngettext(
        "That was more within a minute than this site answers. Nothing was changed; please wait %(num)d second.",
        "That was more within a minute than this site answers. Nothing was changed; please wait %(num)d seconds.",
        seconds,
    )
    response = answer(429, words, typed_fields())
    response.headers["Retry-After"] = str(seconds)
    return response


def _key(limit: Limit, who: str) -> str:
    message = f"rate\n{limit.option}\n{who}"
    return hmac.new(current_app.config["SECRET_KEY"].encode(), message.encode(), hashlib.sha256).hexdigest()
