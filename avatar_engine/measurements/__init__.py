# SPDX-License-Identifier: GPL-3.0-or-later
"""The 15 measurements: definitions, units, parsing, population statistics, completion of blanks, plausibility."""

from avatar_engine.measurements.completion import body_type, complete
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.people import COLUMNS, Person, parse_people
from avatar_engine.measurements.plausibility import cautions, review
from avatar_engine.measurements.problem import Problem
from avatar_engine.measurements.table import BY_KEY, KEYS, MEASUREMENTS, Measurement, tolerances

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "KEYS",
    "MEASUREMENTS",
    "Measurement",
    "Measurements",
    "Person",
    "Problem",
    "Sex",
    "body_type",
    "cautions",
    "complete",
    "parse_people",
    "review",
    "tolerances",
]
