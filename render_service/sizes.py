# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``sizes``: which size of each garment suits each person of a table, in centimetres and in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from avatar_engine.avatar import build_body
from avatar_engine.cli_support import Console, ExitCode, load_people, make_folder, surface
from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.fitting.advice import SizeAdvice, size_advice
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.sizing import CHART_WORDS
from avatar_engine.measurements import Person
from avatar_engine.measurements.units import UNITS
from avatar_engine.words import near_names
from garments import catalogue
from garments.fabrics import fabrics

CHART_OF_SEX = {"female": "women", "male": "men"}
COLUMNS = (
    "subject", "garment", "chart", "size", "advised", "wearable", "measurement",
    "body_cm", "garment_cm", "ease_cm", "designed_cm", "word",
)  # fmt: skip


@click.command()
@click.argument("people", type=click.Path(path_type=Path))
@click.option(
    "--garment", "garments", multiple=True, help="Id in the wardrobe; may be given repeatedly. All if left out."
)
@click.option("--fabric", help="Cloth it would be cut from, instead of the garment's own.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write sizes.csv into.")
@click.option("--unit", type=click.Choice(UNITS), default="cm", show_default=True, help="Unit of the table.")
@click.option("--keep-going", is_flag=True, help="Advise the good rows of a table that has bad ones.")
@surface
def sizes(
    console: Console,
    people: Path,
    garments: Sequence[str],
    fabric: str | None,
    out: Path | None,
    unit: str,
    keep_going: bool,
) -> ExitCode:
    """Say which size of each garment suits everybody in PEOPLE, a CSV of tape measurements.

    Every line tells how much wider the garment is than the body, in centimetres, and how that sits.
    """
    _check(garments, fabric)
    found = load_people(console, people, unit, keep_going)
    if found is None:
        return ExitCode.BAD_INPUT
    if out is not None:
        make_folder(console, out)
    advice: list[tuple[Person, list[SizeAdvice]]] = []
    for person in found:
        advice.append((person, _advice(person, garments or _sized(), fabric)))
        if not console.machine:
            _tell(console, *advice[-1])
    console.document["people"] = [
        {"subject": person.subject, "row": person.row, "garments": [row.as_json(console.language) for row in rows]}
        for person, rows in advice
    ]
    if out is not None:
        path = out / "sizes.csv"
        _write(path, [line for person, rows in advice for row in rows for line in _lines(person, row)])
        console.document["sizes"] = str(path)
    return ExitCode.SOME_FAILED if console.problems else ExitCode.OK


def _check(garments: Sequence[str], fabric: str | None) -> None:
    """Refuse unknown names before any body is made."""
    for name in garments:
        if name not in catalogue():
            raise LookError("--garment", "id", name, ", ".join(catalogue()), near_names(name, catalogue()))
    if fabric is not None and fabric not in fabrics():
        raise LookError("--fabric", "id", fabric, ", ".join(fabrics()), near_names(fabric, fabrics()))


def _sized() -> list[str]:
    return [spec.id for spec in catalogue().values() if len(spec.size_names()) > 1]


def _advice(person: Person, garments: Sequence[str], fabric: str | None) -> list[SizeAdvice]:
    dimensions = body_dimensions(build_body(person.measurements).body)
    chart = CHART_OF_SEX.get(person.measurements.sex or "")
    return [size_advice(dimensions, garment, fabric, chart) for garment in garments]


def _tell(console: Console, person: Person, rows: Sequence[SizeAdvice]) -> None:
    click.echo(console.word("sizes_of", subject=person.subject, chart=console.word(CHART_WORDS[rows[0].chart])))
    for row in rows:
        name = catalogue()[row.garment].name[console.language]
        click.echo(f"  {console.word('size_sits', size=name, eases=row.verdict())}")
        for size in row.neighbours():
            mark = "→" if size.size == row.best else " "
            click.echo(f"    {mark} {size.phrase().say(console.language)}")
        for remark in row.remarks():
            click.echo(f"      {remark.say(console.language)}")


def _lines(person: Person, row: SizeAdvice) -> Iterator[tuple[object, ...]]:
    """Rows of ``COLUMNS``; words in English, as file formats are."""
    for size in row.sizes:
        for ease in size.eases:
            designed = "" if ease.designed_cm is None else f"{ease.designed_cm:.1f}"
            yield (
                person.subject, row.garment, row.chart, size.size, _yes(size.size == row.best), _yes(size.wearable),
                ease.measurement, f"{ease.body_cm:.1f}", f"{ease.garment_cm:.1f}", f"{ease.ease_cm:.1f}", designed,
                ease.word,
            )  # fmt: skip


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


def _write(path: Path, lines: Sequence[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    write_whole(path, text.getvalue().encode())
