# SPDX-License-Identifier: GPL-3.0-or-later
"""Population statistics by sex, as moments of logarithms: spreads that grow with size come out right there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from avatar_engine.measurements.model import Sex
from avatar_engine.measurements.table import KEYS

Array = npt.NDArray[np.float64]

SEXES: tuple[Sex, Sex] = ("female", "male")
VARIABLES: tuple[str, ...] = (*KEYS, "weight_kg", "age_years")

# The survey's upper arm is flexed; relaxed it measures this fraction, and the fraction differs by person (SD 0.03).
RELAXED_ARM_FRACTION = {"female": 0.94, "male": 0.93}
RELAXED_ARM_FRACTION_SD = 0.03


@cache
def log_moments(sex: Sex) -> tuple[Array, Array]:
    """Mean and covariance of the natural logarithms of ``VARIABLES`` (metres, kilograms, years).

    The survey's moments are matched by a joint log-normal law:
    ``cov_log = ln(1 + cov_ij / (m_i m_j))`` and ``mean_log = ln m - diag(cov_log) / 2``.

    Returns
    -------
    mean : (17,) float64
    covariance : (17, 17) float64, positive definite
    """
    raw = json.loads(Path(__file__).with_name("population.json").read_text(encoding="utf-8"))
    if tuple(raw["order"]) != VARIABLES:
        raise ValueError(f"population.json orders its variables {raw['order']}, expected {list(VARIABLES)}")
    facts = raw["sex"][sex]
    relative_sd = np.array(facts["sd"]) / np.array(facts["mean"])
    covariance = np.log1p(np.array(facts["correlation"]) * np.outer(relative_sd, relative_sd))
    unit = np.where([key in KEYS for key in VARIABLES], 1000.0, 1.0)
    mean = np.log(np.array(facts["mean"]) / unit) - np.diag(covariance) / 2.0
    arm, fraction = VARIABLES.index("upper_arm_girth"), RELAXED_ARM_FRACTION[sex]
    mean[arm] += np.log(fraction)
    covariance[arm, arm] += (RELAXED_ARM_FRACTION_SD / fraction) ** 2
    mean.setflags(write=False)
    covariance.setflags(write=False)
    return mean, covariance
