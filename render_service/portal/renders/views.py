# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordering pictures, watching them being made, and the gallery."""

from __future__ import annotations

import io
import secrets
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from PIL import Image
from sqlalchemy import func, select

from avatar_engine.errors import LookError
from render_service.portal.accounts.forms import Confirm
from render_service.portal.accounts.views import Page, page, settings, signed_in
from render_service.portal.errors import problem
from render_service.portal.extensions import db
from render_service.portal.languages import is_switching, language
from render_service.portal.look_fields import POSES
from render_service.portal.people.claim import own_person
from render_service.portal.people.models import Person
from render_service.portal.people.saved import look_asked
from render_service.portal.renders import files, queue
from render_service.portal.renders.choices import QUALITIES, REASONS, STEPS, TURNTABLE, VIEWS, shots
from render_service.portal.renders.models import CANCELLED, DONE, FAILED, OPEN, QUEUED, RenderJob
from render_service.portal.renders.orders import Order, OrderRefused, left_of, quota_of, take

renders = Blueprint("renders", __name__)
SMALL_PX = 400
IN_MEMORY = 8_000_000
MOST_SHOWN = 200
USUAL = {"views": ["front"], "quality": "standard", "pose": "relaxed"}


@renders.app_context_processor
def _words() -> dict[str, object]:
    return {
        "news": news,
        "shots_of": lambda job: shots(job.wish["views"]),
        "views_of": lambda job: ", ".join(str(VIEWS[view]) for view in job.wish["views"]),
        "status_of": status_of,
        "turntable": TURNTABLE,
        "view_names": VIEWS,
        "quality_names": QUALITIES,
    }


@renders.route("/people/<person_id>/pictures", methods=["GET", "POST"])
@login_required
def order(person_id: str) -> Page:
    """Order pictures of a person in the look that was kept last."""
    person = own_person(person_id)
    if request.method == "GET" or is_switching():
        return _form(person)
    _look_id, look = look_asked(person, request.form)
    chosen = Order(
        person,
        request.form.getlist("views"),
        request.form.get("quality", ""),
        request.form.get("pose", ""),
        look,
        request.form.get("key") or None,
    )
    try:
        job, _new = take(signed_in(), chosen)
    except OrderRefused as refused:
        return make_response(_form(person, refused.words), refused.status)
    return redirect(url_for("renders.show", job_id=job.id))


@renders.get("/gallery")
@login_required
def gallery() -> Page:
    """Everything ordered, the newest first."""
    jobs = db.session.scalars(
        select(RenderJob)
        .where(RenderJob.account_id == signed_in().id, RenderJob.state != CANCELLED)
        .order_by(RenderJob.created.desc())
        .limit(MOST_SHOWN)
    ).all()
    return render_template("renders/gallery.html", jobs=jobs)


@renders.get("/renders/<job_id>")
@login_required
def show(job_id: str) -> Page:
    """One order: its place and progress, then its pictures."""
    job = own_job(job_id)
    if job.state not in OPEN and not job.seen:
        job.seen = True
        db.session.commit()
    return render_template("renders/show.html", job=job)


@renders.get("/renders/<job_id>/status")
@login_required
def status(job_id: str) -> Response:
    """The same for programs."""
    return jsonify(status_of(own_job(job_id)))


@renders.get("/renders/<job_id>/<int:number>.png")
@login_required
def picture(job_id: str, number: int) -> Page:
    """A picture as it was made."""
    job = own_job(job_id)
    is_whole(job, number)
    name = f"{_file_name(job.person.name)}-{number + 1:02}.png"
    path = files.picture_path(settings(), job.id, number).resolve()
    return send_file(path, mimetype="image/png", as_attachment="save" in request.args, download_name=name, max_age=0)


@renders.get("/renders/<job_id>/<int:number>.webp")
@login_required
def small_picture(job_id: str, number: int) -> Response:
    """A small one for the gallery."""
    job = own_job(job_id)
    is_whole(job, number)
    stream = io.BytesIO()
    with Image.open(files.picture_path(settings(), job.id, number)) as image:
        image.thumbnail((SMALL_PX, SMALL_PX * 2))
        image.convert("RGB").save(stream, "WEBP", quality=85)
    return Response(stream.getvalue(), mimetype="image/webp", headers={"Cache-Control": "private, max-age=3600"})


