# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks kept under a name, with a small picture of each: kept, listed, put on again, compared, exported, erased."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from PIL import Image
from sqlalchemy import select

from avatar_engine.errors import LookError
from avatar_engine.look import look_text
from render_service.portal.accounts.forms import Confirm
from render_service.portal.accounts.views import Page, page
from render_service.portal.errors import problem
from render_service.portal.extensions import db
from render_service.portal.languages import language
from render_service.portal.look_fields import FIELDS, person_words
from render_service.portal.people.claim import own_person
from render_service.portal.people.models import Person, SavedLook
from render_service.portal.people.names import plain_name
from render_service.portal.prints.pictures import read_look
from render_service.portal.wardrobe import MAP_COLOURS, MAP_NOTHING, map_scales, worn_words

looks = Blueprint("looks", __name__)
MOST = 60  # of one person
PICTURE_PX = (360, 450)
LARGEST_PX = 2000
FORMATS = ("WEBP", "PNG", "JPEG")
KNOWN = ("name", "look", "picture")
WORN, BARE = "worn", "bare"


@looks.app_context_processor
def _words() -> dict[str, object]:
    return {"worn_words": worn_words, "person_words": person_words}


@looks.get("/people/<person_id>/looks")
def overview(person_id: str) -> Page:
    """Every kept look of a person."""
    return render_template("people/looks.html", person=own_person(person_id))


@looks.post("/people/<person_id>/looks")
def keep(person_id: str) -> Response:
    """Keep a look under a name, in place of one that has that name already."""
    person, content = own_person(person_id), request.get_json()
    if not isinstance(content, dict) or any(key not in KNOWN for key in content):
        return problem(422, _("A JSON object with %(known)s is expected.", known=", ".join(KNOWN)))
    name = plain_name(content["name"]) if isinstance(content.get("name"), str) else ""
    if not name:
        return problem(422, _("Please give the look a name."))
    look = content.get("look")
    if not isinstance(look, dict):
        return problem(422, _("%(key)s is an object.", key="look"))
    try:
        read_look(look, person.account_id)
        picture = _small(content.get("picture"))
    except LookError as error:
        return problem(422, error.say(language()))
    except ValueError:
        return problem(
            422,
            _("The picture is a PNG, JPEG or WebP in base64, at most %(most)d pixels wide and high.", most=LARGEST_PX),
        )
    return _kept(person, name, look, picture)


def _kept(person: Person, name: str, look: dict[str, Any], picture: bytes | None) -> Response:
    saved = next((each for each in person.looks if each.name == name), None)
    new = saved is None
    if saved is None:
        if len(person.looks) >= MOST:
            return problem(409, _("There is no more room: %(most)d are kept. Please erase some.", most=MOST))
        saved = SavedLook(name=name)
        person.looks.append(saved)
    saved.look, saved.picture = look, picture
    person.look = look
    db.session.commit()
    strip = render_template("people/look_strip.html", person=person)
    response = jsonify(id=saved.id, name=saved.name, new=new, strip=strip)
    response.status_code = 201 if new else 200
    return response


@looks.get("/people/<person_id>/looks/<look_id>.webp")
def picture(person_id: str, look_id: str) -> Response:
    """The small picture."""
    saved = own_look(person_id, look_id)
    if saved.picture is None:
        abort(404)
    return Response(saved.picture, mimetype="image/webp", headers={"Cache-Control": "private, no-cache"})


@looks.get("/people/<person_id>/looks/<look_id>.toml")
def export(person_id: str, look_id: str) -> Response:
    """The look as a file for the command line and Blender; in a zip with the pictures of its prints if it has any."""
    saved = own_look(person_id, look_id)
    look = read_look(saved.look, saved.person.account_id)
    tiles = {each.printed.tile: each.printed.picture for each in look.garments if each.printed and each.printed.tile}
    content, name, kind = look_text(look).encode("utf-8"), "look.toml", "application/toml"
    if tiles:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(name, content)
            for tile, picture in tiles.items():
                packed.writestr(tile, base64.b64decode(picture))
        content, name, kind = stream.getvalue(), "look.zip", "application/zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)


