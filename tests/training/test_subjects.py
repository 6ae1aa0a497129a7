# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of subjects: read in the survey's units, or refused in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from avatar_engine.measurements.population import RELAXED_ARM_FRACTION
from avatar_engine.words import LANGUAGES
from tests.training.people import HEADER, people_rows
from training.cli import evaluate
from training.subjects import LEAST, SubjectsError, read_subjects

Table = Callable[..., Path]


def test_subjects_come_in_metres_with_the_arm_relaxed(table: Table) -> None:
    rows = people_rows(200)
    subjects = read_subjects([table(HEADER, *rows)])
    texts = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in rows]
    assert subjects.sex.tolist() == [text["sex"] for text in texts]
    np.testing.assert_allclose(subjects.columns["stature"], [float(text["stature"]) / 1000.0 for text in texts])
    np.testing.assert_allclose(subjects.columns["weight_kg"], [float(text["weight_kg"]) for text in texts])
    fraction = subjects.columns["upper_arm_girth"] / [float(text["upper_arm_girth"]) / 1000.0 for text in texts]
    for sex, usual in RELAXED_ARM_FRACTION.items():
        assert fraction[subjects.sex == sex].mean() == pytest.approx(usual, abs=0.01)
        assert fraction[subjects.sex == sex].std() == pytest.approx(0.03, abs=0.01)
    bmi = subjects.columns["weight_kg"] / subjects.columns["stature"] ** 2
    np.testing.assert_array_equal(subjects.bmi, bmi)


def test_several_tables_are_one_and_keep_the_columns_they_share(table: Table) -> None:
    rows = people_rows(2 * LEAST)
    extra = table(HEADER + ",span", *(f"{row},1700" for row in rows), name="more.csv")
    both = read_subjects([table(HEADER, *rows), extra])
    assert len(both) == 4 * LEAST
    assert "span" not in both.columns
    assert read_subjects([extra]).columns["span"][0] == 1.7
    assert list(both.files) == ["people.csv", "more.csv"]


def spoilt(column: str, value: str) -> list[str]:
    """A good table whose third row has one wrong cell."""
    rows = people_rows(2 * LEAST)
    cells = rows[1].split(",")
    cells[HEADER.split(",").index(column)] = value
    return [HEADER, rows[0], ",".join(cells), *rows[2:]]


CASES: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "no column": ([HEADER.replace("waist_girth", "waist"), *people_rows(4)], ("waist_girth", "'waist'", "millimetres")),
    "text": (spoilt("hip_girth", "wide"), ("row 3, hip_girth", "'wide'", "a number")),
    "a blank": (spoilt("neck_girth", ""), ("row 3, neck_girth", "''", "every cell")),
    "not a number": (spoilt("weight_kg", "nan"), ("row 3, weight_kg", "'nan'")),
    "centimetres": (spoilt("stature", "168"), ("row 3, stature", "'168' mm", "1200 to 2300 mm")),
    "no sex": (spoilt("sex", "x"), ("row 3, sex", "'x'", "female or male")),
    "too few": ([HEADER, *people_rows(10)], ("10 subjects are too few", str(LEAST))),
    "one sex": ([HEADER, *(row.replace(",male,", ",female,") for row in people_rows(100))], ("too few",)),
    "a header alone": ([HEADER], ("no subject",)),
    "nothing": ([""], ("column",)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_table_that_is_none_is_refused_in_one_line_and_nothing_is_written(
    table: Table, tmp_path: Path, case: str
) -> None:
    lines, said = CASES[case]
    path = table(*lines)
    for language in LANGUAGES:
        options = ["--subjects", str(path), "--out", str(tmp_path / "out"), "--lang", language]
        result = CliRunner().invoke(evaluate, options)
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert line.startswith(str(path))
        assert language == "fr" or all(part in line for part in said), line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\0\1", b'sex\n"f\n'])
def test_bytes_that_are_no_table_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(SubjectsError) as caught:
        read_subjects([path])
    assert str(caught.value).startswith(str(path))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    options = ["--subjects", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out"), "--lang", "en"]
    result = CliRunner().invoke(evaluate, options)
    assert result.exit_code == 2
    assert str(tmp_path / "none.csv") in result.stderr
    assert "Traceback" not in result.output
