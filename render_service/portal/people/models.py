# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of people and of their measurements over time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from avatar_engine.measurements import Measurements, Sex, complete
from render_service.portal.accounts.models import new_id
from render_service.portal.extensions import Base, Moment, now

LONGEST_NAME = 80


class Person(Base):
    """Somebody who was measured; belongs to an account, or to a visitor's session and goes with it."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (session_id IS NULL)", name="one_owner"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    look: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    sets: Mapped[list[MeasurementSet]] = relationship(
        back_populates="person", order_by="MeasurementSet.taken", cascade="all, delete-orphan", passive_deletes=True
    )

    looks: Mapped[list[SavedLook]] = relationship(
        back_populates="person",
        order_by="SavedLook.created.desc()",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def latest(self) -> MeasurementSet:
        """The newest measurements."""
        return self.sets[-1]


class MeasurementSet(Base):
    """What was measured at one time.

    given : key of the 15 to metres; what is missing is predicted
    """

    __tablename__ = "measurement_set"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    taken: Mapped[datetime] = mapped_column(Moment, default=now)
    unit: Mapped[str] = mapped_column(String(2), default="cm")
    given: Mapped[dict[str, float]] = mapped_column(JSON)
    sex: Mapped[str | None] = mapped_column(String(6))
    weight_kg: Mapped[float | None] = mapped_column()
    age_years: Mapped[float | None] = mapped_column()
    person: Mapped[Person] = relationship(back_populates="sets")

    def measurements(self) -> Measurements:
        """All 15, blanks predicted."""
        sex: Sex | None = self.sex if self.sex in ("female", "male") else None  # type: ignore[assignment]
        return complete(self.given, sex, self.weight_kg, self.age_years)


class SavedLook(Base):
    """A look kept under a name; goes with its person.

    look : values of a look's file; picture : a small WebP of the viewer, None where the browser sent none
    """

    __tablename__ = "saved_look"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    look: Mapped[dict[str, Any]] = mapped_column(JSON)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created: Mapped[datetime] = mapped_column(Moment, default=now)
    person: Mapped[Person] = relationship(back_populates="looks")
