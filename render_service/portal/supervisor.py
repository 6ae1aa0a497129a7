# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that makes pictures, started again whenever it ends; the site imports nothing of it."""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from importlib.util import find_spec

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from render_service.portal.child import Child
from render_service.portal.renders import queue

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
        self._child: Child | None = None

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
        if self._child is not None:
            self._child.let_go()
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
        self._child = Child(["-m", "render_service.jobs", name], self._app.config["SETTINGS"])
        if self._ending.is_set():
            self._child.kill()
        return self._child.wait()

    def _take_back(self, name: str) -> None:
        """Queue its job again at once; where the database does not answer, others find it silent later."""
        with self._app.app_context():
            try:
                queue.give_back(name)
            except SQLAlchemyError as error:
                log.error("the database does not answer: %s", type(error).__name__)
