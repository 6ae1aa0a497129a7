# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wardrobe's page offers: garments by kind with sizes, colours and cloths; looks in words; maps of the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from avatar_engine.fitting.fit_map import NOT_MEASURED, SCALES, VIRIDIS, girth_of_gap
from avatar_engine.fitting.outfit import BASE_LAYER
from garments.catalogue import BODY, TRIM, catalogue
from garments.fabrics import fabrics
from garments.prints import DRAWN, LEAST_REPEAT_CM
from garments.sizes import MADE_TO_MEASURE
from render_service.portal.languages import decimal, language

# The wardrobe's categories to what one looks for; all others are worn on top.
KINDS = {
    "dress": "dresses",
    "skirt": "bottoms",
    "trousers": "bottoms",
    "leggings": "bottoms",
    "shoes": "shoes",
}
SLOTS: dict[str, LazyString] = {
    BODY: _("Colour"),
    TRIM: _("Trim"),
    "buttons": _("Buttons"),
    "thread": _("Stitches"),
    "sole": _("Sole"),
    "heel": _("Heel"),
    "laces": _("Laces"),
    "cords": _("Cords"),
}
OWN_PRINT = _("Own print")
PRINTS: dict[str, LazyString] = {"stripe": _("Stripes"), "check": _("Check"), "dots": _("Dots")}
assert set(PRINTS) == set(DRAWN)  # noqa: S101  # a print without a name would not be offered
# Width of a print's repeat on the page, centimetres: from fine to as wide as a panel.
REPEAT_CM = (LEAST_REPEAT_CM, 20.0, 4.0)
PICTURE_CM = 60.0  # a picture may fill a whole panel


@dataclass(frozen=True)
class Offer:
    """A garment to choose.

    place : what of a person it takes up; colours : slot to its name and its own colour, "#rrggbb";
    sizes : names, made-to-measure first; fabric : its own; can_be_printed, can_be_tucked : whether one may ask for it
    """

    id: str
    name: str
    place: str
    colours: dict[str, tuple[str, str]]
    sizes: tuple[str, ...]
    fabric: str
    can_be_printed: bool
    can_be_tucked: bool

    @property
    def is_base(self) -> bool:
        """Whether everybody wears it under all else."""
        return self.id == BASE_LAYER


def offers() -> dict[str, list[Offer]]:
    """What one looks for, each with its garments from the inside out; last what is worn under everything."""
    names = {
        "tops": gettext("Tops"),
        "dresses": gettext("Dresses"),
        "bottoms": gettext("Skirts and trousers"),
        "shoes": gettext("Shoes"),
        BASE_LAYER: gettext("Underneath"),
    }
    found: dict[str, list[Offer]] = {name: [] for name in names.values()}
    for spec in catalogue().values():
        kind = BASE_LAYER if spec.id == BASE_LAYER else KINDS.get(spec.category, "tops")
        colours = {slot: (str(SLOTS.get(slot, slot)), colour) for slot, colour in spec.slots.items()}
        found[names[kind]].append(
            Offer(
                spec.id,
                spec.name[language()],
                spec.place,
                colours,
                spec.size_names(),
                spec.fabric,
                spec.source == "pattern",
                bool(spec.tucked),
            )
        )
    return found


def fabric_names() -> dict[str, str]:
    """Key to name."""
    return {key: row.name[language()] for key, row in fabrics().items()}


def pattern_names() -> dict[str, str]:
    """Garments that are sewn from a pattern: id to name."""
    return {spec.id: spec.name[language()] for spec in catalogue().values() if spec.source == "pattern"}


def worn_words(look: Mapping[str, Any]) -> list[str]:
    """Every garment of a look's file with what was chosen of it, such as "Shirt, M, linen, striped, tucked in"."""
    return [_garment_words(row) for row in look.get("garment", [])]


def _garment_words(row: Mapping[str, Any]) -> str:
    spec = catalogue()[row["id"]]
    said = [spec.name[language()]]
    if row.get("size", MADE_TO_MEASURE) != MADE_TO_MEASURE:
        said.append(row["size"])
    if row.get("fabric", spec.fabric) != spec.fabric:
        said.append(fabrics()[row["fabric"]].name[language()].lower())
    if row.get("print"):
        said.append(str(PRINTS.get(row["print"]["kind"], OWN_PRINT)).lower())
    if row.get("tucked"):
        said.append(gettext("tucked in"))
    return ", ".join(said)


@dataclass(frozen=True)
class MapScale:
    """The legend of a map: its marks with their places 0..1 along the bar and their colours' ends in words."""

    name: str
    unit: str
    low: float
    high: float
    tight_is_high: bool
    marks: list[tuple[float, str, str]]
    ends: tuple[str, str]
    about: str


def map_scales() -> dict[str, MapScale]:
    """Every map of the fit, with its legend."""
    words = {
        "ease": (
            gettext("Room"),
            (gettext("close"), gettext("loose")),
            gettext("Centimetres between cloth and skin; below, what such a gap all around adds to a girth."),
        ),
        "strain": (
            gettext("Stretch"),
            (gettext("at rest"), gettext("stretched")),
            gettext("How much longer the cloth is than it lay flat, in percent. Grey: not cut from flat pieces."),
        ),
    }
    found = {}
    for kind, (name, ends, about) in words.items():
        scale = SCALES[kind]
        values = np.arange(scale.low, scale.high + 0.5 * scale.step, scale.step)
        marks = [
            (
                float((value - scale.low) / (scale.high - scale.low)),
                f"{decimal(value, 0)}{'+' if value >= scale.high else ''}",
                f"+{decimal(girth_of_gap(value), 0)}" if kind == "ease" else "",
            )
            for value in values.tolist()
        ]
        found[kind] = MapScale(name, scale.unit, scale.low, scale.high, scale.tight_is_high, marks, ends, about)
    return found


MAP_COLOURS, MAP_NOTHING = VIRIDIS, NOT_MEASURED
