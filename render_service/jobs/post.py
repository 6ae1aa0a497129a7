# SPDX-License-Identifier: GPL-3.0-or-later
"""The post: while an executor lives, it also sends the mails that are due, beside its pictures."""

from __future__ import annotations

import logging
import threading

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from render_service.portal.accounts.mail import can_send
from render_service.portal.config import Settings
from render_service.portal.extensions import db
from render_service.portal.renders.notices import send_due

LOOK_S = 5.0
log = logging.getLogger("atelier.mail")


def begin_post(app: Flask, ending: threading.Event) -> None:
    """Look for mails to send until told to end, in a thread of its own; nothing without a server for mail."""
    settings: Settings = app.config["SETTINGS"]
    if can_send(settings):
        threading.Thread(target=_serve, args=(app, settings, ending), daemon=True, name="post").start()


def _serve(app: Flask, settings: Settings, ending: threading.Event) -> None:
    with app.app_context():
        while not ending.wait(LOOK_S):
            try:
                send_due(settings)
            except SQLAlchemyError as error:
                log.error("the database does not answer: %s", type(error).__name__)
            finally:
                db.session.remove()