@looks.post("/people/<person_id>/looks/<look_id>/wear")
def wear(person_id: str, look_id: str) -> Page:
    """Put it on."""
    saved = own_look(person_id, look_id)
    saved.person.look = saved.look
    db.session.commit()
    return redirect(url_for("people.show", person_id=person_id))


@looks.post("/people/<person_id>/looks/<look_id>/name")
def rename(person_id: str, look_id: str) -> Page:
    """Another name."""
    saved = own_look(person_id, look_id)
    name = plain_name(request.form.get("name", ""))
    if any(other.name == name and other is not saved for other in saved.person.looks):
        flash(_("Another look is called %(name)s.", name=name))
    elif name:
        saved.name = name
        db.session.commit()
    return redirect(url_for("looks.overview", person_id=person_id))


@looks.route("/people/<person_id>/looks/<look_id>/delete", methods=["GET", "POST"])
def delete(person_id: str, look_id: str) -> Page:
    """Erase it, once confirmed."""
    saved, form = own_look(person_id, look_id), Confirm()
    if not form.is_sent():
        return page(form, "people/delete_look.html", saved=saved)
    db.session.delete(saved)
    db.session.commit()
    flash(_("Erased."))
    return redirect(url_for("looks.overview", person_id=person_id))


@looks.get("/people/<person_id>/compare")
def compare(person_id: str) -> Page:
    """Two looks side by side, or one over the other."""
    person = own_person(person_id)
    sides = {WORN: (_("Worn now"), person.look), BARE: (_("Base layer"), {**person.look, "garment": []})}
    sides |= {each.id: (each.name, each.look) for each in person.looks}
    first = next((each.id for each in person.looks if each.look != person.look), BARE)
    chosen = [request.args.get(name) for name in ("left", "right")]
    if "then" in request.args:
        first = WORN  # the body is what differs
    left, right = (wanted if wanted in sides else usual for wanted, usual in zip(chosen, (first, WORN), strict=True))
    return render_template(
        "people/compare.html",
        person=person,
        sides=sides,
        files={key: look for key, (_name, look) in sides.items()},
        said={key: worn_words(look) for key, (_name, look) in sides.items()},
        left=left,
        right=right,
        usual={field.key: field.usual for field in FIELDS},
        measured=_measured(person),
        map_scales=map_scales(),
        map_colours=MAP_COLOURS,
        map_nothing=MAP_NOTHING,
    )


def _measured(person: Person) -> dict[str, str]:
    """The measurements that each side begins with: the newest, or "then" on the left as history's links ask."""
    then = request.args.get("then", "")
    earlier = then if any(each.id == then for each in person.sets) else person.latest.id
    return {"left": earlier, "right": person.latest.id}


def own_look(person_id: str, look_id: str) -> SavedLook:
    """A kept look of one's own person; 404 for anybody else's."""
    person = own_person(person_id)
    found: SavedLook = db.first_or_404(
        select(SavedLook).where(SavedLook.id == look_id, SavedLook.person_id == person.id)
    )
    return found


def look_asked(person: Person, values: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The id and the values of the kept look that a request names; those of what is worn where it names none."""
    wanted = values.get("look", "")
    if not wanted:
        return "", dict(person.look)
    return wanted, dict(own_look(person.id, wanted).look)


def _small(picture: object) -> bytes | None:
    """A picture from a browser, read and written anew, so that nothing but pixels is kept; ValueError for others."""
    if picture is None:
        return None
    if not isinstance(picture, str):
        raise ValueError(picture)
    stream = io.BytesIO()
    try:
        with Image.open(io.BytesIO(base64.b64decode(picture, validate=True)), formats=FORMATS) as image:
            if max(image.size) > LARGEST_PX:
                raise ValueError(image.size)
            small = image.convert("RGB")
            small.thumbnail(PICTURE_PX)
            small.save(stream, "WEBP", quality=85)
    except (OSError, binascii.Error, SyntaxError) as error:
        raise ValueError(picture) from error
    return stream.getvalue()
