# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wardrobe's page offers: garments by kind, hair, colours of people; names in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from avatar_engine.appearance.beard import NONE as NO_BEARD
from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.fitting.outfit import BASE_LAYER
from garments.catalogue import BODY, catalogue
from render_service.portal.languages import language

# The wardrobe's categories to what one looks for; all others are worn on top.
KINDS = {
    "dress": "dresses",
    "skirt": "bottoms",
    "trousers": "bottoms",
    "leggings": "bottoms",
    "shoes": "shoes",
}

GREYS = (0, 20, 40, 60, 80, 100)  # strands in a hundred


@dataclass(frozen=True)
class Offer:
    """A garment to choose.

    place : what of a person it takes up; colour : of its cloth, "#rrggbb"; sizes : names, made-to-measure first
    """

    id: str
    name: str
    place: str
    colour: str
    sizes: tuple[str, ...]


def offers() -> dict[str, list[Offer]]:
    """What one looks for, each with its garments from the inside out."""
    names = {"tops": _("Tops"), "dresses": _("Dresses"), "bottoms": _("Skirts and trousers"), "shoes": _("Shoes")}
    found: dict[str, list[Offer]] = {name: [] for name in names.values()}
    for spec in catalogue().values():
        if spec.id != BASE_LAYER:
            offer = Offer(spec.id, spec.name[language()], spec.place, spec.slots[BODY], spec.size_names())
            found[names[KINDS.get(spec.category, "tops")]].append(offer)
    return found


def skin_tones() -> tuple[str, ...]:
    """Swatches of the Monk scale, tones 1 to 10."""
    return load_palette().skin


def eye_colours() -> dict[str, tuple[str, str]]:
    """Key to name and swatch."""
    return {key: (row.names[language()], row.outer) for key, row in load_palette().eyes.items()}


def undertones() -> dict[str, str]:
    """Key to name."""
    return {key: row.names[language()] for key, row in load_palette().undertones.items()}


def styles_of_beard() -> dict[str, str]:
    """Key to name, a clean-shaven face first."""
    return {NO_BEARD: _("None"), **{key: row.name[language()] for key, row in beards().items()}}


def styles_of_hair() -> dict[str, str]:
    """Key to name."""
    return {key: row.name[language()] for key, row in hair_styles().items()}


def colours_of_hair() -> dict[str, tuple[str, str]]:
    """Key to name and swatch."""
    return {key: (row.names[language()], row.colour) for key, row in load_palette().hair.items()}


def pattern_names() -> dict[str, str]:
    """Garments that are sewn from a pattern: id to name."""
    return {spec.id: spec.name[language()] for spec in catalogue().values() if spec.source == "pattern"}
