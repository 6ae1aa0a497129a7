# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets for a new password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete

from render_service.portal.accounts.models import Account, ResetTicket
from render_service.portal.accounts.passwords import hash_password
from render_service.portal.accounts.sessions import end_entrances, hashed
from render_service.portal.extensions import changed_rows, db, now

LIFE = timedelta(minutes=30)


def new_ticket(account: Account) -> str:
    """A ticket's secret, for a link; earlier tickets of the account end."""
    db.session.execute(delete(ResetTicket).where(ResetTicket.account_id == account.id))
    token = secrets.token_urlsafe(32)
    db.session.add(ResetTicket(token_hash=hashed(token), account_id=account.id, expires=now() + LIFE))
    db.session.commit()
    return token


def account_of(token: str) -> Account | None:
    """Whose ticket it is; None where it was used, is too old or never was."""
    ticket = db.session.get(ResetTicket, hashed(token))
    if ticket is None or ticket.expires < now():
        return None
    return db.session.get(Account, ticket.account_id)


def use_ticket(token: str, password: str) -> bool:
    """Give the account its new password and end its sessions and tokens; whether the ticket was still good."""
    account = account_of(token)
    # Whoever deletes the row has used it: two requests at once cannot both.
    if not changed_rows(delete(ResetTicket).where(ResetTicket.token_hash == hashed(token))):
        return False
    if account is not None:
        account.password_hash = hash_password(password)
        end_entrances(account.id, tokens=True)
    db.session.commit()
    return account is not None
