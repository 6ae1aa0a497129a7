# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of pictures to print."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from render_service.portal.accounts.models import new_id
from render_service.portal.extensions import Base, Moment, now

LONGEST_NAME = 80


class PrintPicture(Base):
    """A tile that looks print on cloth; goes with its account.

    content : a PNG or JPEG (``kind`` "png" or "jpg"), written by this site from what was sent
    """

    __tablename__ = "print_picture"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(3))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created: Mapped[datetime] = mapped_column(Moment, default=now)

    @property
    def file(self) -> str:
        """The name by which looks and addresses know it."""
        return f"{self.id}.{self.kind}"
