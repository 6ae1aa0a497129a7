# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a set of measurements: a body's measurements or a refusal that says all there is to say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.avatar import build_body
from avatar_engine.errors import MeasurementError
from avatar_engine.measurements import BY_KEY, KEYS, Person, Problem, complete, parse_people
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from avatar_engine.words import LANGUAGES

SETS, ROWS_PER_TABLE = 1000, 100
NUMBERS = (*KEYS, "weight_kg", "age_years")
COLUMNS = ("sex", *NUMBERS)
BOUNDS = {**{key: (row.lower * 100.0, row.upper * 100.0) for key, row in BY_KEY.items()}}
BOUNDS |= {"weight_kg": (30.0, 250.0), "age_years": (18.0, 100.0)}
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")

Random = np.random.Generator
# What may happen to one cell; the text and the source of chance in, another text out.
SPOILERS: tuple[Callable[[str, Random], str], ...] = (
    lambda text, rng: "",
    lambda text, rng: str(rng.choice(["nan", "NaN", "inf", "-inf", "Infinity", "#N/A", "null", "None", "?", "-"])),
    lambda text, rng: f"-{text}",
    lambda text, rng: text + "0" * int(rng.integers(1, 400)),
    lambda text, rng: f"{float(text) / 2.54:.2f}",
    lambda text, rng: f"{float(text) * 10:.0f}",
    lambda text, rng: f"{float(text) / 100:.4f}",
    lambda text, rng: text + str(rng.choice([" cm", "cm", '"', " in", "''", " kg", "°", "½"])),
    lambda text, rng: text.translate({ord("0") + i: chr(0x0660 + i) for i in range(10)}),
    lambda text, rng: text.translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)}),
    lambda text, rng: text.replace(".", ","),
    lambda text, rng: text + "e" + str(rng.integers(-400, 400)),
    lambda text, rng: text.translate({ord("."): "\N{MIDDLE DOT}"}),
    lambda text, rng: "".join(chr(rng.integers(33, 0x3000)) for _ in range(rng.integers(1, 12))),
    lambda text, rng: "".join(rng.permutation(list(text))),
    lambda text, rng: str(rng.choice(["1_000", "0x60", "1e400", "٣", "--5", "+", ".", "0", "1,000.5", "=1+1", "True"])),
)  # fmt: skip


