# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors the engine raises: data first, so that each surface can say them in its own language.

What is said of a value, such as what is allowed, is a ``Phrase`` in the languages of ``words.LANGUAGES``, or a text
that reads the same in all of them.
"""

from __future__ import annotations

from avatar_engine.words import Phrase, phrase

Text = Phrase | str
LONGEST_VALUE = 80


class AvatarError(Exception):
    """Root of every error a user of Atelier may meet.

    Parameters
    ----------
    text : the whole of it on one line
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text)

    def __str__(self) -> str:
        return self.say("en")

    def say(self, language: str) -> str:
        """The error on one line, in a language of ``words.LANGUAGES``."""
        said = self.text.say(language) if isinstance(self.text, Phrase) else self.text
        return " ".join(said.split())


class MeasurementError(AvatarError):
    """A measurement cannot be used.

    Parameters
    ----------
    field : key of the measurement, or the column's name
    value : what was given, as given
    unit : unit the value was read in ("cm", "mm", "in", "kg", "years" or "")
    allowed : what would have been accepted, in that unit
    hint : what probably happened
    """

    def __init__(self, field: str, value: object, unit: str, allowed: Text, hint: Text = "") -> None:
        self.field, self.value, self.unit, self.allowed, self.hint = field, value, unit, allowed, hint
        shown = f"'{value}' {unit}".rstrip()
        super().__init__(_with(hint, phrase("error_measurement", field=field, value=shown, allowed=allowed)))


class AssetError(AvatarError):
    """A file that belongs to the installation is missing or damaged."""

    def __init__(self, path: str, expected: Text, hint: Text) -> None:
        self.path, self.expected, self.hint = path, expected, hint
        super().__init__(_with(hint, phrase("error_asset", path=path, expected=expected)))


class FitError(AvatarError):
    """A garment cannot be fitted cleanly; says where, and by how much it fails."""

    def __init__(self, garment: str, where: Text, amount_mm: float, hint: Text) -> None:
        self.garment, self.where, self.amount_mm, self.hint = garment, where, amount_mm, hint
        super().__init__(_with(hint, phrase("error_fit", garment=garment, where=where, amount=f"{amount_mm:.1f}")))


class PatternError(AvatarError):
    """A garment's pattern program fails, or drafts what cannot be sewn.

    Parameters
    ----------
    folder : of the garment, in the wardrobe
    reason : what it raised, or what is wrong in what it drafted
    """

    def __init__(self, garment: str, folder: str, reason: Text) -> None:
        self.garment, self.folder, self.reason = garment, folder, reason
        said = phrase("error_pattern", folder=folder, garment=garment, reason=reason)
        super().__init__(_with(phrase("hint_garment_check"), said))


class LookError(AvatarError):
    """A look asks for something that does not exist."""

    def __init__(self, file: str, key: str, value: object, allowed: Text, hint: Text = "") -> None:
        self.file, self.key, self.value, self.allowed, self.hint = file, key, value, allowed, hint
        super().__init__(_with(hint, phrase("error_look", file=file, name=key, value=_shown(value), allowed=allowed)))


class RenderError(AvatarError):
    """A picture could not be made."""

    def __init__(self, what: Text, hint: Text) -> None:
        self.what, self.hint = what, hint
        super().__init__(_with(hint, what))


def _shown(value: object) -> str:
    """A value as it was written, on one line, cut where it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _with(hint: Text, text: Text) -> Text:
    return phrase("error_with_hint", text=text, hint=hint) if hint else text
