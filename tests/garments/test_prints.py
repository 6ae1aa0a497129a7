# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints repeat in true scale, are read from looks and written back, and never read files from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from avatar_engine.errors import LookError
from avatar_engine.look import load_look, look_text, parse_look
from garments import catalogue
from garments.prints import Print

RED, WHITE = "#c02020", "#f8f8f8"


def near(pixels, colour):
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return np.abs(pixels.astype(int) - wanted).max(axis=-1) <= 2


def test_stripes_run_along_the_grain_and_share_the_repeat():
    pixels = Print("stripe", (WHITE, RED), 2.0).pixels()
    assert near(pixels, WHITE)[:, :120].all()
    assert near(pixels, RED)[:, 136:].all()


def test_a_check_has_a_quarter_of_each_colour_and_half_of_their_mixture():
    pixels = Print("check", (WHITE, RED), 1.0).pixels()
    assert near(pixels, WHITE).mean() == pytest.approx(0.25, abs=0.01)
    assert near(pixels, RED).mean() == pytest.approx(0.25, abs=0.01)


def test_dots_are_staggered_and_go_on_over_the_tiles_edge():
    pixels = Print("dots", (WHITE, RED), 3.0).pixels()
    dotted = near(pixels, RED)
    assert dotted.mean() == pytest.approx(2 * np.pi * 0.19**2, abs=0.01)
    assert dotted[64, 64]
    assert dotted[192, 192]
    assert not dotted[64, 192]


def look(tmp_path, line):
    path = tmp_path / "look.toml"
    path.write_text(f'[[garment]]\nid = "shirt"\nprint = {{ {line} }}\n', "utf-8")
    return path


def test_a_print_is_read_and_written_back(tmp_path):
    read = load_look(look(tmp_path, f'kind = "stripe", colours = ["{WHITE}", "{RED}"], repeat_cm = 1.5'))
    assert read.garments[0].printed == Print("stripe", (WHITE, RED), 1.5)
    again = tmp_path / "again.toml"
    again.write_text(look_text(read), "utf-8")
    assert load_look(again) == read


def test_a_picture_beside_the_look_is_a_tile_in_its_own_proportions(tmp_path):
    Image.new("RGB", (40, 20), RED).save(tmp_path / "leaf.png")
    printed = load_look(look(tmp_path, 'kind = "tile", tile = "leaf.png", repeat_cm = 8')).garments[0].printed
    assert printed.repeat() == pytest.approx((0.08, 0.04))
    assert near(printed.pixels(), RED).all()


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('kind = "plaid", repeat_cm = 2', "kind"),
        ('kind = "dots", repeat_cm = 2', "colours"),
        (f'kind = "dots", colours = ["{RED}"], repeat_cm = 2', "colours"),
        (f'kind = "dots", colours = ["{RED}", "blue"], repeat_cm = 2', "colours"),
        (f'kind = "dots", colours = ["{RED}", "{WHITE}"], repeat_cm = 0', "repeat_cm"),
        ('kind = "tile", tile = "none.png", repeat_cm = 2', "tile"),
        ('kind = "tile", tile = "../secret.png", repeat_cm = 2', "tile"),
        ('kind = "tile", tile = "look.toml", repeat_cm = 2', "tile"),
        (f'kind = "dots", colours = ["{RED}", "{WHITE}"], repeat_cm = 2, size = 3', "size"),
    ],
)
def test_a_print_that_cannot_be_made_is_named(tmp_path, line, key):
    Image.new("RGB", (4, 4)).save(tmp_path.parent / "secret.png")
    with pytest.raises(LookError) as caught:
        load_look(look(tmp_path, line))
    assert caught.value.key == f"garment[1].print.{key}"


def test_a_look_that_is_no_file_cannot_name_pictures():
    row = {"garment": [{"id": "shirt", "print": {"kind": "tile", "tile": "leaf.png", "repeat_cm": 2}}]}
    with pytest.raises(LookError, match="tile"):
        parse_look(row)


def test_bands_of_rib_and_buttons_are_not_printed():
    shirt, tee = catalogue()["shirt"], catalogue()["t-shirt"]
    assert [slot for slot in shirt.slots if shirt.is_printed(slot, "cotton")] == ["body", "trim"]
    assert [slot for slot in tee.slots if tee.is_printed(slot, "jersey")] == ["body"]
