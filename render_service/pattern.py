# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``pattern``: a garment's sewing pattern for one person of a table, to print, draw on or cut."""

from __future__ import annotations

from pathlib import Path

import click

from avatar_engine.cli_support import Console, ExitCode, load_people, surface
from avatar_engine.errors import LookError
from avatar_engine.export.whole_file import write_whole
from avatar_engine.measurements import Person
from avatar_engine.measurements.units import UNITS
from avatar_engine.words import LANGUAGES, near_names, phrase
from garments.catalogue import GarmentSpec, catalogue
from garments.sizes import MADE_TO_MEASURE, is_size, spelt_size

FORMATS = ("pdf", "svg", "dxf")
PAPERS = ("a4", "letter", "a0")


@click.command()
@click.argument("garment")
@click.option("--person", "people", type=click.Path(path_type=Path), required=True, help="CSV of tape measurements.")
@click.option("--subject", required=True, help="Whose row of the table.")
@click.option("--size", default=MADE_TO_MEASURE, show_default=True, help="Or a size such as M.")
@click.option("--paper", type=click.Choice(PAPERS), help="For a PDF; a4 where not given.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the pattern; that of messages where not given.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write: .pdf, .svg or .dxf.")
@click.option("--unit", type=click.Choice(UNITS), default="cm", show_default=True, help="Unit of the table.")
@click.option("--keep-going", is_flag=True, help="Use the good rows of a table that has bad ones.")
@surface
def pattern(
    console: Console,
    garment: str,
    people: Path,
    subject: str,
    size: str,
    paper: str | None,
    language: str | None,
    out: Path,
    unit: str,
    keep_going: bool,
) -> ExitCode:
    """Write the sewing pattern of GARMENT, cut for one person, in true scale.

    A PDF has pages to read, then the pieces tiled over A4 or letter sheets, or whole on A0; an SVG is one drawing in
    millimetres; a DXF follows ASTM D6673.
    """
    spec = _garment(garment)
    form = _form(out, paper)
    size = _size(spec, size)
    found = load_people(console, people, unit, keep_going)
    if found is None:
        return ExitCode.BAD_INPUT
    person = _person(found, people, subject)
    content = make(person, spec, size, form, paper or PAPERS[0], language or console.language)
    write_whole(out, content)
    console.document |= {"out": str(out), "garment": spec.id, "subject": person.subject, "size": size}
    console.tell(console.word("pattern_written", path=out))
    return ExitCode.OK


def make(person: Person, spec: GarmentSpec, size: str, form: str, paper: str, language: str) -> bytes:
    """The file's content; raises ``FitError`` where a graded size cannot be worn by this body."""
    from avatar_engine.avatar import build_body
    from avatar_engine.export.pattern import PAPERS as SHEETS
    from avatar_engine.export.pattern import pattern_bytes
    from avatar_engine.export.pattern.cut import paper_pattern
    from avatar_engine.fitting.dimensions import body_dimensions

    dimensions = body_dimensions(build_body(person.measurements).body)
    order = paper_pattern(dimensions, spec, size, person.subject, language)
    return pattern_bytes(order, form, SHEETS[paper])


def _garment(name: str) -> GarmentSpec:
    cut = {key: spec for key, spec in catalogue().items() if spec.source == "pattern"}
    if name not in cut:
        allowed = ", ".join(cut)
        raise LookError("atelier pattern", "GARMENT", name, allowed, near_names(name, cut))
    return cut[name]


def _form(out: Path, paper: str | None) -> str:
    form = out.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise LookError("atelier pattern", "--out", out.name, ", ".join(f".{each}" for each in FORMATS))
    if paper is not None and form != "pdf":
        raise LookError("atelier pattern", "--paper", paper, phrase("paper_for_pdf", form=form))
    return form


def _size(spec: GarmentSpec, size: str) -> str:
    spelt = spelt_size(size)
    if not is_size(spec.sizes, spelt):
        raise LookError("atelier pattern", "--size", size, ", ".join(spec.size_names()))
    return spelt


def _person(found: list[Person], people: Path, subject: str) -> Person:
    by_name = {person.subject: person for person in found}
    if subject not in by_name:
        names = ", ".join(list(by_name)[:12]) + (", …" if len(by_name) > 12 else "")
        raise LookError(str(people), "--subject", subject, names, near_names(subject, by_name))
    return by_name[subject]
