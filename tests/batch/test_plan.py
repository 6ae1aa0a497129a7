# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: which pictures they ask for, under which names, and what they refuse."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from avatar_engine.errors import LookError
from blender_addon.batch.plan import NAMING, load_plan, naming
from tests.batch.conftest import shots


def test_everybody_is_shown_in_every_look_colourway_and_camera(project: Path, edited) -> None:
    shutil.copy(project / "summer.toml", project / "spare.toml")
    edited('cameras = ["half"]', 'cameras = ["front", "back"]')
    plan = edited("[[look]]\n", '[[look]]\nfile = "spare.toml"\n[[look]]\n')
    assert [shot.name for shot in shots(plan)] == [
        "Ann-spare-own-front",
        "Ann-spare-own-back",
        "Ann-summer-red-front",
        "Ann-summer-red-back",
        "Ann-summer-green-front",
        "Ann-summer-green-back",
        "Bo-spare-own-front",
        "Bo-spare-own-back",
    ]


def test_a_colourway_changes_the_colours_it_names_and_no_others(project: Path) -> None:
    red, green = (shot.look.garments[0].colours for shot in shots(project / "plan.toml"))
    assert red == {"body": "#b02020"}
    assert green == {"body": "#2f6b3a"}


def test_pictures_of_one_sitting_stand_together(project: Path, edited) -> None:
    plan = edited('people = ["Ann"]', "")
    assert [shot.sitting() for shot in shots(plan)] == [("Ann", "summer")] * 2 + [("Bo", "summer")] * 2


def test_a_turntable_is_numbered_and_goes_all_the_way_round(edited) -> None:
    found = shots(edited("samples = 4", "samples = 4\nturntable = 12"))[:12]
    assert [shot.name for shot in found[:2]] == ["Ann-summer-red-half-00", "Ann-summer-red-half-01"]
    assert [shot.turn_deg for shot in found] == pytest.approx([30.0 * i for i in range(12)])


def test_names_may_sort_pictures_into_folders(edited) -> None:
    plan = edited('people = "people.csv"', 'people = "people.csv"\nname = "{look}/{colourway}/{subject}"')
    assert [shot.name for shot in shots(plan)] == ["summer/red/Ann", "summer/green/Ann"]


@pytest.mark.parametrize(
    "template", ["../{subject}", "/{subject}", "{subject}/", "{subject}:{colourway}", ".{subject}"]
)
def test_a_name_that_leaves_its_folder_or_that_some_system_cannot_keep_is_refused(template: str, edited) -> None:
    plan = edited('people = "people.csv"', f'people = "people.csv"\nname = "{template}-{{colourway}}"')
    with pytest.raises(LookError) as caught:
        shots(plan)
    assert caught.value.key == "name"


def test_two_pictures_of_one_name_are_refused(edited) -> None:
    with pytest.raises(LookError, match="Two pictures would be called Ann"):
        shots(edited('people = "people.csv"', 'people = "people.csv"\nname = "{subject}"'))


@pytest.mark.parametrize("template", ["{person}", "{subject", "plain", "{0}", "{subject.row}", 5])
def test_a_template_that_cannot_be_filled_is_refused(template: object) -> None:
    with pytest.raises(LookError) as caught:
        naming("plan.toml", template)
    assert "{colourway}" in caught.value.say("fr")
    assert naming("plan.toml", NAMING) == NAMING


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('people = "people.csv"', "", "people = '' is not usable"),
        ('"half"', '"halv"', "Did you mean half or"),
        ("samples = 4", "samples = 0", "picture.samples = '0'"),
        ("[64, 96]", "[64, 9]", "picture.resolution"),
        ("[64, 96]", "[64.0, 96]", "picture.resolution"),
        ("samples = 4", 'format = "gif"', "png, jpg, webp, exr"),
        ("samples = 4", 'transparent = "yes"', "true, false"),
        ('file = "summer.toml"', 'file = "winter.toml"', "winter.toml"),
        ('people = ["Ann"]', 'people = ["Anne"]', "Did you mean Ann?"),
        ('name = "green"', 'name = "red"', "look[1].colourway[2].name = 'red'"),
        ('name = "green"', 'name = "a/b"', "look[1].colourway[2].name = 'a/b'"),
        ("t-shirt = {", "shirt = {", "look[1].colourway[2].colours.shirt"),
        ("{ body =", "{ sleeve =", "look[1].colourway[2].colours.t-shirt.sleeve"),
        ("#2f6b3a", "green", "#008000"),
        ("[picture]", "[pictures]", "Did you mean picture"),
        ("[[look]]", "[look]", "tables, [[look]]"),
        ("[64, 96]", "[64,", "a plan, a TOML file in UTF-8. Line 6, column 1: "),
    ],
)
def test_what_a_plan_cannot_mean_is_named_with_what_it_can(
    old: str, new: str, said: str, edited: Callable[[str, str], Path]
) -> None:
    with pytest.raises(LookError) as caught:
        shots(edited(old, new))
    assert said in caught.value.say("en")
    assert "\n" not in caught.value.say("fr")


def test_a_file_that_is_not_toml_is_named_with_its_line_in_both_languages(edited) -> None:
    with pytest.raises(LookError) as caught:
        load_plan(edited("samples = 4", "samples = four"))
    assert caught.value.say("en").endswith("Line 6, column 11: Invalid value")
    assert "Ligne 6, colonne 11 : " in caught.value.say("fr")


def test_a_plan_and_a_look_may_begin_with_the_mark_of_utf8_and_no_other_coding(project: Path) -> None:
    for name in ("plan.toml", "summer.toml"):
        content = (project / name).read_bytes()
        (project / name).write_bytes(b"\xef\xbb\xbf" + content)
    assert len(shots(project / "plan.toml")) == 2
    (project / "plan.toml").write_bytes(content + "title = 'Été'\n".encode("latin-1"))
    with pytest.raises(LookError, match="Save it as text in UTF-8"):
        load_plan(project / "plan.toml")


def test_the_plan_of_the_guide_is_the_one_among_the_samples_and_makes_twelve_pictures() -> None:
    root = Path(__file__).parents[2]
    sample = root / "render_service/samples/catalogue/spring.toml"
    guide = (root / "docs/batch.md").read_text(encoding="utf-8")
    text = sample.read_text(encoding="utf-8")
    assert text.partition("\n")[2].strip() in guide
    assert len(shots(sample)) == 12
