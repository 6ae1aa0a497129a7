# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about one person: 15 numbers, how sure they are, and which of them were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from avatar_engine.measurements.table import KEYS

Sex = Literal["female", "male"]


@dataclass(frozen=True, eq=False)
class Measurements:
    """One person's 15 measurements, complete.

    Parameters
    ----------
    values : (15,) float64, metres, in the order of ``KEYS``; what was given stands unchanged
    low, high : (15,) float64, metres, bounds of the 90 % interval; equal to the value where it was given
    given : (15,) bool, True where the person gave the value, False where it is predicted
    sex : "female", "male" or None where it was not said
    weight_kg, age_years : as given, or None
    """

    values: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    given: npt.NDArray[np.bool_]
    sex: Sex | None = None
    weight_kg: float | None = None
    age_years: float | None = None

    def __getitem__(self, key: str) -> float:
        """Metres of one measurement by its key."""
        return float(self.values[KEYS.index(key)])

    def given_values(self) -> dict[str, float]:
        """What was given, key to metres: with sex, weight and age enough to make the same person again."""
        return {key: float(self.values[i]) for i, key in enumerate(KEYS) if self.given[i]}
