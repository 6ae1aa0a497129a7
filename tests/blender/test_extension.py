# SPDX-License-Identifier: GPL-3.0-or-later
"""The built extension in Blender as a module, each story in a process of its own, as Blender keeps much."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.batch.conftest import atelier

ROOT = Path(__file__).parent.parent.parent
LARGEST_ZIP = 60_000_000
STORIES = Path(__file__).with_name("stories")
NAMES = [
    story
    for path in sorted(STORIES.glob("*.py"))
    if path.stem != "at_length"
    for story in re.findall(r"^def (\w+)\(extension: Path, folder: Path\)", path.read_text("utf-8"), re.MULTILINE)
]


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


@dataclass(frozen=True)
class Played:
    """A story that was played in Blender: how it ended, and what it left."""

    folder: Path
    returncode: int
    out: str
    err: str


@pytest.fixture(scope="session")
def played(
    request: pytest.FixtureRequest, extension: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Played]:
    """All stories that are asked for, two at a time: each is mostly Blender that starts."""
    asked = {item.callspec.params["story"] for item in request.session.items if "story" in _params(item)}
    folders = {story: tmp_path_factory.mktemp(story) for story in NAMES if story in asked}
    with ThreadPoolExecutor(2) as both:
        return dict(zip(folders, both.map(partial(play, extension), folders, folders.values()), strict=True))


def _params(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def play(extension: Path, story: str, folder: Path) -> Played:
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(folder / "resources"), "PYTHONPATH": ""}
    command = [sys.executable, str(STORIES), story, str(extension), str(folder)]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return Played(folder, done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("story", NAMES)
def test_in_blender(played: dict[str, Played], story: str) -> None:
    ended = played[story]
    assert ended.returncode == 0, ended.out + ended.err
    assert "Traceback" not in ended.err, ended.err


@pytest.mark.parametrize("story", ["batches"])
def test_the_command_line_and_the_extension_make_the_same_pictures_to_the_byte(
    played: dict[str, Played], story: str
) -> None:
    tmp_path = played[story].folder
    studio = tmp_path / "studio"
    command = ("render", tmp_path / "people.csv", "--look", tmp_path / "red.toml")
    small = ("--resolution", "64x96", "--samples", "2")
    kept = atelier(*command, *small, "--camera", "half", "--camera", "back", "--out", studio)
    assert kept.returncode == 0, kept.stderr
    assert [line.split()[2] for line in kept.stdout.splitlines() if line.startswith("[atelier]")] == ["kept", "kept"]
    made = atelier(*command, *small, "--camera", "half", "--camera", "back", "--out", tmp_path / "again")
    assert made.returncode == 0, made.stderr
    names = ["Ann-back.json", "Ann-back.png", "Ann-half.json", "Ann-half.png", "manifest.json"]
    for folder in (studio, tmp_path / "again"):
        assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        assert (studio / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    with Image.open(studio / "Ann-half.png") as picture:
        values = np.asarray(picture.convert("RGB"), dtype=float)
    assert np.ptp(values[10, 4]) < 25, "a grey wall"
    red, green, _ = values[55:65, 27:37].mean(axis=(0, 1))
    assert red > green + 60, "and a red shirt before it"