def sets(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows as somebody might leave them: people of the law, blanks, and up to four spoilt cells."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        sex = str(rng.choice(SEXES))
        person = np.exp(rng.multivariate_normal(*log_moments(sex)))
        scale = np.where(np.isin(VARIABLES, KEYS), 100.0, 1.0)
        row = {name: f"{max(value, 18.0) if name == 'age_years' else value:.1f}"
               for name, value in zip(VARIABLES, person * scale, strict=True)}  # fmt: skip
        row["sex"] = sex
        for name in rng.choice(COLUMNS, rng.integers(0, 14), replace=False):
            row[str(name)] = ""
        for name in rng.choice(COLUMNS, rng.integers(0, 5), replace=False):
            spoil = SPOILERS[rng.integers(len(SPOILERS))]
            row[str(name)] = (
                spoil(row[str(name)] or "92.5", rng) if name != "sex" else str(rng.choice(["x", "f", "M", "?", "♀"]))
            )
        yield {name: row[name] for name in COLUMNS}


def is_good(name: str, text: str) -> bool:
    """Whether a cell is one that must be accepted, judged without the engine."""
    text = text.strip()
    if name == "sex":
        return text.lower() in ("", "f", "m", "female", "male", "femme", "homme")
    return not text or bool(NUMBER.fullmatch(text) and BOUNDS[name][0] <= float(text) <= BOUNDS[name][1])


def read(rows: list[dict[str, str]], folder: Path) -> dict[int, list[Person | Problem]]:
    """What the engine makes of each row, by its number in the list."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "people.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    found: dict[int, list[Person | Problem]] = {}
    for item in parse_people(path):
        assert item.row is not None
        found.setdefault(item.row - 2, []).append(item)
    return found


def check(row: dict[str, str], found: list[Person | Problem]) -> Person | None:
    """Hold what was found in a row to the promise; the person, where there is one."""
    spoilt = {name for name, text in row.items() if not is_good(name, text)}
    people = [item for item in found if isinstance(item, Person)]
    problems = [item for item in found if isinstance(item, Problem)]
    assert bool(people) != bool(problems)
    if people:
        asked = people[0].measurements
        assert not spoilt
        assert np.isfinite([asked.values, asked.low, asked.high]).all()
        assert set(asked.given_values()) == {key for key in KEYS if row[key].strip()}
        return people[0]
    for problem in problems:
        if not any(row[key].strip() for key in KEYS) and not problem.column:
            continue
        assert problem.column in (spoilt or set(NUMBERS))
        assert problem.value == row[problem.column].strip()
        assert problem.unit == {"sex": "", "weight_kg": "kg", "age_years": "years"}.get(problem.column, "cm")
        assert problem.hint is not None
        for language in LANGUAGES:
            assert problem.hint.say(language)
            assert len(problem.line(language).splitlines()) == 1
            if problem.column != "sex":
                assert len(re.findall(r"\d+(?:\.\d+)?", problem.allowed.say(language))) >= 1
    assert spoilt <= {problem.column for problem in problems}
    return None


def fuzz(count: int, seed: int, folder: Path) -> list[Person]:
    """Put ``count`` sets through the reader; the people that came out."""
    rows, people = list(sets(count, seed)), []
    for start in range(0, count, ROWS_PER_TABLE):
        part = rows[start : start + ROWS_PER_TABLE]
        found = read(part, folder)
        for number, row in enumerate(part):
            if any(row.values()):
                person = check(row, found[number])
                people += [person] if person else []
    return people


def test_fuzzed_sets_become_people_or_refusals_that_say_all(tmp_path: Path) -> None:
    people = fuzz(SETS, 1, tmp_path)
    assert 0.1 * SETS < len(people) < 0.6 * SETS
    for person in people[:20]:
        made = build_body(person.measurements)
        assert np.isfinite(made.body.vertices).all()
        missed = np.abs(made.measured - made.measurements.values)[made.measurements.given] > 0.001
        assert missed.sum() == len(made.unmet)


VALUES = (float("nan"), float("inf"), float("-inf"), -1.7, 0.0, 1e308, 170, 66.9, "1.70", "tall", "", None, True, [1.7],
          b"1.7", 1.7 + 0j, np.float32("nan"), np.array([1.7, 1.6]), object(), "١٫٧", 10**400)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("field", ["stature", "waist_girth", "weight_kg", "age_years"])
def test_no_object_becomes_a_body_unless_it_is_a_number_an_adult_may_have(field: str, value: object) -> None:
    extra = {field: value} if field in ("weight_kg", "age_years") else {}
    if extra and (value is None or (type(value) in (int, float) and BOUNDS[field][0] <= value <= BOUNDS[field][1])):
        assert complete({"stature": 1.7}, **extra).given_values() == {"stature": 1.7}
        return
    with pytest.raises(MeasurementError) as caught:
        complete({"stature": 1.7} | ({} if extra else {field: value}), **extra)
    error = caught.value
    assert (error.field, error.unit) == (field, {"weight_kg": "kg", "age_years": "years"}.get(field, "m"))
    assert error.value is value
    for language in LANGUAGES:
        assert len(error.say(language).splitlines()) == 1
        assert re.search(r"\d.*\d", error.say(language))


def test_a_sex_that_is_none_is_refused() -> None:
    with pytest.raises(MeasurementError) as caught:
        complete({"stature": 1.7}, sex="other")
    assert (caught.value.field, caught.value.value) == ("sex", "other")
