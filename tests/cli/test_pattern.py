# SPDX-License-Identifier: GPL-3.0-or-later
"""``atelier pattern`` writes one whole file, or says in a line what is wrong and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from render_service.pattern import pattern

HEADER = "subject,sex,stature,chest_girth,waist_girth,hip_girth,weight_kg,age_years"
ANN = "ann,female,168.5,92,78,99,62,31"


def run(people: Path, out: Path, *options: str, garment: str = "t-shirt", subject: str = "ann") -> Result:
    return CliRunner().invoke(
        pattern, [garment, "--person", str(people), "--subject", subject, "--out", str(out), "--lang", "en", *options]
    )


@pytest.mark.parametrize("name", ["a.pdf", "b.SVG", "deep/er/c.dxf"])
def test_one_whole_file_is_written(table: Callable[..., Path], tmp_path: Path, name: str) -> None:
    people, out = table(HEADER, ANN), tmp_path / name
    result = run(people, out, "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert (document["out"], document["subject"], document["size"]) == (str(out), "ann", "made-to-measure")
    assert out.stat().st_size > 5000
    assert [found.name for found in out.parent.iterdir() if found != people] == [out.name]
    first = out.read_bytes()
    assert run(people, out).exit_code == 0
    assert out.read_bytes() == first


def test_a_size_and_letter_paper_in_french(table: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "ann.pdf"
    assert run(table(HEADER, ANN), out, "--size", "m", "--paper", "letter", "--language", "fr").exit_code == 0
    assert out.read_bytes() != b""


@pytest.mark.parametrize(
    ("options", "words", "said"),
    [
        ({"garment": "tshirt"}, (), ("GARMENT = 'tshirt'", "Did you mean t-shirt")),
        ({"garment": "base-layer"}, (), ("GARMENT = 'base-layer'", "allowed: ")),
        ({"subject": "anne"}, (), ("--subject = 'anne'", "allowed: ann", "Did you mean ann?")),
        ({}, ("--size", "Q"), ("--size = 'Q'", "made-to-measure, XS")),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(
    table: Callable[..., Path], tmp_path: Path, options: dict, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    people, out = table(HEADER, ANN), tmp_path / "ann.pdf"
    result = run(people, out, *words, **options)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert all(part in line for part in said), line
    assert list(tmp_path.iterdir()) == [people]


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("ann.png", (), "--out = 'ann.png'"),
        ("ann", (), "allowed: .pdf, .svg, .dxf"),
        ("ann.svg", ("--paper", "a4"), "--paper = 'a4'"),
    ],
)
def test_only_known_kinds_of_file_are_written(
    table: Callable[..., Path], tmp_path: Path, name: str, words: tuple[str, ...], said: str
) -> None:
    people = table(HEADER, ANN)
    result = run(people, tmp_path / name, *words)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == [people]


def test_a_place_that_cannot_be_written_is_named(table: Callable[..., Path], tmp_path: Path) -> None:
    people = table(HEADER, ANN)
    out = people / "ann.svg"
    result = run(people, out)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{people}: cannot be used")
    assert "a file stands where a folder is needed" in line
    assert list(tmp_path.iterdir()) == [people]


def test_a_bad_table_is_refused(table: Callable[..., Path], tmp_path: Path) -> None:
    people = table(HEADER, "ann,female,-168.5,92,78,99,62,31")
    result = run(people, tmp_path / "ann.pdf")
    assert result.exit_code == 2
    assert "stature" in result.stderr
    assert list(tmp_path.iterdir()) == [people]


def test_a_size_that_cannot_be_worn_is_refused_with_the_reason(table: Callable[..., Path], tmp_path: Path) -> None:
    people = table(HEADER, "bob,male,182,132,128,126,125,40")
    result = run(people, tmp_path / "bob.pdf", "--size", "XS", garment="trousers-straight", subject="bob")
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if "caution" not in line]
    assert "trousers-straight" in line
    assert "made-to-measure" in line
    assert list(tmp_path.iterdir()) == [people]


def test_a_failure_while_writing_leaves_the_old_file(
    table: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "ann.svg"
    out.parent.mkdir()
    out.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = run(table(HEADER, ANN), out)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [f"{out}: cannot be used (there is no room left)"]
    assert [found.name for found in out.parent.iterdir()] == ["ann.svg"]
    assert out.read_text() == "old"
