# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing up, in and out, and a new password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user, login_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from render_service.portal.accounts import guessing, mail, reset
from render_service.portal.accounts.forms import AskReset, Confirm, NewPassword, SignIn, SignUp
from render_service.portal.accounts.models import Account
from render_service.portal.accounts.passwords import hash_password, is_password
from render_service.portal.accounts.sessions import own_session
from render_service.portal.config import Settings
from render_service.portal.errors import wants_json
from render_service.portal.extensions import db, login, this_app
from render_service.portal.languages import SWITCH, language
from render_service.portal.people.claim import claim

accounts = Blueprint("accounts", __name__)
TOKEN = "TOKEN"  # noqa: S105  # stands in a link for the ticket that is made later
Page = Response | BaseResponse | str


@login.user_loader
def load(account_id: str) -> Account | None:
    """The account of a session."""
    return db.session.get(Account, account_id)


@login.unauthorized_handler
def ask_to_sign_in() -> BaseResponse:
    """To the sign-in page, and back afterwards; programs are told."""
    if wants_json():
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.path if request.method == "GET" else None))


@accounts.route("/signup", methods=["GET", "POST"])
def sign_up() -> Page:
    """Make an account; what was tried without one comes along."""
    form = SignUp()
    if not settings().signup_open:
        return render_template("accounts/closed.html"), 403  # type: ignore[return-value]
    if form.is_sent():
        if seconds := guessing.wait_s(guessing.SIGN_UP):
            return too_many(form, "accounts/sign_up.html", seconds)
        account = _new_account(spelt(form.email.data), form.password.data or "")
        if account is not None:
            enter(account, remembered=False)
            flash(_("Welcome. What you tried so far is in your account."))
            return redirect(url_for("people.overview"))
        form.email.errors = [_("There is an account with this address already. Sign in, or ask for a new password.")]
    return page(form, "accounts/sign_up.html")


@accounts.route("/login", methods=["GET", "POST"])
def sign_in() -> Page:
    """Sign in; whether the address or the password is wrong is not told."""
    form = SignIn()
    if form.is_sent():
        email = spelt(form.email.data)
        seconds = guessing.wait_s(guessing.PAIR, email) or guessing.wait_s(guessing.ADDRESS)
        if seconds:
            return too_many(form, "accounts/sign_in.html", seconds)
        account = db.session.scalar(select(Account).where(Account.email == email))
        if is_password(account, form.password.data or "") and account is not None and account.is_active:
            guessing.forgive(guessing.PAIR, email)
            enter(account, bool(form.remember.data))
            return redirect(_own_path(request.args.get("next")) or url_for("people.overview"))
        form.password.errors = [_("The address or the password is wrong.")]
    return page(form, "accounts/sign_in.html")


@accounts.route("/logout", methods=["GET", "POST"])
def sign_out() -> Page:
    """Ask, and sign out once confirmed."""
    form = Confirm()
    if not form.is_sent():
        return page(form, "accounts/sign_out.html")
    own_session().renew()
    db.session.commit()
    flash(_("You are signed out."))
    return leave()


@accounts.route("/reset", methods=["GET", "POST"])
def ask_reset() -> Page:
    """Send a link for a new password; the answer is the same whether there is such an account or not."""
    form = AskReset()
    if form.is_sent():
        email = spelt(form.email.data)
        if seconds := guessing.wait_s(guessing.RESET):
            return too_many(form, "accounts/ask_reset.html", seconds)
        if mail.can_send(settings()):
            link = url_for("accounts.use_reset", token=TOKEN, _external=True)
            app = this_app()
            current_app.extensions["outbox"].submit(_send_ticket, app, email, link, language())
        return render_template("accounts/reset_sent.html", by_mail=mail.can_send(settings()))
    return page(form, "accounts/ask_reset.html")


@accounts.route("/reset/<token>", methods=["GET", "POST"])
def use_reset(token: str) -> Page:
    """Choose a new password."""
    if reset.account_of(token) is None:
        return make_response(render_template("accounts/reset_over.html"), 410)
    form = NewPassword()
    if form.is_sent() and reset.use_ticket(token, form.password.data or ""):
        flash(_("Your password is changed, and all sessions and tokens have ended. Please sign in."))
        return redirect(url_for("accounts.sign_in"))
    return page(form, "accounts/use_reset.html")


def settings() -> Settings:
    """The site's options."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def page(form: object, template: str, **more: object) -> Response:
    """A form's page: as it is, or with what is wrong in it."""
    wrong = bool(getattr(form, "errors", None)) and SWITCH not in g
    return make_response(render_template(template, form=form, **more), 422 if wrong else 200)


def too_many(form: object, template: str, seconds: int, **more: object) -> Response:
    """The form again, and when it may be sent."""
    response = make_response(render_template(template, form=form, wait_s=seconds, **more), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def enter(account: Account, remembered: bool) -> None:
    """Sign in, in a session with a new identifier that takes over what the visitor made."""
    session = own_session()
    old = session.row.id if session.row else None
    claim(account, old)
    session.renew(remembered)
    login_user(account)
    session.keep()
    db.session.commit()


def leave() -> BaseResponse:
    """To the first page, with word to the browser to forget what it kept of this site's pictures."""
    response = redirect(url_for("pages.landing"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def spelt(email: str | None) -> str:
    """An address as it is kept."""
    return (email or "").strip().casefold()


def signed_in() -> Account:
    """The account of this request."""
    found: Account = current_user._get_current_object()
    return found


def _new_account(email: str, password: str) -> Account | None:
    account = Account(email=email, password_hash=hash_password(password), language=language())
    try:
        db.session.add(account)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None
    return account


def _own_path(path: str | None) -> str | None:
    """A path on this site, or None."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or urlsplit(path).netloc:
        return None
    return path


def _send_ticket(app: Flask, email: str, link: str, spoken: str) -> None:
    """Runs beside the request, which takes the same time whether there is such an account or not."""
    with app.app_context(), force_locale(spoken):
        account = db.session.scalar(select(Account).where(Account.email == email))
        if account is not None and account.is_active:
            mail.send_reset(app.config["SETTINGS"], email, link.replace(TOKEN, reset.new_ticket(account)))
