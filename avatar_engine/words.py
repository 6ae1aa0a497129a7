# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of messages in English and French, kept in one table so that surfaces only choose a language."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES: tuple[str, ...] = ("en", "fr")


@cache
def table(language: str) -> dict[str, str]:
    """All words of one language, key to text with named fields."""
    with Path(__file__).with_name("words.toml").open("rb") as stream:
        words: dict[str, str] = tomllib.load(stream)[language]
    return words


@dataclass(frozen=True)
class Phrase:
    """Something to say, not yet in a language.

    Parameters
    ----------
    key : row of the table of words
    values : what its fields hold; a phrase in a field is said in the same language
    """

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def say(self, language: str = "en") -> str:
        """The phrase in a language of ``LANGUAGES``."""
        said = {
            name: value.say(language) if isinstance(value, Phrase) else value for name, value in self.values.items()
        }
        return table(language)[self.key].format(**said)

    def __str__(self) -> str:
        return self.say()


def data_of(text: object) -> Any:
    """A phrase or a text as JSON, for ``from_data`` in another process."""
    if not isinstance(text, Phrase):
        return str(text)
    return {"key": text.key, "values": {name: data_of(value) for name, value in text.values.items()}}


def from_data(data: Any) -> Phrase | str:
    """What ``data_of`` made."""
    if isinstance(data, str):
        return data
    return Phrase(data["key"], {name: from_data(value) for name, value in data["values"].items()})


def near_names(word: object, known: Iterable[str]) -> Phrase | str:
    """A hint that names the one or two known words most like the one written; "" where none is like it."""
    wanted = str(word).strip().lower().replace(" ", "-")
    spelt = {name.lower(): name for name in known}
    close = [wanted] if wanted in spelt else difflib.get_close_matches(wanted, spelt, n=2, cutoff=0.5)
    near = [spelt[name] for name in close]
    if not near:
        return ""
    either = phrase("one_or_other", one=near[0], other=near[-1]) if len(near) > 1 else near[0]
    return phrase("hint_nearest", nearest=either)


def phrase(key: str, **values: object) -> Phrase:
    """A phrase with its fields by name."""
    return Phrase(key, values)


def unit_word(unit: str) -> Phrase:
    """A unit's symbol as it is written in a sentence."""
    return phrase("years") if unit == "years" else phrase("symbol", unit=unit)


def system_language() -> str:
    """The language that the environment asks for, English where we have no words in it."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return wanted[:2].lower() if wanted[:2].lower() in LANGUAGES else "en"
