# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``evaluate``: how close bodies come to real people, measured on tables of them."""

from __future__ import annotations

from pathlib import Path

import click

from avatar_engine.cli_support import Console, ExitCode, make_folder, surface


@click.command()
@click.option(
    "--subjects", type=click.Path(path_type=Path), multiple=True, required=True, help="CSV; may be given repeatedly."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
@surface
def evaluate(console: Console, subjects: tuple[Path, ...], out: Path) -> ExitCode:
    """Measure bodies against real people: tape, blanks, weight, and dimensions nobody asked for.

    A table of subjects has the columns sex and the 15 measurements, in millimetres; weight_kg, age_years and further
    dimensions named as ANSUR's are used where they stand. Bodies are kept in OUT/bodies: stopped work goes on there.
    """
    from training.evaluate import make_bodies
    from training.figures import require
    from training.report import metrics, write_report
    from training.subjects import read_subjects

    require()
    people = read_subjects(list(subjects))
    make_folder(console, out)
    bodies = make_bodies(
        people, out / "bodies", lambda done, total: console.tell(f"{console.word('bodies')} {done}/{total}")
    )
    found = metrics(people, bodies)
    write_report(found, people, bodies, out)
    console.document = {"out": str(out), "metrics": found}
    console.tell(console.word("evaluated", count=len(people), folder=out))
    return ExitCode.OK
