# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of invented subjects in the survey's form: drawn from the engine's statistics, millimetres and kilograms."""

from __future__ import annotations

import numpy as np

from avatar_engine.measurements import KEYS
from avatar_engine.measurements.population import RELAXED_ARM_FRACTION, SEXES, VARIABLES, log_moments

HEADER = "subject,sex," + ",".join(VARIABLES)


def people_rows(count: int, seed: int = 3) -> list[str]:
    """``count`` rows, women and men by turns; the arm is flexed, as the survey has it."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        sex = SEXES[number % 2]
        person = dict(zip(VARIABLES, np.exp(rng.multivariate_normal(*log_moments(sex))), strict=True))
        person["upper_arm_girth"] /= RELAXED_ARM_FRACTION[sex]
        person["age_years"] = max(person["age_years"], 18.0)
        values = (f"{person[name] * (1000.0 if name in KEYS else 1.0):.1f}" for name in VARIABLES)
        rows.append(f"p{number},{sex}," + ",".join(values))
    return rows
