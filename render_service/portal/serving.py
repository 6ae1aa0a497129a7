# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes that answer requests: Python computes in one thread at a time, so each core has a process of its own.

The first process binds the address, starts the others and answers nothing itself. When it is gone, however it ended,
their standard input closes, and they end too.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from flask import Flask
from waitress.server import create_server

from render_service.portal.api.shapes import warm
from render_service.portal.app import LARGEST_BODY, create_app
from render_service.portal.child import Child
from render_service.portal.config import Settings, from_json
from render_service.portal.watch.logs import write_logs
from render_service.portal.watch.metrics import TOGETHER

MOST_CONNECTIONS = 1000  # browsers hold them open between pages; waitress's usual 100 kept the next visitors waiting
IDLE_CONNECTION_S = 60
BACKLOG = 1024
LARGEST_HEAD = 32 * 1024
SWITCH_S = 0.001  # how long a thread that computes may keep pages waiting; Python's usual is five times as long
END_S = 10.0
PAUSE_S = 1.0  # before one that ended is started again
log = logging.getLogger("atelier.serving")


def listen(settings: Settings) -> socket.socket:
    """A socket bound to the address of the settings; raises ``OSError``."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((settings.host, settings.port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def serve(app: Flask, bound: socket.socket) -> None:
    """Answer requests in this process until interrupted, with the clothes made ready that most try first."""
    settings: Settings = app.config["SETTINGS"]
    server = create_server(
        app,
        sockets=[bound],
        threads=settings.threads,
        ident=None,
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,  # select knows 1,024 files at most, poll any number
        channel_timeout=IDLE_CONNECTION_S,
        max_request_body_size=4 * LARGEST_BODY,  # what is not much too large is refused with words, by the application
        max_request_header_size=LARGEST_HEAD,
    )
    threading.Thread(target=warm, daemon=True, name="warm").start()
    sys.setswitchinterval(SWITCH_S)
    try:
        server.run()
    finally:
        server.close()


class Processes:
    """Several processes that answer at one socket; each is started again if it ends.

    Parameters
    ----------
    folder : where they count requests together
    """

    def __init__(self, settings: Settings, bound: socket.socket, folder: Path) -> None:
        self._settings, self._bound, self._folder = settings, bound, folder
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, daemon=True, name=f"process-{number}")
            for number in range(settings.processes)
        ]
        self._running: set[Child] = set()

    def run(self) -> None:
        """Keep them alive until this process is interrupted."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        for thread in self._threads:
            thread.start()
        while not self._ending.wait(1.0):
            pass

    def end(self) -> None:
        """Let them finish what they are at, and wait for it."""
        self._ending.set()
        for child in tuple(self._running):
            child.let_go()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(END_S)

    def _keep(self) -> None:
        while not self._ending.is_set():
            code = self._one()
            if not self._ending.wait(PAUSE_S):
                log.warning("a process that answers ended with code %s; it is started again", code)

    def _one(self) -> int:
        number = self._bound.fileno()
        together = {TOGETHER: str(self._folder.resolve())}
        child = Child(["-m", __name__, str(number)], self._settings, together, [number])
        self._running.add(child)
        try:
            if self._ending.is_set():
                child.kill()
            return child.wait()
        finally:
            self._running.discard(child)


def main() -> None:
    """One of them: settings come from standard input, which closes when the first process ends."""
    # Ctrl-C reaches all processes of a terminal; these end when the first one says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    settings = from_json(json.loads(sys.stdin.readline()))
    write_logs(as_json=settings.production)
    threading.Thread(target=_hear, daemon=True, name="lifeline").start()
    serve(create_app(settings), socket.socket(fileno=int(sys.argv[1])))


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _hear() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_S)
    os._exit(1)  # whatever it is still at


if __name__ == "__main__":
    main()
