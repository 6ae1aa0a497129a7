# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what the site needs around it is there: its folder, its database, room, and the server for mail."""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from render_service.portal.accounts.mail import connect
from render_service.portal.config import Settings

LITTLE_ROOM_BYTES = 1_000_000_000
PRIVATE = 0o700


def unusable(settings: Settings) -> list[str]:
    """Why the site could not work: faults beside those of the options themselves."""
    found = []
    if not _can_be_written(settings.data):
        found.append(f"data: {settings.data} cannot be written by this user")
    elif error := _database_error(settings):
        found.append(f"database: {'database_url' if settings.database_url else settings.data} does not open ({error})")
    return found


def doubtful(settings: Settings) -> list[str]:
    """What works now, and should be looked at before others use it."""
    found = []
    folder = _nearest(settings.data)
    if folder == settings.data.absolute() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        found.append(f"data: others on this machine can look into {settings.data} (chmod 700)")
    free = shutil.disk_usage(folder).free
    if free < LITTLE_ROOM_BYTES:
        found.append(f"data: {free / 1e6:.0f} MB are free on its disk; a fine picture needs 5 MB")
    if settings.mail_host:
        try:
            with connect(settings) as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as error:
            found.append(f"mail_host: {settings.mail_host}:{settings.mail_port} does not take mail ({error})")
    return found


def make_folder(settings: Settings) -> None:
    """The data folder, closed to others where it is made now: measurements are personal."""
    settings.data.mkdir(mode=PRIVATE, parents=True, exist_ok=True)


def has_site(settings: Settings) -> bool:
    """Whether there is a site's database already: its file, or a server's that nothing is known of here."""
    return bool(settings.database_url) or (settings.data / "atelier.sqlite3").exists()


def _database_error(settings: Settings) -> str:
    if not has_site(settings):
        return ""  # it is made
    engine = create_engine(settings.database())
    try:
        with engine.connect() as connection:
            inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        return str(getattr(error, "orig", error)).splitlines()[0]
    finally:
        engine.dispose()
    return ""


def _can_be_written(path: Path) -> bool:
    folder = _nearest(path)
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _nearest(path: Path) -> Path:
    """The path, or the first of its parents that is there."""
    path = path.absolute()
    return next(each for each in (path, *path.parents) if each.exists())
