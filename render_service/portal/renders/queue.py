# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue: every step of a job is one statement on its row that counts only while the executor still holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from render_service.portal.accounts.models import Account
from render_service.portal.extensions import changed_rows, db, now
from render_service.portal.renders.models import (
    CANCELLED,
    DONE,
    FAILED,
    OPEN,
    QUEUED,
    RUNNING,
    RenderExecutor,
    RenderJob,
    RenderPicture,
)

BEAT_S = 2.0
HEARD_S = 10.0
SILENCE = timedelta(seconds=30)  # after which an executor is taken for dead
MOST_TRIES = 5  # without a picture in between; one that kills its executor every time must end some time
WORKER_GONE = {"code": "worker_gone"}
TIME_LIMIT = {"code": "time_limit"}


def claim_next(executor: str) -> RenderJob | None:
    """Take the job whose turn it is, None where there is none; once each, and one at a time of an owner."""
    other = aliased(RenderJob)
    busy = select(other.account_id).where(other.state == RUNNING)
    for job in waiting():
        taken = update(RenderJob).where(
            RenderJob.id == job.id, RenderJob.state == QUEUED, RenderJob.account_id.not_in(busy)
        )
        values = {"state": RUNNING, "claim": executor, "beat": now(), "tries": RenderJob.tries + 1, "step": "dressing"}
        count = changed_rows(taken.values(**values, started=func.coalesce(RenderJob.started, now())))
        db.session.commit()
        if count:
            db.session.refresh(job)
            return job
    return None


def waiting() -> list[RenderJob]:
    """Queued jobs in the order of their turns: owners take turns, and each owner's jobs keep their order.

    An owner who has a job at work has had the turn.
    """
    jobs = db.session.scalars(select(RenderJob).where(RenderJob.state == QUEUED).order_by(RenderJob.created)).all()
    owners = {job.account_id for job in jobs}
    served = _served(owners)
    turns: dict[str, int] = {}
    ordered = []
    for job in jobs:
        turn = turns[job.account_id] = turns.get(job.account_id, -1) + 1
        busy, last = served.get(job.account_id, (0, None))
        ordered.append((turn + busy, last.timestamp() if last else 0.0, job.created, job))
    return [row[-1] for row in sorted(ordered, key=lambda row: row[:3])]


def _served(owners: set[str]) -> dict[str, tuple[int, datetime | None]]:
    """How many jobs of each owner are at work, and when one was last begun."""
    running = func.sum(db.case((RenderJob.state == RUNNING, 1), else_=0))
    rows = select(RenderJob.account_id, running, func.max(RenderJob.started)).where(RenderJob.account_id.in_(owners))
    return {
        owner: (int(count or 0), last) for owner, count, last in db.session.execute(rows.group_by(RenderJob.account_id))
    }


def place(job: RenderJob) -> int:
    """How many jobs are made before this one, those at work included."""
    running = db.session.scalar(select(func.count()).where(RenderJob.state == RUNNING)) or 0
    ids = [each.id for each in waiting()]
    return running + (ids.index(job.id) if job.id in ids else 0)


def report(job_id: str, executor: str, share: float, step: str) -> bool:
    """Note how far a job is, and that its executor lives; False where the job is not the executor's any more."""
    return _change(job_id, executor, beat=now(), share=share, step=step)


def keep_picture(job_id: str, executor: str, number: int) -> bool:
    """Note that a picture is whole, once; False where the job is not the executor's any more."""
    if not _change(job_id, executor, commit=False, beat=now(), tries=1, reason=None):
        db.session.rollback()
        return False
    db.session.add(RenderPicture(job_id=job_id, number=number))
    try:
        db.session.commit()
    except IntegrityError:  # it was noted before its executor was killed
        db.session.rollback()
    return True


def finish(job_id: str, executor: str, caution: dict[str, str] | None = None) -> bool:
    """Note that all is made, what may show in it, and that its owner is to be told by mail where they asked for it."""
    told = RenderJob.account_id.in_(select(Account.id).where(Account.tell_by_mail))
    due = db.case((told, now()), else_=None)
    ended = {"state": DONE, "claim": None, "share": 1.0, "step": "", "ended": now(), "mail_due": due}
    return _change(job_id, executor, **ended, reason=caution)


def fail(job_id: str, executor: str, reason: dict[str, str]) -> bool:
    """Note that it cannot be made, and why."""
    return _change(job_id, executor, state=FAILED, claim=None, step="", ended=now(), reason=reason)


def keep_avatar(job_id: str, executor: str) -> bool:
    """Note that the file in 3D is whole."""
    return _change(job_id, executor, avatar=True)


def cancel(job: RenderJob) -> bool:
    """Take an open job out of the queue or out of the executor's hands; whether it was open."""
    statement = update(RenderJob).where(RenderJob.id == job.id, RenderJob.state.in_(OPEN))
    count = changed_rows(statement.values(state=CANCELLED, claim=None, step="", ended=now(), seen=True))
    db.session.commit()
    db.session.refresh(job)
    return bool(count)


def give_back(executor: str) -> int:
    """Queue again what an executor that has ended was working on; what it tried too often fails. How many."""
    return _give_back(RenderJob.claim == executor, executor)


def sweep() -> int:
    """Queue again what silent executors were working on, and forget them; how many jobs."""
    old = now() - SILENCE
    count = _give_back(RenderJob.beat < old)
    db.session.execute(delete(RenderExecutor).where(RenderExecutor.seen < old))
    db.session.commit()
    return count


def hear(executor: str) -> None:
    """Note that an executor lives."""
    if not changed_rows(update(RenderExecutor).where(RenderExecutor.name == executor).values(seen=now())):
        db.session.add(RenderExecutor(name=executor))
    db.session.commit()


def executors() -> Sequence[RenderExecutor]:
    """Those that live."""
    return db.session.scalars(select(RenderExecutor).where(RenderExecutor.seen >= now() - SILENCE)).all()


def _give_back(whose: Any, gone: str = "") -> int:
    held = update(RenderJob).where(RenderJob.state == RUNNING, whose)
    ended = {"state": FAILED, "claim": None, "step": "", "ended": now(), "reason": WORKER_GONE}
    db.session.execute(held.where(RenderJob.tries >= MOST_TRIES).values(**ended))
    count = changed_rows(held.values(state=QUEUED, claim=None, step="", reason=WORKER_GONE))
    db.session.execute(delete(RenderExecutor).where(RenderExecutor.name == gone))
    db.session.commit()
    return count


def _change(job_id: str, executor: str, commit: bool = True, **values: Any) -> bool:
    held = update(RenderJob).where(RenderJob.id == job_id, RenderJob.claim == executor, RenderJob.state == RUNNING)
    count = changed_rows(held.values(**values))
    if commit:
        db.session.commit()
    return bool(count)
