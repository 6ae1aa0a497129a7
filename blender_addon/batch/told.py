# SPDX-License-Identifier: GPL-3.0-or-later
"""What a batch says: lines for people on standard error, lines for programs on standard output (no bpy)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from avatar_engine.errors import AvatarError
from avatar_engine.exit_codes import ExitCode
from avatar_engine.measurements import Person
from avatar_engine.words import Phrase, phrase

STANDARD_OUTPUT = 1


class Told:
    """Where a batch says things.

    Parameters
    ----------
    language : of ``words.LANGUAGES``
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._programs: TextIO | None = None

    def programs(self, line: str) -> None:
        """One line for programs."""
        print(line, file=self._programs, flush=True)

    def people(self, text: str) -> None:
        """One line for people."""
        print(text, file=sys.stderr, flush=True)

    def error(self, error: AvatarError, subject: str = "") -> None:
        """An error, about one picture or about the whole run."""
        said = error.say(self.language)
        self.people(f"{subject}: {said}" if subject else said)

    def cautions(self, table: Path, person: Person) -> None:
        """What makes a person's body less sure, a line each."""
        place = f"{table}, {phrase('row', row=person.row).say(self.language)}, {person.subject}"
        for caution in person.cautions:
            self.caution(place, caution)

    def caution(self, subject: str, caution: Phrase) -> None:
        """What somebody should look at, though it was made."""
        self.people(f"{subject}: {phrase('caution').say(self.language)}: {caution.say(self.language)}")

    def word(self, key: str, **values: object) -> None:
        """A phrase of the table of words."""
        self.people(phrase(key, **values).say(self.language))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While pictures are made: standard output is ours alone, and Ctrl-C ends the process where it stands.

        Blender would write fifty lines about each picture between ours. Asked to stop, Cycles would hand out half a
        picture; all files are written whole, so that none is left half by an end without notice.
        """
        sys.stdout.flush()
        output = os.dup(STANDARD_OUTPUT)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STANDARD_OUTPUT)
        os.close(nowhere)
        before = signal.signal(signal.SIGINT, self._end)
        try:
            with open(os.dup(output), "w", encoding="utf-8") as self._programs:
                yield
        finally:
            self._programs = None
            # None: Blender's own handler, which Python cannot give back; the process is about to end.
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
            os.dup2(output, STANDARD_OUTPUT)
            os.close(output)

    def _end(self, *_: object) -> NoReturn:
        self.word("interrupted")
        os._exit(int(ExitCode.INTERRUPTED))
