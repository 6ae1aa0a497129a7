# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe's contact sheets show everything, say what is shown, and are not taken twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.look import GarmentChoice, Look
from blender_addon.scene.camera import FRAMINGS
from blender_addon.scene.dressing import Order
from blender_addon.scene.presets import Preset, presets
from garments import catalogue
from render_service import wardrobe_sheets
from render_service.display import hair_look
from render_service.wardrobe_sheets import GARMENT_SHEETS, Sheet, Shot, main, people, sheets


@pytest.fixture(scope="module")
def whole() -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in sheets("fr")}


def test_every_garment_is_worn_by_three_people(whole: dict[str, Sheet]) -> None:
    shots = [shot for name in GARMENT_SHEETS.values() for shot in whole[name].shots]
    worn = [(shot.order.look.garments[0].garment, shot.order.person.subject) for shot in shots]
    assert sorted(worn) == sorted((garment, person.subject) for garment in catalogue() for person in people())
    assert [person.subject for person in people()] == ["Slim woman", "Broad man", "Heavy woman"]


def test_every_style_and_every_tone_is_shown_and_no_file_stands_for_two(whole: dict[str, Sheet]) -> None:
    assert {shot.order.look.hair.style for shot in whole["hair"].shots} == set(hair_styles())
    assert [shot.order.look.skin_tone for shot in whole["skin"].shots] == list(range(1, 11))
    bearded = [(shot.order.look.beard.style, shot.order.look.skin_tone) for shot in whole["beards"].shots]
    assert bearded == [(style, tone) for style in beards() for tone in (3, 6, 9)]
    assert {shot.order.person.measurements.sex for shot in whole["beards"].shots} == {"male"}
    names = [shot.order.name for sheet in whole.values() for shot in sheet.shots]
    assert len(names) == len(set(names))
    assert {sheet.camera for sheet in whole.values()} <= FRAMINGS.keys()


def test_captions_name_garment_size_and_ease(whole: dict[str, Sheet]) -> None:
    shirt = next(shot for shot in whole["tops"].shots if shot.order.name == "shirt-broad-man")
    assert shirt.name == "Chemise"
    assert shirt.order.look.garments[0].size == "XL"
    assert shirt.lines[0] == "Broad man, XL"
    assert shirt.lines[1].startswith("tour de poitrine +")


def test_a_sheet_has_whole_pictures_says_what_failed_and_takes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("bpy")
    monkeypatch.setitem(presets(), "draft", Preset(64, 96, 4, "BALANCED", 0.1))
    slim = people()[0]
    large = Look((GarmentChoice("dress-sheath", "4XL"),))
    shots = (
        Shot(Order("bald", slim, hair_look("shaved")), "Shaved", ("Brown",)),
        Shot(Order("x", slim, large), "Dress", ()),
    )
    monkeypatch.setattr(wardrobe_sheets, "sheets", lambda language: iter((Sheet("hair", "hair", shots),)))
    taken = []
    for _ in range(2):
        result = CliRunner().invoke(main, ["--out", str(tmp_path), "--lang", "en"])
        assert result.exit_code == 1
        assert "x: dress-sheath: does not fit at" in result.stderr
        taken.append((tmp_path / "pictures" / "bald.png").stat().st_mtime_ns)
    assert taken[0] == taken[1]
    assert sorted(path.name for path in tmp_path.rglob("[!.]*")) == ["bald.png", "hair.jpg", "pictures"]
    with Image.open(tmp_path / "hair.jpg") as sheet:
        assert sheet.width > 2 * wardrobe_sheets.CELL[0]
