# SPDX-License-Identifier: GPL-3.0-or-later
"""A problem in somebody's file: where, what stands there, what would have been accepted, what probably happened."""

from __future__ import annotations

from dataclasses import dataclass

from avatar_engine.words import Phrase, phrase, unit_word

LONGEST_VALUE = 40


@dataclass(frozen=True)
class Problem:
    """One problem of one file.

    Parameters
    ----------
    file : path as the user gave it
    row : 1 for the header, as a spreadsheet counts; None where the whole file is meant
    column : name of the column, "" where the whole row is meant
    value : what stands there, as it stands there
    unit : unit that the value was read in, "" where it has none
    allowed, hint : not yet in a language
    """

    file: str
    row: int | None
    column: str
    value: str
    unit: str
    allowed: Phrase
    hint: Phrase | None = None

    def line(self, language: str = "en") -> str:
        """The problem on one line."""
        place = [self.file]
        if self.row is not None:
            place.append(phrase("row", row=self.row).say(language))
        if self.column:
            place.append(printable(self.column))
        allowed = phrase("allowed", allowed=self.allowed.say(language)).say(language)
        what = [f"'{printable(self.value)}'"] if self.value else []
        what += [unit_word(self.unit).say(language)] if self.unit and self.value else []
        said = f"{' '.join(what)} {phrase('is_not_usable').say(language)}; {allowed}" if what else allowed
        return f"{', '.join(place)}: {said}" + (f". {self.hint.say(language)}" if self.hint else "")

    def as_json(self, language: str = "en") -> dict[str, object]:
        """The problem for machines; the keys are the fields'."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "unit": self.unit,
            "allowed": self.allowed.say(language),
            "hint": self.hint.say(language) if self.hint else "",
        }


def printable(text: str) -> str:
    """Text for one line of a terminal: short, without control characters."""
    plain = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: LONGEST_VALUE + 1]
    )
    return plain if len(plain) <= LONGEST_VALUE else plain[: LONGEST_VALUE - 1] + "…"
