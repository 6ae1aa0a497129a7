# SPDX-License-Identifier: GPL-3.0-or-later
"""A garment whose files are broken ends in one line that names its folder, and leaves nothing half-written."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import garments
from avatar_engine.fitting.sizing import size_girths_cm
from garments import Edge, Panel, Pattern, Placement, catalogue
from render_service.cli import main

WARDROBE = Path(garments.__file__).parent
HEADER = "subject,sex,stature,chest_girth,waist_girth,hip_girth"
ANN = "ann,female,168.5,92,78,99"
LOOK = '[[garment]]\nid = "skirt-pencil"\n'
SQUARE = np.array([[0.0, 0.0], [40.0, 0.0], [40.0, 50.0], [0.0, 50.0], [0.0, 0.0]])


def panel(points: np.ndarray, name: str = "front") -> Panel:
    edges = tuple(Edge(f"side_{i}", points[i : i + 2]) for i in range(len(points) - 1))
    return Panel(name, edges, Placement("skirt", "front", "waist"))


def fails(dimensions: object, cut: object) -> None:
    raise ZeroDivisionError("no ease at the waist")


PROGRAMS = {
    "raises": (fails, "ZeroDivisionError: no ease at the waist"),
    "returns nothing": (lambda dimensions, cut: None, "returned NoneType"),
    "returns no panel": (lambda dimensions, cut: Pattern((), ()), "returned Pattern"),
    "has no numbers": (lambda dimensions, cut: Pattern((panel(SQUARE * np.nan),), ()), "not finite numbers"),
    "runs the wrong way": (
        lambda dimensions, cut: Pattern((panel(SQUARE[::-1]),), (), girths_cm={"hip_girth": 104.0}),
        "front: its edges run clockwise",
    ),
}


@pytest.fixture(params=PROGRAMS.values(), ids=PROGRAMS)
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The pencil skirt's program put out of order; what is said of it."""
    program, said = request.param
    module = types.ModuleType("garments.skirt_pencil.pattern")
    module.draft = program  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    size_girths_cm.cache_clear()
    yield said
    size_girths_cm.cache_clear()


def run(*arguments: object) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.stderr.splitlines()


def test_a_pattern_is_not_written(broken: str, table: Callable[..., Path], tmp_path: Path) -> None:
    people, out = table(HEADER, ANN), tmp_path / "ann.pdf"
    code, lines = run("pattern", "skirt-pencil", "--person", people, "--subject", "ann", "--out", out, "--lang", "en")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("garments/skirt_pencil/pattern.py: cannot draft skirt-pencil: ")
    assert broken in lines[0]
    assert list(tmp_path.iterdir()) == [people]


@pytest.mark.parametrize("broken", [PROGRAMS["raises"]], indirect=True)
def test_others_are_dressed_all_the_same(broken: str, table: Callable[..., Path], tmp_path: Path) -> None:
    people, out, bad, good = table(HEADER, ANN), tmp_path / "out", tmp_path / "bad.toml", tmp_path / "good.toml"
    bad.write_text(LOOK)
    good.write_text("seed = 4\n")
    looks = ("--look", bad, "--look", good)
    result = CliRunner().invoke(
        main,
        [*map(str, ("tryon", people, *looks, "--out", out)), "--no-render", "--keep-going", "--json", "--lang", "fr"],
    )
    assert result.exit_code == 1
    assert sorted(path.name for path in out.glob("[!.]*")) == ["ann-good.glb", "report.csv"]
    problems = json.loads(result.stdout)["problems"]
    assert [problem["kind"] for problem in problems] == ["PatternError"]
    assert problems[0]["text"].startswith("ann-bad: garments/skirt_pencil/pattern.py : impossible de tracer")


def test_its_sizes_cannot_be_advised(broken: str, table: Callable[..., Path], tmp_path: Path) -> None:
    code, lines = run("sizes", table(HEADER, ANN), "--garment", "skirt-pencil", "--out", tmp_path, "--lang", "en")
    assert (code, broken in lines[-1]) == (1, True)
    assert not (tmp_path / "sizes.csv").exists()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("return None", "draft: returned NoneType"),
        ("made.panels[0].edges[0].points[0] = float('inf')\n    return made", "draft: drafted points or girths"),
        ("return 1 / 0", "ZeroDivisionError"),
        ("return made", "girths_cm: says no girths"),
    ],
)
def test_the_check_says_it_too_and_draws_what_there_is(program: str, said: str, tmp_path: Path) -> None:
    folder, drawing = tmp_path / "skirt_mine", tmp_path / "panels.svg"
    folder.mkdir()
    spec = WARDROBE / "skirt_pencil" / "garment.toml"
    (folder / "garment.toml").write_text(spec.read_text("utf-8"), "utf-8")
    (folder / "pattern.py").write_text(
        "from dataclasses import replace\nfrom garments.blocks.skirts import tube_skirt\n\n\n"
        "def draft(dimensions, cut):\n    made = replace(tube_skirt(dimensions, cut), girths_cm={})\n"
        f"    {program}\n",
        "utf-8",
    )
    code, lines = run("garment", "check", folder, "--out", drawing, "--lang", "en")
    assert code == 2
    assert any(line.startswith(str(folder)) and said in line for line in lines), lines
    assert drawing.exists() == (program == "return made")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('id = "skirt-mine"\nlayer = ', "Invalid value"),
        ('id = "skirt-mine"\n', "category: is missing"),
        ('fabric = "wol"', "fabric: 'wol' is not usable"),
    ],
)
def test_a_garment_that_cannot_be_read_is_named_by_its_folder(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "skirt_mine"
    folder.mkdir()
    spec = (WARDROBE / "skirt_pencil" / "garment.toml").read_text("utf-8")
    (folder / "garment.toml").write_text(spec.replace('fabric = "wool"', text) if "wol" in text else text, "utf-8")
    monkeypatch.setattr(sys.modules["garments.catalogue"], "files", lambda package: tmp_path)
    catalogue.cache_clear()
    try:
        code, lines = run("wardrobe", "--lang", "en")
    finally:
        monkeypatch.undo()
        catalogue.cache_clear()
    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith("garments/skirt_mine/garment.toml: ")
    assert said in lines[0]
