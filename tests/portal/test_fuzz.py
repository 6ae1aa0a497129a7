# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is typed into the form, or sent in its place: a body, or a refusal that says why."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from flask import Flask

from avatar_engine.measurements import BY_KEY, KEYS
from render_service.portal.people.entry import NUMBERS, read_entry
from tests.portal.conftest import Visitor

SETS = int(os.environ.get("ATELIER_FUZZ", "400"))
JUNK = (
    *(
        "",
        " ",
        "0",
        "-0",
        "-1",
        "1e3",
        "1e999",
        "nan",
        "inf",
        "٣٤",
        "１７０",
        "9" * 400,
        "17O",
        "1,7",
        "1,700.5",
        "170 cm",
    ),
    *("5'7\"", "½", "\x00", "\u202e170", "<b>", "'; DROP TABLE person;--", "{{7*7}}", "%s%n", "../../etc/passwd", "😀"),
    *("170.", ".5", "+170", "1 70", "0x1F", "None", "true"),
)
FIELDS = ("email", "password", "stature", "name", "back", "switch_language", "pin")


def forms() -> Iterator[dict[str, str]]:
    """Forms of all kinds of wrongness, mostly near something right."""
    dice = random.Random(11)  # noqa: S311  # the same forms every time
    for _ in range(SETS):
        unit = dice.choice(("cm", "in", "mm", "", "\x00"))
        form = {"unit": unit, "sex": dice.choice(("", "female", "male", "x"))}
        for key in dice.sample(NUMBERS, dice.randint(0, len(NUMBERS))):
            low, high = (BY_KEY[key].lower, BY_KEY[key].upper) if key in BY_KEY else (0.2, 2.0)
            near = dice.uniform(low, high) * dice.choice((1, 100, 39.37, 1000, 10))
            form[key] = dice.choice(JUNK) if dice.random() < 0.3 else f"{near:.{dice.randint(0, 6)}f}"
        yield form


def test_a_form_is_a_person_or_a_refusal_that_names_field_value_unit_and_range(app: Flask) -> None:
    usable = 0
    with app.test_request_context():
        for form in forms():
            entry = read_entry(form)
            usable += entry.measurements is not None
            assert (entry.measurements is None) == bool(entry.mistakes)
            for mistake in entry.mistakes:
                assert mistake.key in NUMBERS
                assert len(mistake.said) < 600
                assert "%(" not in mistake.said
                if entry.texts[mistake.key] and mistake.key in KEYS:
                    assert entry.unit in mistake.said
                    assert any(letter.isdigit() for letter in mistake.said)
    assert usable > SETS / 500


@pytest.mark.parametrize("path", ["/measure", "/signup", "/login", "/reset", "/language"])
def test_a_page_answers_junk_without_an_error_of_its_own(visitor: Visitor, path: str) -> None:
    for junk in JUNK[::2]:
        answer = visitor.post(path, dict.fromkeys(FIELDS, junk))
        assert answer.status_code in (200, 302, 404, 405, 422, 429), (junk, answer.status_code)
