# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message exists in both languages, with the same fields."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from avatar_engine.words import LANGUAGES, phrase, system_language, table

ROOT = Path(__file__).parent.parent


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_tables_have_the_same_words() -> None:
    english, french = (table(language) for language in LANGUAGES)
    assert english.keys() == french.keys()


@pytest.mark.parametrize("key", table("en"))
def test_a_word_takes_the_same_fields_in_both_languages(key: str) -> None:
    assert fields(table("en")[key]) == fields(table("fr")[key])


def test_every_word_is_said_somewhere_and_none_is_missing() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("avatar_engine", "blender_addon", "render_service", "training")
        for path in (ROOT / folder).rglob("*.py")
    )
    said = set(re.findall(r"(?:phrase|word)\(\s*[\"'](\w+)[\"']", code))
    assert said <= table("en").keys()
    quoted = set(re.findall(r"[\"'](\w+)[\"']", code))
    assert {key for key in table("en") if key not in quoted and not key.startswith(("camera_", "doctor_"))} == set()


def test_a_phrase_within_a_phrase_is_said_in_the_same_language() -> None:
    allowed = phrase("a_range", low="18", high="100", unit=phrase("years"))
    assert (allowed.say("en"), allowed.say("fr")) == ("18 to 100 years", "de 18 à 100 ans")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert system_language() == language
