# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ENDED = Path(__file__).parent.parent / "out/tests-ended"

# Where single tests take longest: begun first, so that two processes end at about the same time.
LONGEST_FIRST = ("blender", "journeys", "jobs", "batch", "tryon", "worker", "portal", "scene", "fitting")

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave word that the run came to its end: a test that ends the process would otherwise look like success."""
    if hasattr(session.config, "workerinput"):
        return  # one of several processes that share the tests out: the one that gave them out leaves word
    ENDED.parent.mkdir(exist_ok=True)
    ENDED.touch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders of ``LONGEST_FIRST`` before the others, each as it was."""
    here = Path(__file__).parent
    rank = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(here).parts[0], len(rank)))


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Write lines as a CSV file in UTF-8; the file's path."""

    def write(*lines: str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
