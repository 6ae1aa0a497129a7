# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository's own promises: licences named, no host of a registry, constraints that fit, make that helps."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FRONTEND_LOCK = "render_service/portal/frontend/package-lock.json"
FOLDERS = ("avatar_engine", "blender_addon", "garments", "render_service", "tests", "training", "scripts")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*") if path.stat().st_size]
    return [path for path in found if path.suffix in (".py", ".sh") and "node_modules" not in path.parts]


def test_every_source_file_names_its_licence() -> None:
    assert sources()
    unnamed = [path for path in sources() if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text()[:200]]
    assert unnamed == []


@pytest.mark.parametrize(
    "name", ["constraints.txt", "pyproject.toml", "Makefile", "tests/gltf/package-lock.json", FRONTEND_LOCK]
)
def test_packages_are_named_without_a_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "resolved" not in text


def test_constraints_agree_with_what_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    constraints = dict(line.lower().split("==") for line in lines if not line.startswith("#"))
    pinned = [entry for extra in PROJECT["optional-dependencies"].values() for entry in extra if "==" in entry]
    assert pinned
    for entry in pinned:
        name, version = entry.split("==")
        assert constraints[name] == version


def test_the_core_is_small() -> None:
    names = {re.split(r"[<>=]", entry)[0] for entry in PROJECT["dependencies"]}
    assert names == {"click", "numpy", "pillow", "safetensors"}


def test_make_helps() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"^make (\w+)", done.stdout, re.MULTILINE))
    assert {"demo", "test", "bench", "lint", "clean"} <= targets
