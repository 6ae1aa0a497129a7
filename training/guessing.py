# SPDX-License-Identifier: GPL-3.0-or-later
"""How well blanks are guessed and slips explained, on real subjects: coverage of intervals, fields and slips named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from avatar_engine.measurements import KEYS, complete, review
from avatar_engine.measurements.completion import estimate
from avatar_engine.measurements.model import Sex
from avatar_engine.measurements.plausibility import Doubt, meant
from avatar_engine.measurements.population import SEXES, VARIABLES
from avatar_engine.measurements.slips import Slip, bounds, typed
from avatar_engine.measurements.units import POUND_KG
from training.subjects import MM, Subjects

GIVEN_SETS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "stature": ("stature",),
    "stature, weight": ("stature", "weight_kg"),
    "chest, waist, hip": ("chest_girth", "waist_girth", "hip_girth"),
    "stature, weight, chest, waist, hip": ("stature", "weight_kg", "chest_girth", "waist_girth", "hip_girth"),
    "stature, weight, age": ("stature", "weight_kg", "age_years"),
}
RANDOM = "random patterns"
SEED = 9

Figures = dict[str, Any]


def completion_figures(subjects: Subjects) -> Figures:
    """Coverage of the 90 % intervals and error of the central values, by set of given values, with the sex told or not.

    Of the 15 measurements alone. Pooled figures weigh both sexes alike, as the mixture does that stands for an
    unknown sex.
    """
    rng = np.random.default_rng(SEED)
    random = [tuple(rng.choice(VARIABLES, rng.integers(1, 14), replace=False)) for _ in range(len(subjects))]
    sets = {name: [given] * len(subjects) for name, given in GIVEN_SETS.items()} | {RANDOM: random}
    return {
        name: {
            "sex told": _coverage(subjects, patterns, told=True),
            "sex not told": _coverage(subjects, patterns, told=False),
        }
        for name, patterns in sets.items()
    }


def _coverage(subjects: Subjects, patterns: list[tuple[str, ...]], told: bool) -> Figures:
    inside, error, width = (np.full((len(subjects), len(KEYS)), np.nan) for _ in range(3))
    real = subjects.measurements
    for row, given in enumerate(patterns):
        whole = estimate(subjects.known(row, given), _sex(subjects, row) if told else None)
        low, high, value = (part[: len(KEYS)] for part in (whole.low, whole.high, whole.values))
        blank = np.array([key not in given for key in KEYS])
        inside[row, blank] = ((real[row] >= low) & (real[row] <= high))[blank]
        error[row, blank], width[row, blank] = np.abs(value - real[row])[blank], (high - low)[blank]
    sexes = [subjects.sex == sex for sex in SEXES]
    blank_keys = [i for i in range(len(KEYS)) if not np.isnan(inside[:, i]).all()]

    def pooled(values: np.ndarray) -> float:
        return float(np.mean([np.nanmean(values[rows]) for rows in sexes]))

    return {
        "coverage": round(pooled(inside[:, blank_keys]), 4),
        **{
            f"coverage_{sex}": round(float(np.nanmean(inside[rows])), 4) for sex, rows in zip(SEXES, sexes, strict=True)
        },
        "mae_mm": round(pooled(error[:, blank_keys]) * MM, 2),
        "by_measurement": {
            KEYS[i]: {
                "coverage": round(pooled(inside[:, [i]]), 4),
                "mae_mm": round(pooled(error[:, [i]]) * MM, 2),
                "width_mm": round(pooled(width[:, [i]]) * MM, 1),
            }
            for i in blank_keys
        },
    }


def _sex(subjects: Subjects, row: int) -> Sex:
    return "male" if subjects.sex[row] == "male" else "female"


def _inch(text: str) -> str:
    return f"{float(text) / 2.54:.1f}"


def _millimetre(text: str) -> str:
    return f"{float(text) * 10.0:.0f}"


def _pound(text: str) -> str:
    return f"{float(text) / POUND_KG:.1f}"


SLIPS = ("inches for centimetres", "millimetres for centimetres", "pounds for kilograms", "two fields swapped",
         "a digit dropped", "a digit doubled")  # fmt: skip
UNIT_SLIPS = dict(zip(SLIPS, ((_inch, "in"), (_millimetre, "mm"), (_pound, "lb")), strict=False))
LEAST_CHANGE = 0.02  # a slip that changes a value by less is no mistake that anybody could notice


def slip_figures(subjects: Subjects, count: int = 600) -> Figures:
    """One slip put into each of some real rows of 15 values and weight: found, right field named, right slip named.

    "Found" is a refusal or a question; the other two are shares of what was found. ``false_alarms`` is the share of
    the same rows without a slip that are asked about or refused.
    """
    rng = np.random.default_rng(SEED)
    rows = rng.choice(len(subjects), min(count, len(subjects)), replace=False)
    clean = [(_sex(subjects, row), _typed_row(subjects, row)) for row in rows]
    alarms = [_doubted(row, sex) is not None for sex, row in clean]
    return {
        "rows": len(rows),
        "false_alarms": round(float(np.mean(alarms)), 4),
        **{name: _rates(list(_trials(clean, name, rng))) for name in SLIPS},
    }


def _typed_row(subjects: Subjects, row: int) -> dict[str, str]:
    """A subject as somebody types the values: centimetres and kilograms with one decimal."""
    known = subjects.known(row, (*KEYS, "weight_kg"))
    return {name: f"{value * (1.0 if name == 'weight_kg' else 100.0):.1f}" for name, value in known.items()}


def _trials(clean: list[tuple[Sex, dict[str, str]]], name: str, rng: np.random.Generator) -> Iterator[tuple[bool, ...]]:
    for sex, row in clean:
        wrong = _with_slip(row, name, rng)
        changed = [key for key in row if abs(float(wrong[key]) / float(row[key]) - 1.0) > LEAST_CHANGE]
        if not changed or any(float(wrong[key]) <= 0.0 for key in changed):
            continue
        told = _doubted(wrong, sex)
        if told is None:
            yield False, False, False
        else:
            field, slip = told
            yield True, field in changed, field in changed and slip is not None and _is_right(slip, name, changed)


def _with_slip(row: dict[str, str], name: str, rng: np.random.Generator) -> dict[str, str]:
    field, other = (str(key) for key in rng.choice(KEYS, 2, replace=False))
    if name == "two fields swapped":
        return {**row, field: row[other], other: row[field]}
    if name in UNIT_SLIPS:
        convert, unit = UNIT_SLIPS[name]
        field = "weight_kg" if unit == "lb" else field
        return {**row, field: convert(row[field])}
    text = typed(float(row[field]) / 100.0, "cm")
    at = int(rng.choice([i for i, letter in enumerate(text) if letter.isdigit()]))
    wrong = text[:at] + text[at + 1 :] if name == "a digit dropped" else text[:at] + text[at] + text[at:]
    return {**row, field: f"0{wrong}"}


def _is_right(slip: Slip, name: str, changed: list[str]) -> bool:
    if name in UNIT_SLIPS:
        return (slip.kind, slip.other) == ("unit", UNIT_SLIPS[name][1])
    if name == "two fields swapped":
        return slip.kind == "swap" and slip.other in changed
    return slip.kind == name.removeprefix("a digit ")


def _doubted(row: dict[str, str], sex: Sex) -> tuple[str, Slip | None] | None:
    """Field and slip that the engine names for a row; None where it finds nothing wrong."""
    values = {name: float(text) / (1.0 if name == "weight_kg" else 100.0) for name, text in row.items()}
    beyond = {name: value for name, value in values.items() if not bounds(name)[0] <= value <= bounds(name)[1]}
    if beyond:
        good = {name: value for name, value in values.items() if name not in beyond}
        field = next(iter(beyond))
        return field, meant(field, beyond, good, sex, "cm")
    weight = values.pop("weight_kg")
    doubt: Doubt | None = review(complete(values, sex, weight))
    return (doubt.field, doubt.slip) if doubt else None


def _rates(trials: list[tuple[bool, ...]]) -> Figures:
    found = np.array(trials)
    return {
        "trials": len(found),
        "found": round(float(found[:, 0].mean()), 4),
        "right_field": round(float(found[found[:, 0], 1].mean()), 4),
        "right_slip": round(float(found[found[:, 0], 2].mean()), 4),
    }
