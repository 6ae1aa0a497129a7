# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("anny", "bpy", "flask", "newton", "numba", "open3d", "scipy", "torch", "warp")


def heavy_after(code: str, looked_for: tuple[str, ...]) -> list[str]:
    """Which packages a fresh interpreter has loaded after running some code."""
    report = f"import sys; print('LOADED', *[name for name in {looked_for!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]


def test_the_arrows_of_the_design_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module",
    [
        "avatar_engine",
        "avatar_engine.appearance",
        "avatar_engine.avatar",
        "avatar_engine.body.tape",
        "avatar_engine.export",
        "avatar_engine.fitting",
        "avatar_engine.generator",
        "avatar_engine.look",
        "avatar_engine.measurements",
        "avatar_engine.meshing",
        "garments",
    ],
)
def test_the_engine_and_the_wardrobe_need_numpy_alone(module: str) -> None:
    assert heavy_after(f"import {module}", (*HEAVY, "click", "PIL", "safetensors")) == []


def test_the_whole_way_to_a_dressed_person_needs_numpy_alone() -> None:
    code = """
import sys
for name in ("PIL", "click", "numba", "newton", "safetensors", "scipy", "shapely", "warp"):
    sys.modules[name] = None
from avatar_engine.appearance import build_appearance
from avatar_engine.avatar import build_body
from avatar_engine.fitting.live_outfit import LiveWardrobe
from avatar_engine.look import GarmentChoice, look_text, parse_look
from avatar_engine.measurements import complete
body = build_body(complete({"stature": 1.7})).body
outfit = LiveWardrobe().dress(body, [GarmentChoice("t-shirt"), GarmentChoice("trainers")])
print(sorted(garment.garment for garment in outfit.garments))
print(build_appearance(body).skin_texture(256).shape)
"""
    assert heavy_after(code, ("numpy",)) == ["numpy"]


def test_the_command_line_starts_without_anything_heavy() -> None:
    code = "from render_service.cli import main; main(['--help'], standalone_mode=False)"
    assert heavy_after(code, HEAVY) == []
