# SPDX-License-Identifier: GPL-3.0-or-later
"""Lengths at the edges: centimetres, millimetres and inches in and out; metres inside."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from avatar_engine.errors import MeasurementError

METRES_PER_UNIT: dict[str, float] = {"cm": 0.01, "mm": 0.001, "in": 0.0254}
UNITS: tuple[str, ...] = tuple(METRES_PER_UNIT)
POUND_KG = 0.45359237

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_DECIMALS = {"cm": 1, "mm": 0, "in": 2, "kg": 1, "years": 0}


def is_number(text: str) -> bool:
    """Whether the text is a plain decimal number: ASCII digits, a point, a sign, and nothing else."""
    return _PLAIN.fullmatch(text) is not None


def has_decimal_comma(text: str) -> bool:
    """Whether the text is a number written with a decimal comma."""
    return _COMMA.fullmatch(text) is not None


def to_metres(value: float, unit: str) -> float:
    """A length in "cm", "mm" or "in" as metres."""
    return value * METRES_PER_UNIT[unit]


def from_metres(metres: float, unit: str) -> float:
    """Metres as "cm", "mm" or "in"."""
    return metres / METRES_PER_UNIT[unit]


def show(value: float, unit: str) -> str:
    """A number with as many decimals as a tape, a scale or a birthday has in that unit."""
    return f"{value:.{_DECIMALS[unit]}f}"


def parse_length(text: str, unit: str, field: str = "length") -> float:
    """Metres from what somebody typed; a decimal comma is as good as a point here.

    Raises
    ------
    MeasurementError
        not a number, or a unit that is not one of ``UNITS``
    """
    if unit not in METRES_PER_UNIT:
        raise MeasurementError(field, text, unit, "a unit out of " + ", ".join(UNITS))
    plain = text.strip()
    if has_decimal_comma(plain):
        plain = plain.replace(",", ".")
    if not is_number(plain):
        raise MeasurementError(field, text, unit, "a number such as 92.5", "Write the number alone, without its unit")
    return to_metres(float(plain), unit)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like the one that was written."""
    choices = list(known)
    return (difflib.get_close_matches(word.strip().lower(), choices, n=1, cutoff=0.0) or choices[:1])[0]
