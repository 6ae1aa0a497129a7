# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI document of the JSON interface, made from the rows that the code reads."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from avatar_engine.appearance.beard import NONE as NO_BEARD
from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.fitting.fit_map import MAPS
from avatar_engine.look import LARGEST_SEED, SKIN_AGES
from avatar_engine.look_prints import MOST_COLOURS
from avatar_engine.measurements import MEASUREMENTS
from avatar_engine.measurements.table import AGE_BOUNDS_YEARS, WEIGHT_BOUNDS_KG
from garments.catalogue import catalogue
from garments.prints import KINDS, LEAST_REPEAT_CM, MOST_REPEAT_CM
from render_service.portal.api.wishes import MOST_KNOWN
from render_service.portal.look_fields import POSES
from render_service.portal.people.entry import UNITS
from render_service.portal.renders.choices import QUALITIES, VIEWS

NUMBER = {"oneOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}
PROBLEMS = {
    "400": "Not JSON, or without the token of the session.",
    "403": "Sent by another site.",
    "404": "No such person, or not yours.",
    "413": "Too large.",
    "415": "Not application/json.",
    "422": "Measurements or a look that cannot be used; says which, and what is allowed.",
    "429": "More than is answered within a minute, or than one may order. Retry-After says when to go on.",
    "503": "The database does not answer; nothing was changed. Retry-After says when to send it again.",
    "507": "No room on the site's disk; nothing was changed.",
}


@cache
def document() -> dict[str, Any]:
    """The document, OpenAPI 3.1."""
    paths = {
        "/generate": ("A body from measurements", "Wish", "Avatar"),
        "/update_feature": ("The body with some measurements changed", "Wish", "Avatar"),
        "/update_cloth": ("The clothes of a look on the body", "Wish", "Clothes"),
        "/predict": ("Blanks predicted from what is typed", "Form", "Predictions"),
    }
    renders = {
        "/renders": {"post": _order()},
        "/renders/{job_id}/status": {"get": _status()},
        "/people/{person_id}/looks": {"post": _keep_look()},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Atelier", "version": version("atelier"), "license": {"name": "GPL-3.0-or-later"}},
        "security": [{"session": [], "token": []}, {"bearer": []}],
        "paths": {path: {"post": _post(*words)} for path, words in paths.items()}
        | renders
        | {"/session": {"get": _session()}},
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "bearer": {"type": "http", "scheme": "bearer"},
                "token": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
            "schemas": _schemas(),
        },
    }


def _post(summary: str, asked: str, answered: str) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": _content("Made.", answered)}
    if summary == "A body from measurements":
        answers["201"] = _content("Made and kept.", answered)
    answers |= {
        status: {"description": words, "content": {"application/problem+json": {"schema": _ref("Problem")}}}
        for status, words in PROBLEMS.items()
    }
    body = {"required": True, "content": {"application/json": {"schema": _ref(asked)}}}
    return {"summary": summary, "requestBody": body, "responses": answers}


def _session() -> dict[str, Any]:
    return {
        "summary": "Whether one is signed in, and the token that changes need",
        "security": [],
        "responses": {"200": _content("The session.", "Session")},
    }


def _order() -> dict[str, Any]:
    told = _post("Pictures ordered", "Order", "Job")
    problems = {"401": "Not signed in.", "409": "The Idempotency-Key belongs to another order."}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 80}}
    answers = told["responses"] | {status: _problem(words) for status, words in problems.items()}
    answers |= {"201": _content("Ordered.", "Job"), "200": _content("Was ordered before.", "Job")}
    return told | {"parameters": [key], "responses": answers}


