# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail, where the operator has a server for it."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from flask import current_app
from flask_babel import gettext as _

from render_service.portal.config import Settings

TIMEOUT_S = 10


def can_send(settings: Settings) -> bool:
    """Whether a server for mail is configured."""
    return bool(settings.mail_host)


def send_reset(settings: Settings, address: str, link: str) -> None:
    """Send a link for a new password; a server that does not answer is logged, for the page must not tell."""
    message = new_message(settings, address, _("A new password for Atelier"))
    message.set_content(
        _(
            "Somebody, probably you, asked for a new password. This link works once, for 30 minutes:\n\n%(link)s\n\n"
            "If it was not you, nothing needs to be done.",
            link=link,
        )
    )
    try:
        send(settings, message)
    except (OSError, smtplib.SMTPException) as error:
        current_app.logger.error("mail could not be sent: %s", type(error).__name__)


def new_message(settings: Settings, address: str, subject: str) -> EmailMessage:
    """A message without words yet."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.mail_from or f"atelier@{settings.hosts()[0]}"
    message["To"] = address
    return message


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a message to the server; raises ``OSError`` and ``SMTPException``."""
    with connect(settings) as server:
        server.send_message(message)


def connect(settings: Settings) -> smtplib.SMTP:
    """The server for mail, signed in to; raises ``OSError`` and ``SMTPException``."""
    server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=TIMEOUT_S)
    try:
        if settings.mail_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
    except BaseException:
        server.close()
        raise
    return server
