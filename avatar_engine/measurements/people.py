# SPDX-License-Identifier: GPL-3.0-or-later
"""A table of people, read row by row: each row is a person or its problems, and reading goes on past them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from avatar_engine.measurements.cells import Wrong, number_range, read_number, read_sex, read_subject
from avatar_engine.measurements.completion import complete
from avatar_engine.measurements.model import Measurements, Sex
from avatar_engine.measurements.plausibility import Doubt, cautions, meant, review
from avatar_engine.measurements.problem import Problem
from avatar_engine.measurements.rows import Unreadable, read_rows
from avatar_engine.measurements.slips import Slip, typed
from avatar_engine.measurements.table import KEYS
from avatar_engine.measurements.units import METRES_PER_UNIT, UNITS, from_metres, is_number, nearest, show, to_metres
from avatar_engine.words import Phrase, phrase

COLUMNS: tuple[str, ...] = ("subject", "sex", *KEYS, "weight_kg", "age_years")
NUMBERS = (*KEYS, "weight_kg", "age_years")
MAX_PROBLEMS = 1000
DIGIT_HINTS = {"dropped": "hint_dropped", "doubled": "hint_doubled", "point": "hint_point"}


@dataclass(frozen=True)
class Person:
    """One good row.

    Parameters
    ----------
    row : as a spreadsheet counts, the header being 1
    subject : name, unique in its file and safe as a file's name
    measurements : complete
    cautions : what makes this body less sure
    """

    row: int
    subject: str
    measurements: Measurements
    cautions: tuple[Phrase, ...] = ()


@dataclass
class _Table:
    """What is known while a file is read."""

    name: str
    unit: str
    columns: list[str] = field(default_factory=list)
    comma: bool = False
    subjects: dict[str, int] = field(default_factory=dict)
    problems: int = 0

    def problem(self, row: int | None, column: str, value: str, wrong: Wrong, unit: str = "") -> Problem:
        self.problems += 1
        return Problem(self.name, row, column, value, unit, wrong.allowed, wrong.hint)


def parse_people(path: Path | str, unit: str = "cm") -> Iterator[Person | Problem]:
    """People and problems of a CSV file, in the order of its rows.

    The header names the columns out of ``COLUMNS``; cells may be blank. Memory is bounded whatever the file holds:
    reading stops at a line or a file that is too long, and after ``MAX_PROBLEMS`` problems.

    Parameters
    ----------
    path : CSV in UTF-8, separated by commas, or by semicolons (then with a decimal comma or point)
    unit : "cm", "mm" or "in", of all 15 measurements
    """
    table = _Table(str(path), unit)
    try:
        for row, cells, separator in read_rows(Path(path), table.name):
            if not table.columns:
                table.comma = separator == ";"
                yield from _header(table, row, cells)
                if table.problems:
                    return
            else:
                yield from _row(table, row, cells)
            if table.problems >= MAX_PROBLEMS:
                stop = Wrong(phrase("fewer_problems", limit=MAX_PROBLEMS), phrase("hint_fix_first"))
                yield table.problem(row, "", "", stop)
                return
    except Unreadable as error:
        table.problems += 1
        yield error.problem
    if not table.subjects and not table.problems:
        wanted = phrase("people") if table.columns else phrase("a_header")
        yield table.problem(None, "", "", Wrong(wanted, phrase("hint_add_header", keys=", ".join(KEYS))))


def _header(table: _Table, row: int, cells: list[str]) -> Iterator[Problem]:
    names = [cell.lower() for cell in cells]
    if not any(name in COLUMNS for name in names) and all(is_number(name) or not name for name in names[1:]):
        wrong = Wrong(phrase("a_header"), phrase("hint_add_header", keys=", ".join(KEYS)))
        yield table.problem(row, "", ",".join(cells), wrong)
        return
    for position, (name, cell) in enumerate(zip(names, cells, strict=True)):
        column = cell or f"{position + 1}"
        if name not in COLUMNS:
            hint = phrase("hint_nearest", nearest=nearest(name, COLUMNS)) if name else None
            yield table.problem(row, column, cell, Wrong(phrase("a_column"), hint))
        elif name in names[:position]:
            yield table.problem(row, column, cell, Wrong(phrase("a_column_once")))
    if not table.problems and not any(name in KEYS for name in names):
        yield table.problem(row, "", ",".join(cells), Wrong(phrase("a_header")))
    table.columns = names


def _row(table: _Table, row: int, cells: list[str]) -> Iterator[Person | Problem]:
    if len(cells) != len(table.columns):
        yield _wrong_width(table, row, cells)
        return
    texts = dict(zip(table.columns, cells, strict=True))
    subject = read_subject(texts.get("subject") or f"person-{row - 1:04d}")
    sex = read_sex(texts["sex"]) if texts.get("sex") else None
    numbers = {name: read_number(texts[name], name, table.unit, table.comma) for name in NUMBERS if texts.get(name)}
    explained = _explain(table, numbers, None if isinstance(sex, Wrong) else sex)
    problems = [
        table.problem(
            row, name, texts.get(name, ""), found, number_range(name, table.unit)[2] if name in NUMBERS else ""
        )
        for name, found in (("subject", subject), ("sex", sex), *explained.items())
        if isinstance(found, Wrong)
    ]
    if not any(name in KEYS for name in numbers):
        problems.append(table.problem(row, "", "", Wrong(phrase("one_measurement"))))
    if isinstance(subject, str):
        problems += _duplicates(table, row, subject)
    yield from problems
    if not problems and isinstance(subject, str) and not isinstance(sex, Wrong):
        good = {name: value for name, value in numbers.items() if not isinstance(value, Wrong)}
        yield _person(table, row, subject, sex, good, texts)


def _duplicates(table: _Table, row: int, subject: str) -> list[Problem]:
    """The problem of a name that an earlier row has, as file systems compare names; none for a new one."""
    first = table.subjects.setdefault(subject.casefold(), row)
    if first == row:
        return []
    wrong = Wrong(phrase("a_new_subject"), phrase("hint_duplicate", row=first))
    return [table.problem(row, "subject", subject, wrong)]


def _person(
    table: _Table, row: int, subject: str, sex: Sex | None, numbers: dict[str, float], texts: dict[str, str]
) -> Person | Problem:
    lengths = {key: to_metres(numbers[key], table.unit) for key in KEYS if key in numbers}
    measurements = complete(lengths, sex, numbers.get("weight_kg"), numbers.get("age_years"))
    doubt = review(measurements, table.unit)
    if doubt is None:
        return Person(row, subject, measurements, cautions(measurements))
    hint = _slip_hint(doubt.slip, doubt.field, doubt.value, table)
    unit = number_range(doubt.field, table.unit)[2]
    if doubt.refused:
        return table.problem(row, doubt.field, texts[doubt.field], _refusal(doubt, hint, unit), unit)
    unusual = _unusual(doubt, unit)
    told = phrase("with_hint", said=unusual, hint=hint) if hint else unusual
    return Person(row, subject, measurements, (told, *cautions(measurements)))


def _explain(table: _Table, numbers: dict[str, float | Wrong], sex: Sex | None) -> dict[str, float | Wrong]:
    """Numbers of a row; those that no adult has with the slip that the row's other numbers tell."""
    inside = {name: _inside(found, name, table) for name, found in numbers.items() if not isinstance(found, Wrong)}
    good = {name: value for name, value in inside.items() if name != "age_years"}
    beyond = {
        name: _inside(found.beyond, name, table)
        for name, found in numbers.items()
        if isinstance(found, Wrong) and found.beyond is not None
    }
    told = {name: _slip_hint(meant(name, beyond, good, sex, table.unit), name, beyond[name], table) for name in beyond}
    return {
        name: replace(found, hint=told.get(name) or found.hint) if isinstance(found, Wrong) else found
        for name, found in numbers.items()
    }


