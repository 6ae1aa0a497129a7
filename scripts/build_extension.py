# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the Blender extension: ``blender_addon/`` and, in its ``wheels/``, the engine and the wardrobe.

``python scripts/build_extension.py`` writes ``dist/atelier-X.Y.Z.zip`` and prints its path. Blender's own tool checks
the manifest and packs the files; it comes with Blender as a module.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("avatar_engine", "garments")
LICENCES = ("LICENSE", "LICENSE-assets")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
# Wheels and zips remember times; one for all makes the same files from the same sources.
EPOCH = "315532800"


def build(target: Path) -> Path:
    """The extension's zip in the folder ``target``; raises ``CalledProcessError`` where a step fails."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="atelier-extension-") as folder:
        extension = Path(folder) / "atelier"
        shutil.copytree(ROOT / "blender_addon", extension, ignore=LEFT_OUT)
        shutil.copy(ROOT / "LICENSE", extension)
        _build_wheel(settings, Path(folder) / "engine", extension / "wheels")
        _run(str(_blender_tool()), "build", "--source-dir", str(extension), "--output-dir", str(target))
    return target / f"atelier-{settings['project']['version']}.zip"


def _build_wheel(settings: dict[str, object], work: Path, wheels: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, work / package, ignore=LEFT_OUT)
    for licence in LICENCES:
        shutil.copy(ROOT / licence, work)
    data = json.dumps(settings["tool"]["setuptools"]["package-data"]["*"])
    text = (ROOT / "scripts/engine.toml").read_text(encoding="utf-8")
    text = text.replace("VERSION", settings["project"]["version"]).replace("PACKAGE_DATA", data)
    (work / "pyproject.toml").write_text(text, encoding="utf-8")
    _run("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(work))


def _blender_tool() -> Path:
    found = importlib.util.find_spec("bpy")
    if found is None or found.origin is None:
        raise SystemExit("Blender as a module is needed: pip install '.[render]'")
    (tool,) = Path(found.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")
    return tool


def _run(*arguments: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()


if __name__ == "__main__":
    print(build(ROOT / "dist"))
