# SPDX-License-Identifier: GPL-3.0-or-later
"""Clothes on a body for the viewer: fitted once, dyed as often as one likes, with the skin that they hide."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avatar_engine.avatar import BodyResult
from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.look import GarmentChoice, Look
from avatar_engine.standing import standing_in
from garments.catalogue import SHOES, catalogue
from garments.sizes import MADE_TO_MEASURE
from render_service.portal.people.bodies import beside, working

if TYPE_CHECKING:
    from avatar_engine.fitting.live_outfit import LiveWardrobe
    from avatar_engine.fitting.live_shoes import LiveShoes
    from avatar_engine.fitting.outfit import FittedGarment, Outfit

OUTFITS_KEPT = 6  # a body
# Skin that a size hides on one body it hides on others that differ by less, metres; what is made to measure, on all.
SAME_BODY_M = 0.02
KEPT = 32
Quads = npt.NDArray[np.bool_]


_hiding: OrderedDict[tuple[str, str, int], tuple[FloatArray, Quads]] = OrderedDict()


def dressed(made: BodyResult, look: Look) -> Outfit:
    """The look's garments on the body, around the A-pose; new colours and prints need no new fitting.

    Raises ``LookError`` and ``FitError``.
    """
    cut = tuple(replace(choice, colours={}, printed=None) for choice in look.garments)
    key = ("outfit", repr(cut))
    kept = beside(made)
    outfit = kept.get(key)
    if outfit is None:
        with working:
            outfit = _fitted(made, cut)
        while len(kept) >= OUTFITS_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = outfit
    chosen = {choice.garment: choice for choice in look.garments}
    return replace(outfit, garments=tuple(_dyed(each, chosen.get(each.garment)) for each in outfit.garments))


@cache
def wardrobe() -> LiveWardrobe:
    """Garments that are ready to be put on; made on first use, for it takes seconds."""
    from avatar_engine.fitting.live_outfit import LiveWardrobe  # so that pages without clothes need no solver

    return LiveWardrobe()


def forget_clothes() -> None:
    """Drop what is kept of bodies: somebody erased their data."""
    with working:
        _shoemaker.cache_clear()
        _hiding.clear()


def _fitted(made: BodyResult, cut: tuple[GarmentChoice, ...]) -> Outfit:
    is_shoe = [catalogue()[choice.garment].category == SHOES for choice in cut]
    outfit = wardrobe().dress(made.body, [choice for choice, shoe in zip(cut, is_shoe, strict=True) if not shoe])
    shoes = [_shoes(made, choice) for choice, shoe in zip(cut, is_shoe, strict=True) if shoe]
    garments = (*outfit.garments, *shoes)
    hidden = np.zeros(len(load_template().quads), dtype=bool)
    for garment in garments:
        hidden |= _hidden(made, garment)
    return replace(outfit, garments=garments, hidden_quads=hidden)


def _dyed(garment: FittedGarment, choice: GarmentChoice | None) -> FittedGarment:
    if choice is None:
        return garment
    return replace(garment, colours={**garment.colours, **choice.colours}, printed=choice.printed)


def _shoes(made: BodyResult, choice: GarmentChoice) -> FittedGarment:
    """Shoes on the feet: those built last where the feet are nearly the same, moved as each foot moved."""
    return _shoemaker().on(standing_in(made.body, [choice]), catalogue()[choice.garment], choice)


@cache
def _shoemaker() -> LiveShoes:
    from avatar_engine.fitting.live_shoes import LiveShoes

    return LiveShoes()


def _hidden(made: BodyResult, garment: FittedGarment) -> Quads:
    """(13710,) faces of the body that a garment hides, as found on this body or on one like it."""
    from avatar_engine.fitting.cover import hidden_quads

    key = (garment.garment, garment.size, len(garment.triangles))
    vertices = standing_in(made.body, [garment]).vertices
    if key in _hiding:
        seen, hidden = _hiding[key]
        if garment.size == MADE_TO_MEASURE or np.abs(seen - vertices).max() < SAME_BODY_M:
            return hidden
    hides = catalogue()[garment.garment].hides
    hidden = hidden_quads(vertices, [(garment.vertices, garment.triangles, hides)])
    _hiding[key] = vertices, hidden
    while len(_hiding) > KEPT:
        _hiding.popitem(last=False)
    return hidden
