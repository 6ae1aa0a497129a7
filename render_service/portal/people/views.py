# SPDX-License-Identifier: GPL-3.0-or-later
"""Measuring people, seeing them, and their measurements over time."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from avatar_engine.export.obj import write_obj
from avatar_engine.measurements import KEYS, MEASUREMENTS
from avatar_engine.measurements import Person as Measured
from avatar_engine.measurements.units import from_metres
from avatar_engine.seeded_look import first_hair
from garments.catalogue import catalogue
from garments.sizes import MADE_TO_MEASURE
from render_service.pattern import PAPERS
from render_service.pattern import make as make_pattern
from render_service.portal.accounts.forms import Confirm
from render_service.portal.accounts.views import Page, page
from render_service.portal.extensions import db
from render_service.portal.languages import is_switching, language
from render_service.portal.look_fields import POSE, fields
from render_service.portal.people.bodies import body_glb, body_of, own_body, readings
from render_service.portal.people.chart import charts
from render_service.portal.people.claim import own_people, own_person, owned
from render_service.portal.people.entry import GROUPS, UNITS, Entry, Mistake, entry_of, read_entry, typed_text
from render_service.portal.people.models import LONGEST_NAME, MeasurementSet, Person
from render_service.portal.people.names import plain_name
from render_service.portal.people.slips import definition_of, name_of
from render_service.portal.prints.pictures import pictures_of
from render_service.portal.renders.files import forget_files
from render_service.portal.renders.models import RenderJob, RenderPicture
from render_service.portal.wardrobe import (
    MAP_COLOURS,
    MAP_NOTHING,
    PICTURE_CM,
    PRINTS,
    REPEAT_CM,
    fabric_names,
    map_scales,
    offers,
    pattern_names,
)

people = Blueprint("people", __name__)
PATTERN_TYPES = {"pdf": "application/pdf", "svg": "image/svg+xml"}
MOST = 500  # people of one owner, and measurements of one person


@people.app_context_processor
def _words() -> dict[str, object]:
    return {"name_of": name_of, "definition_of": definition_of, "own_unit": own_unit}


def own_unit() -> str:
    """The unit of whoever asks."""
    return current_user.unit if current_user.is_authenticated else "cm"


@people.get("/people")
def overview() -> Page:
    """Everybody one has measured."""
    return render_template("people/overview.html", people=own_people())


@people.route("/measure", methods=["GET", "POST"])
def measure() -> Page:
    """Measure somebody new, with or without an account."""
    return _form_page(None)


@people.get("/people/<person_id>")
def show(person_id: str) -> Page:
    """The avatar, and what the tape reads on it."""
    person = own_person(person_id)
    made = body_of(person.latest.measurements())
    unit = request.args.get("unit") if request.args.get("unit") in UNITS else own_unit()
    return render_template(
        "people/show.html",
        person=person,
        made=made,
        rows=readings(made, unit),
        unit=unit,
        offers=offers(),
        fabrics=fabric_names(),
        prints=PRINTS,
        repeat_cm=REPEAT_CM,
        picture_cm=PICTURE_CM,
        last_picture=last_picture(person),
        own_prints=pictures_of(person.account_id),
        look_fields=fields,
        pose_field=POSE,
        map_scales=map_scales(),
        map_colours=MAP_COLOURS,
        map_nothing=MAP_NOTHING,
        patterns=pattern_names(),
    )


@people.route("/people/<person_id>/measurements", methods=["GET", "POST"])
def remeasure(person_id: str) -> Page:
    """Measure somebody again; earlier measurements are kept."""
    return _form_page(own_person(person_id))


@people.get("/people/<person_id>/history")
def history(person_id: str) -> Page:
    """Measurements over time."""
    person, unit = own_person(person_id), own_unit()
    keys = [key for key in KEYS if any(key in each.given for each in person.sets)]
    table = [(each, {key: from_metres(value, unit) for key, value in each.given.items()}) for each in person.sets]
    lines = charts(person.sets, unit)
    return render_template("people/history.html", person=person, unit=unit, keys=keys, table=table[::-1], charts=lines)


@people.post("/people/<person_id>/name")
def rename(person_id: str) -> Page:
    """Another name."""
    person = own_person(person_id)
    person.name = plain_name(request.form.get("name")) or person.name
    db.session.commit()
    return redirect(url_for("people.show", person_id=person.id))


@people.route("/people/<person_id>/delete", methods=["GET", "POST"])
def delete(person_id: str) -> Page:
    """Erase a person with all measurements, once confirmed."""
    person, form = own_person(person_id), Confirm()
    if not form.is_sent():
        return page(form, "people/delete.html", person=person)
    db.session.delete(person)
    db.session.commit()
    forget_files()
    flash(_("Erased."))
    return redirect(url_for("people.overview"))


@people.get("/people/<person_id>/body.glb")
def download(person_id: str) -> Response:
    """The body as a file for 3D programs."""
    content = body_glb(own_body(own_person(person_id)))
    return Response(
        content, mimetype="model/gltf-binary", headers={"Content-Disposition": 'attachment; filename="body.glb"'}
    )


@people.get("/people/<person_id>/body.obj")
def download_obj(person_id: str) -> Response:
    """The body as quads for programs that read no GLB."""
    made = own_body(own_person(person_id))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "body.obj"
        write_obj(path, made.body)
        content = path.read_bytes()
    return Response(content, mimetype="model/obj", headers={"Content-Disposition": 'attachment; filename="body.obj"'})


@people.get("/people/<person_id>/patterns/<name>.<form>")
def pattern(person_id: str, name: str, form: str) -> Response:
    """A garment's sewing pattern: made to measure, or in the size that is kept in the look."""
    person = own_person(person_id)
    if name not in pattern_names() or form not in PATTERN_TYPES:
        abort(404)
    kept = {row["id"]: row.get("size", MADE_TO_MEASURE) for row in person.look.get("garment", [])}
    measured = Measured(0, person.name, person.latest.measurements())
    size = kept.get(name, MADE_TO_MEASURE)
    content = make_pattern(measured, catalogue()[name], size, form, PAPERS[0], language())
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, mimetype=PATTERN_TYPES[form], headers=headers)


