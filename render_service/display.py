# SPDX-License-Identifier: GPL-3.0-or-later
"""How a garment, a fabric or a hair style is shown by itself: what is worn with it, and how near the camera stands."""

from __future__ import annotations

from avatar_engine.look import GarmentChoice, HairChoice, Look
from avatar_engine.seeded_look import role_of
from garments import GarmentSpec

# Framings by a garment's part in an outfit, and what is worn with it so that nothing looks unfinished.
FRAMING_OF_PART = {"": "neck_down", "dress": "neck_down", "bottom": "legs", "legs": "legs", "feet": "feet"}
QUIET_LEGGINGS = GarmentChoice("leggings", colours={"body": "#4a4c50", "trim": "#434549"})
QUIET_SHIRT = GarmentChoice("t-shirt", colours={"body": "#dedbd4", "trim": "#dedbd4"})
QUIET_FLATS = GarmentChoice("flats", colours={"body": "#6a5a4c", "trim": "#5e5044"})
PALE_TRAINERS = GarmentChoice("trainers", colours={"body": "#d9d6cf", "trim": "#cfccc4"})
COMPANY = {
    "dress": (QUIET_FLATS,),
    "bottom": (PALE_TRAINERS,),
    "top": (QUIET_LEGGINGS,),
    "over": (QUIET_LEGGINGS,),
    "outer": (QUIET_LEGGINGS, QUIET_SHIRT),
}
# A skirt's folds show a fabric's weave and how it falls.
SWATCH = "skirt-circle"
SWATCH_FRAMING, HAIR_FRAMING = "cloth", "hair"
UNDYED = "#c4bbae"
CUSTOMARY = {"denim": "#5b7391", "leather": "#9a6a44", "silk": "#b9a7a0", "corduroy": "#8b5e3c", "knit": "#b8ad9c"}


def framing_of(spec: GarmentSpec) -> str:
    """The framing in which a garment fills the picture, a name of ``camera.FRAMINGS``."""
    return FRAMING_OF_PART.get(role_of(spec), "torso")


def look_with(spec: GarmentSpec, size: str = "made-to-measure") -> Look:
    """The garment in its own colours, with its company."""
    company = (QUIET_FLATS,) if spec.category == "skirt" else COMPANY.get(role_of(spec), ())
    return Look((GarmentChoice(spec.id, size), *company), HairChoice("shaved"))


def swatch_of(fabric: str) -> Look:
    """Something cut from the fabric, in a colour that it often has."""
    colour = CUSTOMARY.get(fabric, UNDYED)
    return Look((GarmentChoice(SWATCH, fabric=fabric, colours={"body": colour, "trim": colour}),), HairChoice("shaved"))


def hair_look(style: str, colour: str = "brown", tone: int = 4, eyes: str = "brown") -> Look:
    """Nothing but hair, skin and eyes."""
    return Look(hair=HairChoice(style, colour), skin_tone=tone, eye_colour=eyes)
