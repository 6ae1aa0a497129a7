# SPDX-License-Identifier: GPL-3.0-or-later
"""``atelier doctor``: what is installed, what renders, what is missing and the one command to get it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from avatar_engine.assets import asset_names, read_bytes
from avatar_engine.cli_support import Console, ExitCode, surface
from avatar_engine.errors import AssetError

# What is needed for what, as the extras of pyproject.toml have it.
PACKAGES = {
    "body": ("click", "numpy", "pillow", "safetensors"),
    "tryon": ("bpy", "numba"),
    # Without them a drape ends in our own solver: cloth may pass through itself in tight folds.
    "cloth finish": ("newton", "warp-lang"),
    "pattern": ("ezdxf", "reportlab", "shapely"),
    "training": ("anny", "torch"),
    "scans": ("open3d",),
}
EXTRAS = {
    "body": "",
    "tryon": "[render,fit]",
    "cloth finish": "[fit]",
    "pattern": "[pattern]",
    "training": "[train]",
    "scans": "[scan]",
}
NEEDED = ("body", "tryon")
BLENDER_PYTHON = (3, 11)
SYSTEM_LIBRARIES = (
    "libxxf86vm1 libxfixes3 libxi6 libxrender1 libxt6 libxkbcommon0 libgl1 libsm6 libegl1 libegl-mesa0 libgl1-mesa-dri"
)
PROBE_TIMEOUT_S = 120.0
REPOSITORY = str(Path(__file__).parents[1])

# Runs in a process of its own: bpy takes hold of the whole process it is imported in. It asks the scene itself.
PROBE = """
import json, platform, bpy
from blender_addon.scene.render import choose_device
kind = choose_device(bpy.context.scene)
devices = bpy.context.preferences.addons["cycles"].preferences.devices
names = [device.name for device in devices if device.type == kind] or [platform.machine()]
print("PROBE" + json.dumps({"version": bpy.app.version_string, "kind": kind, "names": names}))
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what : package, file or device
    needed_for : "body", "tryon", "pattern", "training" or "scans"
    state : "ok", "missing" or "damaged"
    detail : version, checksum or device
    remedy : the one command that mends it, "" where nothing is to be mended
    """

    what: str
    needed_for: str
    state: str
    detail: str
    remedy: str = ""


@click.command()
@surface
def doctor(console: Console) -> ExitCode:
    """Tell what is installed, which device renders, what is missing, and how to get it."""
    findings = []
    for finding in look_around():
        findings.append(finding)
        if not console.machine:
            click.echo(_line(console, finding))
    broken = [finding for finding in findings if finding.state != "ok" and finding.needed_for in NEEDED]
    console.document = {"ready": not broken, "findings": [asdict(finding) for finding in findings]}
    if not console.machine:
        click.echo(console.word("doctor_broken", count=len(broken)) if broken else console.word("doctor_well"))
    return ExitCode.INSTALLATION if broken else ExitCode.OK


def look_around() -> Iterator[Finding]:
    """Everything there is to find, what is quick to find first."""
    yield _python()
    for use, names in PACKAGES.items():
        for name in names:
            yield _package(name, use)
    yield from _assets()
    yield from _blender()


def _line(console: Console, finding: Finding) -> str:
    state = console.word(f"doctor_{finding.state}")
    line = f"{state:<10} {finding.what} {finding.detail}".rstrip()
    optional = "" if finding.needed_for in NEEDED else f" ({console.word('doctor_only_for', use=finding.needed_for)})"
    return f"{line}{optional}" + (f"\n{'':<10} -> {finding.remedy}" if finding.remedy else "")


def _python() -> Finding:
    if sys.version_info[:2] == BLENDER_PYTHON:
        return Finding("Python", "tryon", "ok", platform.python_version())
    wanted = ".".join(map(str, BLENDER_PYTHON))
    detail = f"{platform.python_version()}; Blender 4.5 as a module needs {wanted}"
    return Finding("Python", "tryon", "damaged", detail, f"make PYTHON=python{wanted} demo")


def _package(name: str, use: str) -> Finding:
    try:
        return Finding(name, use, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, use, "missing", "", f"pip install 'atelier{EXTRAS[use]}'")


def _assets() -> Iterator[Finding]:
    try:
        names = asset_names()
    except AssetError as error:
        yield Finding(error.path, "body", "damaged", f": {error.expected}", str(error.hint))
        return
    for name in names:
        try:
            read_bytes(name)
        except AssetError as error:
            yield Finding(error.path, "body", "damaged", f": {error.expected}", str(error.hint))
        else:
            yield Finding(name, "body", "ok", "sha256")


def _blender() -> Iterator[Finding]:
    """Blender's own start and the devices Cycles finds; nothing where bpy is not installed, which was told already."""
    if _package("bpy", "tryon").state != "ok":
        return
    try:
        probe = subprocess.run(
            [sys.executable, "-c", PROBE],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [REPOSITORY, os.environ.get("PYTHONPATH")]))},
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield Finding("Blender", "tryon", "damaged", f"does not start within {PROBE_TIMEOUT_S:.0f} s")
        return
    report = next((line[5:] for line in probe.stdout.splitlines() if line.startswith("PROBE")), None)
    if report is None:
        reason = (probe.stderr.strip().splitlines() or [f"ended with {probe.returncode}"])[-1]
        yield Finding("Blender", "tryon", "damaged", reason, f"apt-get install -y {SYSTEM_LIBRARIES}")
        return
    found = json.loads(report)
    yield Finding("Blender", "tryon", "ok", found["version"])
    yield Finding("Cycles", "tryon", "ok", f"{found['kind']}: {', '.join(found['names'])}")
