# SPDX-License-Identifier: GPL-3.0-or-later
"""The built extension in Blender as a module, each story in a process of its own, as Blender keeps much."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LARGEST_ZIP = 60_000_000
STORIES = Path(__file__).with_name("stories.py")


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, built from the sources."""
    spec = importlib.util.spec_from_file_location("build_extension", ROOT / "scripts/build_extension.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    return builder.build(tmp_path_factory.mktemp("dist"))


def test_one_zip_holds_the_extension_and_one_wheel_of_our_own(extension: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert extension.stat().st_size < LARGEST_ZIP
    with zipfile.ZipFile(extension) as archive:
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
        names = archive.namelist()
    assert manifest["version"] == version
    assert [f"./{name}" for name in names if name.endswith(".whl")] == manifest["wheels"]
    assert version in manifest["wheels"][0]
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize(
    "story",
    [
        "installs_and_leaves",
        "measures_and_dresses",
        "bad_input",
        "keeps_in_the_file",
        "photographs_and_exports",
        "shape_keys",
        "batches",
    ],
)
def test_in_blender(extension: Path, tmp_path: Path, story: str) -> None:
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path / "resources"), "PYTHONPATH": ""}
    command = [sys.executable, str(STORIES), story, str(extension), str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
