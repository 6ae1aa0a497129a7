# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a set of measurements can be one person, and which slip of the pen would explain it if not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar_engine.measurements.completion import conditional, estimate, known_values
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from avatar_engine.measurements.slips import Slip, Story, likeliest
from avatar_engine.words import Phrase, phrase

# Mahalanobis distances of 15 values in log space. Of 3,034 real adults (ANSUR II) 95 % lie within 5.2, 99.4 % within
# 6.0 and all within 7.2 (weight counted in): past 6.0 a slip is likely enough to ask, past 7.5 it is no person.
ASK, REFUSE = 6.0, 7.5
EXPECTED = 3.0  # standard deviations

# In every adult the first exceeds the second by at least this many metres. The statistics alone would refuse the same
# rows; these say why in words that need no statistics.
ORDERED: tuple[tuple[str, str, float], ...] = (
    ("stature", "waist_height", 0.35),
    ("waist_height", "crotch_height", 0.02),
    ("chest_girth", "waist_girth", -0.45),
    ("hip_girth", "waist_girth", -0.45),
    ("hip_girth", "thigh_girth", 0.10),
    ("thigh_girth", "calf_girth", 0.02),
    ("calf_girth", "ankle_girth", 0.01),
    ("upper_arm_girth", "wrist_girth", 0.01),
)
HEAVY_BMI, OLD_YEARS = 38.0, 58.0
# Logarithm of the odds of the likeliest slip against none, past which one asks. Half a percent of real people pass it.
ASK_ODDS = 0.0


@dataclass(frozen=True)
class Doubt:
    """The value that stands out in an unlikely set.

    Parameters
    ----------
    field : key of ``VARIABLES``
    value : as given (metres, kilograms)
    low, high : the range in which the other values make one expect it: 3 SD, or as far as somebody could still
        have the whole set where that is less
    refused : True where no person has such a set, False where it is only unusual
    slip : what would explain it, or None
    broken_order : the row of ``ORDERED`` that the set contradicts, or None
    """

    field: str
    value: float
    low: float
    high: float
    refused: bool
    slip: Slip | None = None
    broken_order: tuple[str, str, float] | None = None


def distance_limit(count: int, of_fifteen: float) -> float:
    """The distance of ``count`` values that is as unlikely as ``of_fifteen`` is of 15 (Wilson and Hilferty, 1931)."""

    def spread(n: int) -> float:
        return math.sqrt(2.0 / (9.0 * n))

    likely = ((of_fifteen**2 / 15.0) ** (1.0 / 3.0) - 1.0 + 2.0 / 135.0) / spread(15)
    return math.sqrt(count * (1.0 - 2.0 / (9.0 * count) + likely * spread(count)) ** 3)


def distance(known: Mapping[str, float], sex: Sex | None = None) -> float:
    """Mahalanobis distance of what is known, the smaller of both sexes' where the sex was not said."""
    return _distance(known, sex) if sex else min(_distance(known, one) for one in SEXES)


def review(measurements: Measurements, unit: str = "cm") -> Doubt | None:
    """The doubt about a person's measurements, or None where they can be one person's.

    Parameters
    ----------
    unit : "cm", "mm" or "in", as the lengths were typed: what slips are likely depends on it
    """
    known = {key: value for key, value in known_values(measurements).items() if key != "age_years"}
    sex = measurements.sex
    for row in ORDERED:
        larger, smaller, margin = row
        if larger in known and smaller in known and known[larger] < known[smaller] + margin:
            return _doubt(known, sex, likeliest(known, sex, unit, (larger, smaller)), refused=True, broken_order=row)
    if not known:
        return None
    story = likeliest(known, sex, unit)
    far = distance(known, sex)
    if far <= distance_limit(len(known), ASK) and story.odds <= ASK_ODDS:
        return None
    return _doubt(known, sex, story, refused=far > distance_limit(len(known), REFUSE))


def meant(
    field: str, beyond: Mapping[str, float], good: Mapping[str, float], sex: Sex | None, unit: str
) -> Slip | None:
    """What was meant by a value that no adult has.

    Parameters
    ----------
    field : one of ``beyond``
    beyond : all values of the row that no adult has, positive
    good : its other values
    """
    for other in (name for name in beyond if name != field):
        both = likeliest({**good, field: beyond[field], other: beyond[other]}, sex, unit, (field,))
        if both.slip and both.slip.other == other and both.distance < distance_limit(len(good) + 2, ASK):
            return both.slip
    return likeliest({**good, field: beyond[field]}, sex, unit, (field,)).slip


def body_mass_index(measurements: Measurements) -> float:
    """Kilograms per square metre, from the weight given or the weight that the measurements predict."""
    weight = measurements.weight_kg
    if weight is None:
        whole = estimate(known_values(measurements), measurements.sex)
        weight = float(whole.values[VARIABLES.index("weight_kg")])
    return weight / measurements["stature"] ** 2


def cautions(measurements: Measurements) -> tuple[Phrase, ...]:
    """What makes a body less sure though nothing is wrong with the measurements."""
    bmi = body_mass_index(measurements)
    found = [phrase("heavy", bmi=f"{bmi:.0f}")] if bmi > HEAVY_BMI else []
    if measurements.age_years is not None and measurements.age_years > OLD_YEARS:
        found.append(phrase("old", age=f"{measurements.age_years:.0f}"))
    return tuple(found)


def _distance(known: Mapping[str, float], sex: Sex) -> float:
    mean, covariance = log_moments(sex)
    at = [i for i, name in enumerate(VARIABLES) if name in known]
    seen = np.log([known[VARIABLES[i]] for i in at]) - mean[at]
    return math.sqrt(max(float(seen @ np.linalg.solve(covariance[np.ix_(at, at)], seen)), 0.0))


def _likeliest(known: Mapping[str, float]) -> Sex:
    return "female" if _distance(known, "female") <= _distance(known, "male") else "male"


def _doubt(
    known: Mapping[str, float],
    sex: Sex | None,
    story: Story,
    refused: bool,
    broken_order: tuple[str, str, float] | None = None,
) -> Doubt:
    """The doubt about the story's field, with the range in which all other values make one expect it."""
    others = {key: value for key, value in known.items() if key != story.field}
    assumed = sex or _likeliest(known)
    mean, sd, _ = conditional(assumed, others)
    at = VARIABLES.index(story.field)
    # Squared distances add up: what the others leave of the limit is the field's own.
    left = distance_limit(len(known), REFUSE) ** 2 - (_distance(others, assumed) ** 2 if others else 0.0)
    reach = min(EXPECTED, math.sqrt(left)) if left > 0.0 else EXPECTED
    low, high = (math.exp(mean[at] + side * sd[at]) for side in (-reach, reach))
    return Doubt(story.field, known[story.field], low, high, refused, story.slip, broken_order)
