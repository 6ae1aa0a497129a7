# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own processes: they get its settings, and end with the one that started them."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from render_service.portal.child import Child
from render_service.portal.config import Settings, from_json

TELLS = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.readline()); sys.stdin.read(); sys.exit(5)"


def test_a_child_has_the_settings_and_ends_when_it_is_let_go(tmp_path: Path) -> None:
    settings, told = Settings(data=tmp_path, processes=3), tmp_path / "told"
    child = Child(["-c", TELLS, str(told)], settings)
    assert child.process.poll() is None
    child.let_go()
    assert child.wait() == 5
    heard = from_json(json.loads(told.read_text()))
    assert (heard.data, heard.processes) == (tmp_path.resolve(), 3)


def test_one_that_is_gone_before_it_was_told_anything_ends_no_thread(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, mail_from="x" * 200_000)  # more than a pipe takes unread
    child = Child(["-c", "import sys; sys.exit(3)"], settings)
    child.let_go()
    assert child.wait() == 3


def test_one_that_is_killed_is_told_by_its_signal(tmp_path: Path) -> None:
    child = Child(["-c", TELLS, str(tmp_path / "told")], Settings(data=tmp_path))
    child.kill()
    assert child.wait() == -signal.SIGKILL
