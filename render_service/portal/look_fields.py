# SPDX-License-Identifier: GPL-3.0-or-later
"""How a person appears in a look, as one table: what the wardrobe's page asks, the viewer is sent and orders repeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from avatar_engine.appearance.beard import NONE as NO_BEARD
from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.look import SKIN_AGES, Look, parse_look
from render_service.portal.languages import language

POSES: dict[str, LazyString] = {
    "relaxed": _("Relaxed"),
    "contrapposto": _("Weight on one leg"),
    "walking": _("Walking"),
    "a_pose": _("Arms out"),
}
PICTURES, SWATCHES, WORDS, NUMBER = "pictures", "swatches", "words", "number"
UNSET = ""  # a choice that is left out of the look


@dataclass(frozen=True)
class Choice:
    """One value: its name in the language of the page and, for a colour, "#rrggbb"."""

    value: str
    name: str
    swatch: str = ""


@dataclass(frozen=True)
class Field:
    """A value of a look that is the person's, not a garment's.

    key : its place in the look's file, such as "hair.style"
    kind : how it is chosen: by small pictures, swatches, words, or as a number on a scale
    usual : where the look does not say
    choices : what there is, but for numbers
    scale : least, most and step of a number
    own_colour : whether any other colour can be mixed
    unset : for a value that can be left out, what is then meant
    group : the part of the page it is in
    """

    key: str
    legend: LazyString
    kind: str
    usual: str
    choices: Callable[[], list[Choice]] = list
    scale: tuple[int, int, int] | None = None
    own_colour: bool = False
    unset: LazyString | None = None
    unit: str = ""
    group: str = "hair"

    @property
    def is_number(self) -> bool:
        """Whether a look's file has a number here."""
        return self.key in NUMBERS

    def options(self) -> list[Choice]:
        """All there is to choose, what is left out first."""
        first = [Choice(UNSET, str(self.unset))] if self.unset is not None and self.scale is None else []
        return first + self.choices()

    def said(self, look: Mapping[str, Any]) -> str:
        """The value of a look's file in words, "" where it says nothing of it."""
        value = value_at(look, self.key)
        if value is None:
            return ""
        name = next((choice.name for choice in self.choices() if choice.value == str(value)), None)
        return f"{name or value}{self.unit and ' ' + self.unit}"


def value_at(look: Mapping[str, Any], key: str) -> Any:
    """The value at a place such as "hair.style", None where there is none."""
    found: Any = look
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _colours() -> list[Choice]:
    return [Choice(key, row.names[language()], row.colour) for key, row in load_palette().hair.items()]


def _eyes() -> list[Choice]:
    return [Choice(key, row.names[language()], row.outer) for key, row in load_palette().eyes.items()]


def _tones() -> list[Choice]:
    skin = load_palette().skin
    return [Choice(str(i), gettext("Tone %(number)d", number=i), colour) for i, colour in enumerate(skin, start=1)]


def _undertones() -> list[Choice]:
    return [Choice(key, row.names[language()]) for key, row in load_palette().undertones.items()]


def _styles() -> list[Choice]:
    return [Choice(key, row.name[language()]) for key, row in hair_styles().items()]


def _beards() -> list[Choice]:
    return [Choice(NO_BEARD, gettext("None")), *(Choice(key, row.name[language()]) for key, row in beards().items())]


def _poses() -> list[Choice]:
    return [Choice(key, str(name)) for key, name in POSES.items()]


_USUAL = Look()
POSE = Field("pose", _("Pose"), WORDS, _USUAL.pose, _poses, group="pose")
FIELDS: tuple[Field, ...] = (
    POSE,
    Field("hair.style", _("Hair"), PICTURES, _USUAL.hair.style, _styles),
    Field("hair.colour", _("Colour of the hair"), SWATCHES, _USUAL.hair.colour, _colours, own_colour=True),
    Field("hair.roots", _("Grown-out roots"), SWATCHES, UNSET, _colours, unset=_("No roots")),
    Field("hair.highlights", _("Streaks"), SWATCHES, UNSET, _colours, own_colour=True, unset=_("No streaks")),
    Field("hair.grey", _("Grey hair"), NUMBER, "0", scale=(0, 100, 10), unit="%"),
    Field("beard.style", _("Beard"), WORDS, _USUAL.beard.style, _beards),
    Field("beard.colour", _("Colour of the beard"), SWATCHES, UNSET, _colours, unset=_("As it grows")),
    Field("skin.tone", _("Skin tone (Monk scale)"), SWATCHES, str(_USUAL.skin_tone), _tones, group="skin"),
    Field("skin.undertone", _("Undertone of the skin"), WORDS, _USUAL.undertone, _undertones, group="skin"),
    Field(
        "skin.age", _("Age that the skin shows"), NUMBER, UNSET,
        scale=(*SKIN_AGES, 1), unset=_("As measured"), group="skin",
    ),
    Field("seed", _("Freckles and moles"), NUMBER, "0", scale=(0, 30, 1), group="skin"),
    Field("eyes.colour", _("Eyes"), SWATCHES, _USUAL.eye_colour, _eyes, group="skin"),
)  # fmt: skip
NUMBERS = {"hair.grey", "skin.tone", "skin.age", "seed"}
WHOLE_NUMBER = re.compile(r"[0-9]{1,10}")


def fields(group: str) -> list[Field]:
    """The fields of a part of the page."""
    return [field for field in FIELDS if field.group == group]


def look_from(values: Mapping[str, str]) -> Look:
    """The look, without garments, of texts by the keys of ``FIELDS``; what is not named is as usual.

    Raises
    ------
    LookError
    """
    content: dict[str, Any] = {}
    for field in FIELDS:
        text = values.get(field.key, UNSET)
        if text == UNSET:
            continue
        table, _dot, name = field.key.rpartition(".")
        place = content.setdefault(table, {}) if table else content
        place[name] = int(text) if field.key in NUMBERS and WHOLE_NUMBER.fullmatch(text) else text
    return parse_look(content)


def person_words(look: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a look's file says of the person: legend and value."""
    said = [(str(field.legend), field.said(look)) for field in FIELDS if field is not POSE]
    return [row for row in said if row[1]]