def last_picture(person: Person) -> str:
    """Where the newest ordered picture of somebody is, "" without any."""
    newest = (
        select(RenderPicture.job_id, RenderPicture.number)
        .join(RenderJob)
        .where(RenderJob.person_id == person.id)
        .order_by(RenderJob.created.desc(), RenderPicture.number)
    )
    found = db.session.execute(newest.limit(1)).first()
    return url_for("renders.picture", job_id=found.job_id, number=found.number) if found else ""


def _form_page(person: Person | None) -> Page:
    if request.method == "GET":
        entry = entry_of(person.latest.measurements(), own_unit()) if person else Entry(unit=own_unit())
        return _form(entry, person)
    entry = read_entry(request.form, own_unit())
    if "switch_unit" in request.form:
        wanted = request.form["switch_unit"]
        return _form(entry.in_unit(wanted if wanted in UNITS else entry.unit), person)
    if is_switching():
        entry.mistakes, entry.doubts = [], []
        return _form(entry, person)
    if "pin" in request.form:
        return _form(_pinned(entry, request.form["pin"]), person)
    if entry.measurements is None or request.form.get("action") == "predict":
        return _form(entry, person)
    if len(person.sets if person else own_people()) >= MOST:
        entry.mistakes = [
            Mistake("stature", _("There is no more room: %(most)d are kept. Please erase some.", most=MOST))
        ]
        return _form(entry, person)
    saved = save_entry(entry, person, request.form.get("name", ""))
    for doubt in entry.doubts:
        flash(doubt)
    return redirect(url_for("people.show", person_id=saved.id))


def _pinned(entry: Entry, key: str) -> Entry:
    if entry.measurements is not None and key in KEYS:
        entry.texts[key] = typed_text(entry.measurements[key], entry.unit)
        return read_entry({**entry.texts, "unit": entry.unit, "sex": entry.sex})
    return entry


def save_entry(entry: Entry, person: Person | None, name: str = "") -> Person:
    """Keep a usable form: of a new person where None is named."""
    measurements = entry.measurements
    assert measurements is not None  # noqa: S101  # only usable forms are saved
    if person is None:
        count = len(own_people())
        usual = _("Person %(number)d", number=count + 1) if count else _("Me")
        look = {"hair": {"style": first_hair(measurements).style}}
        person = owned(Person(name=plain_name(name) or usual, look=look))
        db.session.add(person)
    person.sets.append(
        MeasurementSet(
            unit=entry.unit,
            given=measurements.given_values(),
            sex=measurements.sex,
            weight_kg=measurements.weight_kg,
            age_years=measurements.age_years,
        )
    )
    db.session.commit()
    return person


def _form(entry: Entry, person: Person | None) -> Page:
    groups = {group: [row.key for row in MEASUREMENTS if row.group == group] for group in GROUPS}
    name = request.form.get("name", "")[:LONGEST_NAME]
    status = 422 if entry.mistakes else 200
    content = render_template(
        "people/form.html", entry=entry, person=person, groups=groups, name=name, predicted=predictions(entry)
    )
    return Response(content, status)


def predictions(entry: Entry) -> dict[str, dict[str, object]]:
    """Blanks of a usable form: key to value, ± and the value as one would type it."""
    found = entry.measurements
    if found is None:
        return {}
    return {
        key: {
            "value": from_metres(float(found.values[i]), entry.unit),
            "half_width": from_metres(float(found.high[i] - found.low[i]) / 2.0, entry.unit),
            "text": typed_text(float(found.values[i]), entry.unit),
        }
        for i, key in enumerate(KEYS)
        if not found.given[i]
    }
