# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the panel asks for it: recipes in, bodies and clothes out, the last few of them kept (no bpy)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from avatar_engine.appearance import Appearance, HairDye, build_appearance
from avatar_engine.appearance.dye import beard_dye
from avatar_engine.appearance.palette import eye_colour, hair_colour
from avatar_engine.appearance.skin import lines_at
from avatar_engine.avatar import BodyResult, build_body
from avatar_engine.body.face import with_face
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting import FittedGarment, Outfit
from avatar_engine.fitting.advice import SizeAdvice, size_advice
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.live_outfit import LiveWardrobe
from avatar_engine.fitting.live_shoes import LiveShoes
from avatar_engine.generator.inference import load_generator
from avatar_engine.look import GarmentChoice
from avatar_engine.measurements import Sex, body_type, complete
from avatar_engine.standing import Stance, stance_in, standing_in
from garments import Dimensions

# Enough for stepping back and forth between a few people; a body takes a megabyte, an outfit a few.
KEPT = 6


@dataclass(frozen=True)
class BodyRecipe:
    """All that decides a body.

    Parameters
    ----------
    given : key and metres of what was measured
    variation : how far from the likeliest body, in standard deviations; ``variation_seed`` says in which direction
    """

    given: tuple[tuple[str, float], ...]
    sex: Sex | None
    weight_kg: float | None
    age_years: float | None
    variation: float
    variation_seed: int
    face_seed: int


@dataclass(frozen=True)
class AppearanceRecipe:
    """All that decides skin, eyes and hair on a body; colours and styles are keys of the engine's tables.

    Parameters
    ----------
    grey : strands in a hundred
    skin_age : years that the skin shows, None for no lines
    """

    style: str
    hair: str
    roots: str | None
    highlights: str | None
    grey: int
    beard: str
    beard_colour: str | None
    undertone: str
    skin_age: int | None
    skin_tone: int
    eyes: str
    seed: int


Worn = tuple[GarmentChoice, ...]
Cut = tuple[tuple[str, Any], ...]
LOOK_ALONE = ("colours", "printed")


def key_of(*recipe: object) -> str:
    """A short name that is the same for equal recipes alone."""
    return hashlib.sha1(repr(recipe).encode(), usedforsecurity=False).hexdigest()[:16]


@lru_cache(maxsize=KEPT)
def make_body(recipe: BodyRecipe) -> BodyResult:
    """The body of a recipe, with its face; raises ``MeasurementError``."""
    asked = complete(dict(recipe.given), recipe.sex, recipe.weight_kg, recipe.age_years)
    made = build_body(asked, _variation(recipe.variation, recipe.variation_seed))
    face = with_face(made.body, recipe.face_seed, body_type(asked), asked.age_years)
    return replace(made, body=face)


def standing(recipe: BodyRecipe, worn: Worn) -> tuple[Body, str]:
    """The body of a recipe as it stands in what is worn, and what it was made from; raises ``MeasurementError``."""
    return standing_in(make_body(recipe).body, worn), key_of(recipe, *_stance(worn))


def cut_key(recipe: BodyRecipe, worn: Worn) -> str:
    """The same for all clothes that have the same shape."""
    return key_of(recipe, [cut_of(choice) for choice in worn], *_stance(worn))


def _stance(worn: Worn) -> list[Stance]:
    """How a body stands in what is worn, nothing where that is as without."""
    stance = stance_in(worn)
    return [] if stance == Stance() else [stance]


def _variation(amount: float, seed: int) -> np.ndarray | None:
    if amount == 0.0:
        return None
    return amount * np.random.default_rng([seed, 11]).standard_normal(load_generator().card.variation)


@cache
def _wardrobe() -> LiveWardrobe:
    return LiveWardrobe(shoes=LiveShoes().on)


@lru_cache(maxsize=KEPT)
def _dress(recipe: BodyRecipe, cut: tuple[Cut, ...]) -> Outfit:
    return _wardrobe().dress(make_body(recipe).body, [GarmentChoice(**dict(each)) for each in cut])


def dress(recipe: BodyRecipe, worn: Worn) -> Outfit:
    """Clothes around the A-pose, from the inside out; raises ``LookError`` and ``FitError``.

    Colours are left as the wardrobe has them: a change of colour must not cut anything anew.
    """
    return _dress(recipe, tuple(cut_of(choice) for choice in worn))


def dyed(outfit: Outfit, worn: Worn) -> Outfit:
    """An outfit in the colours and prints that were chosen."""
    asked = {choice.garment: choice for choice in worn}
    return replace(outfit, garments=tuple(_dyed(each, asked.get(each.garment)) for each in outfit.garments))


def _dyed(garment: FittedGarment, choice: GarmentChoice | None) -> FittedGarment:
    if choice is None:
        return garment
    return replace(garment, colours={**garment.colours, **choice.colours}, printed=choice.printed)


def cut_of(choice: GarmentChoice) -> Cut:
    """All of a choice that decides its shape."""
    return tuple((each.name, getattr(choice, each.name)) for each in fields(choice) if each.name not in LOOK_ALONE)


def make_appearance(recipe: BodyRecipe, wanted: AppearanceRecipe, worn: Worn) -> Appearance:
    """Skin, eyes and hair on the body in the A-pose, the hair falling over what is worn; raises ``LookError``."""
    grown = _grown(recipe, wanted.style, wanted.beard, wanted.seed, tuple(cut_of(choice) for choice in worn))
    roots, highlights = (None if each is None else hair_colour(each) for each in (wanted.roots, wanted.highlights))
    dye = HairDye(hair_colour(wanted.hair), roots, highlights, wanted.grey / 100.0)
    return replace(
        grown,
        dye=dye,
        beard_dye=beard_dye(dye, wanted.beard_colour),
        eye_colour=eye_colour(wanted.eyes),
        skin_tone=wanted.skin_tone,
        undertone=wanted.undertone,
        lines=lines_at(wanted.skin_age),
    )


@lru_cache(maxsize=2)
def _grown(recipe: BodyRecipe, style: str, beard: str, seed: int, cut: tuple[Cut, ...]) -> Appearance:
    """Strands and eyes, which a change of colour leaves as they are."""
    body = make_body(recipe).body
    shoulder = float(body.vertices[load_template().landmarks["acromion_left"], 2].mean())
    over = [garment for garment in _dress(recipe, cut).garments if garment.vertices[:, 2].max() > shoulder]
    cover = [(garment.vertices, garment.triangles) for garment in over]
    return build_appearance(body, style=style, seed=seed, cover=cover, beard=beard)


@lru_cache(maxsize=4 * KEPT)
def advise(recipe: BodyRecipe, garment: str, fabric: str | None, chart: str | None) -> SizeAdvice:
    """How the sizes of a garment would sit; raises ``MeasurementError`` and ``LookError``."""
    return size_advice(dimensions(recipe), garment, fabric, chart)


@lru_cache(maxsize=KEPT)
def dimensions(recipe: BodyRecipe) -> Dimensions:
    """What garments are cut by; raises ``MeasurementError``."""
    return body_dimensions(make_body(recipe).body)


def forget() -> None:
    """Let go of everything that is kept."""
    for kept in (make_body, _dress, _grown, _wardrobe, advise, dimensions):
        kept.cache_clear()
