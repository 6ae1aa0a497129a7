# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a batch: ``render`` and ``catalogue``, with lines and exit codes that a render farm can read."""

from __future__ import annotations

import argparse
import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from avatar_engine.errors import AvatarError, RenderError
from avatar_engine.exit_codes import ExitCode, exit_code_of
from avatar_engine.measurements import Person, parse_people
from avatar_engine.system_errors import unusable
from avatar_engine.words import phrase

from ..scene.presets import presets
from .kinds import KINDS
from .options import FULL_NAMES, UsageError, language_of, read
from .plan import PlanFile, check_subjects, load_plan, named_looks, naming
from .shots import Picture, Plan, Shot
from .told import Told

Sheet = Callable[[Path, str, Sequence[dict[str, Any]], str], bool]
# A line of progress: number and total, what came of it, seconds, the file.
LINE = "[atelier] {number}/{total} {state} {seconds:.1f}s {file}"


def main(arguments: Sequence[str], program: str, sheet: Sheet | None = None) -> int:
    """Run ``render`` or ``catalogue``; the exit code.

    Parameters
    ----------
    program : how the command is called, for its help
    sheet : writes a contact sheet where there is a library for pictures: folder, title, entries, language; False where
        it can show none of them
    """
    told = Told(language_of(arguments))
    try:
        options = read(program, arguments)
    except SystemExit:  # after help: Blender must close down by itself
        return int(ExitCode.OK)
    except AvatarError as error:
        told.error(error)
        return int(ExitCode.BAD_INPUT)
    try:
        return int(_Batch(options, told, sheet).run())
    except AvatarError as error:
        told.error(error)
        return int(exit_code_of(error))
    except OSError as error:
        told.error(unusable(error, options.out))
        return int(ExitCode.BAD_INPUT)
    except KeyboardInterrupt:
        told.word("interrupted")
        return int(ExitCode.INTERRUPTED)


class _Batch:
    """One run: what is asked, made into shots, and what came of them."""

    def __init__(self, options: argparse.Namespace, told: Told, sheet: Sheet | None) -> None:
        self._options, self._told, self._sheet = options, told, sheet
        self._code = ExitCode.OK
        self._title = options.people.stem if options.command == "render" else ""

    def run(self) -> ExitCode:
        """Make all pictures, the manifest and the contact sheet."""
        shots, picture, out = self._plan()
        if shots is None:
            return ExitCode.BAD_INPUT
        from . import run
        from .record import Ledger, sweep, write_manifest

        run.check(shots, picture)
        if out.exists() and not out.is_dir():
            raise AvatarError(phrase("folder_is_file", path=out))
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(out))
        sweep(out)
        blender = _blender_version()
        entries: list[dict[str, Any]] = []
        with self._told.at_work():
            outcomes = run.work(shots, Ledger(out, picture, blender), run.Studio(picture), self._options.force)
            for number, outcome in enumerate(outcomes, start=1):
                self._tell(number, len(shots), outcome, picture.kind)
                if outcome.entry is not None:
                    entries.append(outcome.entry)
                elif not self._goes_on(outcome):
                    break
        write_manifest(out, entries, blender)
        self._told.word("made", made=len(entries), total=len(shots), folder=out)
        if self._options.command == "catalogue" and entries:
            self._write_sheet(out, entries)
        return self._code

    def _plan(self) -> tuple[list[Shot] | None, Picture, Path]:
        options = self._options
        if options.command == "catalogue":
            file = load_plan(options.plan)
            self._title = file.title
            out = options.out or options.plan.with_suffix("")
        else:
            file, out = self._quick_plan(), options.out
        picture = self._picture(file.picture)
        people = self._people(file.people, file.unit)
        if people is None:
            return None, picture, out
        check_subjects(file.looks, people, str(file.path))
        plan = Plan(tuple(people), file.looks, file.cameras, picture, file.naming)
        return plan.shots(str(file.path)), picture, out

    def _quick_plan(self) -> PlanFile:
        """The plan of ``render``: names have what there is more than one of."""
        options = self._options
        looks, cameras = named_looks(options.look), tuple(dict.fromkeys(options.camera or ["front"]))
        fields = ["{subject}", *["{look}"] * (len(looks) > 1), *["{camera}"] * (len(cameras) > 1)]
        template = naming("--name", options.name or "-".join(fields))
        usual = Picture(presets()[options.preset or "standard"])
        return PlanFile(options.people, options.people, options.unit, cameras, template, "", usual, looks)

    def _picture(self, planned: Picture) -> Picture:
        """The plan's picture with what the command line says otherwise."""
        options = self._options
        preset = planned.preset if options.preset is None else presets()[options.preset]
        sides = (
            {} if options.resolution is None else dict(zip(("width_px", "height_px"), options.resolution, strict=True))
        )
        samples = {} if options.samples is None else {"samples": options.samples}
        given = {FULL_NAMES[name]: getattr(options, name) for name in FULL_NAMES if getattr(options, name) is not None}
        picture = replace(planned, preset=replace(preset, **sides, **samples), **given)
        if picture.clear and not KINDS[picture.kind].clear:
            kinds = ", ".join(name for name, kind in KINDS.items() if kind.clear)
            raise UsageError(phrase("not_transparent", kind=picture.kind, kinds=kinds))
        return picture

    def _people(self, table: Path, unit: str) -> list[Person] | None:
        """The people of the table; None where it is refused."""
        found: list[Person] = []
        problems = 0
        for item in parse_people(table, unit):
            if isinstance(item, Person):
                found.append(item)
                self._told.cautions(table, item)
            else:
                problems += 1
                self._told.people(item.line(self._told.language))
        if problems and not (self._options.keep_going and found):
            self._told.word("nothing_written", count=problems, file=table)
            return None
        if problems:
            self._told.word("rows_failed", count=problems)
            self._code = ExitCode.SOME_FAILED
        return found

    def _tell(self, number: int, total: int, outcome: Any, kind: str) -> None:
        file = f"{outcome.shot.name}.{kind}"
        line = LINE.format(number=number, total=total, state=outcome.state, seconds=outcome.seconds, file=file)
        self._told.programs(line)
        for caution in outcome.cautions:
            self._told.caution(outcome.shot.name, caution)

    def _goes_on(self, outcome: Any) -> bool:
        self._told.error(outcome.error, outcome.shot.name)
        self._code = max(self._code, exit_code_of(outcome.error))
        return self._options.keep_going and not isinstance(outcome.error, RenderError)

    def _write_sheet(self, out: Path, entries: list[dict[str, Any]]) -> None:
        if self._sheet is None:
            self._told.word("sheet_elsewhere")
        elif not self._sheet(out, self._title, entries, self._told.language):
            self._told.word("sheet_of_light")


def _blender_version() -> str:
    import bpy

    return "{}.{}".format(*bpy.app.version)
