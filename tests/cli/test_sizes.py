# SPDX-License-Identifier: GPL-3.0-or-later
"""The command sizes: a table of people in, advice for each in words, JSON and CSV."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from render_service.sizes import COLUMNS, sizes

PEOPLE = (
    "subject,sex,stature,chest_girth,waist_girth,hip_girth",
    "ann,female,163,94,80,102",
    "bo,male,174,98,87,98",
)


def run(*arguments: object):
    return CliRunner().invoke(sizes, [*map(str, arguments)])


def test_everybody_is_told_which_size_to_take(table):
    result = run(table(*PEOPLE), "--garment", "t-shirt", "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "ann (women's chart)"
    assert lines[1] == "  T-shirt: take M (EU 40-42, FR 42-44, UK 14-16, US 10-12)"
    assert [line.split(":")[0].split()[-1] for line in lines[2:5]] == ["S", "M", "L"]
    assert lines[3].startswith("    → M: chest +")
    assert "bo (men's chart)" in lines


def test_french_is_spoken_throughout(table):
    said = run(table(*PEOPLE), "--garment", "trousers-straight", "--lang", "fr").stdout
    assert "Pantalon droit : prendre" in said
    assert "tour de bassin" in said


def test_the_sex_said_decides_the_chart(table):
    rows = (PEOPLE[0], "cy,female,180,104,92,99")
    document = json.loads(run(table(*rows), "--garment", "t-shirt", "--json").stdout)
    assert document["people"][0]["garments"][0]["chart"] == "women"


def test_all_sized_garments_are_advised_and_written_as_csv(table, tmp_path):
    result = run(table(*PEOPLE), "--out", tmp_path / "out", "--json")
    document = json.loads(result.stdout)
    garments = [row["garment"] for row in document["people"][0]["garments"]]
    assert "t-shirt" in garments
    assert "base-layer" not in garments
    assert document["sizes"] == str(tmp_path / "out" / "sizes.csv")
    with (tmp_path / "out" / "sizes.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    advised = {
        row["size"] for row in rows if (row["subject"], row["garment"], row["advised"]) == ("ann", "t-shirt", "yes")
    }
    assert advised == {"M"}
    for row in rows:
        assert float(row["garment_cm"]) - float(row["body_cm"]) == pytest.approx(float(row["ease_cm"]), abs=0.11)


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--garment", "t-shrt"), "Did you mean t-shirt"), (("--fabric", "jersy"), "Did you mean jersey")],
)
def test_an_unknown_name_is_one_line_and_nothing_is_written(options, said, table, tmp_path):
    result = run(table(*PEOPLE), "--out", tmp_path / "out", "--lang", "en", *options)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_bad_row_refuses_the_table_unless_asked_to_go_on(table):
    rows = (*PEOPLE, "dee,female,tall,90,80,100")
    assert run(table(*rows), "--garment", "t-shirt").exit_code == 2
    going_on = run(table(*rows), "--garment", "t-shirt", "--keep-going", "--json")
    assert going_on.exit_code == 1
    assert len(json.loads(going_on.stdout)["people"]) == 2
