# SPDX-License-Identifier: GPL-3.0-or-later
"""Words for the slips of the pen that the engine finds: "did you mean"."""

from __future__ import annotations

from flask_babel import gettext as _

from avatar_engine.measurements import BY_KEY
from avatar_engine.measurements.plausibility import Doubt
from avatar_engine.measurements.slips import Slip, typed
from avatar_engine.measurements.units import METRES_PER_UNIT, from_metres, show
from avatar_engine.words import Phrase, phrase
from render_service.portal.languages import language

DIGITS = {"dropped": "hint_dropped", "doubled": "hint_doubled", "point": "hint_point"}


def name_of(key: str) -> str:
    """A measurement's name in the language of the page."""
    if key == "weight_kg":
        return _("Weight")
    if key == "age_years":
        return _("Age")
    row = BY_KEY[key]
    return row.name_fr if language() == "fr" else row.name_en


def definition_of(key: str) -> str:
    """Two sentences on where the tape goes."""
    row = BY_KEY[key]
    return row.definition_fr if language() == "fr" else row.definition_en


def localised(text: str) -> str:
    """A number's text with the language's decimal sign."""
    return text.replace(".", ",") if language() == "fr" else text


def allowed_words(allowed: Phrase) -> str:
    """What would have been accepted, with numbers as the language writes them."""
    values = {name: localised(value) if isinstance(value, str) else value for name, value in allowed.values.items()}
    return Phrase(allowed.key, values).say(language())


def slip_words(slip: Slip, key: str, value: float, unit: str) -> str:
    """What was probably meant; ``value`` in metres or kilograms."""
    own = "kg" if key == "weight_kg" else unit
    if slip.kind == "swap":
        return _("Did you mix up %(one)s and %(other)s?", one=name_of(key), other=name_of(slip.other))
    fixed = localised(_shown(slip.meant, own))
    if slip.kind != "unit":
        return phrase(DIGITS[slip.kind], fixed=fixed, unit=own).say(language())
    text = localised(typed(value, own))
    return _(
        "Did you mean %(value)s %(other)s, which is %(fixed)s %(unit)s? You chose %(unit)s.",
        value=text, other=slip.other, fixed=fixed, unit=own,
    )  # fmt: skip


def doubt_words(doubt: Doubt, unit: str) -> str:
    """What stands out in a set of values, what the others let one expect, and what probably happened."""
    own = "kg" if doubt.field == "weight_kg" else unit
    value, low, high = (localised(_shown(each, own)) for each in (doubt.value, doubt.low, doubt.high))
    name = name_of(doubt.field)
    if doubt.refused:
        said = _(
            "%(name)s: %(value)s %(unit)s does not go with the other values, "
            "which let one expect %(low)s to %(high)s %(unit)s.",
            name=name, value=value, unit=own, low=low, high=high,
        )  # fmt: skip
    else:
        said = _(
            "%(name)s: %(value)s %(unit)s is unusual beside the other values, "
            "which let one expect %(low)s to %(high)s %(unit)s.",
            name=name, value=value, unit=own, low=low, high=high,
        )  # fmt: skip
    hint = slip_words(doubt.slip, doubt.field, doubt.value, unit) if doubt.slip else _("Please measure it again.")
    return f"{said} {hint}"


def _shown(value: float, unit: str) -> str:
    return show(from_metres(value, unit) if unit in METRES_PER_UNIT else value, unit)
