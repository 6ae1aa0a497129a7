# SPDX-License-Identifier: GPL-3.0-or-later
"""A garment's pattern for a body, held to what can be sewn, whoever wrote its program."""

from __future__ import annotations

from avatar_engine.errors import PatternError
from avatar_engine.garment_faults import placed
from garments import Dimensions, GarmentSpec, Pattern
from garments.check import sewing_faults

# Edges that differ by more than this are a mistake in the program; a millimetre on an odd body is eased in.
ROUGH_CM = 1.0


def drafted(spec: GarmentSpec, dimensions: Dimensions) -> Pattern:
    """The garment's pattern for a body.

    Raises
    ------
    PatternError : its program fails, or drafts what cannot be sewn
    """
    try:
        pattern = spec.draft(dimensions)
        fault = next(sewing_faults(pattern, spec.slots, spec.sizes, ROUGH_CM), None)
    except Exception as error:
        raise PatternError(spec.id, spec.folder, f"{type(error).__name__}: {error}") from error
    if fault is not None:
        raise PatternError(spec.id, spec.folder, placed(fault))
    return pattern
