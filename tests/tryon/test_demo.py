# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: who is in it, what its table says, and how its sheet is laid out."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from avatar_engine.avatar import build_body
from avatar_engine.look import load_look
from avatar_engine.measurements import KEYS
from garments.catalogue import catalogue
from render_service.contact_sheet import CELL, GAP, MARGIN, PAPER, TITLE_SIZE, Entry, make_sheet, write_sheet
from render_service.demo import SAMPLES, entry, orders, table
from render_service.production import Finished


@pytest.fixture(scope="module")
def people():
    return orders()


@pytest.fixture(scope="module")
def pictures(people, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return [Finished(each, build_body(each.person.measurements), folder / f"{each.name}.png") for each in people]


def test_small_and_tall_slim_and_heavy_women_and_men_of_many_colours_wear_different_outfits(people):
    measured = [each.person.measurements for each in people]
    assert {each.sex for each in measured} == {"female", "male"}
    assert min(each["stature"] for each in measured) < 1.60
    assert max(each["stature"] for each in measured) > 1.88
    assert min(each["waist_girth"] for each in measured) < 0.70
    assert max(each["waist_girth"] for each in measured) > 1.05
    tones = [each.look.skin_tone for each in people]
    assert min(tones) <= 3
    assert max(tones) >= 8
    assert len({each.look.hair.style for each in people}) >= 3
    assert len({each.look.hair.colour for each in people}) >= 3
    outfits = [{choice.garment for choice in each.look.garments} for each in people]
    assert len({frozenset(outfit) for outfit in outfits}) == len(outfits)
    shoes = {spec.id for spec in catalogue().values() if spec.category == "shoes"}
    assert all(outfit & shoes for outfit in outfits)
    assert len(set().union(*outfits) - shoes) >= 5


def test_the_table_shows_what_was_asked_and_what_the_tape_reads(pictures):
    lines = table(pictures).splitlines()
    assert len(lines) == 2 + len(KEYS) + 1
    assert len({len(line) for line in lines[:-1]}) == 1
    stature = lines[2].replace("*", "").split()[1:]
    for picture, asked, measured in zip(pictures, stature[::2], stature[1::2], strict=True):
        assert float(asked) == pytest.approx(picture.order.person.measurements["stature"] * 100, abs=0.05)
        assert float(measured) == pytest.approx(picture.body.measured[0] * 100, abs=0.005)
    predicted = sum(int((~picture.order.person.measurements.given).sum()) for picture in pictures)
    assert table(pictures).count("*") == predicted + 1


def test_every_given_value_of_the_demonstration_is_within_a_millimetre_on_the_tape(pictures):
    for picture in pictures:
        asked = picture.order.person.measurements
        assert np.abs(picture.body.measured - asked.values)[asked.given].max() < 0.001


def test_an_entry_names_the_person_their_size_and_their_clothes(pictures):
    karim = next(picture for picture in pictures if picture.order.name == "Karim")
    made = entry(karim)
    assert made.name == "Karim"
    assert made.lines[0].startswith("192.0 cm tall, chest 118.5")
    assert made.lines[1] == "Straight trousers, sweater and ankle boots"


def test_pictures_stand_side_by_side_on_the_sheet(tmp_path):
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    entries = []
    for number, colour in enumerate(colours):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (80, 120), colour).save(path)
        entries.append(Entry(path, f"Person {number}", ("one line",)))
    sheet = make_sheet(entries, "Three people", columns=2)
    assert sheet.getpixel((2, 2)) == tuple(int(PAPER[i : i + 2], 16) for i in (1, 3, 5))
    top = MARGIN + TITLE_SIZE + GAP
    assert sheet.getpixel((MARGIN + CELL[0] // 2, top + CELL[1] // 2)) == colours[0]
    assert sheet.getpixel((MARGIN + CELL[0] + GAP + CELL[0] // 2, top + CELL[1] // 2)) == colours[1]
    write_sheet(entries, "Three people", tmp_path / "first.png")
    write_sheet(entries, "Three people", tmp_path / "second.png")
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_sample_look_can_be_used(path):
    assert load_look(path).garments
