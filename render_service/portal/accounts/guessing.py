# SPDX-License-Identifier: GPL-3.0-or-later
"""Guessing gets slower: a growing delay per account with address, and per address; nobody is ever locked out.

Counters are in the database, where all processes see them. An attempt counts before it is judged, so that many at once
gain nothing. Addresses are kept as keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from render_service.portal.accounts.models import Attempts
from render_service.portal.extensions import changed_rows, db, now
from render_service.portal.origins import visitor_address

FORGOTTEN = timedelta(hours=24)
LONGEST_DELAY_S = 900


@dataclass(frozen=True)
class Guard:
    """How often something may be tried before delays grow.

    Parameters
    ----------
    name : of what is tried
    free : tries without a delay
    """

    name: str
    free: int

    def delay_s(self, count: int) -> int:
        """Seconds to wait after so many tries: 2, 4, 8 and on, at most a quarter of an hour."""
        return 0 if count < self.free else min(2 ** min(count - self.free + 1, 20), LONGEST_DELAY_S)


PAIR = Guard("pair", 5)
ADDRESS = Guard("address", 50)
SIGN_UP = Guard("sign-up", 10)
RESET = Guard("reset", 5)


def wait_s(guard: Guard, *about: str) -> int:
    """Count an attempt of this visitor; seconds to wait first, 0 where it may go on. A refused one is not counted."""
    key = _key(guard, about)
    row = db.session.get(Attempts, key)
    if row is not None and now() - row.last > FORGOTTEN:
        row.count = 0
    if row is not None:
        left = guard.delay_s(row.count) - (now() - row.last).total_seconds()
        if left > 0:
            return int(left) + 1
    _count(key, row)
    return 0


def forgive(guard: Guard, *about: str) -> None:
    """Forget a visitor's attempts: one was right."""
    db.session.execute(delete(Attempts).where(Attempts.key == _key(guard, about)))
    db.session.commit()


def forget_attempts() -> int:
    """Delete counters that no longer matter; how many."""
    count = changed_rows(delete(Attempts).where(Attempts.last < now() - FORGOTTEN))
    db.session.commit()
    return count


def _count(key: str, row: Attempts | None) -> None:
    if row is None:
        try:
            db.session.add(Attempts(key=key, count=1))
            db.session.commit()
        except IntegrityError:
            db.session.rollback()  # another request was first
        else:
            return
    change = update(Attempts).where(Attempts.key == key).values(count=Attempts.count + 1, last=now())
    db.session.execute(change)
    db.session.commit()


def _key(guard: Guard, about: tuple[str, ...]) -> str:
    text = "\n".join((guard.name, visitor_address(), *about))
    return hmac.new(current_app.config["SECRET_KEY"].encode(), text.encode(), hashlib.sha256).hexdigest()
