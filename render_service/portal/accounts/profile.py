# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile: language and unit, sessions, password, a copy of everything, and erasing everything."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import login_required, login_user
from sqlalchemy import select

from garments.prints import forget_pictures
from render_service.portal.accounts import guessing
from render_service.portal.accounts.export import everything
from render_service.portal.accounts.forms import ChangePassword, Confirm, Erase, Settings
from render_service.portal.accounts.mail import can_send
from render_service.portal.accounts.models import SessionRow
from render_service.portal.accounts.passwords import hash_password, is_password
from render_service.portal.accounts.sessions import end_entrances, end_sessions, has_ended, own_session
from render_service.portal.accounts.tokens import tokens_of
from render_service.portal.accounts.views import Page, leave, page, settings, signed_in, too_many
from render_service.portal.api.dressing import forget_clothes
from render_service.portal.database import forget_log
from render_service.portal.extensions import db
from render_service.portal.people.bodies import forget_bodies
from render_service.portal.renders.files import forget_files

profile = Blueprint("profile", __name__, url_prefix="/profile")
PasswordForm = TypeVar("PasswordForm", ChangePassword, Erase)


@profile.get("")
@login_required
def overview() -> Page:
    """All of it on one page."""
    account = signed_in()
    rows = db.session.scalars(
        select(SessionRow).where(SessionRow.account_id == account.id).order_by(SessionRow.seen.desc())
    )
    here = own_session().row
    return render_template(
        "accounts/profile.html",
        account=account,
        sessions=[row for row in rows if not has_ended(row)],
        here=here.id if here else "",
        settings_form=Settings(obj=account),
        confirm=Confirm(),
        has_mail=can_send(settings()),
    )


@profile.post("/settings")
@login_required
def change_settings() -> Page:
    """Another language or unit, mail or none."""
    form, account = Settings(), signed_in()
    if form.is_sent():
        account.language, account.unit = form.language.data, form.unit.data
        if can_send(settings()):
            account.tell_by_mail = bool(form.tell_by_mail.data)
        db.session.commit()
        flash(_("Saved."))
    return redirect(url_for("profile.overview"))


@profile.route("/password", methods=["GET", "POST"])
@login_required
def change_password() -> Page:
    """Another password; all other sessions end, and tokens where one does not keep them."""
    form, account = ChangePassword(), signed_in()
    if request.method == "GET":
        form.end_tokens.data = True
    tokens = len(tokens_of(account))
    if form.is_sent():
        if refused := _refused(form, "accounts/change_password.html", tokens=tokens):
            return refused
        account.password_hash = hash_password(form.password.data or "")
        end_entrances(account.id, tokens=bool(form.end_tokens.data))
        session = own_session()
        session.row = None
        session.renew()
        login_user(account)
        session.keep()
        db.session.commit()
        ended = tokens and form.end_tokens.data
        flash(
            _("Your password is changed. All other sessions and all tokens have ended.")
            if ended
            else _("Your password is changed. All other sessions have ended.")
        )
        return redirect(url_for("profile.overview"))
    return page(form, "accounts/change_password.html", tokens=tokens)


@profile.post("/sessions/<session_id>/end")
@login_required
def end_session(session_id: str) -> Page:
    """End one session of one's own."""
    row = db.first_or_404(
        select(SessionRow).where(SessionRow.id == session_id, SessionRow.account_id == signed_in().id)
    )
    db.session.delete(row)
    db.session.commit()
    flash(_("The session has ended."))
    return redirect(url_for("profile.overview"))


@profile.post("/sessions/end")
@login_required
def end_other_sessions() -> Page:
    """End all sessions but this one."""
    here = own_session().row
    end_sessions(signed_in().id, but=here.id if here else "")
    db.session.commit()
    flash(_("All other sessions have ended."))
    return redirect(url_for("profile.overview"))


@profile.get("/export")
@login_required
def export() -> Page:
    """Everything about oneself as one zip."""
    content = everything(signed_in())
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name="atelier.zip", max_age=0)


@profile.route("/erase", methods=["GET", "POST"])
@login_required
def erase() -> Page:
    """Erase the account with everything in it, at once."""
    form, account = Erase(), signed_in()
    if form.is_sent():
        if refused := _refused(form, "accounts/erase.html"):
            return refused
        end_sessions(account.id)
        session = own_session()
        session.row = None
        session.renew()
        db.session.delete(account)
        db.session.commit()
        forget_log()
        forget_files()
        forget_bodies()
        forget_clothes()
        forget_pictures()
        flash(_("Your account and everything in it is erased."))
        return leave()
    return page(form, "accounts/erase.html")


def _refused(form: PasswordForm, template: str, **more: object) -> Page | None:
    """The form again where the current password is wrong, or has been wrong too often."""
    account = signed_in()
    if seconds := guessing.wait_s(guessing.PAIR, account.email):
        return too_many(form, template, seconds, **more)
    if is_password(account, form.current.data or ""):
        guessing.forgive(guessing.PAIR, account.email)
        return None
    form.current.errors = [_("This is not your current password.")]
    return page(form, template, **more)
