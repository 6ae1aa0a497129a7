# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that makes pictures, started again whenever it ends; the site imports nothing of it."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from render_service.portal.config import as_json
from render_service.portal.renders import queue

REPOSITORY = Path(__file__).parents[2]
SHORT_LIFE_S = 10.0  # one that ends sooner is started again more and more slowly
LONGEST_PAUSE_S = 60.0
END_S = 10.0
log = logging.getLogger("atelier.worker")


class Supervisor:
    """Keeps one executor of a site's jobs alive."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="supervisor")
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin, where Blender is installed."""
        if find_spec("bpy") is None:
            log.error("Blender is missing, no pictures are made here: pip install 'atelier[render]'")
            return
        self._thread.start()

    def join(self) -> None:
        """Wait until told to stop."""
        while self._thread.is_alive():
            self._thread.join(1.0)

    def stop(self) -> None:
        """End the executor, which gives back what it was working on."""
        self._ending.set()
        if self.process is not None and self.process.stdin is not None:
            with suppress(OSError):  # what was written to one that is gone cannot be sent any more
                self.process.stdin.close()
        if self._thread.is_alive():
            self._thread.join(END_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._ending.wait(pause_s):
            name, begun = f"{socket.gethostname()[:40]}-{secrets.token_hex(8)}", time.monotonic()
            code = self._one(name)
            self._take_back(name)
            if self._ending.is_set():
                return
            log.warning("the worker ended with code %s; it is started again", code)
            lived_s = time.monotonic() - begun
            pause_s = 0.0 if lived_s > SHORT_LIFE_S else min(max(1.0, 2.0 * pause_s), LONGEST_PAUSE_S)

    def _one(self, name: str) -> int:
        """Run one executor to its end; its exit code."""
        search = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "render_service.jobs", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": search},
            text=True,
        )
        assert self.process.stdin  # noqa: S101  # as asked for above
        try:
            self.process.stdin.write(json.dumps(as_json(self._app.config["SETTINGS"])) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it ended already
        if self._ending.is_set():
            self.process.kill()
        try:
            return self.process.wait()
        finally:
            with suppress(OSError):  # what was written to one that is gone cannot be sent any more
                self.process.stdin.close()

    def _take_back(self, name: str) -> None:
        """Queue its job again at once; where the database does not answer, others find it silent later."""
        with self._app.app_context():
            try:
                queue.give_back(name)
            except SQLAlchemyError as error:
                log.error("the database does not answer: %s", type(error).__name__)
