# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from avatar_engine.resample import box, resampled


@pytest.mark.parametrize("size", [(300, 170), (64, 48), (31, 90)])
def test_a_picture_at_another_size_is_what_pillow_makes_of_it(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(3).random((90, 64, 2)).astype(np.float32)
    bands = [Image.fromarray(picture[..., i]).resize(size, Image.Resampling.BICUBIC) for i in range(2)]
    expected = np.stack([np.asarray(band) for band in bands], axis=-1)
    np.testing.assert_allclose(resampled(picture, *size), expected, atol=1e-5)


def test_blocks_are_averaged() -> None:
    picture = np.arange(24, dtype=np.float32).reshape(4, 6, 1)
    np.testing.assert_allclose(
        resampled(picture, 3, 2, box)[..., 0], picture.reshape(2, 2, 3, 2).mean(axis=(1, 3)), atol=1e-6
    )
