# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the site and looking after its accounts: what the commands do."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import timedelta

import click
from flask import Flask, current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from render_service.portal.accounts import passwords, reset
from render_service.portal.accounts.forms import EMAIL, LONGEST_EMAIL
from render_service.portal.accounts.guessing import forget_attempts
from render_service.portal.accounts.models import Account
from render_service.portal.accounts.sessions import end_sessions, forget_ended
from render_service.portal.accounts.tokens import MOST, new_token, tokens_of
from render_service.portal.app import create_app
from render_service.portal.config import Settings
from render_service.portal.database import bring_up_to_date, forget_log
from render_service.portal.extensions import changed_rows, db, now
from render_service.portal.limits import forget_rates
from render_service.portal.renders.files import forget_files
from render_service.portal.serving import Processes, listen, serve
from render_service.portal.supervisor import Supervisor
from render_service.portal.watch.logs import write_logs

HOUSE_S = 300
log = logging.getLogger("atelier")


def site(settings: Settings) -> Flask:
    """The site with its database up to date."""
    app = create_app(settings)
    bring_up_to_date(app)
    return app


def run(settings: Settings) -> None:
    """Serve until interrupted, with a worker for ordered pictures beside."""
    write_logs(as_json=settings.production)
    app = site(settings)
    try:
        bound = listen(settings)
    except OSError as error:
        raise click.ClickException(f"{settings.host}:{settings.port} cannot be used: {error.strerror}") from error
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_keep_house, args=(app,), daemon=True, name="house").start()
    supervisor, processes = Supervisor(app), Processes(settings, bound, settings.data / "metrics")
    if settings.worker:
        supervisor.start()
    click.echo(f"Atelier is at {settings.public_url or f'http://{address}:{bound.getsockname()[1]}/'}")
    try:
        if settings.processes > 1:
            processes.run()
        else:
            serve(app, bound)
    except KeyboardInterrupt:
        log.info("ending")
    finally:
        processes.end()
        supervisor.stop()


def work(settings: Settings) -> None:
    """Make ordered pictures until interrupted, without a site."""
    write_logs(as_json=settings.production)
    signal.signal(signal.SIGTERM, _interrupt)
    supervisor = Supervisor(site(settings))
    supervisor.start()
    try:
        supervisor.join()
    except KeyboardInterrupt:
        pass
    finally:
        supervisor.stop()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _keep_house(app: Flask) -> None:
    """Forget in time what visitors left."""
    while True:
        with app.app_context():
            try:
                forget_ended()
                forget_attempts()
                forget_rates()
                forget_files()
            except OperationalError as error:
                app.logger.error("could not forget ended sessions: %s", type(error.orig).__name__)
        time.sleep(HOUSE_S)


def create(email: str, password: str) -> str:
    """A new account; its address."""
    address = email.strip().casefold()
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        raise click.ClickException(f"{email} does not look like an e-mail address, such as name@example.org")
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST or passwords.is_common(password, address):
        limits = f"{passwords.SHORTEST} to {passwords.LONGEST} characters"
        raise click.ClickException(f"a password has {limits} and is not a common one")
    if db.session.scalar(select(Account).where(Account.email == address)):
        raise click.ClickException(f"{address} has an account already")
    db.session.add(Account(email=address, password_hash=passwords.hash_password(password), language="en"))
    db.session.commit()
    return address


def let_in(email: str, allowed: bool) -> str:
    """Let an account sign in or keep it out, and end its sessions; its address."""
    account = account_of(email)
    account.disabled = not allowed
    if not allowed:
        end_sessions(account.id)
    db.session.commit()
    return account.email


def set_quota(email: str, pictures: int | None) -> str:
    """How many pictures an account may order within 24 hours, None for the site's usual; its address."""
    account = account_of(email)
    account.render_quota = pictures
    db.session.commit()
    return account.email


def make_token(email: str, name: str, scope: str) -> str:
    """A new token of an account, shown here and never again."""
    account = account_of(email)
    if len(tokens_of(account)) >= MOST:
        raise click.ClickException(f"{account.email} has {MOST} tokens already: end some")
    return new_token(account, name, scope)


def list_tokens(email: str) -> list[str]:
    """A line for each token of an account: id, scope, when made and last used, name."""
    return [
        f"{row.id}  {row.scope:5}  made {row.created:%Y-%m-%d}  "
        f"{f'used {row.used:%Y-%m-%d}' if row.used else 'never used':15}  {row.name}"
        for row in tokens_of(account_of(email))
    ]


def end_tokens(email: str, token_id: str | None) -> int:
    """End one token of an account, or all of them; how many."""
    mine = [row for row in tokens_of(account_of(email)) if token_id in (None, row.id)]
    if token_id is not None and not mine:
        raise click.ClickException(f"{email} has no token {token_id}: atelier accounts token list {email}")
    for row in mine:
        db.session.delete(row)
    db.session.commit()
    return len(mine)


def reset_link(email: str) -> str:
    """A link to a page for a new password."""
    account = account_of(email)
    if not account.is_active:
        raise click.ClickException(f"{account.email} is disabled: atelier accounts enable {account.email}")
    settings: Settings = current_app.config["SETTINGS"]
    site = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    return f"{site}/reset/{reset.new_ticket(account)}"


def erase(email: str) -> str:
    """Erase an account with everything in it; its address."""
    account = account_of(email)
    address = account.email
    db.session.delete(account)
    db.session.commit()
    forget_log()
    forget_files()
    return address


def purge(unused_days: int) -> tuple[int, int, int]:
    """Delete what has had its time; how many sessions, counters and accounts (where days are named)."""
    sessions, counters, unused = forget_ended(), forget_attempts(), 0
    if unused_days:
        old = delete(Account).where(Account.seen < now() - timedelta(days=unused_days))
        unused = changed_rows(old)
        db.session.commit()
    forget_rates()
    forget_log()
    forget_files()
    return sessions, counters, unused


def account_of(email: str) -> Account:
    """The account of an address."""
    found = db.session.scalar(select(Account).where(Account.email == email.strip().casefold()))
    if found is None:
        raise click.ClickException(f"there is no account {email}")
    return found
