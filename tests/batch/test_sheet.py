# SPDX-License-Identifier: GPL-3.0-or-later
"""The contact sheet of a catalogue: whole pictures on paper, and what stands below them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from avatar_engine.words import LANGUAGES, table
from blender_addon.scene.camera import FRAMINGS
from render_service.batch import CELL_WIDTH, SHEET, entry_of, sheet
from render_service.contact_sheet import MARGIN, PAPER

HEAD = 48 + 34 + 28  # margin, title and gap of render_service.contact_sheet


def recorded(file: str, size: tuple[int, int], **more: object) -> dict[str, object]:
    entry = {"file": file, "width_px": size[0], "height_px": size[1], "subject": "Ann", "look": "summer"}
    garments = [{"size": "made-to-measure"}, {"size": "M"}, {"size": "M"}]
    return {**entry, "colourway": "own", "camera": "three_quarter", "turn_deg": 0.0, "garments": garments, **more}


def test_a_wide_and_transparent_picture_is_shown_whole_and_on_paper(tmp_path: Path) -> None:
    pixels = np.zeros((40, 80, 4), dtype=np.uint8)
    pixels[:, :8] = pixels[:, -8:] = (200, 30, 30, 255)
    Image.fromarray(pixels).save(tmp_path / "Ann.png")
    assert sheet(tmp_path, "Spring", [recorded("Ann.png", (80, 40))], "en")
    with Image.open(tmp_path / SHEET) as made:
        shown = np.asarray(made, dtype=float)[HEAD : HEAD + CELL_WIDTH // 2, MARGIN : MARGIN + CELL_WIDTH]
    assert np.abs(shown[20:-20, 40:-40] - [int(PAPER[i : i + 2], 16) for i in (1, 3, 5)]).max() < 8
    for side in (shown[20:-20, 4:20], shown[20:-20, -20:-4]):
        assert np.abs(side - (200, 30, 30)).max() < 25


def test_light_is_not_shown(tmp_path: Path) -> None:
    assert not sheet(tmp_path, "Spring", [recorded("Ann.exr", (80, 40))], "en")
    assert not list(tmp_path.iterdir())


def test_what_stands_below_a_picture_is_in_the_language_asked() -> None:
    entry = recorded("Ann.png", (80, 40), colourway="red", turn_deg=45.0)
    assert entry_of(Path(), entry, "en").lines == ("summer, red", "three-quarter, 45°", "made to measure, M")
    assert entry_of(Path(), entry, "fr").lines[1:] == ("trois quarts, 45°", "sur mesure, M")


def test_every_camera_has_a_name_in_both_languages_and_no_other_word_has() -> None:
    for language in LANGUAGES:
        named = {key: said for key, said in table(language).items() if key.startswith("camera_")}
        assert named.keys() == {f"camera_{name}" for name in FRAMINGS}
        assert len(set(named.values())) == len(named)
