# SPDX-License-Identifier: GPL-3.0-or-later
"""``atelier wardrobe`` lists all that a look can name, and what it lists can be worn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from avatar_engine.look import parse_look
from garments import catalogue, fabrics
from render_service.cli import main

SHOWN = ("garments", "fabrics", "hair_styles")


def run(*options: str) -> str:
    result = CliRunner().invoke(main, ["wardrobe", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def listed() -> dict:
    return json.loads(run("--json"))


def test_every_garment_is_listed_with_names_sizes_cloth_and_colours(listed: dict) -> None:
    assert [row["id"] for row in listed["garments"]] == list(catalogue())
    shirt = next(row for row in listed["garments"] if row["id"] == "shirt")
    assert (shirt["category"], shirt["layer"], shirt["fabric"]) == ("shirt", 3, "poplin")
    assert shirt["name"] == {"en": "Shirt", "fr": "Chemise"}
    assert (shirt["sizes"][0], shirt["sizes"][-1]) == ("made-to-measure", "4XL")
    assert set(shirt["fabrics"]) == set(fabrics())
    assert {"body", "trim", "buttons", "thread"} == set(shirt["colours"])
    assert listed["sizes"]["women"]["M"] == {"EU": [40, 42], "FR": [42, 44], "UK": [14, 16], "US": [10, 12]}


def test_all_that_is_listed_can_be_named_in_a_look(listed: dict) -> None:
    for row in listed["garments"]:
        for size in row["sizes"]:
            choice = {"id": row["id"], "size": size, "fabric": row["fabrics"][-1], "colours": row["colours"]}
            assert parse_look({"garment": [choice]}).garments[0].size == size
    for hair, colour in zip(listed["hair_styles"], [*listed["hair_colours"]] * 2, strict=False):
        parse_look({"hair": {"style": hair["id"], "colour": colour["id"]}})
    for tone, eyes in zip(listed["skin_tones"], listed["eye_colours"], strict=False):
        parse_look({"skin": {"tone": tone["tone"]}, "eyes": {"colour": eyes["id"]}})
    assert all(parse_look({"pose": pose}).pose == pose for pose in listed["poses"])


@pytest.mark.parametrize("section", SHOWN)
def test_a_picture_is_a_file_that_is_there_or_null(listed: dict, section: str) -> None:
    for row in listed[section]:
        assert row["thumbnail"] is None or Path(row["thumbnail"]).is_file()


def test_people_read_it_in_their_language() -> None:
    english, french = run("--lang", "en"), run("--lang", "fr")
    assert all(word in english for word in ("Pleated skirt", "Denim", "EU 40-42", "Long, wavy", "made to measure"))
    assert all(word in french for word in ("Jupe plissée", "Maille de laine", "Longs, ondulés", "sur mesure, XS-4XL"))
    assert english.count("\n") == french.count("\n")
