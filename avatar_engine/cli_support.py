# SPDX-License-Identifier: GPL-3.0-or-later
"""What every command line of Atelier shares: tables of people in, problems and progress out, whole files only."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from avatar_engine.errors import AvatarError
from avatar_engine.exit_codes import ExitCode, exit_code_of
from avatar_engine.garment_faults import broken_spec
from avatar_engine.measurements import Person, Problem, parse_people
from avatar_engine.measurements.units import UNITS
from avatar_engine.system_errors import unusable
from avatar_engine.words import LANGUAGES, Phrase, phrase, system_language
from garments.catalogue import SpecError

__all__ = [
    "Console",
    "ExitCode",
    "exit_code_of",
    "load_people",
    "make_folder",
    "people_options",
    "progress",
    "surface",
]

Item = TypeVar("Item")

# Which extra of pyproject.toml brings a package that only some commands need.
EXTRA_OF_PACKAGE = {
    "anny": "train",
    "bpy": "render",
    "ezdxf": "pattern",
    "matplotlib": "evaluate",
    "numba": "fit",
    "open3d": "scan",
    "reportlab": "pattern",
    "scipy": "train",
    "shapely": "pattern",
    "torch": "train",
}


class Console:
    """Where a command says things: lines for people on stderr, one document for machines on stdout.

    Parameters
    ----------
    language : "en" or "fr"
    machine : whether a JSON document is wanted on stdout
    """

    def __init__(self, language: str, machine: bool) -> None:
        self.language, self.machine = language, machine
        self.document: dict[str, object] = {}
        self.problems: list[dict[str, object]] = []
        self.cautions: list[dict[str, object]] = []

    def word(self, key: str, **values: object) -> str:
        """A phrase of the table of words in this console's language."""
        return phrase(key, **values).say(self.language)

    def tell(self, text: str) -> None:
        """One line for people."""
        click.echo(text, err=True)

    def problem(self, problem: Problem) -> None:
        """One problem of a file: one line, and one entry of the document."""
        self.problems.append(problem.as_json(self.language))
        self.tell(problem.line(self.language))

    def cautions_of(self, file: str, cautions: Iterable[Phrase], person: Person | None = None) -> None:
        """What makes a person's body less sure, or may show in a file: one line each, and one entry of the document."""
        for found in cautions:
            text, place = found.say(self.language), file
            entry: dict[str, object] = {"file": file}
            if person is not None:
                place = f"{file}, {self.word('row', row=person.row)}, {person.subject}"
                entry |= {"row": person.row, "subject": person.subject}
            self.cautions.append({**entry, "text": text})
            self.tell(f"{place}: {self.word('caution')}: {text}")

    def error(self, error: AvatarError, subject: str = "") -> None:
        """An error of the engine, about one subject or about the whole run."""
        said = error.say(self.language)
        line = f"{subject}: {said}" if subject else said
        self.problems.append({"subject": subject, "kind": type(error).__name__, "text": line})
        self.tell(line)

    def close(self, code: ExitCode) -> int:
        """Print the document if one is wanted; the exit code passes through."""
        if self.machine:
            whole = {"exit_code": int(code), **self.document, "problems": self.problems, "cautions": self.cautions}
            click.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return int(code)


def surface(command: Callable[..., ExitCode]) -> Callable[..., None]:
    """Give a command ``--json`` and ``--lang``, a ``Console`` as its first argument, and an end without traceback."""

    @click.option("--json", "machine", is_flag=True, help="Print one JSON document on standard output.")
    @click.option("--lang", type=click.Choice(LANGUAGES), default=system_language, help="Language of messages.")
    @functools.wraps(command)
    def run(machine: bool, lang: str, **options: object) -> None:
        console = Console(lang, machine)
        try:
            code = command(console, **options)
        except AvatarError as error:
            console.error(error)
            code = exit_code_of(error)
        except SpecError as error:
            console.error(broken_spec(error))
            code = ExitCode.BAD_INPUT
        except ModuleNotFoundError as error:
            extra = EXTRA_OF_PACKAGE.get(error.name or "")
            if extra is None:
                raise
            console.error(AvatarError(phrase("needs_extra", package=error.name, extra=extra)))
            code = ExitCode.INSTALLATION
        except KeyboardInterrupt:
            console.tell(console.word("interrupted"))
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:
            raise  # whoever read our output has had enough: click ends quietly
        except OSError as error:
            out = options.get("out")
            console.error(unusable(error, out if isinstance(out, Path) else None))
            code = ExitCode.BAD_INPUT
        sys.exit(console.close(code))

    return run


def people_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what it needs to read a table of people and write into a folder."""
    decorators = (
        click.argument("people", type=click.Path(path_type=Path)),
        click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into."),
        click.option("--unit", type=click.Choice(UNITS), default="cm", show_default=True, help="Unit of the table."),
        click.option("--keep-going", is_flag=True, help="Make the good rows of a table that has bad ones."),
    )
    return functools.reduce(lambda wrapped, decorate: decorate(wrapped), reversed(decorators), command)


def load_people(console: Console, people: Path, unit: str, keep_going: bool) -> list[Person] | None:
    """The people of a table, every problem told; None where the table is refused.

    A table with a problem is refused unless ``keep_going``, and then too if it has no good row.
    """
    found: list[Person] = []
    for item in parse_people(people, unit):
        if isinstance(item, Problem):
            console.problem(item)
        else:
            found.append(item)
            console.cautions_of(str(people), item.cautions, item)
    count = len(console.problems)
    if count and not (keep_going and found):
        console.tell(console.word("nothing_written", count=count, file=people))
        return None
    if count:
        console.tell(console.word("rows_failed", count=count))
    return found


def make_folder(console: Console, folder: Path) -> None:
    """Make the folder that results go into.

    Raises
    ------
    AvatarError
        a file stands there
    OSError
    """
    if folder.exists() and not folder.is_dir():
        raise AvatarError(phrase("folder_is_file", path=folder))
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def progress(console: Console, label: str, items: Iterable[Item], total: int) -> Iterator[Iterator[Item]]:
    """Count items as they are taken: a bar on a terminal, one plain line each elsewhere.

    Parameters
    ----------
    items : each has a name in ``subject``
    """
    if sys.stderr.isatty():
        with click.progressbar(items, length=total, label=label, file=sys.stderr, show_pos=True) as bar:
            yield iter(bar)
    else:
        yield _plain_lines(console, label, items, total)


def _plain_lines(console: Console, label: str, items: Iterable[Item], total: int) -> Iterator[Item]:
    for done, item in enumerate(items, start=1):
        console.tell(f"{label} {done}/{total} {getattr(item, 'subject', '')}".rstrip())
        yield item
