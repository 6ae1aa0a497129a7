# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be chosen from, as Blender's enumerations: read from the engine's and the wardrobe's tables (no bpy)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from avatar_engine.appearance.beard import NONE as NO_BEARD
from avatar_engine.appearance.beard import beards as known_beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.pose import POSES
from garments.catalogue import BODY, TRIM, GarmentSpec, catalogue
from garments.fabrics import fabrics
from garments.prints import DRAWN, TILE
from garments.sizes import CHARTS, MADE_TO_MEASURE, graded_sizes

Item = tuple[str, str, str]
OWN_FABRIC = "own"
FREE_COLOUR = "custom"
NO_COLOUR = "none"
OWN_POSE = "own"
BASE_LAYER = "base-layer"
PLAIN = "plain"
USUAL = "usual"
TUCKS = {USUAL: None, "in": True, "out": False}


@cache
def poses() -> list[Item]:
    """Poses of the engine, and the artist's own, which is left as it is."""
    words = {"a_pose": "A-Pose", "relaxed": "Relaxed", "contrapposto": "Contrapposto", "walking": "Walking"}
    found = [(key, words.get(key, key.replace("_", " ").title()), "") for key in POSES]
    return [*found, (OWN_POSE, "Own Pose", "Leave the bones where you put them")]


@cache
def styles() -> list[Item]:
    """Hair styles."""
    return [(key, style.name["en"], "") for key, style in hair_styles().items()]


@cache
def hair_colours(optional: bool) -> list[Item]:
    """Hair colours by name, any colour, and none where that can be."""
    none = [(NO_COLOUR, "None", "")] if optional else []
    named = [(key, colour.names["en"], "") for key, colour in load_palette().hair.items()]
    return [*none, *named, (FREE_COLOUR, "Custom", "Any colour")]


@cache
def beards() -> list[Item]:
    """Beards, and none."""
    return [(NO_BEARD, "None", ""), *((key, beard.name["en"], "") for key, beard in known_beards().items())]


@cache
def undertones() -> list[Item]:
    """Undertones of the skin."""
    return [(key, row.names["en"], "") for key, row in load_palette().undertones.items()]


@cache
def eye_colours() -> list[Item]:
    """Eye colours."""
    return [(key, colour.names["en"], "") for key, colour in load_palette().eyes.items()]


@cache
def fabric_items() -> list[Item]:
    """Every fabric, and the garment's own."""
    own = (OWN_FABRIC, "As Designed", "The fabric that the garment was designed for")
    return [own, *((key, fabric.name["en"], "") for key, fabric in fabrics().items())]


@cache
def print_kinds() -> list[Item]:
    """What can be printed on a fabric, nothing first."""
    drawn = [(key, PRINT_WORDS[key], "") for key in DRAWN]
    return [(PLAIN, "Plain", "No print"), *drawn, (TILE, "Picture", "An image of this file, repeated")]


@cache
def tucks() -> list[Item]:
    """How a top is worn with trousers or a skirt."""
    return [
        (USUAL, "As Usual", "As this garment is usually worn with what is below it"),
        ("in", "Tucked In", "Inside the waistband"),
        ("out", "Outside", "Over the waistband"),
    ]


@cache
def sizes(series: str) -> list[Item]:
    """Sizes of a series: made to measure, and the graded ones of each chart."""
    measured = (MADE_TO_MEASURE, "Made to Measure", "Cut for this body")
    if series != "alpha":
        return [measured]
    graded = [f"{chart} {size}" for chart in CHARTS for size in graded_sizes()]
    return [measured, *((size, size_word(size), "") for size in graded)]


def size_word(size: str) -> str:
    """A graded size as a label, such as "Women M"."""
    return size[:1].upper() + size[1:]


def garments() -> Mapping[str, GarmentSpec]:
    """What can be put on over the base layer, which everybody wears."""
    return {key: spec for key, spec in catalogue().items() if key != BASE_LAYER}


PRINT_WORDS = {"stripe": "Stripes", "check": "Check", "dots": "Dots"}
SLOT_WORDS = {BODY: "Body", TRIM: "Trim"}


def slot_word(slot: str) -> str:
    """A colour slot as a label."""
    return SLOT_WORDS.get(slot, slot.replace("_", " ").capitalize())
