# SPDX-License-Identifier: GPL-3.0-or-later
"""Paper patterns of the wardrobe for bodies of all sizes."""

from __future__ import annotations

from functools import cache

from avatar_engine.export.pattern import PaperPattern
from avatar_engine.fitting.dimensions import body_dimensions
from garments import Dimensions, Pattern, catalogue, fabrics
from garments.sizes import CHARTS, graded_sizes, size_dimensions
from tests.fitting.people import PEOPLE, person

CUT = [spec.id for spec in catalogue().values() if spec.source == "pattern"]
BODIES = (*PEOPLE, *(f"{chart} {size}" for chart in CHARTS for size in graded_sizes()))


@cache
def dimensions(who: str) -> Dimensions:
    """One of BODIES: a person of the fitting tests, or the body of a graded size."""
    return body_dimensions(person(who)) if who in PEOPLE else size_dimensions(*who.split(" "))


@cache
def cut(garment: str, who: str) -> Pattern:
    """A garment's cut for one of BODIES."""
    return catalogue()[garment].draft(dimensions(who))


@cache
def paper(garment: str, who: str = "woman", language: str = "en", subject: str = "Zoë") -> PaperPattern:
    """The same on paper, made to measure."""
    spec = catalogue()[garment]
    fabric = fabrics()[spec.fabric]
    trim = fabrics()["rib"] if fabric.id in ("jersey", "knit") else fabric
    return PaperPattern(
        spec=spec,
        pattern=cut(garment, who),
        body=dimensions(who),
        cut_for=dimensions(who),
        fabric=fabric,
        trim_fabric=trim,
        subject=subject,
        size="made-to-measure",
        language=language,
    )
