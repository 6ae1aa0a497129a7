# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of ordered pictures. The row is the record of a job; whoever executes it only executes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from render_service.portal.accounts.models import new_id
from render_service.portal.extensions import Base, Moment, now
from render_service.portal.people.models import Person

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
OPEN = (QUEUED, RUNNING)


class RenderJob(Base):
    """Pictures of one person in one look, as ordered.

    wish : measurements, look, view and quality when it was ordered; later changes of the person change nothing in it
    pictures : how many it has; share : of all work that is done, 0 to 1
    claim : names the executor that works on it; beat : when that one was last heard of
    tries : begun since the last picture that was finished; reason : why the last one failed, or what may show in
        pictures that are done
    key : given by whoever ordered, so that an order sent twice is one; seen : its owner knows how it ended
    mail_due : when its owner is to be told by mail, None where that is done or not wanted
    """

    __tablename__ = "render_job"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    wish: Mapped[dict[str, Any]] = mapped_column(JSON)
    pictures: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default=QUEUED, index=True)
    step: Mapped[str] = mapped_column(String(20), default="")
    share: Mapped[float] = mapped_column(default=0.0)
    claim: Mapped[str | None] = mapped_column(String(80))
    beat: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[dict[str, str] | None] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(80))
    seen: Mapped[bool] = mapped_column(default=False)
    mail_due: Mapped[datetime | None] = mapped_column(Moment, index=True)
    avatar: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    started: Mapped[datetime | None] = mapped_column(Moment)
    ended: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person] = relationship()
    shares: Mapped[list[Share]] = relationship(order_by="Share.created", passive_deletes=True)
    made: Mapped[list[RenderPicture]] = relationship(order_by="RenderPicture.number", passive_deletes=True)


class RenderPicture(Base):
    """A picture that is whole: there is one of each number."""

    __tablename__ = "render_picture"

    job_id: Mapped[str] = mapped_column(ForeignKey("render_job.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    finished: Mapped[datetime] = mapped_column(Moment, default=now)


class Share(Base):
    """A link by which anybody sees the pictures of an order, until it is ended; only its hash is kept."""

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("render_job.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Moment, default=now)


class RenderExecutor(Base):
    """A process that makes pictures, as long as it is heard of."""

    __tablename__ = "render_executor"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen: Mapped[datetime] = mapped_column(Moment, default=now)
