# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of plausible people for fitting tests: the likeliest of a sex, stature and weight."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from avatar_engine.body.correction import GIVEN_SD, correct
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.fitting.live_outfit import LiveWardrobe
from avatar_engine.measurements.population import VARIABLES, log_moments
from garments.prints import Print

PEOPLE = {
    "slight woman": ("female", 1.54, 46.0),
    "heavy woman": ("female", 1.66, 98.0),
    "slim man": ("male", 1.79, 61.0),
    "heavy man": ("male", 1.93, 120.0),
    "woman": ("female", 1.65, 62.0),
}


@dataclass(frozen=True)
class Choice:
    """A garment to wear, as a look gives it."""

    garment: str
    size: str = "made-to-measure"
    colours: dict[str, str] = field(default_factory=dict)
    fabric: str | None = None
    printed: Print | None = None
    tucked: bool | None = None


@cache
def wardrobe() -> LiveWardrobe:
    """One for all tests: a garment takes a second to be made ready."""
    return LiveWardrobe()


@cache
def person(name: str) -> Body:
    """One of PEOPLE."""
    sex, stature, weight = PEOPLE[name]
    mean, covariance = log_moments(sex)
    known = [VARIABLES.index("stature"), VARIABLES.index("weight_kg")]
    gain = covariance[:, known] @ np.linalg.inv(covariance[np.ix_(known, known)])
    values = np.exp(mean + gain @ (np.log([stature, weight]) - mean[known]))[:15]
    space = load_shape_space()
    return space.body(correct(space, np.zeros(space.size), values, np.full(15, GIVEN_SD)).coefficients)
