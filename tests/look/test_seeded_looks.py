# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks by seed keep to the rules of dress and colour, whatever the seed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from itertools import combinations, product

import pytest

from avatar_engine import seeded_look as module
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.colour import Colour, hue_distance
from avatar_engine.look import Look, look_text, parse_look
from avatar_engine.seeded_look import occasions, role_of, seasons, seeded_look, style, tasteful, wearers
from avatar_engine.tucking import untuckable
from garments import GarmentSpec, catalogue, fabrics
from garments.prints import DRAWN

SEEDS = range(500)


@cache
def looks() -> tuple[Look, ...]:
    return tuple(seeded_look(seed) for seed in SEEDS)


def worn(look: Look) -> dict[str, GarmentSpec]:
    return {role_of(catalogue()[choice.garment]): catalogue()[choice.garment] for choice in look.garments}


def colours(look: Look) -> dict[str, Colour]:
    return {role_of(catalogue()[each.garment]): Colour.from_hex(each.colours["body"]) for each in look.garments}


def test_five_hundred_looks_are_valid_files_that_read_back_equal():
    for look in looks():
        assert parse_look(tomllib.loads(look_text(look))) == look


def test_the_same_seed_gives_the_same_bytes_and_others_differ():
    texts = {look_text(look) for look in looks()}
    assert look_text(seeded_look(7)) == look_text(looks()[7])
    assert len(texts) == len(SEEDS)
    assert len({text.split("\n", 4)[4] for text in texts}) > 480


def test_nobody_wears_two_of_a_kind_and_everybody_is_dressed():
    for look in looks():
        parts = worn(look)
        assert len(parts) == len(look.garments)
        assert ("dress" in parts) != ("bottom" in parts)
        assert ("dress" in parts) != ("top" in parts)
        assert "feet" in parts or not any(role_of(spec) == "feet" for spec in catalogue().values())


def test_garments_go_from_the_skin_outwards():
    for look in looks():
        layers = [catalogue()[choice.garment].layer for choice in look.garments]
        assert layers == sorted(layers)


def test_no_hues_clash():
    for look in looks():
        coloured = [colour for colour in colours(look).values() if colour.chroma >= 0.065]
        for one, other in combinations(coloured, 2):
            apart = hue_distance(one, other)
            assert apart < 42.0 or apart > 143.0, look_text(look)
            if apart > 143.0:
                assert min(one.chroma, other.chroma) < 0.09


def test_top_and_bottom_and_layers_differ_in_lightness():
    for look in looks():
        found = colours(look)
        if "bottom" in found:
            upper = found.get("over") or found["top"]
            assert abs(upper.lightness - found["bottom"].lightness) > 0.13, look_text(look)
            assert found["bottom"].chroma < 0.105
        layers = [found[role] for role in ("dress", "top", "over", "outer") if role in found]
        for inner, outer in zip(layers, layers[1:], strict=False):
            assert abs(inner.lightness - outer.lightness) > 0.055


def test_one_garment_at_most_is_printed_in_its_colour_and_a_neutral_that_stands_out():
    printed = [[choice for choice in look.garments if choice.printed] for look in looks()]
    assert {len(each) for each in printed} == {0, 1}
    assert 60 < sum(map(len, printed)) < 160
    assert {each[0].printed.kind for each in printed if each} == set(DRAWN)
    for choice in (each[0] for each in printed if each):
        ground, figure = (Colour.from_hex(colour) for colour in choice.printed.colours)
        assert choice.printed.colours[0] == choice.colours["body"]
        assert figure.chroma < 0.065
        assert abs(ground.lightness - figure.lightness) > 0.19


def test_all_of_the_wardrobe_is_worn_by_somebody():
    seen = {choice.garment for look in looks() for choice in look.garments}
    assert seen == {spec.id for spec in catalogue().values() if role_of(spec)}


@pytest.mark.parametrize(("occasion", "season"), list(product(occasions(), seasons())))
@pytest.mark.parametrize("wearer", wearers())
def test_what_an_occasion_a_season_or_a_wearer_leaves_out_is_not_worn(wearer, occasion, season):
    left_out = {*style()["wearer"][wearer], *style()["occasion"][occasion]["leave_out"]}
    unfit = {*style()["unfit"].get(occasion, ()), *style()["season"][season]["avoid"]}
    for seed in range(12):
        look = seeded_look(seed, wearer, occasion, season)
        for choice in look.garments:
            spec = catalogue()[choice.garment]
            assert not {spec.id, spec.category} & left_out
            if spec.source == "pattern":
                assert (choice.fabric or spec.fabric) not in unfit
        assert {"top", "dress"} & set(worn(look))


def test_hair_skin_and_eyes_are_touched_only_when_asked():
    usual = Look()
    for seed in range(20):
        look = seeded_look(seed)
        assert (look.hair, look.skin_tone, look.eye_colour) == (usual.hair, usual.skin_tone, usual.eye_colour)
        assert "[hair]" not in look_text(look)
        assert seeded_look(seed, appearance=True).garments == look.garments
    assert len({seeded_look(seed, appearance=True).skin_tone for seed in range(60)}) == 10