def _status() -> dict[str, Any]:
    job = {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
    answers = {
        "200": _content("How it stands.", "Job"),
        "401": _problem("Not signed in."),
        "404": _problem("No such order."),
    }
    return {"summary": "How an order stands", "parameters": [job], "responses": answers}


def _keep_look() -> dict[str, Any]:
    told = _post("A look kept under a name, with a small picture", "NamedLook", "KeptLook")
    person = {"name": "person_id", "in": "path", "required": True, "schema": {"type": "string"}}
    answers = told["responses"] | {"201": _content("Kept.", "KeptLook"), "200": _content("Kept anew.", "KeptLook")}
    return told | {"parameters": [person], "responses": answers | {"409": _problem("As many looks as there may be.")}}


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _content(words: str, schema: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _schemas() -> dict[str, Any]:
    number, text, flag = {"type": "number"}, {"type": "string"}, {"type": "boolean"}
    tape = {row.key: {**NUMBER, "description": f"{row.name_en}. {row.definition_en}"} for row in MEASUREMENTS}
    measured = {"type": "object", "properties": tape, "additionalProperties": False}
    dye = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}
    garment = _object(
        ("id",),
        id={"enum": list(catalogue())},
        size={**text, "description": "made-to-measure, M, EU 38"},
        fabric=text,
        tucked={**flag, "description": "worn inside the waistband"},
        colours={"type": "object", "additionalProperties": dye},
        print=_object(
            ("kind", "repeat_cm"),
            kind={"enum": list(KINDS)},
            repeat_cm={**number, "minimum": LEAST_REPEAT_CM, "maximum": MOST_REPEAT_CM},
            colours={"type": "array", "minItems": 2, "maxItems": MOST_COLOURS, "items": dye},
            tile={**text, "description": "for the kind tile, a picture of one's own, as POST /prints names it"},
        ),
    )
    percent, years = ({"type": "integer", "minimum": low, "maximum": 100} for low in (0, SKIN_AGES[0]))
    hair = _object((), style={"enum": list(hair_styles())}, colour=text, roots=text, highlights=text, grey=percent)
    beard = _object((), style={"enum": [NO_BEARD, *beards()]}, colour=text)
    tone = {"type": "integer", "minimum": 1, "maximum": 10}
    skin = _object((), tone=tone, undertone={"enum": list(load_palette().undertones)}, age=years)
    look = _object(
        (), garment={"type": "array", "items": garment}, hair=hair, beard=beard, skin=skin,
        eyes=_object((), colour={"enum": list(load_palette().eyes)}), pose={"enum": list(POSES)},
        seed={"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}, studio=text,
    )  # fmt: skip
    wish = _object(
        (),
        person={"type": ["string", "null"], "description": "One of one's own people, in place of measurements"},
        measured={"type": ["string", "null"], "description": "Which measurements of the person; null for the newest"},
        unit={"enum": list(UNITS)},
        measurements=measured,
        changes=measured,
        sex={"enum": ["female", "male", None]},
        weight_kg={**NUMBER, "description": f"{WEIGHT_BOUNDS_KG[0]:g} to {WEIGHT_BOUNDS_KG[1]:g}"},
        age_years={**NUMBER, "description": f"{AGE_BOUNDS_YEARS[0]:g} to {AGE_BOUNDS_YEARS[1]:g}"},
        look=look,
        fit_map={"enum": [*MAPS, None], "description": "Tell a map of the fit with the cloth"},
        stance={**text, "description": "How the body that one has stands, as the last answer told"},
        known={"type": "array", "maxItems": MOST_KNOWN, "items": text, "description": "Meshes one has already"},
        name=text,
        save=flag,
    )
    reading = _object(
        ("given", "asked", "measured"), given=flag, asked=number, low=number, high=number, measured=number,
        difference_mm=number,
    )  # fmt: skip
    coded = {**text, "description": "16-bit numbers as docs/portal.md says"}
    topology = _object(("index", "groups"), index=coded, source=coded, uvs=coded, groups={"type": "array"})
    part = _object(("name", "mesh", "positions"), name=text, mesh=text, positions=coded, topology=topology)
    clothes = {
        "step_m": number,
        "lift_m": number,
        "stance": {**text, "description": "How the body stands: on raised heels, arms held off by layers"},
        "head": {"type": "array", "items": number, "description": "Affine motion of the average head, 3 x 4"},
        "hidden": {**coded, "description": "Quads of the body's index that lie wholly under cloth"},
        "parts": {"type": "array", "items": part},
        "person": {**text, "description": "Where it was kept"},
    }
    room = _object(("place", "cm", "word"), place=text, cm=text, word=text)
    size = _object(
        ("size", "labels", "best", "worn", "eases"), size=text, labels=text, best=flag, worn=flag,
        eases={"type": "array", "items": room},
    )  # fmt: skip
    sits = _object(("said", "sizes"), said=text, sizes={"type": "array", "items": size})
    advice = {"type": "object", "additionalProperties": sits, "description": "How each garment sits, by its id"}
    readings = {"type": "object", "additionalProperties": reading}
    lists = {"doubts": {"type": "array", "items": text}, "unmet": {"type": "array", "items": text}}
    guess = _object(("value", "half_width", "text"), value=number, half_width=number, text=text)
    mistake = _object(("field", "detail"), field=text, value=text, unit=text, low=number, high=number, detail=text)
    return {
        "Wish": {**wish, "additionalProperties": False},
        "Form": {"type": "object", "description": "A form's fields as typed"},
        "Clothes": _object(("parts", "step_m", "lift_m", "advice"), **clothes, advice=advice),
        "Avatar": _object(("parts", "measurements", "unit"), **clothes, unit=text, measurements=readings, **lists),
        "Predictions": _object(
            ("predictions",), predictions={"type": "object", "additionalProperties": guess}, doubts=lists["doubts"]
        ),
        "Session": _object(("signed_in", "csrf_token"), signed_in=flag, csrf_token=text),
        "Order": {
            **_object(
                ("person",),
                person=text,
                views={"type": "array", "minItems": 1, "items": {"enum": list(VIEWS)}},
                quality={"enum": list(QUALITIES)},
                pose={"enum": list(POSES)},
                look={"type": "object"},
            ),
            "additionalProperties": False,
        },
        "Job": _object(
            ("id", "state", "before", "share", "words", "pictures", "ordered", "avatar", "reason"),
            id=text,
            state={"enum": ["queued", "running", "done", "failed", "cancelled"]},
            before={"type": "integer"},
            share=number,
            words=text,
            pictures={"type": "array", "items": text},
            ordered={"type": "integer"},
            avatar={"type": ["string", "null"]},
            reason={**text, "description": "Why it failed, or what may show in pictures that are done"},
        ),
        "NamedLook": _object(
            ("name", "look"),
            name={**text, "minLength": 1},
            look=look,
            picture={"type": ["string", "null"], "description": "PNG, JPEG or WebP in base64"},
        )
        | {"additionalProperties": False},
        "KeptLook": _object(("id", "name", "new", "strip"), id=text, name=text, new=flag, strip=text),
        "Problem": _object(
            ("type", "title", "status", "detail"),
            type=text,
            title=text,
            status={"type": "integer"},
            detail=text,
            mistakes={"type": "array", "items": mistake},
        ),
    }
