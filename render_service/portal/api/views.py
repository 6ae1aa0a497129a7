# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies and clothes as JSON: the seed's endpoints by their names, and what the pages' scripts ask."""

from __future__ import annotations

import gzip
import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from PIL import Image

from avatar_engine.appearance.appearance import BROW_SHADOW
from avatar_engine.appearance.beard import beard_style
from avatar_engine.appearance.dye import HairDye, beard_dye
from avatar_engine.appearance.eyes import eye_texture
from avatar_engine.appearance.palette import eye_colour, hair_colour, load_palette
from avatar_engine.appearance.relief import normal_map
from avatar_engine.appearance.skin import lines_at, skin_texture
from avatar_engine.appearance.styles import hair_style, hair_styles
from avatar_engine.errors import AvatarError, LookError
from avatar_engine.export.gltf_material import picture_file
from avatar_engine.look import Look
from avatar_engine.measurements import KEYS
from garments import pictures
from garments.catalogue import catalogue
from garments.weaves import THREADS, thread_tile
from render_service.portal.api.hair import hair
from render_service.portal.api.openapi import document
from render_service.portal.api.portrait import portrait
from render_service.portal.api.shapes import avatar_parts
from render_service.portal.api.sits import advice_of
from render_service.portal.api.wishes import Refused, Wish, as_json, read_wish
from render_service.portal.errors import problem
from render_service.portal.extensions import db
from render_service.portal.languages import language
from render_service.portal.look_fields import look_from
from render_service.portal.people.bodies import body_of, readings
from render_service.portal.people.claim import own_person
from render_service.portal.people.entry import read_entry
from render_service.portal.people.views import predictions, save_entry
from render_service.portal.prints.pictures import read_look

api = Blueprint("api", __name__)
SKIN_PX, EYE_PX = 1024, 256
LEAST_COMPRESSED = 1024
QUICK = 3  # of gzip: half the time of the usual 6 for a fourteenth more bytes
DAY_S = 86_400


@api.errorhandler(Refused)
def _refused(error: Refused) -> Response:
    return problem(422, error.detail, **({"mistakes": error.mistakes} if error.mistakes else {}))


@api.errorhandler(AvatarError)
def _cannot_be_made(error: AvatarError) -> Response:
    return problem(422, error.say(language()))


@api.post("/generate")
def generate() -> Response:
    """A body from measurements; with "save" it is kept as a person."""
    wish = read_wish()
    content = _body(wish) | _parts(wish)
    if not wish.save:
        return jsonify(content)
    person = save_entry(wish.entry, wish.person, wish.name)
    response = jsonify(content | {"person": person.id})
    response.status_code, response.headers["Location"] = 201, url_for("people.show", person_id=person.id)
    return response


@api.post("/update_feature")
def update_feature() -> Response:
    """The body with some measurements changed; with "save" they are kept as measured today."""
    wish = read_wish()
    content = _body(wish) | _parts(wish)
    if wish.save and wish.person is not None:
        content["person"] = save_entry(wish.entry, wish.person).id
    return jsonify(content)


@api.post("/update_cloth")
def update_cloth() -> Response:
    """The clothes of a look on the body; with "save" the person keeps the look."""
    wish = read_wish()
    content = _parts(wish, clothes_only=True)
    made = body_of(wish.measurements)
    content["advice"] = {choice.garment: advice_of(made, choice) for choice in wish.look.garments}
    if wish.save and wish.person is not None:
        wish.person.look = wish.look_values
        db.session.commit()
        content["person"] = wish.person.id
    return jsonify(content)


@api.post("/predict")
def predict() -> Response:
    """Blanks of a form, predicted from what is typed so far."""
    content = request.get_json()
    if not isinstance(content, dict):
        abort(400)
    entry = read_entry({key: str(value) for key, value in content.items()})
    if entry.measurements is None:
        return problem(422, entry.mistakes[0].said, mistakes=[as_json(each, entry) for each in entry.mistakes])
    return jsonify(predictions=predictions(entry), doubts=entry.doubts)


@api.get("/session")
def session() -> Response:
    """Whether one is signed in, and the token that changes need in the header X-CSRFToken."""
    return jsonify(signed_in=bool(current_user.is_authenticated), csrf_token=generate_csrf())


@api.get("/api")
def explain() -> str:
    """The same for people who write programs."""
    return render_template("api.html", document=document())


@api.get("/openapi.json")
def openapi() -> Response:
    """The description of all of this."""
    return jsonify(document())


@api.get("/viewer/skin/<int:tone>.jpg")
def skin(tone: int) -> Response:
    """Skin of a tone of the Monk scale, 1 to 10; what else decides it is named by the look's fields."""
    return _lasting(Response(_skin(_look(**{"skin.tone": str(tone)})), mimetype="image/jpeg"))


@api.get("/viewer/relief/<int:age>.jpg")
def relief(age: int) -> Response:
    """Lines and pores of the skin at an age, as normals in tangent space."""
    return _lasting(Response(_relief(lines_at(_look(**{"skin.age": str(age)}).skin_age)), mimetype="image/jpeg"))


