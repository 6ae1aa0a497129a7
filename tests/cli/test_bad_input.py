# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad tables are refused: one line per problem that says where and what, exit code 2, and nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from avatar_engine.cli import body
from avatar_engine.measurements import KEYS
from avatar_engine.words import LANGUAGES

ROOT = Path(__file__).parents[2]
HEADER = "subject,sex,stature,chest_girth,waist_girth,hip_girth,weight_kg,age_years"
GOOD = "ann,female,168.5,92,78,99,62,31"

# lines of the file; then for each problem what its line must hold: row, column, value, unit, allowed, hint
CASES: dict[str, tuple[list[str], list[tuple[str, ...]]]] = {
    "a missing header": (
        ["ann,168.5,92,78", "bea,170,90,75"],
        [("row 1", "a first row that names the columns", "stature")],
    ),
    "only numbers": (["168.5,92,78"], [("row 1", "a first row that names the columns", "Add a header")]),
    "an unknown column": (["subject,statur", "ann,168"], [("row 1", "statur", "the 15 measurements", "mean stature")]),
    "a column twice": (["stature,stature", "168,168"], [("row 1", "stature", "each column once")]),
    "no measurement column": (["subject,sex", "ann,f"], [("row 1", "a first row that names the columns")]),
    "text in a number": (
        [HEADER, "ann,f,tall,92,78,99,62,31"],
        [("row 2", "stature", "'tall' cm", "a number", "alone")],
    ),
    "a unit in a cell": (
        [HEADER, "ann,f,168 cm,92,78,99,62,31"],
        [("row 2", "stature", "'168 cm'", "a number", "--unit")],
    ),
    "inches as centimetres": (
        [HEADER, GOOD, "bob,m,70,102,91,101,82,31"],
        [("row 3", "stature", "'70' cm", "120.0 to 230.0 cm", "70 in would be 177.8 cm", "--unit in")],
    ),
    "millimetres as centimetres": (
        [HEADER, "bob,m,1778,102,91,101,82,31"],
        [("row 2", "stature", "'1778' cm", "120.0 to 230.0 cm", "1778 mm would be 177.8 cm", "--unit mm")],
    ),
    "metres as centimetres": ([HEADER, "bob,m,1.78,102,91,101,82,31"], [("'1.78' cm", "1.78 m would be 178.0 cm")]),
    "a digit too few": ([HEADER, "bob,m,18,102,91,101,82,31"], [("stature", "'18' cm", "digit", "cm?")]),
    "a negative": ([HEADER, "ann,f,-168,92,78,99,62,31"], [("row 2", "stature", "'-168' cm", "120.0 to", "minus")]),
    "a decimal comma": (
        [HEADER, 'ann,f,168,"92,5",78,99,62,31'],
        [("row 2", "chest_girth", "'92,5' cm", "a number", "Write 92.5")],
    ),
    "a decimal comma that splits": (
        [HEADER, "ann,f,168,92,5,78,99,62,31"],
        [("row 2", "chest_girth", "'92,5'", "8 cells", "decimal comma")],
    ),
    "too few cells": ([HEADER, "ann,f,168,92"], [("row 2", "'4'", "8 cells", "commas")]),
    "an empty file": ([], [("at", "Add a header")]),
    "a header alone": ([HEADER], [("at least one person",)]),
    "a duplicate subject": ([HEADER, GOOD, GOOD], [("row 3", "subject", "'ann'", "once", "row 2")]),
    "chest under waist by 60 cm": (
        [HEADER, "ann,f,168,90,150,99,62,31"],
        [("row 2", "waist_girth", "'150' cm", "chest_girth at most 45.0 cm less than waist_girth")],
    ),
    "an implausible weight": (
        [HEADER, "ann,f,168.5,92,78,99,137,31"],
        [("row 2", "weight_kg", "'137' kg", "for someone with these other measurements", "137 lb would be 62.1 kg")],
    ),
    "no number": (
        [HEADER, "ann,f,nan,inf,#N/A,99,62,31"],
        [("stature", "'nan'"), ("chest", "'inf'"), ("waist", "'#N/A'")],
    ),
    "digits of another script": ([HEADER, "ann,f,١٦٨,92,78,99,62,31"], [("row 2", "stature", "'١٦٨' cm", "0 to 9")]),
    "a child": ([HEADER, "ann,f,168.5,92,78,99,62,9"], [("age_years", "'9' years", "18 to 100 years", "Adults only")]),
    "an unknown sex": ([HEADER, "ann,q,168.5,92,78,99,62,31"], [("row 2", "sex", "'q'", "female, male, or blank")]),
    "a path as a subject": (
        [HEADER, "../../etc/ann,f,168,92,78,99,62,31"],
        [("subject", "'../../etc/ann'", "letters")],
    ),
    "no measurement in a row": ([HEADER, "ann,f,,,,,62,31"], [("row 2", "at least one measurement")]),
    "an open quotation mark": ([HEADER, 'ann,f,"168,92,78,99,62,31'], [("row 2", "quotes closed", "quotation mark")]),
    "several problems": (
        [HEADER, "ann,f,x,92,78,-9,62,31", "bob,m,178,,,,900,31"],
        [("row 2", "stature"), ("row 2", "hip_girth"), ("row 3", "weight_kg")],
    ),
}


