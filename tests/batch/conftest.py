# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder with people, looks and a plan, and the command run on it in a process of its own, as Blender keeps much."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from avatar_engine.measurements import Person, parse_people
from blender_addon.batch.plan import check_subjects, load_plan
from blender_addon.batch.shots import Plan, Shot

ROOT = Path(__file__).parents[2]
COMMAND = "from render_service.cli import main; main()"
FILES = {
    "people.csv": "subject,sex,stature,chest_girth\nAnn,female,168,92\nBo,male,181,101\n",
    "summer.toml": '[[garment]]\nid = "t-shirt"\ncolours = { body = "#b02020" }\n[hair]\nstyle = "shaved"\n',
    "plan.toml": """
people = "people.csv"
cameras = ["half"]
[picture]
resolution = [64, 96]
samples = 4
[[look]]
file = "summer.toml"
people = ["Ann"]
[[look.colourway]]
name = "red"
[[look.colourway]]
name = "green"
colours = { t-shirt = { body = "#2f6b3a" } }
""",
}


def write_files(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def shots(path: Path) -> list[Shot]:
    """All pictures that a plan asks for."""
    file = load_plan(path)
    people = [item for item in parse_people(file.people, file.unit) if isinstance(item, Person)]
    check_subjects(file.looks, people, str(path))
    return Plan(tuple(people), file.looks, file.cameras, file.picture, file.naming).shots(str(path))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """People, a look and a plan in a folder."""
    return write_files(tmp_path)


def atelier(*arguments: object, language: str = "en") -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *map(str, arguments), "--lang", language],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def edited(project: Path) -> Callable[[str, str], Path]:
    """The plan with one text replaced by another."""

    def edit(old: str, new: str) -> Path:
        plan = project / "plan.toml"
        text = plan.read_text(encoding="utf-8")
        assert old in text
        plan.write_text(text.replace(old, new), encoding="utf-8")
        return plan

    return edit
