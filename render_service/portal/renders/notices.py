# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that ordered pictures are ready: to those who asked for it in their profile, once an order.

That a mail is due is noted with the order's end, so that whoever is killed in between, somebody else sends it. While it
is being sent it is put off by ``AGAIN``; a sender that is killed then leaves it to be sent under the same Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from render_service.portal.accounts.mail import new_message, send
from render_service.portal.accounts.models import Account
from render_service.portal.config import Settings
from render_service.portal.extensions import changed_rows, db, now
from render_service.portal.renders.models import RenderJob

AGAIN = timedelta(minutes=10)
STALE = timedelta(days=1)  # after which nobody waits for the news any more
log = logging.getLogger("atelier.mail")


def send_due(settings: Settings) -> int:
    """Send what is due; how many. A server for mail that does not answer is asked again later."""
    rows = select(RenderJob.id, RenderJob.ended, RenderJob.mail_due, Account.email, Account.language)
    due = rows.join(Account).where(RenderJob.mail_due <= now()).order_by(RenderJob.mail_due)
    sent = 0
    for job_id, ended, moment, address, language in db.session.execute(due).all():
        stale = now() - ended > STALE
        held = update(RenderJob).where(RenderJob.id == job_id, RenderJob.mail_due == moment)
        taken = changed_rows(held.values(mail_due=None if stale else now() + AGAIN))
        db.session.commit()
        if stale or not taken:
            continue
        try:
            send(settings, _message(settings, job_id, address, language))
        except (OSError, smtplib.SMTPException) as error:
            log.error("mail could not be sent: %s", type(error).__name__)
            break
        db.session.execute(update(RenderJob).where(RenderJob.id == job_id).values(mail_due=None))
        db.session.commit()
        sent += 1
    return sent


def _message(settings: Settings, job_id: str, address: str, language: str) -> EmailMessage:
    """Nothing of whom the pictures show, nor of how anybody measures: mail is read by more than its receiver."""
    link = settings.address() + current_app.url_map.bind("").build("renders.gallery")
    with force_locale(language):
        message = new_message(settings, address, _("Your pictures are ready"))
        message.set_content(
            _(
                "The pictures that you ordered are ready, and wait for you in the gallery:\n\n%(link)s\n\n"
                "You asked for this mail in your profile, where it can be switched off.",
                link=link,
            )
        )
    message["Message-ID"] = f"<{job_id}.ready@{urlsplit(link).hostname}>"
    return message