@renders.get("/renders/<job_id>/avatar.glb")
@login_required
def avatar(job_id: str) -> Page:
    """The dressed avatar."""
    job = own_job(job_id)
    if not job.avatar:
        abort(404)
    path = (files.folder_of(settings(), job.id) / files.AVATAR).resolve()
    name = f"{_file_name(job.person.name)}.glb"
    return send_file(path, mimetype="model/gltf-binary", as_attachment=True, download_name=name, max_age=0)


@renders.get("/renders/<job_id>/pictures.zip")
@login_required
def archive(job_id: str) -> Page:
    """All pictures of an order in one file."""
    job = own_job(job_id)
    content: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # sent, and then closed, by the server
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as packed:
        for each, shot in zip(job.made, _made_shots(job), strict=True):
            path = files.picture_path(settings(), job.id, each.number)
            packed.write(path, f"{each.number + 1:02}-{shot}.png")
    content.seek(0)
    name = f"{_file_name(job.person.name)}.zip"
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


@renders.post("/renders/<job_id>/cancel")
@login_required
def cancel(job_id: str) -> Page:
    """Stop an order: pictures that are whole are kept until it is erased."""
    job = own_job(job_id)
    queue.cancel(job)
    return redirect(url_for("renders.show", job_id=job.id))


@renders.route("/renders/<job_id>/delete", methods=["GET", "POST"])
@login_required
def delete(job_id: str) -> Page:
    """Erase an order with its pictures, once confirmed."""
    job, form = own_job(job_id), Confirm()
    if not form.is_sent():
        return page(form, "renders/delete.html", job=job)
    queue.cancel(job)
    db.session.delete(job)
    db.session.commit()
    files.forget_files()
    flash(_("Erased."))
    return redirect(url_for("renders.gallery"))


@renders.get("/news")
@login_required
def latest() -> Response:
    """Whether ordered pictures are ready that were not looked at yet: pages ask now and then."""
    return jsonify(news())


def own_job(job_id: str) -> RenderJob:
    """An order of whoever asks; 404 for anybody else's."""
    owned = select(RenderJob).where(RenderJob.id == job_id, RenderJob.account_id == signed_in().id)
    job: RenderJob = db.first_or_404(owned)
    return job


def news() -> dict[str, Any]:
    """How many orders are open, and what is to be said about those that ended unseen."""
    if not current_user.is_authenticated:
        return {"open": 0, "words": "", "link": ""}
    mine = RenderJob.account_id == current_user.id
    count = db.session.scalar(select(func.count()).where(mine, RenderJob.state.in_(OPEN))) or 0
    ended = select(RenderJob).where(mine, RenderJob.seen.is_(False), RenderJob.state.in_((DONE, FAILED)))
    jobs = db.session.scalars(ended.order_by(RenderJob.ended.desc())).all()
    return {"open": count, "words": _news_words(jobs), "link": _news_link(jobs)}


def status_of(job: RenderJob) -> dict[str, Any]:
    """How an order stands, for programs and for the page's script."""
    before = queue.place(job) if job.state == QUEUED else 0
    return {
        "id": job.id,
        "state": job.state,
        "before": before,
        "share": round(job.share, 3),
        "words": _state_words(job, before),
        "pictures": [url_for("renders.picture", job_id=job.id, number=each.number) for each in job.made],
        "ordered": job.pictures,
        "avatar": url_for("renders.avatar", job_id=job.id) if job.avatar else None,
        "reason": _reason(job.reason),
    }


