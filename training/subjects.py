# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of real subjects to evaluate on, in the survey's units: millimetres, kilograms, years.

Columns needed: ``sex`` and the 15 measurements. ``weight_kg``, ``age_years`` and any other dimension (named as in
``avatar_engine.body.derived``) are used where they are there. The survey measured the upper arm flexed; each subject's
relaxed girth is that times the fraction the engine's statistics assume, drawn once per subject with its spread, since
no survey column tells it.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_engine.errors import AvatarError
from avatar_engine.measurements import BY_KEY, KEYS
from avatar_engine.measurements.cells import SEX_WORDS
from avatar_engine.measurements.population import RELAXED_ARM_FRACTION, RELAXED_ARM_FRACTION_SD, SEXES
from avatar_engine.measurements.units import is_number, nearest
from avatar_engine.words import phrase

MM = 1000.0
LEAST = 20  # of each sex: fewer tell no percentile and fit no regression on fifteen values
NOT_LENGTHS = ("weight_kg", "age_years")
ARM_SEED = 5


class SubjectsError(AvatarError):
    """A table of subjects cannot be used; says where and why."""


@dataclass(frozen=True)
class Subjects:
    """Real people.

    sex : (n,) "female" or "male"
    columns : name to (n,) metres, kilograms or years
    files : name to sha256
    """

    sex: np.ndarray
    columns: dict[str, np.ndarray]
    files: dict[str, str]

    def __len__(self) -> int:
        return len(self.sex)

    @property
    def measurements(self) -> np.ndarray:
        """(n, 15) metres, the upper arm relaxed."""
        return np.column_stack([self.columns[key] for key in KEYS])

    @property
    def bmi(self) -> np.ndarray:
        """(n,) kilograms per square metre; NaN without a weight."""
        weight = self.columns.get("weight_kg", np.full(len(self), np.nan))
        return weight / self.columns["stature"] ** 2

    def known(self, row: int, names: tuple[str, ...]) -> dict[str, float]:
        """Some columns of one subject."""
        return {name: float(self.columns[name][row]) for name in names}


def read_subjects(paths: list[Path]) -> Subjects:
    """Subjects of one or more CSV files; columns that not all of them have are left out.

    Raises
    ------
    SubjectsError : for the first thing that is wrong, with file, row, column and value
    """
    tables = [_read(path) for path in paths]
    shared = set.intersection(*(set(table[0]) for table in tables)) - {"subject", "sex"}
    rows = [row for _, rows in tables for row in rows]
    sex = np.array([row["sex"] for row in rows])
    if min((sex == each).sum() for each in SEXES) < LEAST:
        names = ", ".join(str(path) for path in paths)
        raise SubjectsError(phrase("subjects_few", file=names, count=len(sex), least=LEAST))
    columns = {
        name: np.array([float(row[name]) for row in rows]) / (1.0 if name in NOT_LENGTHS else MM) for name in shared
    }
    fraction = np.array([RELAXED_ARM_FRACTION[each] for each in sex])
    fraction += np.random.default_rng(ARM_SEED).normal(0.0, RELAXED_ARM_FRACTION_SD, len(sex))
    columns["upper_arm_girth"] *= fraction
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return Subjects(sex, columns, digests)


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            header = list(reader.fieldnames or [])
            _check_header(path, header)
            rows = [_checked(path, number, row) for number, row in enumerate(reader, start=2)]
    except (UnicodeDecodeError, csv.Error):
        raise SubjectsError(phrase("subjects_no_table", file=path)) from None
    if not rows:
        raise SubjectsError(phrase("subjects_empty", file=path))
    return header, rows


def _check_header(path: Path, header: list[str]) -> None:
    for name in ("sex", *KEYS):
        if name not in header:
            strangers = [each for each in header if each not in ("sex", *KEYS)]
            hint = nearest(name, strangers) if strangers else ""
            raise SubjectsError(phrase("subjects_column", file=path, column=name, nearest=hint))


def _checked(path: Path, number: int, row: dict[str, str]) -> dict[str, str]:
    sex = SEX_WORDS.get((row["sex"] or "").strip().lower())
    if sex is None:
        raise SubjectsError(phrase("subjects_sex", file=path, row=number, value=row["sex"] or ""))
    for name, text in row.items():
        if name in ("subject", "sex"):
            continue
        if not isinstance(text, str) or not is_number(text.strip()):
            raise SubjectsError(phrase("subjects_number", file=path, row=number, column=name or "?", value=text or ""))
        if name in BY_KEY and not BY_KEY[name].lower <= float(text) / MM <= BY_KEY[name].upper:
            low, high = (round(bound * MM) for bound in (BY_KEY[name].lower, BY_KEY[name].upper))
            bounds = {"low": low, "high": high}
            raise SubjectsError(phrase("subjects_range", file=path, row=number, column=name, value=text, **bounds))
    return {**row, "sex": sex}
