# SPDX-License-Identifier: GPL-3.0-or-later
"""Slips of the pen in otherwise good rows are found, the wrong field is named, and so is what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.measurements import KEYS, Person, Problem, parse_people
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from avatar_engine.measurements.slips import Slip, bounds, likeliest, slips_of, typed

Table = Callable[..., Path]
COLUMNS = (*KEYS, "weight_kg")
PEOPLE = 40


def rows(sex: str) -> list[dict[str, str]]:
    """People of the law as somebody types them, centimetres and kilograms with one decimal."""
    mean, covariance = log_moments(sex)
    drawn = np.exp(np.random.default_rng(12).multivariate_normal(mean, covariance, PEOPLE))
    in_kg = {"weight_kg": 1.0}
    return [
        {name: f"{person[VARIABLES.index(name)] * in_kg.get(name, 100.0):.1f}" for name in COLUMNS} for person in drawn
    ]


def inches(row: dict[str, str], field: str) -> dict[str, str]:
    return {**row, field: f"{float(row[field]) / 2.54:.1f}"}


def millimetres(row: dict[str, str], field: str) -> dict[str, str]:
    return {**row, field: row[field].replace(".", "")}


def pounds(row: dict[str, str], field: str) -> dict[str, str]:
    return {**row, "weight_kg": f"{float(row['weight_kg']) * 2.2046:.1f}"}


def swapped(row: dict[str, str], field: str) -> dict[str, str]:
    other = KEYS[KEYS.index(field) - 1]
    return {**row, field: row[other], other: row[field]}


def doubled(row: dict[str, str], field: str) -> dict[str, str]:
    return {**row, field: row[field][:1] + row[field]}


def dropped(row: dict[str, str], field: str) -> dict[str, str]:
    return {**row, field: row[field][1:]}


SLIPS = {
    "inches as centimetres": (inches, "in would be", 0.98, 0.95),
    "millimetres as centimetres": (millimetres, "mm would be", 0.98, 0.95),
    "pounds as kilograms": (pounds, "lb would be", 0.98, 0.95),
    "two fields swapped": (swapped, "swapped", 0.90, 0.95),
    "a digit doubled": (doubled, "twice", 0.98, 0.80),
    "a digit dropped": (dropped, "missing", 0.98, 0.55),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_a_good_row_is_found_and_named(table: Table, name: str) -> None:
    slip, word, found_rate, named_rate = SLIPS[name]
    lines, changed = ["sex," + ",".join(COLUMNS)], []
    for sex in SEXES:
        for number, row in enumerate(rows(sex)):
            field = KEYS[1 + number % (len(KEYS) - 1)]
            wrong = slip(row, field)
            lines.append(f"{sex}," + ",".join(wrong[column] for column in COLUMNS))
            moved = (column for column in COLUMNS if abs(float(wrong[column]) / float(row[column]) - 1.0) > 0.05)
            changed.append(set(moved))
    said: dict[int, list[str]] = {}
    for item in parse_people(table(*lines)):
        if isinstance(item, Problem):
            said.setdefault(item.row, []).append(item.line())
        else:
            said.setdefault(item.row, []).extend(
                caution.say() for caution in item.cautions if "unusual" in caution.say()
            )
    meant = [(" ".join(said[row]), fields) for row, fields in enumerate(changed, start=2) if fields]
    found = [(line, fields) for line, fields in meant if line]
    assert len(found) >= found_rate * len(meant)
    assert all(any(field in line for field in fields) for line, fields in found)
    assert np.mean([word in line for line, _ in found]) >= named_rate


@pytest.mark.parametrize("sex", SEXES)
def test_good_rows_are_hardly_ever_doubted(table: Table, sex: str) -> None:
    people = rows(sex)
    lines = ["sex," + ",".join(COLUMNS), *(f"{sex}," + ",".join(row.values()) for row in people)]
    found = list(parse_people(table(*lines)))
    assert all(isinstance(item, Person) for item in found)
    assert sum("unusual" in caution.say() for item in found for caution in item.cautions) <= 1


def test_mending_a_change_costs_what_the_changed_set_costs() -> None:
    mean, covariance = log_moments("female")
    person = dict(zip(VARIABLES, np.exp(mean), strict=True))
    known = {key: person[key] * factor for key, factor in zip(KEYS[:6], (1.0, 1.05, 0.9, 1.6, 0.97, 1.02), strict=True)}
    told = likeliest(known, "female", "cm", ("chest_girth",))
    rest = [i for i, key in enumerate(VARIABLES) if key in known and key != "chest_girth"]
    offset = np.log([known[VARIABLES[i]] for i in rest]) - mean[rest]
    expected = offset @ np.linalg.solve(covariance[np.ix_(rest, rest)], offset)
    assert (told.field, told.slip) == ("chest_girth", None)
    assert told.distance**2 == pytest.approx(expected)


def test_a_swap_costs_what_the_swapped_set_costs() -> None:
    mean, covariance = log_moments("male")
    known = {key: float(np.exp(mean[i])) for i, key in enumerate(KEYS)}
    known["chest_girth"], known["calf_girth"] = 0.64, 1.05
    mended = {**known, "chest_girth": 1.05, "calf_girth": 0.64}
    offset = np.log([mended[key] for key in KEYS]) - mean[:15]
    told = likeliest(known, "male", "cm", ("calf_girth",))
    assert told.slip == Slip("swap", 0.64, "chest_girth")
    assert told.distance**2 == pytest.approx(offset @ np.linalg.solve(covariance[:15, :15], offset))


def test_slips_lead_to_what_an_adult_may_have() -> None:
    for field, value in (("waist_girth", 0.36), ("stature", 17.3), ("weight_kg", 950.0)):
        low, high = bounds(field)
        found = list(slips_of(field, value, "kg" if field == "weight_kg" else "cm"))
        assert found
        assert all(low <= slip.meant <= high for slip in found)


def test_what_was_typed_has_no_needless_digits() -> None:
    assert typed(1.78, "cm") == "178"
    assert typed(0.0178, "cm") == "1.78"
    assert typed(1.685, "mm") == "1685"
    assert typed(62.55, "kg") == "62.55"
