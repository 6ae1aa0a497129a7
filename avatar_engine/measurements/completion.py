# SPDX-License-Identifier: GPL-3.0-or-later
"""Blanks filled in: the closed-form Gaussian conditional of each sex, mixed when the sex was not said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar_engine.errors import MeasurementError
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.population import SEXES, VARIABLES, Array, log_moments
from avatar_engine.measurements.table import AGE_BOUNDS_YEARS, BY_KEY, KEYS, WEIGHT_BOUNDS_KG
from avatar_engine.measurements.units import nearest
from avatar_engine.words import phrase, unit_word

# The survey ends at 58 years; older evidence counts as this much, so that no trend is drawn out into the unknown.
OLDEST_EVIDENCE_YEARS = 60.0
NORMAL_95 = 1.6448536269514722


@dataclass(frozen=True)
class Estimate:
    """All 17 variables given some of them: metres, kilograms and years in the order of ``VARIABLES``.

    Parameters
    ----------
    values, low, high : (17,) float64, central value and 90 % interval
    male_probability : posterior of the sex, in [0, 1]; 0 or 1 where it was said
    """

    values: Array
    low: Array
    high: Array
    male_probability: float


def conditional(sex: Sex, known: Mapping[str, float]) -> tuple[Array, Array, float]:
    """The law of the logarithms of all variables, given some.

    Parameters
    ----------
    known : key of ``VARIABLES`` to metres, kilograms or years, all positive

    Returns
    -------
    mean : (17,) float64, logarithms; what is known stands unchanged
    sd : (17,) float64, zero where known
    log_evidence : log density of what is known under this sex
    """
    mean, covariance = log_moments(sex)
    at = [i for i, name in enumerate(VARIABLES) if name in known]
    if not at:
        return mean.copy(), np.sqrt(np.diag(covariance)), 0.0
    seen = np.log([known[VARIABLES[i]] for i in at])
    factor = np.linalg.cholesky(covariance[np.ix_(at, at)])
    whitened = np.linalg.solve(factor, seen - mean[at])
    gain = np.linalg.solve(factor, covariance[at])
    variance = np.diag(covariance) - np.einsum("ij,ij->j", gain, gain)
    posterior = mean + whitened @ gain
    posterior[at], variance[at] = seen, 0.0
    log_evidence = -0.5 * float(whitened @ whitened) - float(np.log(np.diag(factor)).sum())
    return posterior, np.sqrt(np.maximum(variance, 0.0)), log_evidence


def estimate(known: Mapping[str, float], sex: Sex | None = None) -> Estimate:
    """Central values and 90 % intervals of all 17 variables.

    Parameters
    ----------
    known : key of ``VARIABLES`` to metres, kilograms or years; any pattern of blanks
    sex : mixes both sexes by their posterior where None
    """
    evidence = dict(known)
    if "age_years" in evidence:
        evidence["age_years"] = min(evidence["age_years"], OLDEST_EVIDENCE_YEARS)
    if sex is not None:
        mean, sd, _ = conditional(sex, evidence)
        spread = NORMAL_95 * sd
        return Estimate(np.exp(mean), np.exp(mean - spread), np.exp(mean + spread), float(sex == "male"))
    laws = [conditional(one, evidence) for one in SEXES]
    male = 1.0 / (1.0 + math.exp(np.clip(laws[0][2] - laws[1][2], -700.0, 700.0)))
    means, sds = np.array([law[0] for law in laws]), np.array([law[1] for law in laws])
    weights = np.array([1.0 - male, male])
    low, high = (_mixture_quantile(means, sds, weights, level) for level in (0.05, 0.95))
    return Estimate(np.clip(weights @ np.exp(means), low, high), low, high, male)


def _mixture_quantile(means: Array, sds: Array, weights: Array, level: float) -> Array:
    """Quantile of a mixture of log-normals by bisection: (2, n), (2, n), (2,) to (n,)."""
    erf = np.frompyfunc(math.erf, 1, 1)
    scale = np.maximum(sds, 1e-12) * math.sqrt(2.0)
    low, high = (means - 4.0 * sds).min(axis=0), (means + 4.0 * sds).max(axis=0)
    for _ in range(30):
        middle = (low + high) / 2.0
        below = weights @ (0.5 + 0.5 * erf((middle - means) / scale).astype(float)) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(np.exp((low + high) / 2.0))


def complete(
    given: Mapping[str, float],
    sex: Sex | None = None,
    weight_kg: float | None = None,
    age_years: float | None = None,
) -> Measurements:
    """Fill in what was not measured.

    Parameters
    ----------
    given : key of ``KEYS`` to metres; any subset, also none
    sex : None mixes both by what the given values tell
    weight_kg, age_years : evidence besides

    Returns
    -------
    Measurements

    Raises
    ------
    MeasurementError
        a key or a sex that does not exist, or a value that is no number or that no adult's body has
    """
    _check(given, sex, weight_kg, age_years)
    extra = {"weight_kg": weight_kg, "age_years": age_years}
    known = {**given, **{key: value for key, value in extra.items() if value is not None}}
    whole = estimate(known, sex)
    mask = np.array([key in given for key in KEYS])
    asked = np.array([given.get(key, 0.0) for key in KEYS])
    values, low, high = (np.where(mask, asked, part[: len(KEYS)]) for part in (whole.values, whole.low, whole.high))
    for array in (values, low, high, mask):
        array.setflags(write=False)
    return Measurements(values, low, high, mask, sex, weight_kg, age_years)


def body_type(measurements: Measurements) -> float:
    """Where between female (0) and male (1) a body lies: as said, or the posterior of what was given."""
    if measurements.sex is not None:
        return float(measurements.sex == "male")
    return estimate(known_values(measurements)).male_probability


def known_values(measurements: Measurements) -> dict[str, float]:
    """All that was given about a person, key of ``VARIABLES`` to metres, kilograms or years."""
    extra = {"weight_kg": measurements.weight_kg, "age_years": measurements.age_years}
    return {**measurements.given_values(), **{key: value for key, value in extra.items() if value is not None}}


def _check(given: Mapping[str, float], sex: Sex | None, weight_kg: float | None, age_years: float | None) -> None:
    if sex is not None and sex not in SEXES:
        raise MeasurementError("sex", sex, "", phrase("a_sex"), phrase("hint_sex"))
    for key, value in given.items():
        if key not in BY_KEY:
            hint = phrase("hint_nearest", nearest=nearest(str(key), KEYS))
            raise MeasurementError(key, value, "m", ", ".join(KEYS), hint)
        _check_bounds(key, value, "m", (BY_KEY[key].lower, BY_KEY[key].upper))
    if weight_kg is not None:
        _check_bounds("weight_kg", weight_kg, "kg", WEIGHT_BOUNDS_KG)
    if age_years is not None:
        _check_bounds("age_years", age_years, "years", AGE_BOUNDS_YEARS)


def _check_bounds(field: str, value: object, unit: str, bounds: tuple[float, float]) -> None:
    """Refuse what is no real number within the bounds; a truth value is no number here."""
    real = value if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool) else None
    if real is not None and bounds[0] <= real <= bounds[1]:
        return
    low, high = (f"{bound:g}" for bound in bounds)
    allowed = phrase("a_range", low=low, high=high, unit=unit_word(unit))
    raise MeasurementError(field, value, unit, allowed, phrase("hint_finite_number"))
