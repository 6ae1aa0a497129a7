# SPDX-License-Identifier: GPL-3.0-or-later
"""Links by which anybody sees the pictures of an order: no names, no measurements, no 3D, and an end at any time."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy import select

from render_service.portal.accounts.sessions import hashed
from render_service.portal.accounts.views import Page, settings
from render_service.portal.extensions import db
from render_service.portal.renders import files
from render_service.portal.renders.models import RenderJob, Share
from render_service.portal.renders.views import is_whole, own_job

shares = Blueprint("shares", __name__)
MOST = 20


@shares.post("/renders/<job_id>/share")
@login_required
def begin(job_id: str) -> Page:
    """Make a link, which is shown this once."""
    job, token = own_job(job_id), secrets.token_urlsafe(32)
    if len(job.shares) >= MOST:
        flash(_("There are %(most)d links already: please end some.", most=MOST))
        return redirect(url_for("renders.show", job_id=job.id))
    db.session.add(Share(job_id=job.id, token_hash=hashed(token)))
    db.session.commit()
    link = url_for("shares.show", token=token, _external=True)
    return render_template("renders/show.html", job=job, link=link)


@shares.post("/renders/<job_id>/shares/<share_id>/end")
@login_required
def end(job_id: str, share_id: str) -> Page:
    """End a link."""
    job = own_job(job_id)
    db.session.delete(db.first_or_404(select(Share).where(Share.id == share_id, Share.job_id == job.id)))
    db.session.commit()
    flash(_("The link has ended."))
    return redirect(url_for("renders.show", job_id=job.id))


@shares.get("/shared/<token>")
def show(token: str) -> Page:
    """The pictures of a link."""
    return render_template("renders/shared.html", job=_shared(token), share_token=token)


@shares.get("/shared/<token>/<int:number>.png")
def picture(token: str, number: int) -> Page:
    """One of them."""
    job = _shared(token)
    is_whole(job, number)
    path = files.picture_path(settings(), job.id, number).resolve()
    return send_file(path, mimetype="image/png", download_name=f"{number + 1:02}.png", max_age=0)


def _shared(token: str) -> RenderJob:
    """The order of a link; 404 for one that has ended, as for one that never was."""
    job = db.session.scalar(select(RenderJob).join(Share).where(Share.token_hash == hashed(token)))
    if job is None:
        abort(404)
    return job
