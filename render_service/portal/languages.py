# SPDX-License-Identifier: GPL-3.0-or-later
"""English and French: which one, switching without losing what was typed, and numbers as each writes them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, has_request_context, request
from flask_babel import get_locale
from flask_login import current_user

from avatar_engine.export.whole_file import write_whole
from avatar_engine.words import LANGUAGES
from render_service.portal.extensions import babel, db

SOURCES = Path(__file__).with_name("translations")
COOKIE = "language"
NAMES = {"en": "English", "fr": "Français"}
SWITCH = "switch_language"
YEAR_S = 31_536_000


def speak(app: Flask, folder: Path) -> None:
    """Let the application choose a language for every request; ``folder`` is where catalogues are built."""
    build_catalogues(folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder.resolve())
    babel.init_app(app, locale_selector=chosen, default_locale=LANGUAGES[0])
    app.before_request(_switch)
    app.after_request(_remember)
    app.jinja_env.globals.update(
        language=language, language_names=NAMES, other_languages=other_languages, is_switching=is_switching
    )
    app.jinja_env.filters["decimal"] = decimal


def build_catalogues(folder: Path) -> None:
    """Build the .mo files that are read from the .po files that are written."""
    for source in SOURCES.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        if source.parts[-3] == "fr":
            _keep_marks_with_their_words(catalogue)
        built = BytesIO()
        write_mo(built, catalogue)
        write_whole(folder / source.relative_to(SOURCES).with_suffix(".mo"), built.getvalue())


def _keep_marks_with_their_words(catalogue: Catalog) -> None:
    """Put no-break spaces before ``; : ! ? »`` and after ``«``, so that no line of French begins with one of them."""

    def kept(text: str) -> str:
        return re.sub(r"« ", "«\N{NO-BREAK SPACE}", re.sub(r" (?=[;:!?»](?:\s|$|[.,)]))", "\N{NO-BREAK SPACE}", text))

    for message in catalogue:
        if message.id:
            words = message.string
            message.string = kept(words) if isinstance(words, str) else tuple(map(kept, words))


def chosen() -> str:
    """The language: just switched to, the account's, the browser's own cookie, what the browser asks for."""
    if not has_request_context():
        return LANGUAGES[0]
    switched = g.get(SWITCH)
    if switched:
        return str(switched)
    if current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    if request.cookies.get(COOKIE) in LANGUAGES:
        return request.cookies[COOKIE]
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def language() -> str:
    """The language of this answer, "en" or "fr"."""
    return str(get_locale() or LANGUAGES[0])[:2]


def other_languages() -> list[str]:
    """The languages one can switch to."""
    return [name for name in LANGUAGES if name != language()]


def is_switching() -> bool:
    """Whether a form was sent only to be shown again in another language."""
    return SWITCH in g


def decimal(value: float, places: int = 1) -> str:
    """A number as the language writes it: 92.5 in English, 92,5 in French."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if language() == "fr" else text


def _switch() -> None:
    wanted = request.form.get(SWITCH) if request.mimetype != "application/json" else None
    if request.method != "POST" or wanted not in LANGUAGES:
        return
    setattr(g, SWITCH, wanted)


def _remember(response: Response) -> Response:
    switched = g.get(SWITCH)
    if switched and response.status_code < 400:
        response.set_cookie(COOKIE, switched, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure)
        if current_user.is_authenticated and current_user.language != switched:
            current_user.language = switched
            db.session.commit()
    return response
