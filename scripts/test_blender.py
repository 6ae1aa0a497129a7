# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in every Blender it is for: ``make test-blender``, or ``python scripts/test_blender.py [NAME ...]``.

Blender as a module, each version with a Python of its own, plays ``tests/blender/stories``; Blender with its window,
out of Debian, plays ``tests/blender/window`` with a real mouse. Prints a table; pictures of the window and the logs
go to ``out/blender``. The versions are kept in ``.venv/blender`` (about 6 GB).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from build_extension import ROOT, build

KEPT, OUT = ROOT / ".venv/blender", ROOT / "out/blender"
TESTS = ROOT / "tests/blender"
STORIES = [
    story
    for path in sorted((TESTS / "stories").glob("*.py"))
    for story in re.findall(r"^def (\w+)\(extension: Path, folder: Path\)", path.read_text("utf-8"), re.MULTILINE)
]
MODULES = {
    "4.2.23": "3.11",
    "4.5.15": "3.11",
    "5.0.1": "3.11",
    "5.2.3": "3.13",
}
SUITES = ("trixie", "sid")
STORY_SECONDS, WINDOW_SECONDS = 900, 1800
INSIDE = f"""
export HOME=/stage/home BLENDER_USER_RESOURCES=/stage/resources LIBGL_ALWAYS_SOFTWARE=1 LC_ALL=C.UTF-8
cd /stage && mkdir -p home pictures
blender --command extension install-file -r user_default -e extension.zip
blender -b --python-exit-code 4 --python-expr '
import bpy
bpy.context.preferences.view.show_splash = False
bpy.ops.wm.save_userpref()'
printf 'subject,sex,stature\\nAnn,female,168\\n' > people.csv
printf '[[garment]]\\nid = "t-shirt"\\n[hair]\\nstyle = "shaved"\\n' > look.toml
blender -b --command atelier render people.csv --look look.toml --camera half \
    --resolution 128x192 --samples 16 --out pictures
timeout {WINDOW_SECONDS} xvfb-run -a -s "-screen 0 1600x900x24 +extension GLX" blender --enable-event-simulate \
    --window-geometry 0 0 1600 900 --python-exit-code 4 --python window/__main__.py -- /stage/pictures
"""

Result = tuple[str, str, bool, float]  # version, what was played, whether it holds, seconds


def python_of(version: str) -> str:
    """A Python of that version, on the path or among pyenv's; raises ``SystemExit`` where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python{version}")]
    for candidate in candidates:
        asked = [str(candidate), "-c", "import ensurepip, venv"]
        if candidate and not subprocess.run(asked, capture_output=True, check=False).returncode:
            return str(candidate)
    raise SystemExit(f"Python {version} is needed for this version of Blender, and was not found")


def module(version: str) -> Path:
    """The Python that imports Blender of that version, installed on the first call."""
    home = KEPT / version
    if not (home / ".whole").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([python_of(MODULES[version]), "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin/python"), "-m", "pip", "install", "-qq", f"bpy=={version}"], check=True)
        (home / ".whole").touch()
    return home / "bin/python"


def played(name: str, command: list[str], log: Path, environment: dict[str, str]) -> tuple[bool, float]:
    """Whether a command ends well and without a traceback, and its seconds."""
    start = time.monotonic()
    with log.open("w") as told:
        done = subprocess.run(command, cwd=log.parent, env=environment, stdout=told, stderr=told, check=False)
    text = log.read_text(errors="replace")
    good = done.returncode == 0 and "Traceback" not in text
    print(f"{name}: {'holds' if good else f'FAILED, see {log}'}", flush=True)
    return good, time.monotonic() - start


def stories(version: str, extension: Path) -> Iterator[Result]:
    """All stories in Blender as a module."""
    python = module(version)
    for story in STORIES:
        folder = OUT / version / story
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        environment = os.environ | {"BLENDER_USER_RESOURCES": str(folder / "resources"), "PYTHONPATH": ""}
        command = [
            "timeout",
            str(STORY_SECONDS),
            str(python),
            str(TESTS / "stories"),
            story,
            str(extension),
            str(folder),
        ]
        yield f"bpy {version}", story, *played(f"bpy {version} {story}", command, folder / "log.txt", environment)


def window(suite: str, extension: Path) -> Iterator[Result]:
    """The story of the mouse in Blender with its window."""
    root, folder = KEPT / suite, OUT / suite
    subprocess.run([str(ROOT / "scripts/blender_from_debian.sh"), suite, str(root)], check=True)
    shutil.rmtree(root / "stage", ignore_errors=True)
    (root / "stage").mkdir()
    shutil.copy(extension, root / "stage/extension.zip")
    shutil.copytree(TESTS / "window", root / "stage/window")
    folder.mkdir(parents=True, exist_ok=True)
    asked = ["chroot", str(root), "blender", "--version"]
    version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    command = ["chroot", str(root), "sh", "-euc", INSIDE]
    result = played(f"{version} with its window", command, folder / "log.txt", dict(os.environ))
    for picture in (root / "stage/pictures").glob("*.png"):
        shutil.copy(picture, folder)
    yield f"{version}, window", "mouse, keys, undo, French", *result


PLACES: dict[str, Callable[[str, Path], Iterator[Result]]] = {
    **dict.fromkeys(MODULES, stories),
    **dict.fromkeys(SUITES, window),
}


def main() -> int:
    """Play all, or what the command line names; 1 where something fails."""
    names = sys.argv[1:] or list(PLACES)
    unknown = [name for name in names if name not in PLACES]
    if unknown:
        raise SystemExit(f"{', '.join(unknown)}: known are {', '.join(PLACES)}")
    extension = build(ROOT / "dist")
    results = [result for name in names for result in PLACES[name](name, extension)]
    print("\n| Blender | played | | seconds |\n|---|---|---|---:|")
    for version, what, good, seconds in results:
        print(f"| {version} | {what.replace('_', ' ')} | {'holds' if good else 'fails'} | {seconds:.0f} |")
    return 0 if all(good for _, _, good, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
