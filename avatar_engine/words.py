# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of messages in English and French, kept in one table so that surfaces only choose a language."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

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
