# SPDX-License-Identifier: GPL-3.0-or-later
"""English and French: nothing untranslated, nothing lost in switching, numbers as each writes them."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from render_service.portal.languages import SOURCES
from tests.portal.conftest import LEA, Visitor, text_of

PORTAL = SOURCES.parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def messages() -> set[str]:
    found = extract_from_dir(str(PORTAL), METHODS, keywords=KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def test_every_message_is_translated_and_none_is_doubtful() -> None:
    content = (SOURCES / "fr" / "LC_MESSAGES" / "messages.po").read_bytes()
    catalogue = read_po(BytesIO(content), locale="fr")
    rows = {
        message.id[0] if isinstance(message.id, tuple) else message.id: message for message in catalogue if message.id
    }
    assert messages() == set(rows)
    for message in rows.values():
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(words), f"untranslated: {message.id}"
        assert not message.fuzzy, f"doubtful: {message.id}"
        assert not list(message.check(catalogue)), f"other fields: {message.id}"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("fr-CA,fr;q=0.9", "fr"), ("de,en;q=0.5", "en"), ("de", "en"), ("", "en")]
)
def test_the_browser_chooses_the_language_first(visitor: Visitor, asked: str, spoken: str) -> None:
    assert f'<html lang="{spoken}">' in visitor.get("/", headers={"Accept-Language": asked}).text


def test_a_choice_is_kept_in_the_browser_and_in_the_account(visitor: Visitor) -> None:
    assert (
        visitor.client.post("/language", data={"switch_language": "fr", "back": "/privacy"}).headers["Location"]
        == "/privacy"
    )
    assert "Vie privée" in visitor.get("/privacy").text
    visitor.sign_up()
    visitor.client.delete_cookie("language")
    assert '<html lang="fr">' in visitor.get("/profile", headers={"Accept-Language": "en"}).text


def test_no_line_of_french_begins_with_a_mark(visitor: Visitor) -> None:
    visitor.client.post("/language", data={"switch_language": "fr"})
    for path in ("/", "/people", "/privacy", "/signup"):
        assert re.findall(r"\w [;:!?»]\s", visitor.get(path).text) == []
    assert "commencer\xa0; d" in visitor.get("/people").text


def test_switching_loses_nothing_of_what_was_typed(visitor: Visitor) -> None:
    typed = {"stature": "168,5", "name": "Léa", "waist_girth": "not yet a number", "unit": "cm", "sex": "female"}
    page = visitor.post("/measure", {**typed, "switch_language": "fr"})
    assert page.status_code == 200
    assert '<html lang="fr">' in page.text
    for value in ("168,5", "Léa", "not yet a number"):
        assert f'value="{value}"' in page.text
    assert 'role="alert"' not in page.text
    page = visitor.post("/signup", {"email": "lea@exa", "password": "x", "switch_language": "en"})
    assert 'value="lea@exa"' in page.text
    assert 'role="alert"' not in page.text


def test_decimals_are_read_with_point_and_comma_and_shown_as_the_language_has_them(visitor: Visitor) -> None:
    english = visitor.get(visitor.measure(chest_girth="92,5"))
    assert "92.5" in text_of(english)
    visitor.client.post("/language", data={"switch_language": "fr"})
    french = visitor.get(visitor.measure(chest_girth="92.5"))
    assert "92,5" in text_of(french)
    assert "92.5" not in text_of(french)


def test_the_engines_own_errors_are_worded_in_french_too(visitor: Visitor) -> None:
    visitor.client.post("/language", data={"switch_language": "fr"})
    page = text_of(visitor.post("/measure", LEA | {"waist_girth": "740"}))
    assert "Tour de taille, au nombril : 740 cm n&#39;est pas utilisable" in page.replace("'", "&#39;")
    assert "de 45,0 à 190,0 cm" in page
    assert "74,0 cm" in page


def test_moments_are_told_in_the_time_of_the_readers_clock_where_scripts_may(visitor: Visitor) -> None:
    visitor.measure()
    page = visitor.get("/people", headers={"Accept-Language": "fr"}).text
    told = re.search(r'<time datetime="(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*\+00:00)">([^<]+) UTC</time>', page)
    assert told, "an exact moment with its time zone, and its words"
    assert datetime.fromisoformat(told.group(1)).strftime("%H:%M") in told.group(2)