def _inside(number: float, name: str, table: _Table) -> float:
    """A number in the unit of the inside: metres, kilograms or years."""
    return to_metres(number, table.unit) if name in KEYS else number


def _wrong_width(table: _Table, row: int, cells: list[str]) -> Problem:
    """A row with too many or too few cells; names the value that a decimal comma split where only one can be meant."""
    allowed = phrase("as_many_cells", expected=len(table.columns))
    halves = [i for i in range(len(cells) - 1) if _joins(table, cells, i)]
    if len(cells) == len(table.columns) + 1 and len(halves) == 1:
        fixed = f"{cells[halves[0]]},{cells[halves[0] + 1]}"
        column = table.columns[halves[0]]
        return table.problem(row, column, fixed, Wrong(allowed, phrase("hint_split_cell", fixed=fixed)), table.unit)
    return table.problem(row, "", str(len(cells)), Wrong(allowed, phrase("hint_cells")))


def _joins(table: _Table, cells: list[str], at: int) -> bool:
    """Whether the row is good once cell ``at`` and the next are one number with a decimal point."""
    joined = [*cells[:at], f"{cells[at]}.{cells[at + 1]}", *cells[at + 2 :]]
    if not cells[at].isdigit() or not cells[at + 1].isdigit() or len(joined) != len(table.columns):
        return False
    pairs = [(name, text) for name, text in zip(table.columns, joined, strict=True) if name in NUMBERS and text]
    return all(not isinstance(read_number(text, name, table.unit, comma=False), Wrong) for name, text in pairs)


def _shown(value: float, unit: str) -> str:
    return show(from_metres(value, unit) if unit in METRES_PER_UNIT else value, unit)


def _unusual(doubt: Doubt, unit: str) -> Phrase:
    low, high, value = (_shown(number, unit) for number in (doubt.low, doubt.high, doubt.value))
    return phrase("unusual", field=doubt.field, value=value, unit=unit, low=low, high=high)


def _refusal(doubt: Doubt, hint: Phrase | None, unit: str) -> Wrong:
    if doubt.broken_order:
        larger, smaller, margin = doubt.broken_order
        word = "at_least_more" if margin >= 0 else "at_most_less"
        allowed = phrase(word, larger=larger, smaller=smaller, margin=_shown(abs(margin), unit), unit=unit)
        return Wrong(allowed, hint or phrase("hint_check_pair", larger=larger, smaller=smaller))
    low, high = _shown(doubt.low, unit), _shown(doubt.high, unit)
    allowed = phrase("a_range_for_person", low=low, high=high, unit=unit)
    return Wrong(allowed, hint or phrase("hint_stands_out"))


def _slip_hint(slip: Slip | None, name: str, value: float, table: _Table) -> Phrase | None:
    """What probably happened, or None where no slip explains the value."""
    if slip is None:
        return None
    if slip.kind == "swap":
        return phrase("hint_swapped", field=name, other=slip.other)
    unit = number_range(name, table.unit)[2]
    fixed = _shown(slip.meant, unit)
    if slip.kind != "unit":
        return phrase(DIGIT_HINTS[slip.kind], fixed=fixed, unit=unit)
    text = typed(value, unit)
    if slip.other in UNITS:
        return phrase("hint_unit", value=text, other=slip.other, converted=fixed, unit=unit)
    word = "hint_metres" if slip.other == "m" else "hint_pounds"
    return phrase(word, value=text, converted=fixed, unit=unit)
