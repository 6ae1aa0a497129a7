# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever can be chosen has a small picture that shows something, and no picture is left of what is gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar_engine.appearance.styles import THUMBNAILS as HAIR_THUMBNAILS
from avatar_engine.appearance.styles import hair_styles
from garments import catalogue, fabrics
from garments.pictures import SWATCHES, THUMBNAILS, swatch, thumbnail
from render_service.thumbnails import LARGEST_FILE, SIZE_PX

FOLDERS = {THUMBNAILS: catalogue, HAIR_THUMBNAILS: hair_styles, SWATCHES: fabrics}
FILES = [path for folder in FOLDERS for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_there_is_one_for_each_and_none_besides(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{key}.webp" for key in FOLDERS[folder]()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_small_of_the_same_size_and_not_blank(path: Path) -> None:
    assert path.stat().st_size <= LARGEST_FILE
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("WEBP", SIZE_PX)
        light = np.asarray(picture.convert("L"), dtype=float)
    assert light.std() > 8.0
    assert 40.0 < light.mean() < 230.0


def test_it_is_found_by_id_and_nothing_is_found_for_what_is_not_there() -> None:
    assert thumbnail("shirt") == THUMBNAILS / "shirt.webp"
    assert swatch("denim") == SWATCHES / "denim.webp"
    assert hair_styles()["bob"].thumbnail == HAIR_THUMBNAILS / "bob.webp"
    assert (thumbnail("cape"), swatch("fur")) == (None, None)
