# SPDX-License-Identifier: GPL-3.0-or-later
"""The skin's relief as normals: right way up, in true depth, deeper with age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from avatar_engine.appearance.relief import LINE_DEPTH, LINE_STRENGTH, face_width, normal_map
from avatar_engine.appearance.skin import lines_relief

SIZE = 512


def _normals(lines: float) -> npt.NDArray[np.float64]:
    return normal_map(lines, SIZE) / 127.5 - 1.0


def test_normals_have_length_one_and_young_skin_is_nearly_flat() -> None:
    young = _normals(0.0)
    np.testing.assert_allclose(np.linalg.norm(young, axis=2), 1.0, atol=0.02)
    assert young[..., 2].min() > 0.9
    np.testing.assert_allclose(young.reshape(-1, 3).mean(axis=0)[:2], 0.0, atol=0.01)
    assert 0.005 < young[..., 0].std() < 0.1


def test_lines_are_pressed_in_with_the_slopes_of_their_depth() -> None:
    """Red is the slope down to the right, green that down to the top, metres by metres."""
    old, young = _normals(1.0), _normals(0.0)
    height = -LINE_STRENGTH * LINE_DEPTH * lines_relief(1.0, SIZE)[..., 0].astype(float) / 255
    down, right = np.gradient(height, face_width() / SIZE)
    there = np.hypot(down, right) > 0.1
    assert there.sum() > 200
    for channel, slope in ((0, -right), (1, down)):
        shown = old[..., channel] / old[..., 2] - young[..., channel] / young[..., 2]
        assert np.corrcoef(shown[there], slope[there])[0, 1] > 0.98
        assert np.polyfit(slope[there], shown[there], 1)[0] == pytest.approx(1.0, abs=0.05)


def test_a_head_takes_up_its_share_of_the_texture() -> None:
    """A texture of the average face's scale would span 86 cm."""
    assert face_width() == pytest.approx(0.858, abs=0.002)
