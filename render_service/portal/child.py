# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of the site that lives no longer than the one that started it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from render_service.portal.config import Settings, as_json

REPOSITORY = Path(__file__).parents[2]


class Child:
    """Python with the site's settings, as a line of JSON, on its standard input. That stays open as its lifeline: once
    it closes, the child is to end.

    Parameters
    ----------
    arguments : what Python is to run, such as ``["-m", "render_service.jobs"]``
    environment : what is set there besides
    pass_fds : open files that it keeps
    """

    def __init__(
        self,
        arguments: Sequence[str],
        settings: Settings,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        search = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": search, **(environment or {})},
            pass_fds=pass_fds,
            text=True,
        )
        assert self.process.stdin  # noqa: S101  # as asked for above
        self._lifeline = self.process.stdin
        with suppress(OSError):  # it may have ended already
            self._lifeline.write(json.dumps(as_json(settings)) + "\n")
            self._lifeline.flush()

    def let_go(self) -> None:
        """Tell it to end, which it does in its own time."""
        with suppress(OSError):  # what was written to one that is gone cannot be sent any more
            self._lifeline.close()

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        try:
            return self.process.wait()
        finally:
            self.let_go()
