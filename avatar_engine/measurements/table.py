# SPDX-License-Identifier: GPL-3.0-or-later
"""The 15 measurements as rows: names, definitions, standards, bounds. Everything else reads them from here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WEIGHT_BOUNDS_KG = (30.0, 250.0)
AGE_BOUNDS_YEARS = (18.0, 100.0)


@dataclass(frozen=True)
class Measurement:
    """One row of the table.

    Parameters
    ----------
    key : identifier in files, arrays and code
    name_en, name_fr : label of the field
    definition_en, definition_fr : two sentences, what it is and where the tape goes
    clause : ISO 8559-1:2017 clause, or another standard by name, or "" where none is cited
    kind : "height", "breadth", "girth" or "length"
    group : "overall", "torso", "arms" or "legs"
    tolerance : metres, ISO 20685-1's greatest allowed mean difference
    lower, upper : metres, an adult's bounds
    """

    key: str
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    clause: str
    kind: str
    group: str
    tolerance: float
    lower: float
    upper: float


def _row(raw: dict[str, Any]) -> Measurement:
    lower_cm, upper_cm = raw.pop("bounds_cm")
    tolerance = raw.pop("tolerance_mm") / 1000.0
    return Measurement(**raw, tolerance=tolerance, lower=lower_cm / 100.0, upper=upper_cm / 100.0)


def _load() -> tuple[Measurement, ...]:
    with Path(__file__).with_name("measurements.toml").open("rb") as stream:
        return tuple(_row(raw) for raw in tomllib.load(stream)["measurement"])


MEASUREMENTS: tuple[Measurement, ...] = _load()
KEYS: tuple[str, ...] = tuple(row.key for row in MEASUREMENTS)
BY_KEY: dict[str, Measurement] = {row.key: row for row in MEASUREMENTS}


def tolerances() -> npt.NDArray[np.float64]:
    """ISO 20685-1 tolerances in the order of ``KEYS``, (15,) metres."""
    return np.array([row.tolerance for row in MEASUREMENTS])
