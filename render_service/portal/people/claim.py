# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may see a person: the account or the visitor's session that it belongs to, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from flask_login import current_user
from sqlalchemy import ColumnElement, false, select, update

from render_service.portal.accounts.models import Account
from render_service.portal.accounts.sessions import own_session
from render_service.portal.extensions import db
from render_service.portal.people.models import Person


def own_people() -> Sequence[Person]:
    """People of whoever asks, the newest first."""
    return db.session.scalars(select(Person).where(_owned()).order_by(Person.created.desc())).all()


def own_person(person_id: str) -> Person:
    """One of them; 404 for anybody else's, as for nobody's."""
    found = db.session.scalar(select(Person).where(_owned(), Person.id == person_id))
    if found is None:
        abort(404)
    return found


def owned(person: Person) -> Person:
    """A new person given to whoever asks."""
    if current_user.is_authenticated:
        person.account_id = current_user.id
    else:
        person.session_id = own_session().keep().id
    return person


def claim(account: Account, session_id: str | None) -> None:
    """Give an account what its owner made before signing in; not committed."""
    if session_id is not None:
        mine = update(Person).where(Person.session_id == session_id)
        db.session.execute(mine.values(account_id=account.id, session_id=None))


def _owned() -> ColumnElement[bool]:
    if current_user.is_authenticated:
        return Person.account_id == current_user.id
    row = own_session().row
    return Person.session_id == row.id if row is not None else false()
