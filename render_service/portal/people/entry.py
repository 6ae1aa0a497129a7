# SPDX-License-Identifier: GPL-3.0-or-later
"""What was typed into the form of measurements: read, judged, and kept as typed where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from avatar_engine.measurements import BY_KEY, KEYS, Measurements, Sex, cautions, complete, review
from avatar_engine.measurements.cells import Wrong, number_range, read_number
from avatar_engine.measurements.plausibility import meant
from avatar_engine.measurements.units import from_metres, show, to_metres
from avatar_engine.words import Phrase
from render_service.portal.languages import decimal, language
from render_service.portal.people.slips import allowed_words, doubt_words, name_of, slip_words

UNITS = ("cm", "in")
EXTRAS = ("weight_kg", "age_years")
NUMBERS = (*KEYS, *EXTRAS)
SEXES = ("female", "male")
GROUPS = ("overall", "torso", "arms", "legs")
LONGEST_TEXT = 20


@dataclass(frozen=True)
class Mistake:
    """A field that cannot be used: what stands there, what would be, and what probably happened."""

    key: str
    said: str


@dataclass
class Entry:
    """The form as it was typed.

    texts : field to text; unit : "cm" or "in"; sex : "female", "male" or "";
    mistakes : the form is not usable while there are any; doubts : unusual, but usable
    """

    texts: dict[str, str] = field(default_factory=dict)
    unit: str = "cm"
    sex: str = ""
    mistakes: list[Mistake] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    measurements: Measurements | None = None

    def wrong(self, key: str) -> str | None:
        """What is wrong with a field."""
        return next((mistake.said for mistake in self.mistakes if mistake.key == key), None)

    def in_unit(self, unit: str) -> Entry:
        """The same form with every length that can be read converted; what cannot is left as typed."""
        texts = dict(self.texts)
        for key in KEYS:
            number = read_number(texts.get(key, "").strip(), key, self.unit, comma=True)
            if not isinstance(number, Wrong) and unit != self.unit:
                texts[key] = typed_text(to_metres(number, self.unit), unit)
        return Entry(texts, unit, self.sex)


def typed_text(metres: float, unit: str) -> str:
    """A length as one would type it: no needless zeros, the language's decimal sign."""
    text = show(from_metres(metres, unit), unit)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if language() == "fr" else text


def entry_of(measurements: Measurements, unit: str) -> Entry:
    """A form filled with what is known of a person."""
    texts = {key: typed_text(value, unit) for key, value in measurements.given_values().items()}
    for key in EXTRAS:
        value = getattr(measurements, key)
        if value is not None:
            texts[key] = decimal(value, 0 if value == int(value) else 1)
    return Entry(texts, unit, measurements.sex or "")


def read_entry(form: Mapping[str, str], unit: str = "cm") -> Entry:
    """Read and judge a form; ``measurements`` is set where it can be used."""
    chosen = form.get("unit", unit)
    texts = {key: str(form.get(key, "")).strip()[:LONGEST_TEXT] for key in NUMBERS}
    entry = Entry(texts, chosen if chosen in UNITS else unit, form.get("sex", "") if form.get("sex") in SEXES else "")
    found = {key: read_number(text, key, entry.unit, comma=True) for key, text in texts.items() if text}
    good = {key: value for key, value in found.items() if not isinstance(value, Wrong)}
    entry.mistakes = [
        Mistake(key, _wrong_words(entry, key, wrong, found)) for key, wrong in found.items() if isinstance(wrong, Wrong)
    ]
    if not entry.mistakes and not any(key in KEYS for key in good):
        entry.mistakes = [Mistake("stature", _("At least one measurement is needed; your stature is a good start."))]
    if not entry.mistakes:
        _judge(entry, good)
    return entry


def _judge(entry: Entry, numbers: Mapping[str, float]) -> None:
    lengths = {key: to_metres(value, entry.unit) for key, value in numbers.items() if key in KEYS}
    measurements = complete(lengths, _sex(entry), numbers.get("weight_kg"), numbers.get("age_years"))
    doubt = review(measurements, entry.unit)
    if doubt is not None and doubt.refused:
        entry.mistakes = [Mistake(doubt.field, doubt_words(doubt, entry.unit))]
        return
    if doubt is not None:
        entry.doubts.append(doubt_words(doubt, entry.unit))
    entry.doubts += [each.say(language()) for each in cautions(measurements)]
    entry.measurements = measurements


def _wrong_words(entry: Entry, key: str, wrong: Wrong, found: Mapping[str, float | Wrong]) -> str:
    unit = number_range(key, entry.unit)[2]
    text = entry.texts[key]
    shown = f"“{text}”" if wrong.beyond is None else f"{text} {'' if unit == 'years' else unit}".strip()
    said = _(
        "%(name)s: %(value)s cannot be used; allowed: %(allowed)s.",
        name=name_of(key),
        value=shown,
        allowed=allowed_words(wrong.allowed),
    )
    hint = _slip(entry, key, found) if wrong.beyond is not None else None
    return f"{said} {hint or _hint(wrong.hint)}".strip()


def _slip(entry: Entry, key: str, found: Mapping[str, float | Wrong]) -> str | None:
    """What was probably meant by a value that no adult has."""

    def inside(name: str, number: float) -> float:
        return to_metres(number, entry.unit) if name in BY_KEY else number

    good = {name: inside(name, n) for name, n in found.items() if not isinstance(n, Wrong) and name != "age_years"}
    beyond = {
        name: inside(name, n.beyond) for name, n in found.items() if isinstance(n, Wrong) and n.beyond is not None
    }
    slip = meant(key, beyond, good, _sex(entry), entry.unit) if key != "age_years" else None
    return slip_words(slip, key, beyond[key], entry.unit) if slip else None


def _hint(hint: Phrase | None) -> str:
    if hint is None:
        return ""
    if hint.key == "hint_text":
        return _("Write the number alone, without a unit.")
    return hint.say(language()).rstrip(".") + "."


def _sex(entry: Entry) -> Sex | None:
    return entry.sex if entry.sex in SEXES else None  # type: ignore[return-value]
