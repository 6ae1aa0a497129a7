# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of people: good rows become people, and nothing a file holds is more than a problem on one line."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar_engine.measurements import COLUMNS, KEYS, Person, Problem, complete, parse_people
from avatar_engine.measurements.people import MAX_PROBLEMS

Table = Callable[..., Path]


def read(path: Path, unit: str = "cm") -> tuple[list[Person], list[Problem]]:
    found = list(parse_people(path, unit))
    return [x for x in found if isinstance(x, Person)], [x for x in found if isinstance(x, Problem)]


@pytest.mark.parametrize(
    ("unit", "stature", "waist"), [("cm", "168", "78"), ("mm", "1680", "780"), ("in", "66.14", "30.71")]
)
def test_a_row_is_a_person_in_metres(table: Table, unit: str, stature: str, waist: str) -> None:
    path = table("subject,sex,stature,waist_girth,weight_kg,age_years", f"Zoë,F,{stature},{waist},62,31")
    people, problems = read(path, unit)
    assert problems == []
    (person,) = people
    assert (person.row, person.subject, person.cautions) == (2, "Zoë", ())
    asked = person.measurements
    assert asked["stature"] == pytest.approx(1.68, abs=1e-4)
    assert asked["waist_girth"] == pytest.approx(0.78, abs=1e-4)
    assert (asked.sex, asked.weight_kg, asked.age_years) == ("female", 62.0, 31.0)
    assert [key for key, known in zip(KEYS, asked.given, strict=True) if known] == ["stature", "waist_girth"]
    np.testing.assert_array_equal(asked.values, complete(asked.given_values(), "female", 62.0, 31.0).values)


def test_columns_come_in_any_order_and_case_and_blanks_are_allowed(table: Table) -> None:
    people, problems = read(table(" Weight_KG ,STATURE,sex", "80, 180 ,", ",,", "", " ,165,homme"))
    assert problems == []
    assert [(p.row, p.subject, p.measurements.sex) for p in people] == [
        (2, "person-0001", None),
        (5, "person-0004", "male"),
    ]


def test_semicolons_make_a_decimal_comma_clear(table: Table) -> None:
    people, problems = read(table("subject;stature;waist_girth", "ann;168,5;78", "bea;170.5;80,25"))
    assert problems == []
    assert [p.measurements["stature"] for p in people] == pytest.approx([1.685, 1.705])
    assert people[1].measurements["waist_girth"] == pytest.approx(0.8025)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_no_problem(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"stature,sex{ending}168,f{ending}".encode())
    people, problems = read(path)
    assert problems == []
    assert len(people) == 1


def test_every_problem_of_a_row_is_told_and_reading_goes_on(table: Table) -> None:
    path = table("subject,sex,stature,waist_girth", "a/b,x,17,abc", "good,f,168,78", "good,f,169,79")
    people, problems = read(path)
    assert [p.subject for p in people] == ["good"]
    assert [(p.row, p.column, p.value) for p in problems] == [
        (2, "subject", "a/b"),
        (2, "sex", "x"),
        (2, "stature", "17"),
        (2, "waist_girth", "abc"),
        (4, "subject", "good"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a/b",
        "a\\b",
        ".hidden",
        "con",
        "NUL.x",
        "x" * 65,
        "tail.",
        "=1+1",
        "-x",
        "a\x07b",
        "ann:x",
        "ann\u202egpj",
    ],
)
def test_a_subject_that_is_no_safe_file_name_is_refused(table: Table, name: str) -> None:
    people, problems = read(table("subject,stature", f'"{name}",168'))
    assert people == []
    assert [p.column for p in problems] == ["subject"]
    assert problems[0].line().isprintable()


@pytest.mark.parametrize("name", ["ann", "Zoë", "person 2", "A-1_b.c", "7", "李明"])
def test_a_plain_name_is_a_subject(table: Table, name: str) -> None:
    people, problems = read(table("subject,stature", f"{name},168"))
    assert problems == []
    assert people[0].subject == name


def test_names_that_one_file_system_takes_for_one_are_duplicates(table: Table) -> None:
    _, problems = read(table("subject,stature", "Ann,168", "ann,170"))
    assert [(p.row, p.column) for p in problems] == [(3, "subject")]
    assert "row 2" in problems[0].line()


def test_a_value_split_by_a_decimal_comma_is_found(table: Table) -> None:
    _, problems = read(table("subject,stature,chest_girth,waist_girth", "ann,168,92,5,78"))
    (problem,) = problems
    assert (problem.row, problem.column, problem.value) == (2, "chest_girth", "92,5")
    assert "decimal comma" in problem.line()


def test_an_implausible_row_names_the_value_that_stands_out(table: Table) -> None:
    _, problems = read(table("subject,sex,stature,chest_girth,waist_girth,hip_girth", "ann,f,168,90,155,99"))
    (problem,) = problems
    assert problem.column == "waist_girth"
    assert (problem.value, problem.unit) == ("155", "cm")
    assert "chest_girth at most 45.0 cm less than waist_girth" in problem.line()


def test_an_unusual_row_is_made_with_a_caution(table: Table) -> None:
    people, problems = read(table("sex,stature", "f,187"))
    assert problems == []
    (caution,) = people[0].cautions
    assert "stature 187.0 cm" in caution.say("en")


def test_problems_without_end_end_the_reading(table: Table) -> None:
    people, problems = read(table("stature", *["x"] * (3 * MAX_PROBLEMS)))
    assert people == []
    assert len(problems) == MAX_PROBLEMS + 1
    assert str(MAX_PROBLEMS) in problems[-1].line()


@pytest.mark.parametrize("filler", [b"\0", b"0", b"0\n", b'"', b"stature\n"])
def test_a_file_of_a_gigabyte_costs_no_memory(tmp_path: Path, filler: bytes) -> None:
    path = tmp_path / "people.csv"
    with path.open("wb") as stream:
        stream.write(filler * (200_000 // len(filler)))
        stream.truncate(10**9)
    tracemalloc.start()
    people, problems = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert people == []
    assert [(p.row, p.value) for p in problems] == [(None, "1000.0 MB")]
    assert peak < 1_000_000


@pytest.mark.parametrize("filler", [b"\0", b"0", b'"', b","])
def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path, filler: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(filler * 10_000_000)
    tracemalloc.start()
    people, problems = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert people == []
    assert [p.row for p in problems] == [1]
    assert peak < 1_000_000


@given(st.binary(max_size=400))
def test_any_bytes_are_people_or_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "people.csv"
    path.write_bytes(content)
    people, problems = read(path)
    assert people or problems
    assert all(len(problem.line(language).splitlines()) == 1 for problem in problems for language in ("en", "fr"))


@given(st.lists(st.lists(st.text(max_size=6), min_size=3, max_size=3), max_size=4))
def test_any_cells_are_people_or_problems(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "people.csv"
    lines = ["subject,stature,waist_girth", "ann,168,78", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    people, problems = read(path)
    assert people[0].subject == "ann"
    assert all(problem.line().isprintable() for problem in problems)


def test_the_columns_are_the_measurements_and_four_more() -> None:
    assert set(COLUMNS) - set(KEYS) == {"subject", "sex", "weight_kg", "age_years"}
