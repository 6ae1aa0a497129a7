# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders taken: checked, within what an account may order, and each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from render_service.portal.accounts.models import Account
from render_service.portal.accounts.views import settings
from render_service.portal.extensions import db, now
from render_service.portal.look_fields import POSES
from render_service.portal.people.models import MeasurementSet, Person
from render_service.portal.prints.pictures import read_look
from render_service.portal.renders.choices import QUALITIES, VIEWS, shots
from render_service.portal.renders.models import CANCELLED, FAILED, OPEN, RenderJob

DAY = timedelta(hours=24)
LONGEST_KEY = 80


class OrderRefused(Exception):  # noqa: N818  # it carries words to whoever ordered
    """An order that cannot be taken: the status and the words of the answer."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)


@dataclass(frozen=True)
class Order:
    """What is ordered.

    views : keys of ``VIEWS``; look : values of a look's file; key : the same for an order sent again, or None
    """

    person: Person
    views: list[str]
    quality: str
    pose: str
    look: dict[str, Any]
    key: str | None = None

    def wish(self) -> dict[str, Any]:
        """All that decides the pictures."""
        chosen = [view for view in VIEWS if view in self.views]
        return {
            "measurements": _values(self.person.latest),
            "look": {**self.look, "pose": self.pose},
            "views": chosen,
            "quality": self.quality,
        }


def take(account: Account, order: Order) -> tuple[RenderJob, bool]:
    """The job of an order, and whether it is new: one with a known key is the job that was made then.

    Raises
    ------
    OrderRefused
    LookError
    """
    _check(order)
    if earlier := _earlier(account, order):
        return earlier, False
    wish = order.wish()
    count = len(shots(wish["views"]))
    _make_room(account, count)
    job = RenderJob(account_id=account.id, person_id=order.person.id, wish=wish, pictures=count, key=order.key)
    try:
        db.session.add(job)
        db.session.commit()
    except IntegrityError:  # the same order, sent twice at once
        db.session.rollback()
        if earlier := _earlier(account, order):
            return earlier, False
        raise
    return job, True


def quota_of(account: Account) -> int:
    """Pictures that an account may order within 24 hours."""
    return settings().render_quota if account.render_quota is None else account.render_quota


def left_of(account: Account) -> int:
    """Pictures that it may still order now; those that were never made do not count."""
    ordered = select(func.coalesce(func.sum(RenderJob.pictures), 0)).where(
        RenderJob.account_id == account.id,
        RenderJob.created > now() - DAY,
        RenderJob.state.not_in((CANCELLED, FAILED)),
    )
    return max(quota_of(account) - int(db.session.scalar(ordered) or 0), 0)


def _check(order: Order) -> None:
    unknown = [view for view in order.views if view not in VIEWS]
    if unknown or not order.views:
        raise OrderRefused(422, _("Choose at least one view of %(known)s.", known=", ".join(VIEWS)))
    for name, value, known in (("quality", order.quality, QUALITIES), ("pose", order.pose, POSES)):
        if value not in known:
            raise OrderRefused(422, _("%(name)s is one of %(known)s.", name=name, known=", ".join(known)))
    if order.key is not None and not (order.key.isprintable() and 0 < len(order.key) <= LONGEST_KEY):
        raise OrderRefused(422, _("An Idempotency-Key has 1 to %(most)d characters.", most=LONGEST_KEY))
    read_look(order.look, order.person.account_id)


def _earlier(account: Account, order: Order) -> RenderJob | None:
    if order.key is None:
        return None
    job = db.session.scalar(select(RenderJob).where(RenderJob.account_id == account.id, RenderJob.key == order.key))
    if job is not None and (job.wish != order.wish() or job.person_id != order.person.id):
        raise OrderRefused(409, _("This Idempotency-Key belongs to another order."))
    return job


def _make_room(account: Account, count: int) -> None:
    most = settings().render_waiting
    open_jobs = select(func.count()).where(RenderJob.account_id == account.id, RenderJob.state.in_(OPEN))
    if (db.session.scalar(open_jobs) or 0) >= most:
        words = ngettext(
            "You have %(num)d order waiting, which is as many as there may be. Please wait for it, or cancel it.",
            "You have %(num)d orders waiting, which is as many as there may be. Please wait for one, or cancel one.",
            most,
        )
        raise OrderRefused(429, words)
    left = left_of(account)
    if count > left:
        raise OrderRefused(
            429,
            _(
                "These are %(count)d pictures, and %(left)d of your %(quota)d within 24 hours are left.",
                count=count,
                left=left,
                quota=quota_of(account),
            ),
        )


def _values(saved: MeasurementSet) -> dict[str, Any]:
    return {
        "given": saved.given,
        "sex": saved.sex,
        "weight_kg": saved.weight_kg,
        "age_years": saved.age_years,
    }
