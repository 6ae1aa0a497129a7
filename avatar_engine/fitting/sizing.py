# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes on a body: the pattern of a size, and its ease against the body in numbers."""

from __future__ import annotations

from avatar_engine.body.shape import Body
from avatar_engine.errors import FitError
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.words import phrase
from garments import Dimensions, GarmentSpec, Pattern, catalogue, fabrics
from garments.sizes import MADE_TO_MEASURE, nearest_chart, size_dimensions

BODY_GIRTHS = {
    "chest_girth": "bust_girth",
    "waist_girth": "waist_girth",
    "hip_girth": "hip_girth",
    "thigh_girth": "thigh_girth",
}
LOOSEST_CM = 45.0


def ease_table(body: Body, garment: str, size: str) -> dict[str, float]:
    """Girth of the garment less girth of the body, in millimetres, at each level the garment is judged by."""
    spec = catalogue()[garment]
    if spec.source != "pattern":
        return {}
    dimensions = body_dimensions(body)
    return _ease_mm(dimensions, _draft(dimensions, spec, size))


def pattern_for(dimensions: Dimensions, spec: GarmentSpec, size: str) -> Pattern:
    """The pattern of a size for a body; raises FitError where cloth cannot stretch that far, or would fall off."""
    pattern = _draft(dimensions, spec, size)
    if size == MADE_TO_MEASURE:
        return pattern
    give = fabrics()[spec.fabric].stretch_limit
    for key, ease in _ease_mm(dimensions, pattern).items():
        least = -give * 10.0 * getattr(dimensions, BODY_GIRTHS[key])
        if ease < least:
            raise FitError(spec.id, key, -ease, phrase("hint_too_small", size=size))
        if key in spec.target_ease_cm and ease > 10.0 * (LOOSEST_CM + spec.target_ease_cm[key]):
            raise FitError(spec.id, key, ease, phrase("hint_too_large", size=size))
    return pattern


def _draft(dimensions: Dimensions, spec: GarmentSpec, size: str) -> Pattern:
    if size == MADE_TO_MEASURE:
        return spec.draft(dimensions)
    return spec.draft(size_dimensions(nearest_chart(dimensions), size))


def _ease_mm(dimensions: Dimensions, pattern: Pattern) -> dict[str, float]:
    return {
        key: round(10.0 * (girth - getattr(dimensions, BODY_GIRTHS[key])), 1)
        for key, girth in pattern.girths_cm.items()
    }
