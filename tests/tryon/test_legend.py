# SPDX-License-Identifier: GPL-3.0-or-later
"""The legend beside a fit map: the map's own colours, its units, and what the garments measure, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from avatar_engine.fitting.fit_map import MAPS, SCALES, colours_of
from render_service.legend import BAR_HEIGHT, BAR_TOP, MARGIN, Legend
from render_service.lettering import font, printable
from tests.scene.conftest import tube

WORN = (
    replace(tube("base-layer", "microfibre", "#ffffff", 0.2, 0.5, 1.5), size="made-to-measure", ease_mm={}),
    replace(tube("t-shirt", "jersey", "#ffffff", 0.2, 0.5, 1.5), ease_mm={"chest_girth": 95.0, "hip_girth": -4.0}),
)


@pytest.mark.parametrize("kind", MAPS)
def test_the_bar_shows_each_value_in_the_colour_that_the_cloth_has(kind):
    height, scale = 1000, SCALES[kind]
    pixels = np.asarray(Legend(kind, WORN).panel(height), dtype=float) / 255.0
    for share in (0.0, 0.25, 0.5, 0.75, 0.99):
        shown = pixels[round((BAR_TOP + share * BAR_HEIGHT) * height), round(MARGIN * height) + 4]
        value = scale.high - share * (scale.high - scale.low)
        assert shown == pytest.approx(colours_of(np.array([value]), scale)[0], abs=0.02)


def test_rows_tell_ease_in_centimetres_and_what_cloth_gives():
    assert Legend("ease", WORN)._garment_rows() == [("T-shirt, M", ["chest +9.5 cm", "hip -0.4 cm"])]
    assert Legend("ease", WORN, "fr")._garment_rows()[0][1][0] == printable("tour de poitrine +9.5 cm")
    assert Legend("strain", WORN, "fr")._garment_rows()[0][1] == [
        "Jersey de coton : " + printable("prête jusqu'à 25 %")
    ]


def test_the_legend_stands_beside_the_whole_picture(tmp_path):
    Image.new("RGB", (200, 300), "#336699").save(tmp_path / "picture.png")
    with Image.open(io.BytesIO(Legend("ease", WORN).beside(tmp_path / "picture.png"))) as sheet:
        assert sheet.height == 300
        assert sheet.width > 280
        assert sheet.getpixel((199, 150)) == (0x33, 0x66, 0x99)
        assert sheet.getpixel((201, 299)) != (0x33, 0x66, 0x99)


@pytest.mark.parametrize("size", [(400, 600), (1600, 2400)])
def test_every_word_finds_room_beside_small_and_large_pictures(size):
    for kind in MAPS:
        for language in ("en", "fr"):
            pixels = np.asarray(Legend(kind, WORN, language).panel(size[1]).convert("L"))
            assert (pixels[:, -2:] > 200).all(), (kind, language)
            assert (pixels[-10:] > 200).all()


def test_accents_are_written_where_blender_brings_its_letters():
    pytest.importorskip("bpy")
    assert printable("été") == "été"
    drawn = [font(40).getmask(letter).getbbox() for letter in ("é", "e")]
    assert drawn[0] != drawn[1]
