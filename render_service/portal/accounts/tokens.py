# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for scripts: made and ended in the profile, sent as ``Authorization: Bearer``, good for the JSON interface."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, Request, Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy import select

from render_service.portal.accounts.forms import NewToken
from render_service.portal.accounts.models import Account, ApiToken
from render_service.portal.accounts.sessions import hashed
from render_service.portal.accounts.views import Page, page, signed_in
from render_service.portal.errors import problem
from render_service.portal.extensions import BY_TOKEN, db, login, now

tokens = Blueprint("tokens", __name__, url_prefix="/profile/tokens")
PREFIX = "atelier_"
READ, WRITE = "read", "write"
MOST = 20
# What a token opens; with READ nothing is kept, ordered or cancelled.
READING = {
    "api.generate",
    "api.update_feature",
    "api.update_cloth",
    "api.predict",
    "api.openapi",
    "api.session",
    "renders.status",
    "renders.picture",
    "renders.avatar",
    "renders.archive",
    "people.download",
    "people.download_obj",
    "people.pattern",
}
WRITING = {"renders.order_by_program", "renders.cancel"}
OPERATING = "watch"  # has a token of its own


def accept_tokens(app: Flask) -> None:
    """Let requests be made with a token in place of a session."""
    app.before_request(_judge)


@login.request_loader
def load(_request: Request) -> Account | None:
    """The account of the request's token, where it has one."""
    found: Account | None = g.get(BY_TOKEN)
    return found


@tokens.route("", methods=["GET", "POST"])
@login_required
def overview() -> Page:
    """One's tokens; a new one is shown once."""
    form, account = NewToken(), signed_in()
    made = ""
    if form.is_sent():
        if len(tokens_of(account)) >= MOST:
            form.token_name.errors = [_("There are %(most)d tokens already: please end some.", most=MOST)]
            return page(form, "accounts/tokens.html", rows=tokens_of(account), made="")
        made = new_token(account, form.token_name.data or "", form.scope.data)
        form.token_name.data = ""  # the next one is for something else
    return page(form, "accounts/tokens.html", rows=tokens_of(account), made=made)


@tokens.post("/<token_id>/end")
@login_required
def end(token_id: str) -> Page:
    """End a token."""
    owned = select(ApiToken).where(ApiToken.id == token_id, ApiToken.account_id == signed_in().id)
    db.session.delete(db.first_or_404(owned))
    db.session.commit()
    flash(_("The token has ended."))
    return redirect(url_for("tokens.overview"))


def new_token(account: Account, name: str, scope: str) -> str:
    """A token's secret, which is kept nowhere."""
    made = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(account_id=account.id, token_hash=hashed(made), name=" ".join(name.split()), scope=scope)
    db.session.add(row)
    db.session.commit()
    return made


def tokens_of(account: Account) -> list[ApiToken]:
    """An account's tokens, the oldest first."""
    rows = select(ApiToken).where(ApiToken.account_id == account.id).order_by(ApiToken.created)
    return list(db.session.scalars(rows))


def _judge() -> Response | None:
    """Refuse a token that is not known, or not good for this."""
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or request.blueprint == OPERATING or request.endpoint is None:
        return None  # the operator's pages know their own token, and nobody is let in where nothing is
    row = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hashed(sent.strip())))
    if row is None or not row.account.is_active:
        refused = problem(401, _("This token is not known, or has ended."))
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    if request.endpoint not in READING | WRITING:
        return problem(403, _("A token is good for the JSON interface alone."))
    if row.scope == READ and (request.endpoint in WRITING or _keeps()):
        return problem(403, _("This token may read alone: it keeps, orders and cancels nothing."))
    row.used = now()
    db.session.commit()
    setattr(g, BY_TOKEN, row.account)
    return None


def _keeps() -> bool:
    content = request.get_json(silent=True)
    return isinstance(content, dict) and bool(content.get("save"))
