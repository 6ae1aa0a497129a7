# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal is killed while it saves: what it confirmed is there afterwards."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("ATELIER_KILLS", "3"))
START = "from render_service.cli import main; main()"
SAVES = 400  # more than anybody saves before the kill


@contextmanager
def running(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", START, "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"ATELIER_WORKER": "false"},
        start_new_session=True,
    )
    assert process.stdout
    try:
        address = re.search(r"http://\S+?(?=/$)", process.stdout.readline())
        assert address
        yield process, address.group()
    finally:
        kill(process)
        process.wait(30)
        process.stdout.close()


def kill(process: subprocess.Popen[str]) -> None:
    """End the site at once with all processes that answer."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def save_until_killed(address: str, confirmed: list[str], timer: threading.Timer) -> None:
    """Keep people by name until the site is gone, noting each whose answer is whole; the first sets the timer."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    try:
        token = json.load(browser.open(f"{address}/session", timeout=30))["csrf_token"]
        for _ in range(SAVES):
            name = f"person-{secrets.token_hex(8)}"
            form = f"csrf_token={token}&stature=170&unit=cm&name={name}".encode()
            with browser.open(urllib.request.Request(f"{address}/measure", form), timeout=30) as page:  # noqa: S310
                if name in page.read().decode():
                    confirmed.append(name)
                    if timer.ident is None:
                        timer.start()
    except (OSError, HTTPException):
        return


def test_no_confirmed_save_is_lost(tmp_path: Path) -> None:
    confirmed: list[str] = []
    for turn in range(KILLS):
        with running(tmp_path) as (process, address):
            timer = threading.Timer(turn * 0.377 % 2.0, kill, (process,))
            save_until_killed(address, confirmed, timer)
    assert len(confirmed) >= KILLS
    with running(tmp_path) as (_, address), urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:  # noqa: S310
        assert answer.status == 200, "it starts again"
    with closing(sqlite3.connect(tmp_path / "atelier.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = {name for (name,) in database.execute("SELECT name FROM person")}
        orphans = "SELECT count(*) FROM person WHERE id NOT IN (SELECT person_id FROM measurement_set)"
        assert database.execute(orphans).fetchone() == (0,), "nobody without measurements"
    assert set(confirmed) <= names
