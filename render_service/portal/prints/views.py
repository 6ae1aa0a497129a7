# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to print: sent, shown, erased."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy import select

from garments.prints import forget_pictures
from render_service.portal.accounts.forms import Confirm
from render_service.portal.accounts.views import Page, page, signed_in
from render_service.portal.errors import answer, wants_json
from render_service.portal.extensions import db
from render_service.portal.people.models import Person, SavedLook
from render_service.portal.people.names import plain_name
from render_service.portal.prints.models import PrintPicture
from render_service.portal.prints.pictures import find, is_printed, pictures_of, without, written_anew
from render_service.portal.renders.models import OPEN, RenderJob

prints = Blueprint("prints", __name__, url_prefix="/prints")
MOST = 40  # of an account
LARGEST_MB = 10


@prints.url_value_preprocessor
def _larger(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A picture may be larger than a form; this comes before anything reads the request."""
    request.max_content_length = (LARGEST_MB + 1) * 1_000_000


@prints.get("")
@login_required
def overview() -> Page:
    """Every picture of one's own."""
    return render_template("prints/overview.html", prints=pictures_of(signed_in().id), largest_mb=LARGEST_MB)


@prints.post("")
@login_required
def keep() -> Page:
    """Keep a picture, the form's file "picture"; programs and scripts are answered in JSON."""
    sent = request.files.get("picture")
    content = b""
    if sent is not None:
        with sent.stream as stream:
            content = stream.read()
    if len(pictures_of(signed_in().id)) >= MOST:
        return _refused(409, _("There is no more room: %(most)d are kept. Please erase some.", most=MOST))
    if not content:
        return _refused(422, _("Please choose a picture."))
    try:
        if len(content) > LARGEST_MB * 1_000_000:
            raise ValueError(len(content))
        kind, written = written_anew(content)
    except ValueError:
        return _refused(
            422,
            _(
                "This is no PNG, JPEG or WebP that can be printed: at most %(most)d MB and 40 megapixels.",
                most=LARGEST_MB,
            ),
        )
    usual = (sent.filename or "").rpartition(".")[0] if sent is not None else ""
    name = plain_name(request.form.get("name")) or plain_name(usual) or _("Own print")
    kept = PrintPicture(account_id=signed_in().id, name=name, kind=kind, content=written)
    db.session.add(kept)
    db.session.commit()
    if not wants_json():
        flash(_("Kept: it is offered under Print in the wardrobe."))
        return redirect(url_for("prints.overview"))
    response = jsonify(file=kept.file, name=kept.name)
    response.status_code, response.headers["Location"] = 201, url_for("prints.picture", print_file=kept.file)
    return response


@prints.get("/<print_file>")
@login_required
def picture(print_file: str) -> Response:
    """The picture as it is printed."""
    kept = own_print(print_file)
    kind = "image/png" if kept.kind == "png" else "image/jpeg"
    return Response(kept.content, mimetype=kind, headers={"Cache-Control": "private, max-age=3600"})


@prints.route("/<print_file>/delete", methods=["GET", "POST"])
@login_required
def delete(print_file: str) -> Page:
    """Erase it, once confirmed; what it was printed on is plain then."""
    kept, form = own_print(print_file), Confirm()
    mine = select(RenderJob).where(RenderJob.account_id == kept.account_id, RenderJob.state.in_(OPEN))
    if any(is_printed(job.wish["look"], kept.file) for job in db.session.scalars(mine)):
        flash(_("Pictures that are being made need this print. It can be erased once they are ready."))
        return redirect(url_for("prints.overview"))
    if not form.is_sent():
        return page(form, "prints/delete.html", kept=kept)
    for person in db.session.scalars(select(Person).where(Person.account_id == kept.account_id)):
        worn: list[Person | SavedLook] = [person, *person.looks]
        for each in worn:
            if is_printed(each.look, kept.file):
                each.look = without(each.look, kept.file)
    db.session.delete(kept)
    db.session.commit()
    forget_pictures()
    flash(_("Erased."))
    return redirect(url_for("prints.overview"))


def own_print(print_file: str) -> PrintPicture:
    """A picture of whoever asks; 404 for anybody else's."""
    return find(signed_in().id, print_file) or abort(404)


def _refused(status: int, words: str) -> Page:
    if wants_json():
        return answer(status, words)
    flash(words)
    return redirect(url_for("prints.overview"))
