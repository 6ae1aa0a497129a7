# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from avatar_engine.export import read_vertices
from avatar_engine.measurements import KEYS, Person, parse_people
from render_service.cli import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_its_table_of_people_is_good(tmp_path: Path) -> None:
    (table,) = [text for _, text in BLOCKS if text.startswith("subject,")]
    path = tmp_path / "people.csv"
    path.write_text(table, encoding="utf-8")
    people = list(parse_people(path))
    assert len(people) == len(table.splitlines()) - 1
    assert all(isinstance(each, Person) and not each.cautions for each in people)


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for language, text in BLOCKS:
        if language == "python":
            exec(compile(text, "README.md", "exec"), {})  # noqa: S102  # the README's own lines are what is tested
    assert read_vertices(tmp_path / "lea.glb").shape == (13718, 3)


def test_it_names_every_command_and_every_measurement() -> None:
    assert all(f"atelier {name}" in README for name in COMMANDS)
    assert all(f"`{key}`" in README for key in KEYS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_what_it_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


def test_the_files_its_commands_name_are_there() -> None:
    for path in re.findall(r"--look (\S+/\S+\.toml)", README):
        assert (ROOT / path).is_file()
