# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tops of an outfit are worn inside the waistband."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avatar_engine.words import Phrase, phrase
from garments import GarmentSpec, catalogue
from garments.catalogue import Waistband

TOPS = ("t-shirt", "shirt", "sweater", "dress")


@dataclass(frozen=True)
class Untuckable:
    """A garment, by its place in the outfit, that cannot be tucked in as asked: what is allowed, and a hint."""

    place: int
    allowed: Phrase
    hint: Phrase


def waistband_of(specs: Sequence[GarmentSpec]) -> Waistband | None:
    """The waistband of an outfit, None where there is none."""
    return next((spec.waistband for spec in specs if spec.waistband is not None), None)


def tucked_in(specs: Sequence[GarmentSpec], asked: Sequence[bool | None]) -> tuple[bool, ...]:
    """Which garments are tucked in; where nothing is asked, those whose spec says so for the bottom that is worn."""
    bottom = next((spec for spec in specs if spec.waistband is not None), None)
    if bottom is None:
        return (False,) * len(specs)
    found = [
        wish if wish is not None else bottom.category in spec.tucked_into
        for spec, wish in zip(specs, asked, strict=True)
    ]
    return tuple(each and _in_the_way(specs, place) is None for place, each in enumerate(found))


def untuckable(specs: Sequence[GarmentSpec], asked: Sequence[bool | None]) -> Untuckable | None:
    """The first garment that is asked to be tucked in and cannot be."""
    for place, (spec, wish) in enumerate(zip(specs, asked, strict=True)):
        if not wish:
            continue
        if not spec.tucked:
            able = ", ".join(each.id for each in catalogue().values() if each.tucked)
            return Untuckable(
                place, phrase("only_outside", garment=spec.id), phrase("hint_can_be_tucked", garments=able)
            )
        if waistband_of(specs) is None:
            bands = ", ".join(each.id for each in catalogue().values() if each.waistband is not None)
            return Untuckable(place, phrase("only_outside_here"), phrase("hint_waistbands", garments=bands))
        under = _in_the_way(specs, place)
        if under is not None:
            return Untuckable(place, phrase("only_outside_here"), phrase("hint_tucked_over", garment=under.id))
    return None


def _in_the_way(specs: Sequence[GarmentSpec], place: int) -> GarmentSpec | None:
    """A top that is worn under another one: only the inner one can be tucked in."""
    layer = specs[place].layer
    return next((spec for spec in specs if spec.category in TOPS and spec.layer < layer), None)
