# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's commands: ``body`` makes bodies from a table of people; ``measure`` is in ``cli_measure``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from avatar_engine.cli_measure import measure
from avatar_engine.cli_support import (
    Console,
    ExitCode,
    exit_code_of,
    load_people,
    make_folder,
    people_options,
    progress,
    surface,
)
from avatar_engine.errors import AvatarError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import KEYS, Person
from avatar_engine.measurements.units import from_metres, show
from avatar_engine.words import Phrase, phrase

__all__ = ["body", "measure"]

if TYPE_CHECKING:
    from avatar_engine.avatar import BodyResult
    from avatar_engine.body.correction import Unmet

TOLD = 3  # misses told on the terminal; the report has all of them
FORMATS = ("obj", "glb", "ply", "stl")
REPORT_COLUMNS = ("subject", "measurement", "source", "asked_mm", "low_mm", "high_mm", "measured_mm", "against")


@click.command()
@people_options
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True, default=("obj",), help="May be given repeatedly."
)
@surface
def body(console: Console, people: Path, out: Path, unit: str, keep_going: bool, formats: Sequence[str]) -> ExitCode:
    """Make one body per row of PEOPLE, a CSV of tape measurements.

    Its header names the columns: any of the 15 measurements, subject, sex, weight_kg, age_years. Blanks are predicted.
    OUT/report.csv tells for each measurement what was asked, how sure it is, what the tape reads on the body made, and
    which other value fights it where no body near the population has both.
    """
    found = load_people(console, people, unit, keep_going)
    if found is None:
        return ExitCode.BAD_INPUT
    make_folder(console, out)
    code = ExitCode.SOME_FAILED if console.problems else ExitCode.OK
    rows: list[tuple[str, ...]] = []
    subjects: list[dict[str, object]] = []
    try:
        with progress(console, console.word("bodies"), found, len(found)) as counted:
            for person in counted:
                try:
                    files, report, unmet = make_body(person, out, formats, unit)
                except AvatarError as error:
                    console.error(error, person.subject)
                    code = max(code, exit_code_of(error))
                    if not keep_going or code == ExitCode.INSTALLATION:
                        return code
                    continue
                console.cautions_of(str(people), unmet, person)
                rows += report
                subjects.append(
                    {"subject": person.subject, "row": person.row, "files": files, "report": _named(report)}
                )
    finally:
        if rows:
            write_report(out / "report.csv", rows)
            console.document |= {"out": str(out), "report": str(out / "report.csv"), "subjects": subjects}
            console.tell(console.word("made", made=len(subjects), total=len(found), folder=out))
    return code


def make_body(
    person: Person, out: Path, formats: Sequence[str], unit: str
) -> tuple[list[str], list[tuple[str, ...]], list[Phrase]]:
    """Build one body and write its files.

    Returns
    -------
    files : paths written
    report : rows of ``REPORT_COLUMNS``
    unmet : given values that the body could not be brought to, the ``TOLD`` farthest ones
    """
    from avatar_engine.avatar import build_body
    from avatar_engine.export import WRITERS

    result = build_body(person.measurements)
    files = []
    for name in formats:
        path = out / f"{person.subject}.{name}"
        WRITERS[name](path, result.body)
        files.append(str(path))
    return files, report_rows(person, result), [_said(unmet, person, unit) for unmet in result.unmet[:TOLD]]


def _said(unmet: Unmet, person: Person, unit: str) -> Phrase:
    asked, reached = (show(from_metres(value, unit), unit) for value in (unmet.asked, unmet.reached))
    told = phrase("unmet", field=unmet.field, asked=asked, reached=reached, unit=unit)
    if not unmet.against:
        return told
    other = show(from_metres(person.measurements[unmet.against], unit), unit)
    return phrase("with_hint", said=told, hint=phrase("hint_fights", other=unmet.against, value=other, unit=unit))


def report_rows(person: Person, result: BodyResult) -> list[tuple[str, ...]]:
    """One row of ``REPORT_COLUMNS`` per measurement, millimetres with two decimals."""
    asked = person.measurements
    against = {unmet.field: unmet.against for unmet in result.unmet}
    rows = []
    for i, key in enumerate(KEYS):
        numbers = (asked.values[i], asked.low[i], asked.high[i], result.measured[i])
        source = "given" if asked.given[i] else "predicted"
        rows.append(
            (person.subject, key, source, *(f"{number * 1000.0:.2f}" for number in numbers), against.get(key, ""))
        )
    return rows


def write_report(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write ``report.csv``, whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REPORT_COLUMNS)
    writer.writerows(rows)
    write_whole(path, text.getvalue().encode())


def _named(report: Sequence[Sequence[str]]) -> list[dict[str, object]]:
    numbers = REPORT_COLUMNS[3:-1]
    return [
        {
            "measurement": row[1],
            "source": row[2],
            **dict(zip(numbers, map(float, row[3:-1]), strict=True)),
            "against": row[-1],
        }
        for row in report
    ]
