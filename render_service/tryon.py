# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``tryon``: a table of people and looks in, a dressed avatar and a picture of each out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from avatar_engine.cli import report_rows, write_report
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
from avatar_engine.errors import LookError
from avatar_engine.fitting.fit_map import MAPS
from avatar_engine.look import Look, load_look
from avatar_engine.measurements import Person
from avatar_engine.words import phrase
from blender_addon.scene.camera import FRAMINGS
from blender_addon.scene.dressing import Order
from blender_addon.scene.presets import presets, studios
from render_service.production import Failed, Finished, Production, Style


@click.command()
@people_options
@click.option(
    "--look", "looks", type=click.Path(path_type=Path), multiple=True, required=True, help="May be given repeatedly."
)
@click.option("--preset", type=click.Choice(tuple(presets())), default="standard", show_default=True)
@click.option("--camera", type=click.Choice(tuple(FRAMINGS)), default="front", show_default=True)
@click.option("--fit-map", type=click.Choice(MAPS), help="Show the fit on the cloth: room to the skin, or stretch.")
@click.option("--no-render", is_flag=True, help="Write the avatars alone, without pictures.")
@surface
def tryon(
    console: Console,
    people: Path,
    out: Path,
    unit: str,
    keep_going: bool,
    looks: Sequence[Path],
    preset: str,
    camera: str,
    fit_map: str | None,
    no_render: bool,
) -> ExitCode:
    """Dress everybody in PEOPLE, a CSV of tape measurements, in each look, and photograph them.

    Writes OUT/SUBJECT.glb and OUT/SUBJECT.png, or SUBJECT-LOOK where several looks are given, and OUT/report.csv as
    `atelier body` does. What is up to date is not made again, so that an interrupted run goes on where it stopped.
    With --fit-map the files are SUBJECT.fit-ease.glb and SUBJECT.fit-ease.png, or fit-strain, with a legend.
    """
    chosen = _load_looks(looks)
    found = load_people(console, people, unit, keep_going)
    if found is None:
        return ExitCode.BAD_INPUT
    make_folder(console, out)
    orders = _orders(found, chosen)
    return Run(console, orders, keep_going).make(out, Style(preset, camera, not no_render, fit_map, console.language))


def _load_looks(paths: Sequence[Path]) -> dict[str, Look]:
    """Looks by the stem of their file; raises ``LookError``."""
    looks: dict[str, Look] = {}
    for path in paths:
        look = load_look(path)
        if look.studio not in studios():
            raise LookError(str(path), "studio", look.studio, ", ".join(studios()))
        if path.stem in looks:
            raise LookError(str(path), "file", path.name, phrase("different_names"))
        looks[path.stem] = look
    return looks


def _orders(people: Sequence[Person], looks: dict[str, Look]) -> list[Order]:
    several = len(looks) > 1
    return [
        Order(f"{person.subject}-{name}" if several else person.subject, person, look)
        for person in people
        for name, look in looks.items()
    ]


class Run:
    """One run over many orders: what was made, and what a script will be told."""

    def __init__(self, console: Console, orders: Sequence[Order], keep_going: bool) -> None:
        self.console, self.orders, self.keep_going = console, orders, keep_going
        self.code = ExitCode.SOME_FAILED if console.problems else ExitCode.OK
        self.finished: list[Finished] = []

    def make(self, out: Path, style: Style) -> ExitCode:
        """Make every order's files and the report; errors are told, and with ``keep_going`` passed over."""
        production = Production(out, style)
        steps = production.make(self.orders)
        try:
            with progress(
                self.console, self.console.word("tryon"), steps, len(self.orders) * production.files_per_order()
            ) as counted:
                for step in counted:
                    if not self._goes_on(step):
                        break
        finally:
            steps.close()
            self._report(out)
        return self.code

    def _goes_on(self, step: Finished | Failed) -> bool:
        if isinstance(step, Finished):
            self.finished.append(step)
            self.console.cautions_of(step.subject, step.cautions)
            return True
        self.console.error(step.error, step.order.name)
        self.code = max(self.code, exit_code_of(step.error))
        return self.keep_going and self.code != ExitCode.INSTALLATION

    def _report(self, out: Path) -> None:
        """Write ``report.csv`` and the document for machines."""
        if not self.finished:
            return
        people = {each.order.person.subject: each for each in self.finished}
        rows = [row for each in people.values() for row in report_rows(each.order.person, each.body)]
        write_report(out / "report.csv", rows)
        avatars = [
            {
                "name": order.name,
                "subject": order.person.subject,
                "row": order.person.row,
                "files": [str(each.path) for each in self.finished if each.order is order],
            }
            for order in self.orders
        ]
        self.console.document |= {"out": str(out), "report": str(out / "report.csv"), "avatars": avatars}
        whole = sum(bool(avatar["files"]) for avatar in avatars)
        self.console.tell(self.console.word("made", made=whole, total=len(self.orders), folder=out))