def refused(path: Path, out: Path, *options: str) -> list[str]:
    """Run ``atelier body``, which must refuse; the lines about the file."""
    result = CliRunner().invoke(body, [str(path), "--out", str(out), "--lang", "en", *options])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert [found for found in out.parent.iterdir() if found != path] == []
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("Nothing was written")
    return lines[:-1]


@pytest.mark.parametrize("case", CASES)
def test_each_problem_is_one_line_that_names_it(table: Callable[..., Path], tmp_path: Path, case: str) -> None:
    content, expected = CASES[case]
    path = table(*content)
    lines = refused(path, tmp_path / "out")
    assert len(lines) == len(expected)
    for line, parts in zip(lines, expected, strict=True):
        assert line.startswith(str(path))
        assert all(part in line for part in parts), line


@pytest.mark.parametrize("case", CASES)
def test_a_machine_gets_one_document_with_the_same_problems(
    table: Callable[..., Path], tmp_path: Path, case: str
) -> None:
    content, expected = CASES[case]
    path = table(*content)
    result = CliRunner().invoke(body, [str(path), "--out", str(tmp_path / "out"), "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["exit_code"]) == (2, 2)
    assert len(document["problems"]) == len(expected)
    for problem in document["problems"]:
        assert set(problem) == {"file", "row", "column", "value", "unit", "allowed", "hint"}
        assert problem["file"] == str(path)
        assert problem["allowed"]


@pytest.mark.parametrize("case", CASES)
def test_french_says_as_much_as_english(table: Callable[..., Path], tmp_path: Path, case: str) -> None:
    path = table(*CASES[case][0])
    said = {
        language: CliRunner().invoke(body, [str(path), "--out", str(tmp_path / "out"), "--lang", language]).stderr
        for language in LANGUAGES
    }
    assert len(said["fr"].splitlines()) == len(said["en"].splitlines())
    assert said["fr"].splitlines()[-1].startswith("Rien n'a été écrit")
    assert all("admis : " in line for line in said["fr"].splitlines()[:-1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfes\0t\0a\0t\0u\0r\0e\0", "UTF-8"),
        (b"stature,subject\n168,Zo\xeb\n", "0xeb"),
        (b"stature\n\x00\x00\n", "UTF-8"),
        (b"stature," + b"x" * 20_000, "16384 bytes"),
    ],
)
def test_what_is_no_text_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    (line,) = refused(path, tmp_path / "out")
    assert said in line


def test_a_gigabyte_of_zeros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("wb") as stream:
        stream.truncate(10**9)
    (line,) = refused(path, tmp_path / "out")
    assert "'1000.0 MB' is not usable; allowed: files of up to 16 MB" in line


@pytest.mark.parametrize(
    ("name", "happened"), [("peple.csv", "Did you mean people.csv?"), (".", "It cannot be read: it is a folder")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, happened: str) -> None:
    (tmp_path / "people.csv").touch()
    (tmp_path / "made").mkdir()
    (line,) = refused(tmp_path / name, tmp_path / "made/out")
    assert line.startswith(f"{tmp_path / name}: '{(tmp_path / name).name}' is not usable; allowed: a table of people")
    assert line.endswith(happened)


def test_keep_going_with_no_good_row_writes_nothing_too(table: Callable[..., Path], tmp_path: Path) -> None:
    assert len(refused(table(HEADER, "ann,f,x,92,78,99,62,31"), tmp_path / "out", "--keep-going")) == 1


def test_the_real_command_refuses_without_a_traceback(table: Callable[..., Path], tmp_path: Path) -> None:
    path = table(HEADER, "ann,f,168,-92,78,99,62,31")
    done = subprocess.run(
        [sys.executable, "-c", "from render_service.cli import main; main()", "body", path, "--out", tmp_path / "out"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "fr_CA.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0].startswith(f"{path}, ligne 2, chest_girth: '-92' cm")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_header_hint_names_all_keys(table: Callable[..., Path], tmp_path: Path) -> None:
    (line,) = refused(table("168,92"), tmp_path / "out")
    assert all(key in line for key in KEYS)