@api.get("/viewer/eyes/<colour>.jpg")
def eyes(colour: str) -> Response:
    """An iris of a colour of the palette."""
    if colour not in load_palette().eyes:
        abort(404)
    return _lasting(Response(_eye(colour), mimetype="image/jpeg"))


@api.get("/viewer/hair/<style>/<colour>.json")
def hair_mesh(style: str, colour: str) -> Response:
    """Hair on the average body, as strips."""
    look = _look(**{"hair.style": style, "hair.colour": colour})
    return _lasting(jsonify(hair(look.hair, look.beard).mesh))


@api.get("/viewer/hair/<style>/<colour>.png")
def hair_texture(style: str, colour: str) -> Response:
    """What is painted on the strips."""
    look = _look(**{"hair.style": style, "hair.colour": colour})
    return _lasting(Response(hair(look.hair, look.beard).texture, mimetype="image/png"))


@api.get("/viewer/weave/<kind>.png")
def weave(kind: str) -> Response:
    """The height of a structure's threads, as a tile."""
    if kind not in THREADS:
        abort(404)
    return _lasting(Response(picture_file(thread_tile(kind), "PNG"), mimetype="image/png"))


@api.get("/viewer/garment/<name>.webp")
def garment_picture(name: str) -> Response:
    """A small picture of a garment."""
    return _file(pictures.thumbnail(name) if name in catalogue() else None)


@api.get("/viewer/style/<style>.webp")
def style_picture(style: str) -> Response:
    """A small picture of a hair style."""
    return _file(hair_styles()[style].thumbnail if style in hair_styles() else None)


@api.get("/viewer/people/<person_id>/front.webp")
def portrait_of(person_id: str) -> Response:
    """A drawn front view of somebody in what they wear, for browsers that show no 3D."""
    person = own_person(person_id)
    look = read_look(person.look, person.account_id)
    told = avatar_parts(body_of(person.latest.measurements()), look, (), subject=person.id)
    content = portrait(told, load_palette().skin[look.skin_tone - 1])
    return Response(content, mimetype="image/webp", headers={"Cache-Control": "private, no-cache"})


@api.after_request
def _compress(response: Response) -> Response:
    """Compress answers that hold arrays; none of them holds a secret beside what the asker sent."""
    large = response.is_json and (response.content_length or 0) > LEAST_COMPRESSED
    if large and "gzip" in request.headers.get("Accept-Encoding", "") and request.endpoint != "api.session":
        response.set_data(gzip.compress(response.get_data(), QUICK, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _body(wish: Wish) -> dict[str, Any]:
    made, unit = body_of(wish.measurements), wish.entry.unit
    rows = {
        row.key: {
            "given": row.given,
            "asked": round(row.asked, 3),
            "low": round(row.low, 3),
            "high": round(row.high, 3),
            "measured": round(row.measured, 3),
            "difference_mm": round(row.difference_mm, 2),
        }
        for row in readings(made, unit)
    }
    unmet = [each.field for each in made.unmet]
    return {"unit": unit, "measurements": {key: rows[key] for key in KEYS}, "doubts": wish.entry.doubts, "unmet": unmet}


def _parts(wish: Wish, clothes_only: bool = False) -> dict[str, Any]:
    subject = None if wish.person is None else wish.person.id
    made = body_of(wish.measurements)
    return avatar_parts(made, wish.look, wish.known, clothes_only, wish.fit_map, subject, wish.stance)


def _look(**path: str) -> Look:
    """The person's part of a look, as the address names it; 404 for what there is not."""
    try:
        return look_from(request.args.to_dict() | path)
    except LookError:
        abort(404)


@lru_cache(maxsize=40)
def _skin(look: Look) -> bytes:
    grown = None if look.hair.roots is None else hair_colour(look.hair.roots)
    dye = HairDye(hair_colour(look.hair.colour), grown, grey=look.hair.grey / 100.0)
    chosen, cover = beard_style(look.beard.style), hair_style(look.hair.style).scalp
    shadow = None if chosen is None else (beard_dye(dye, look.beard.colour).natural, chosen.shadow)
    lines = lines_at(look.skin_age)
    return _jpeg(
        skin_texture(
            look.skin_tone, dye.natural, cover, BROW_SHADOW, look.seed, SKIN_PX, look.undertone, lines, beard=shadow
        )
    )


@lru_cache(maxsize=16)
def _relief(lines: float) -> bytes:
    return _jpeg(normal_map(lines, SKIN_PX))


@lru_cache(maxsize=16)
def _eye(colour: str) -> bytes:
    return _jpeg(eye_texture(eye_colour(colour), 0, EYE_PX))


def _jpeg(pixels: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _file(path: Path | None) -> Response:
    if path is None:
        abort(404)
    return _lasting(Response(path.read_bytes(), mimetype="image/webp"))


def _lasting(response: Response) -> Response:
    """Something that is nobody's and does not change: browsers may keep it for a day."""
    response.headers["Cache-Control"] = f"public, max-age={DAY_S}"
    return response
