# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of a table of people: the value it holds, or what is wrong with it."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from avatar_engine.measurements.model import Sex
from avatar_engine.measurements.table import AGE_BOUNDS_YEARS, BY_KEY, WEIGHT_BOUNDS_KG
from avatar_engine.measurements.units import METRES_PER_UNIT, has_decimal_comma, is_number, show
from avatar_engine.words import Phrase, phrase, unit_word

SEX_WORDS: dict[str, Sex] = {
    "female": "female",
    "f": "female",
    "femme": "female",
    "male": "male",
    "m": "male",
    "homme": "male",
}
_SUBJECT = re.compile(r"[^\W_]([\w .-]{0,62}[\w-])?")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|#n/a|n/?a|null|none|-+|\?+)", re.IGNORECASE)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell: what would have been accepted, and what probably happened.

    beyond : the number that stands there, where it is one that no adult has and the other cells may explain it
    """

    allowed: Phrase
    hint: Phrase | None = None
    beyond: float | None = None


def number_range(column: str, unit: str) -> tuple[float, float, str]:
    """Lowest and highest value that a column accepts, and the unit it is read in."""
    if column == "weight_kg":
        return (*WEIGHT_BOUNDS_KG, "kg")
    if column == "age_years":
        return (*AGE_BOUNDS_YEARS, "years")
    row = BY_KEY[column]
    return row.lower / METRES_PER_UNIT[unit], row.upper / METRES_PER_UNIT[unit], unit


def read_number(text: str, column: str, unit: str, comma: bool) -> float | Wrong:
    """A cell's number in the unit it is written in.

    Parameters
    ----------
    unit : "cm", "mm" or "in", for the columns that are lengths
    comma : whether a decimal comma is accepted, as it is where semicolons separate the cells
    """
    low, high, unit = number_range(column, unit)
    ends = {"low": show(low, unit), "high": show(high, unit), "unit": unit_word(unit)}
    if has_decimal_comma(text):
        fixed = text.replace(",", ".")
        if not comma:
            return Wrong(phrase("a_number", **ends), phrase("hint_decimal_comma", fixed=fixed))
        text = fixed
    if not is_number(text):
        return Wrong(phrase("a_number", **ends), _why_not_a_number(text))
    value = float(text)
    if low <= value <= high:
        return value
    allowed = phrase("a_range", **ends)
    if value < 0.0:
        return Wrong(allowed, phrase("hint_negative"))
    if unit == "years":
        return Wrong(allowed, phrase("hint_adults"))
    return Wrong(allowed, phrase("hint_adults"), beyond=value if 0.0 < value < math.inf else None)


def read_sex(text: str) -> Sex | Wrong:
    """Female or male, in English or French, whole or by the first letter."""
    return SEX_WORDS.get(text.lower()) or Wrong(phrase("a_sex"), phrase("hint_sex"))


def read_subject(text: str) -> str | Wrong:
    """A subject's name that is also safe as a file's name on every system."""
    name = unicodedata.normalize("NFC", text)
    if _SUBJECT.fullmatch(name) and not _RESERVED.fullmatch(name):
        return name
    return Wrong(phrase("a_subject"))


def _why_not_a_number(text: str) -> Phrase:
    if _NOT_FINITE.fullmatch(text):
        return phrase("hint_not_finite")
    if not text.isascii() and any(letter.isdecimal() for letter in text):
        return phrase("hint_ascii")
    return phrase("hint_text")
