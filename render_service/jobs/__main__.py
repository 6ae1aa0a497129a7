# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m render_service.jobs NAME``: an executor, with settings from standard input; it ends when that closes."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading

from render_service.jobs.executor import Executor
from render_service.portal.app import create_app
from render_service.portal.config import from_json

NICENESS = 10  # pages come before pictures


def main() -> None:
    """Run until standard input closes, which it does when the site ends, however that happens."""
    os.nice(NICENESS)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = create_app(from_json(json.loads(sys.stdin.readline())))
    ending = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=listen, daemon=True, name="lifeline").start()
    Executor(app, sys.argv[1]).run(ending)


main()