def test_hair_and_eyes_are_natural_for_the_skin():
    for seed in range(200):
        look = seeded_look(seed, appearance=True)
        assert parse_look(tomllib.loads(look_text(look))) == look
        row = next(row for row in style()["people"] if row["tones"][0] <= look.skin_tone <= row["tones"][1])
        assert look.hair.colour in row["hair"]
        assert look.eye_colour in row["eyes"]
        assert look.skin_tone < 7 or look.hair.colour not in ("blond", "red")


def test_grey_goes_with_age_and_beards_with_men():
    looks = {who: [seeded_look(seed, who, appearance=True) for seed in range(150)] for who in wearers()}
    for who, found in looks.items():
        assert {look.undertone for look in found} == {"cool", "neutral", "warm"}
        assert all(look.hair.grey == 0 for look in found if look.skin_age < 34 or look.hair.colour == "grey")
        assert max(look.hair.grey for look in found) > 30
        bearded = [look for look in found if look.beard.style != "none"]
        assert (40 < len(bearded) < 95) if who == "male" else not bearded
        ages = [look.skin_age for look in found]
        assert min(ages) >= 20
        assert max(ages) <= 72
        assert sorted(ages)[75] < 42


def test_nobody_is_grey_all_over_before_fifty():
    found = [seeded_look(seed, appearance=True) for seed in range(600)]
    grey = [look.skin_age for look in found if look.hair.colour == "grey"]
    assert grey
    assert min(grey) >= 50


def test_shirts_are_tucked_into_trousers_at_the_office_and_seldom_at_leisure():
    shares = {}
    for like in ("office", "casual"):
        pairs = [
            choice
            for seed in range(300)
            for look in [seeded_look(seed, "male", like)]
            for choice in look.garments
            if catalogue()[choice.garment].category == "shirt"
            and any(catalogue()[each.garment].category == "trousers" for each in look.garments)
        ]
        assert len(pairs) > 40
        shares[like] = sum(choice.tucked is True for choice in pairs) / len(pairs)
    assert shares["office"] > 0.65
    assert 0.1 < shares["casual"] < 0.4


def test_what_is_tucked_in_is_the_innermost_top_over_a_waistband():
    tucked = 0
    for look in looks():
        specs = [catalogue()[choice.garment] for choice in look.garments]
        assert untuckable(specs, [choice.tucked for choice in look.garments]) is None
        tucked += sum(choice.tucked is True for choice in look.garments)
        assert all(choice.tucked is not False for choice in look.garments)
    assert tucked > 30


def test_a_garment_added_to_the_wardrobe_is_worn_without_being_named_anywhere(monkeypatch):
    kilt = replace(catalogue()["skirt-circle"], id="kilt", category="kilt")
    poncho = replace(catalogue()["jacket"], id="poncho", category="poncho", layer=6)
    wardrobe = {**catalogue(), "kilt": kilt, "poncho": poncho}
    monkeypatch.setattr(module, "catalogue", lambda: wardrobe)
    seen = {choice.garment for seed in range(200) for choice in seeded_look(seed, "male").garments}
    assert {"kilt", "poncho"} <= seen
    assert "skirt-circle" not in seen


def test_style_names_only_what_exists():
    named = {*catalogue(), *(spec.category for spec in catalogue().values())}
    assert {name for row in style()["wearer"].values() for name in row} <= named | hair_styles().keys()
    assert {name for row in style()["people"] for name in row["seldom"]} <= hair_styles().keys()
    rows = [
        *(each["leave_out"] for table in ("occasion", "season") for each in style()[table].values()),
    ]
    assert {name for row in rows for name in row} <= named
    cloth = [*style()["cloth"].values(), *style()["unfit"].values(), list(style()["dyes"])]
    cloth += [each[key] for each in style()["season"].values() for key in ("cloth", "avoid")]
    assert {name for row in cloth for name in row} <= set(fabrics())
    assert set(style()["cloth"]) <= named
    tucked = style()["tucked"]
    assert set(tucked) == {"into", *occasions()}
    assert {*tucked["into"], *(name for like in occasions() for name in tucked[like])} <= named


@pytest.mark.parametrize("season", seasons())
def test_where_nothing_suits_neutrals_do(season, monkeypatch):
    monkeypatch.setattr(module, "TRIES", 0)
    for seed in range(30):
        found = colours(seeded_look(seed, season=season))
        assert tasteful(found), found


def test_hair_is_what_the_wearer_and_the_skin_tone_often_have():
    for seed in range(200):
        for wearer in wearers():
            look = seeded_look(seed, wearer, appearance=True)
            people = next(row for row in style()["people"] if row["tones"][0] <= look.skin_tone <= row["tones"][1])
            assert look.hair.style not in {*style()["wearer"][wearer], *people["seldom"]}
