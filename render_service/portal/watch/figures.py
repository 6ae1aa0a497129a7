# SPDX-License-Identifier: GPL-3.0-or-later
"""How the queue, the worker and the disk stand: what the status page shows and what is measured."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from render_service.portal.config import Settings
from render_service.portal.extensions import db, now
from render_service.portal.renders import queue
from render_service.portal.renders.models import DONE, FAILED, OPEN, QUEUED, RUNNING, RenderExecutor, RenderJob

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Figures:
    """One moment of the site.

    waiting, running : orders now; done, failed : orders that ended within 24 hours
    oldest_s : seconds since the oldest open order was made, 0 where none is open
    order_s : mean seconds from the first work on an order to its end, of those done within 24 hours; None without any
    """

    waiting: int
    running: int
    done: int
    failed: int
    oldest_s: float
    order_s: float | None
    workers: Sequence[RenderExecutor]

    @property
    def states(self) -> dict[str, int]:
        """Orders by state."""
        return {QUEUED: self.waiting, RUNNING: self.running, DONE: self.done, FAILED: self.failed}


def figures() -> Figures:
    """The present ones, in five queries."""
    counts = select(RenderJob.state, func.count()).where(RenderJob.state.in_(OPEN)).group_by(RenderJob.state)
    opened = {row[0]: row[1] for row in db.session.execute(counts)}
    lately = RenderJob.ended > now() - DAY
    ended = db.session.execute(
        select(RenderJob.state, RenderJob.started, RenderJob.ended).where(lately, RenderJob.state.in_((DONE, FAILED)))
    ).all()
    lasted = [(row.ended - row.started).total_seconds() for row in ended if row.state == DONE and row.started]
    oldest = db.session.scalar(select(func.min(RenderJob.created)).where(RenderJob.state.in_(OPEN)))
    return Figures(
        waiting=opened.get(QUEUED, 0),
        running=opened.get(RUNNING, 0),
        done=sum(row.state == DONE for row in ended),
        failed=sum(row.state == FAILED for row in ended),
        oldest_s=(now() - oldest).total_seconds() if oldest else 0.0,
        order_s=sum(lasted) / len(lasted) if lasted else None,
        workers=queue.executors(),
    )


def disk(settings: Settings) -> tuple[int, int]:
    """Bytes that are free, and bytes in all, of the disk that holds the data folder."""
    usage = shutil.disk_usage(settings.data)
    return usage.free, usage.total
