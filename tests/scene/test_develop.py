# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from blender_addon.scene.develop import calmed, encode, linear_colour, over, tone_map, write_picture


@pytest.mark.parametrize("colour", ["#777777", "#b02020", "#1c2a44", "#2f6b3a", "#e0b030", "#5a8fd0"])
def test_colours_of_well_lit_cloth_come_out_as_asked(colour: str) -> None:
    asked = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    gloss = 0.012
    seen = encode(tone_map(np.full((4, 4, 3), linear_colour(colour), dtype=np.float32) + gloss)).mean(axis=(0, 1))
    assert np.abs(seen - asked).max() < 3


def test_highlights_roll_off_below_white_in_their_order() -> None:
    ramp = np.linspace(0.0, 20.0, 400, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    mapped = tone_map(ramp)[0, :, 0]
    assert (np.diff(mapped) >= 0).all()
    assert mapped.max() < 1.0


def test_a_person_hides_the_backdrop_by_their_coverage() -> None:
    person = np.array([[[0.1, 0.1, 0.1, 0.25]]], dtype=np.float32)
    assert over(person, np.full((1, 1, 3), 0.8, dtype=np.float32)) == pytest.approx(np.full((1, 1, 3), 0.7))


def test_calming_takes_blotches_and_leaves_shadows() -> None:
    paper = np.full((120, 80, 3), 0.6, dtype=np.float32)
    paper += 0.003 * np.random.default_rng(0).normal(size=paper.shape).astype(np.float32)
    paper[90:100, 30:50] = 0.3
    calm = calmed(paper)
    assert calm[:60].std() < 0.25 * paper[:60].std()
    assert calm[95, 40] == pytest.approx(paper[95, 40], abs=1e-3)


def test_a_picture_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.png"
    write_picture(np.zeros((2, 2, 3), dtype=np.uint8), path)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_picture(np.full((2, 2, 3), 255, dtype=np.uint8), path)
    assert np.asarray(Image.open(path)).max() == 0
    assert list(tmp_path.iterdir()) == [path]
