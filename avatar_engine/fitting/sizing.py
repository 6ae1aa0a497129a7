# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes on a body: the pattern of a size, and its ease against the body in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from functools import cache
from types import MappingProxyType

from avatar_engine.errors import FitError, LookError
from avatar_engine.fitting.drafting import drafted
from avatar_engine.words import near_names, phrase
from garments import Dimensions, GarmentSpec, Pattern, catalogue, fabrics
from garments.girths import BODY_GIRTHS
from garments.sizes import MADE_TO_MEASURE, all_labels, graded_sizes, nearest_chart, size_dimensions, split_chart

PLACES = {
    "chest_girth": "at_chest",
    "waist_girth": "at_waist",
    "hip_girth": "at_hip",
    "thigh_girth": "at_thigh",
}
# Cloth wider than this beyond what was designed slides off, or folds where no simulation can follow.
LOOSEST_CM = 45.0
# What changes with the length of the legs.
HEIGHTS = frozenset(item.name for item in fields(Dimensions) if item.name.endswith("_height") or item.name == "stature")
CHART_WORDS = {"women": "chart_women", "men": "chart_men"}


def ease_cm(dimensions: Dimensions, pattern: Pattern) -> dict[str, float]:
    """Girths of a pattern less girths of a body, centimetres, per measurement key."""
    return girths_ease_cm(dimensions, pattern.girths_cm)


def girths_ease_cm(dimensions: Dimensions, girths_cm: Mapping[str, float]) -> dict[str, float]:
    """Girths of a garment less girths of a body, centimetres, per measurement key."""
    return {key: girth - getattr(dimensions, BODY_GIRTHS[key]) for key, girth in girths_cm.items()}


@cache
def size_girths_cm(garment: str, chart: str, size: str) -> Mapping[str, float]:
    """Girths of a garment of the wardrobe in a size of a chart, centimetres, per measurement key."""
    return MappingProxyType(dict(drafted(catalogue()[garment], size_dimensions(chart, size)).girths_cm))


def designed_ease_cm(dimensions: Dimensions, spec: GarmentSpec) -> dict[str, float]:
    """The ease a garment is meant to have on a body, that of made-to-measure, where its spec declares one."""
    eases = ease_cm(dimensions, drafted(spec, dimensions))
    return {key: cm for key, cm in eases.items() if key in spec.judged_at}


def least_ease_cm(dimensions: Dimensions, fabric: str, key: str) -> float:
    """The smallest (negative) ease that a fabric can still be stretched over."""
    return -fabrics()[fabric].stretch_limit * float(getattr(dimensions, BODY_GIRTHS[key]))


def pattern_for(dimensions: Dimensions, spec: GarmentSpec, size: str, fabric: str | None = None) -> Pattern:
    """The pattern of a size for a body.

    Parameters
    ----------
    fabric : what it is cut from, None for the garment's own

    Raises
    ------
    FitError : the cloth cannot stretch that far, or the garment would fall off
    LookError : a label that the body's chart does not have
    PatternError : the garment's program fails, or drafts what cannot be sewn
    """
    pattern = draft(dimensions, spec, size)
    if size == MADE_TO_MEASURE:
        return pattern
    cloth, designed = fabric or spec.fabric, designed_ease_cm(dimensions, spec)
    fault = _fault(dimensions, cloth, ease_cm(dimensions, pattern), designed)
    if fault is None:
        return pattern
    hint, key, ease = fault
    chart = split_chart(size)[0] or nearest_chart(dimensions)
    eases = {name: girths_ease_cm(dimensions, size_girths_cm(spec.id, chart, name)) for name in graded_sizes()}
    others = [name for name, row in eases.items() if _fault(dimensions, cloth, row, designed) is None]
    better = phrase("wear_sizes", sizes=", ".join(others)) if others else phrase("wear_none")
    raise FitError(spec.id, phrase(PLACES[key]), 10.0 * abs(ease), phrase(hint, size=size, better=better))


def worn_pattern(dimensions: Dimensions, spec: GarmentSpec, size: str, fabric: str | None = None) -> Pattern:
    """As ``pattern_for``, as a body wears it: legs and sleeves that are longer than the body's are turned up."""
    pattern = pattern_for(dimensions, spec, size, fabric)
    if size == MADE_TO_MEASURE:
        return pattern
    chart, name = split_chart(size)
    cut = turned_up(size_dimensions(chart or nearest_chart(dimensions), name), dimensions)
    return drafted(spec.tucked_on(dimensions) if spec.is_tucked else spec, cut)


def turned_up(cut: Dimensions, wearer: Dimensions) -> Dimensions:
    """The body that a size is cut for, centimetres, with the wearer's legs and arms where its own are longer.

    Cloth hangs from the waist: heights sink by what that waist is too high, those of the leg in proportion.
    """
    longer = max(0.0, cut.waist_height - wearer.waist_height)
    higher = {
        key: value - longer * min(1.0, value / cut.crotch_height)
        for key, value in asdict(cut).items()
        if key in HEIGHTS
    }
    return replace(cut, **higher, arm_length=min(cut.arm_length, wearer.arm_length))


def _fault(
    dimensions: Dimensions, fabric: str, eases: dict[str, float], designed: dict[str, float]
) -> tuple[str, str, float] | None:
    """Why a size cannot be worn: key of the words for it, the measurement and its ease."""
    for key, ease in eases.items():
        if ease < least_ease_cm(dimensions, fabric, key):
            return "hint_too_small", key, ease
        if key in designed and ease > LOOSEST_CM + designed[key]:
            return "hint_too_large", key, ease
    return None


def draft(dimensions: Dimensions, spec: GarmentSpec, size: str, chart: str | None = None) -> Pattern:
    """The pattern of a size, whether or not it can be worn.

    Parameters
    ----------
    chart : None for the one that the size names, or else the one that is nearest to the body

    Raises
    ------
    LookError : a label that the chart does not have
    PatternError : the garment's program fails, or drafts what cannot be sewn
    """
    if spec.is_tucked:
        spec = spec.tucked_on(dimensions)
    if size == MADE_TO_MEASURE:
        return drafted(spec, dimensions)
    named, name = split_chart(size)
    chart = named or chart or nearest_chart(dimensions)
    labels = all_labels(chart)
    if name not in graded_sizes() and name not in labels:
        allowed = phrase("labels_of_chart", chart=phrase(CHART_WORDS[chart]), labels=", ".join(labels))
        raise LookError(spec.id, "size", size, allowed, near_names(name, labels))
    return drafted(spec, size_dimensions(chart, name))
