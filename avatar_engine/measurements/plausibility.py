# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a set of measurements can be one person, and which slip of the pen would explain it if not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from avatar_engine.measurements.completion import conditional, estimate, known_values
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from avatar_engine.measurements.table import KEYS
from avatar_engine.measurements.units import POUND_KG
from avatar_engine.words import Phrase, phrase

# Mahalanobis distances of 15 values in log space. Of 3,034 real adults (ANSUR II) 95 % lie within 5.2, 99.4 % within
# 6.0 and all within 7.2 (weight counted in): past 6.0 a slip is likely enough to ask, past 7.5 it is no person.
USUAL, ASK, REFUSE = 5.2, 6.0, 7.5

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
INCH_CM = 2.54


@dataclass(frozen=True)
class Slip:
    """What a value was meant to be; kind "inch", "centimetre", "pound", "digit" or "swap" (with ``other``)."""

    kind: str
    meant: float
    other: str = ""


@dataclass(frozen=True)
class Doubt:
    """The value that stands out in an unlikely set.

    Parameters
    ----------
    field : key of ``VARIABLES``
    value : as given (metres, kilograms)
    low, high : the range (3 SD) in which the other values make one expect it
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


def review(measurements: Measurements) -> Doubt | None:
    """The doubt about a person's measurements, or None where they can be one person's."""
    known = {key: value for key, value in known_values(measurements).items() if key != "age_years"}
    for row in ORDERED:
        larger, smaller, margin = row
        if larger in known and smaller in known and known[larger] < known[smaller] + margin:
            return _doubt(known, measurements.sex, (larger, smaller), refused=True, broken_order=row)
    far = distance(known, measurements.sex) if known else 0.0
    if not known or far <= distance_limit(len(known), ASK):
        return None
    refused = far > distance_limit(len(known), REFUSE)
    return _doubt(known, measurements.sex, tuple(known), refused=refused, broken_order=None)


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
    suspects: tuple[str, ...],
    refused: bool,
    broken_order: tuple[str, str, float] | None,
) -> Doubt:
    likeliest = sex or _likeliest(known)
    field, low, high = max(
        (_expectation(known, likeliest, name) for name in suspects), key=lambda found: _excess(known, *found)
    )
    return Doubt(field, known[field], low, high, refused, _likely_slip(known, sex, field), broken_order)


def _expectation(known: Mapping[str, float], sex: Sex, name: str) -> tuple[str, float, float]:
    """Range of 3 SD in which all other values make one expect this one."""
    mean, sd, _ = conditional(sex, {key: value for key, value in known.items() if key != name})
    at = VARIABLES.index(name)
    return name, math.exp(mean[at] - 3.0 * sd[at]), math.exp(mean[at] + 3.0 * sd[at])


def _excess(known: Mapping[str, float], name: str, low: float, high: float) -> float:
    middle, half = (math.log(low) + math.log(high)) / 2.0, (math.log(high) - math.log(low)) / 2.0
    return abs(math.log(known[name]) - middle) / half


def _likely_slip(known: Mapping[str, float], sex: Sex | None, field: str) -> Slip | None:
    """The slip after whose mending the set is a usual one; the best of them, None where none mends it."""
    usual = distance_limit(len(known), USUAL)
    mended = [(distance(values, sex), slip) for slip, values in _slips(known, field)]
    found = min(mended, key=lambda pair: pair[0], default=None)
    return found[1] if found and found[0] < usual else None


def _slips(known: Mapping[str, float], field: str) -> Iterator[tuple[Slip, dict[str, float]]]:
    value = known[field]
    kinds = (("pound", POUND_KG),) if field == "weight_kg" else (("inch", INCH_CM), ("centimetre", 1.0 / INCH_CM))
    for kind, factor in (*kinds, ("digit", 10.0), ("digit", 0.1)):
        yield Slip(kind, value * factor), {**known, field: value * factor}
    if field in KEYS:
        for other in (key for key in known if key in KEYS and key != field):
            yield Slip("swap", known[other], other), {**known, field: known[other], other: value}
