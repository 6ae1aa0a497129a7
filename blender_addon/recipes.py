# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar's state asks the engine for."""

from __future__ import annotations

from collections.abc import Sequence

from avatar_engine.look import GarmentChoice
from avatar_engine.measurements import KEYS
from garments.catalogue import catalogue

from .choices import FREE_COLOUR, NO_COLOUR, OWN_FABRIC, TUCKS
from .colours import hexadecimal
from .engine import AppearanceRecipe, BodyRecipe, Worn
from .prints import print_of
from .state import AvatarState, GarmentState


def body_recipe(state: AvatarState) -> BodyRecipe:
    """All that decides the body."""
    return BodyRecipe(
        # Blender keeps single precision; a hundredth of a millimetre is what is left of it.
        given=tuple((key, round(state.given[place], 5)) for place, key in enumerate(KEYS) if state.pinned[place]),
        sex=None if state.sex == "auto" else state.sex,
        weight_kg=round(state.weight_kg, 3) if state.knows_weight else None,
        age_years=float(state.age_years) if state.knows_age else None,
        variation=round(state.variation, 4),
        variation_seed=state.variation_seed,
        face_seed=state.face_seed,
    )


def worn(state: AvatarState) -> Worn:
    """The garments that are put on."""
    return tuple(_choice(garment) for garment in state.garments if garment.worn and garment.garment in catalogue())


def _choice(garment: GarmentState) -> GarmentChoice:
    return GarmentChoice(
        garment=garment.garment,
        size=garment.size,
        colours={slot.name: hexadecimal(slot.colour) for slot in garment.colours},
        fabric=None if garment.fabric == OWN_FABRIC else garment.fabric,
        printed=print_of(garment),
        tucked=TUCKS[garment.tucked] if catalogue()[garment.garment].tucked else None,
    )


def appearance_recipe(state: AvatarState) -> AppearanceRecipe:
    """All that decides skin, eyes and hair."""
    return AppearanceRecipe(
        style=state.hair_style,
        hair=_hair(state.hair, state.hair_custom) or "",
        roots=_hair(state.roots, state.roots_custom),
        highlights=_hair(state.highlights, state.highlights_custom),
        grey=state.grey,
        beard=state.beard,
        beard_colour=_hair(state.beard_colour, state.beard_colour_custom),
        undertone=state.undertone,
        skin_age=state.age_years if state.shows_age else None,
        skin_tone=state.skin_tone,
        eyes=state.eyes,
        seed=state.detail_seed,
    )


def _hair(chosen: str, custom: Sequence[float]) -> str | None:
    if chosen == NO_COLOUR:
        return None
    return hexadecimal(custom) if chosen == FREE_COLOUR else chosen