def order_from(content: Mapping[str, Any], key: str | None) -> Order:
    """The order in a program's request.

    Raises
    ------
    OrderRefused
    """
    unknown = [name for name in content if name not in ("person", "look", *USUAL)]
    if unknown:
        raise OrderRefused(422, _("%(key)s is not known here.", key=unknown[0][:40]))
    person = own_person(str(content.get("person")))
    values = {name: content.get(name, usual) for name, usual in USUAL.items()}
    views, look = values["views"], content.get("look", dict(person.look))
    if not isinstance(views, list) or not all(isinstance(view, str) for view in views):
        raise OrderRefused(422, _("Choose at least one view of %(known)s.", known=", ".join(VIEWS)))
    if not isinstance(look, dict):
        raise OrderRefused(422, _("%(key)s is an object.", key="look"))
    return Order(person, views, str(values["quality"]), str(values["pose"]), look, key)


@renders.post("/renders")
def order_by_program() -> Response:
    """Order pictures as JSON; the header Idempotency-Key makes an order sent again the same order."""
    if not current_user.is_authenticated:
        abort(401)
    content = request.get_json()
    if not isinstance(content, dict):
        return problem(422, _("A JSON object is expected."))
    try:
        job, new = take(signed_in(), order_from(content, request.headers.get("Idempotency-Key")))
    except OrderRefused as refused:
        return problem(refused.status, refused.words)
    except LookError as error:
        return problem(422, error.say(language()))
    response = jsonify(status_of(job))
    response.status_code = 201 if new else 200
    response.headers["Location"] = url_for("renders.status", job_id=job.id)
    return response


def _form(person: Person, refused: str = "") -> Page:
    look_id, look = look_asked(person, request.values)
    chosen: dict[str, Any] = USUAL | {"pose": look.get("pose", USUAL["pose"])}
    if request.method == "POST":
        chosen = {"views": request.form.getlist("views")}
        chosen |= {name: request.form.get(name, str(USUAL[name])) for name in ("quality", "pose")}
    account = signed_in()
    return render_template(
        "renders/order.html",
        person=person,
        chosen=chosen,
        refused=refused,
        look_id=look_id,
        looks=person.looks,
        views=VIEWS,
        qualities=QUALITIES,
        poses=POSES,
        key=request.form.get("key") or secrets.token_hex(16),
        left=left_of(account),
        quota=quota_of(account),
        workers=len(queue.executors()),
    )


def is_whole(job: RenderJob, number: int) -> None:
    """404 for a picture that is not there."""
    if not any(each.number == number for each in job.made):
        abort(404)


def _made_shots(job: RenderJob) -> list[str]:
    wanted = shots(job.wish["views"])
    return [wanted[each.number].view for each in job.made]


def _file_name(name: str) -> str:
    plain = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")
    return plain or "atelier"


def _reason(reason: dict[str, str] | None) -> str:
    if reason is None:
        return ""
    return str(REASONS[reason["code"]]) if "code" in reason else reason[language()]


def _state_words(job: RenderJob, before: int) -> str:
    if job.state == QUEUED and not queue.executors():
        return _("Nobody is in the studio at the moment; the order is kept until somebody is back.")
    if job.state == QUEUED and before:
        return ngettext(
            "Waiting: %(num)d order is before this one.", "Waiting: %(num)d orders are before this one.", before
        )
    words = {
        QUEUED: _("Waiting: this one is next."),
        DONE: _("Ready."),
        FAILED: _("This could not be made."),
        CANCELLED: _("Cancelled."),
    }
    return words.get(job.state) or f"{STEPS.get(job.step, STEPS['dressing'])} …"


def _news_words(jobs: Sequence[RenderJob]) -> str:
    done = [job for job in jobs if job.state == DONE]
    if done:
        return ngettext(
            "Pictures of %(name)s are ready.", "%(num)d orders are ready.", len(done), name=done[0].person.name
        )
    if jobs:
        return _("Pictures of %(name)s could not be made.", name=jobs[0].person.name)
    return ""


def _news_link(jobs: Sequence[RenderJob]) -> str:
    done = [job for job in jobs if job.state == DONE] or list(jobs)
    if not done:
        return ""
    return url_for("renders.show", job_id=done[0].id) if len(done) == 1 else url_for("renders.gallery")
