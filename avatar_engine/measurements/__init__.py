# SPDX-License-Identifier: GPL-3.0-or-later
"""The 15 measurements: definitions, units, parsing, population statistics, completion of blanks, plausibility."""

from avatar_engine.measurements.completion import body_type, complete
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.table import BY_KEY, KEYS, MEASUREMENTS, Measurement, tolerances

__all__ = [
    "BY_KEY",
    "KEYS",
    "MEASUREMENTS",
    "Measurement",
    "Measurements",
    "Sex",
    "body_type",
    "complete",
    "tolerances",
]
