# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor finds what is there, what is not, and how to get it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from avatar_engine.assets import asset_names
from render_service import doctor

ROOT = Path(__file__).parents[2]
BODY_ASSETS = tuple(name for name in asset_names() if name.startswith(("generator", "shape_space", "template")))


def test_this_installation_is_well_and_says_what_renders() -> None:
    result = CliRunner().invoke(doctor.doctor, ["--json"])
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["ready"] is True
    found = {finding["what"]: finding for finding in document["findings"]}
    assert found["bpy"]["detail"] == "4.5.15"
    assert found["Blender"]["detail"].startswith("4.5.15")
    assert found["Cycles"]["detail"]
    assert {name: found[name]["state"] for name in asset_names()} == dict.fromkeys(asset_names(), "ok")


def test_a_missing_package_comes_with_the_command_that_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.PACKAGES, "tryon", ("no-such-package",))
    monkeypatch.setitem(doctor.PACKAGES, "scans", ("no-such-scanner",))
    result = CliRunner().invoke(doctor.doctor, ["--lang", "en"])
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    at = lines.index("missing    no-such-package")
    assert lines[at + 1].strip() == "-> pip install 'atelier[render,fit]'"
    assert "missing    no-such-scanner (only for scans)" in lines
    assert lines[-1].startswith("1 thing(s) to mend")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The engine and its command in a folder of their own, to be damaged."""
    for package in ("avatar_engine", "garments", "render_service"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def atelier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from render_service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments, "--lang", "en"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("damage", ["changed", "missing"])
@pytest.mark.parametrize("name", BODY_ASSETS)
def test_a_damaged_asset_is_named_with_its_checksum_and_its_cure(copy: Path, name: str, damage: str) -> None:
    asset = copy / "avatar_engine" / "assets" / name
    expected = json.loads((asset.parent / "manifest.json").read_text())["sha256"][name]
    if damage == "missing":
        asset.unlink()
    else:
        content = bytearray(asset.read_bytes())
        content[len(content) // 2] ^= 1
        asset.write_bytes(content)
    people = copy / "people.csv"
    people.write_text("subject,stature\nann,168\n")
    done = atelier(copy, "body", str(people), "--out", str(copy / "out"))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if str(asset) in line]
    assert expected in line
    assert "to restore it" in line
    assert not list((copy / "out").glob("*"))


def test_the_doctor_reports_a_damaged_asset(copy: Path) -> None:
    asset = copy / "avatar_engine" / "assets" / asset_names()[0]
    asset.write_bytes(b"")
    done = atelier(copy, "doctor")
    assert done.returncode == 3
    assert re.search(rf"damaged +{re.escape(str(asset))} : sha256 [0-9a-f]{{64}}, found [0-9a-f]{{64}}", done.stdout)
    assert "to restore it" in done.stdout


def test_the_libraries_it_names_are_those_the_installer_gets() -> None:
    script = (ROOT / "scripts" / "system_libraries.sh").read_text()
    listed = set(re.findall(r"^blender (\S+)", script, re.MULTILINE))
    assert listed == set(doctor.SYSTEM_LIBRARIES.split())


def test_the_extras_it_names_bring_the_packages_it_looks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for use, names in doctor.PACKAGES.items():
        brought = list(project["dependencies"])
        for extra in re.findall(r"\w+", doctor.EXTRAS[use]):
            brought += extras[extra]
        assert set(names) <= {re.split(r"[<>=]", requirement)[0] for requirement in brought}
