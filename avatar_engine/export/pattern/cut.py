# SPDX-License-Identifier: GPL-3.0-or-later
"""A garment's pattern on paper, ordered by what it is to be cut for."""

from __future__ import annotations

from avatar_engine.export.pattern.order import PaperPattern
from avatar_engine.fitting.sizing import pattern_for
from garments import Dimensions, GarmentSpec, fabrics
from garments.catalogue import RIB
from garments.sizes import MADE_TO_MEASURE, nearest_chart, size_dimensions, split_chart


def paper_pattern(
    dimensions: Dimensions, spec: GarmentSpec, size: str, subject: str, language: str, fabric: str | None = None
) -> PaperPattern:
    """The pattern of a size for a body.

    Parameters
    ----------
    fabric : what it is cut from, None for the garment's own

    Raises
    ------
    FitError : the size cannot be worn by this body
    """
    cloth = fabrics()[fabric or spec.fabric]
    return PaperPattern(
        spec=spec,
        pattern=pattern_for(dimensions, spec, size, fabric),
        body=dimensions,
        cut_for=_cut_for(dimensions, size),
        fabric=cloth,
        trim_fabric=fabrics()[RIB.get(cloth.id, cloth.id)],
        subject=subject,
        size=size,
        language=language,
    )


def _cut_for(dimensions: Dimensions, size: str) -> Dimensions:
    """The body that a size is cut for: the person's own, or the chart's."""
    if size == MADE_TO_MEASURE:
        return dimensions
    chart, name = split_chart(size)
    return size_dimensions(chart or nearest_chart(dimensions), name)
