# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands ``serve`` and ``accounts``; the site itself is imported when one is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from render_service.portal.config import ConfigError, Settings, load_settings

BAD_SETTINGS = 2
FOLDER = "Folder of database, secret and portal.toml."
LONGEST_NAME = 80
data_option = click.option("--data", type=click.Path(path_type=Path), help=FOLDER)


def _short(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not 0 < len(value.strip()) <= LONGEST_NAME:
        raise click.BadParameter(f"{len(value.strip())} characters; allowed: 1 to {LONGEST_NAME}")
    return value


@click.command()
@click.option("--host", help="Address to listen at.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen at; 0 takes a free one.  [default: 8080]")
@data_option
@click.option("--check", is_flag=True, help="Say what is not ready for production, and do not start.")
def serve(host: str | None, port: int | None, data: Path | None, check: bool) -> None:
    """Run the web portal: makes or migrates its database, prints its address, and serves until it is interrupted."""
    settings = _settings(host=host, port=port, data=data)
    faults = [*settings.faults(), *_checks().unusable(settings)]
    for fault in faults:
        click.echo(f"fault: {fault}", err=True)
    if check:
        for warning in (*settings.warnings(), *_checks().doubtful(settings)):
            click.echo(f"note: {warning}")
        click.echo("not ready" if faults else "ready" if settings.production else "ready for this machine alone")
    if faults:
        raise SystemExit(BAD_SETTINGS)
    if not check:
        _operating().run(settings)


@click.command()
@data_option
def worker(data: Path | None) -> None:
    """Make the pictures ordered on the portal, on this machine: for hosts beside the one that runs the site."""
    _operating().work(_settings(data=data))


@click.group()
def accounts() -> None:
    """Look after the portal's accounts; --data names its folder."""


@accounts.command()
@click.argument("email")
@click.password_option(help="Asked for where it is left out.")
@data_option
def create(email: str, password: str, data: Path | None) -> None:
    """Make an account for EMAIL."""
    with _site(data, new=True):
        click.echo(f"{_operating().create(email, password)} may sign in")


@accounts.command()
@click.argument("email")
@data_option
def disable(email: str, data: Path | None) -> None:
    """Keep EMAIL from signing in, and end its sessions; nothing is erased."""
    with _site(data):
        click.echo(f"{_operating().let_in(email, allowed=False)} is disabled")


@accounts.command()
@click.argument("email")
@data_option
def enable(email: str, data: Path | None) -> None:
    """Let EMAIL sign in again."""
    with _site(data):
        click.echo(f"{_operating().let_in(email, allowed=True)} may sign in")


@accounts.command()
@click.argument("email")
@click.argument("pictures", type=click.IntRange(0), required=False)
@data_option
def quota(email: str, pictures: int | None, data: Path | None) -> None:
    """Let EMAIL order so many PICTURES within 24 hours; without a number, as many as everybody."""
    with _site(data):
        name = _operating().set_quota(email, pictures)
        click.echo(
            f"{name} may order {'as many pictures as everybody' if pictures is None else f'{pictures} pictures a day'}"
        )


@accounts.command()
@click.argument("email")
@data_option
def reset(email: str, data: Path | None) -> None:
    """Print a link by which EMAIL chooses a new password; it works once, for half an hour, and ends all sessions."""
    with _site(data):
        click.echo(_operating().reset_link(email))


@accounts.command()
@click.argument("email")
@click.confirmation_option(prompt="Erase this account and everything in it?")
@data_option
def erase(email: str, data: Path | None) -> None:
    """Erase EMAIL's account with all people and measurements in it."""
    with _site(data):
        click.echo(f"{_operating().erase(email)} is erased")


@accounts.command()
@click.option(
    "--unused-days", type=click.IntRange(1), help="Also accounts unused for so long.  [default: retention_days]"
)
@data_option
def purge(unused_days: int | None, data: Path | None) -> None:
    """Delete what has had its time: ended sessions with visitors' avatars, old counters, accounts nobody uses."""
    with _site(data) as settings:
        sessions, counters, unused = _operating().purge(unused_days or settings.retention_days)
        click.echo(f"deleted: {sessions} sessions, {counters} counters, {unused} accounts")


@accounts.group()
def token() -> None:
    """Tokens by which scripts use an account."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, callback=_short, help="What it is for, 1 to 80 characters.")
@click.option("--scope", type=click.Choice(["read", "write"]), default="read", show_default=True)
@data_option
def create_token(email: str, name: str, scope: str, data: Path | None) -> None:
    """Make a token for EMAIL and print it, once."""
    with _site(data):
        click.echo(_operating().make_token(email, name, scope))


@token.command("list")
@click.argument("email")
@data_option
def list_tokens(email: str, data: Path | None) -> None:
    """List EMAIL's tokens, without their secrets."""
    with _site(data):
        click.echo("\n".join(_operating().list_tokens(email)) or "none")


@token.command("end")
@click.argument("email")
@click.argument("token_id", required=False)
@data_option
def end_token(email: str, token_id: str | None, data: Path | None) -> None:
    """End the token TOKEN_ID of EMAIL, or all of them."""
    with _site(data):
        click.echo(f"ended: {_operating().end_tokens(email, token_id)} tokens")


@contextmanager
def _site(data: Path | None, new: bool = False) -> Iterator[Settings]:
    """The site's database, up to date and open; ``new``: made where there is none."""
    settings = _settings(data=data)
    if not new and not _checks().has_site(settings):
        raise click.ClickException(f"there is no portal in {settings.data}: --data names the folder of atelier serve")
    if faults := _checks().unusable(settings):
        raise click.ClickException("; ".join(faults))
    with _operating().site(settings).app_context():
        yield settings


def _checks() -> Any:
    return import_module("render_service.portal.checks")


def _operating() -> Any:
    return import_module("render_service.portal.operating")


def _settings(**given: object) -> Settings:
    try:
        return load_settings(given)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
