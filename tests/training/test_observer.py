# SPDX-License-Identifier: GPL-3.0-or-later
"""A run shows itself: TensorBoard reads its losses, and each epoch has a picture of what is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.training.conftest import settings
from training.contact_sheet import HEIGHT_PX, METRES, PAPER, WIDTH_PX, neighbours, normals, picture
from training.dataset import Dataset
from training.observer import SHEETS, Observer
from training.trainer import Trainer


@pytest.fixture(scope="module")
def sphere() -> np.ndarray:
    """(4000, 3) points on a sphere of 0.4 m radius, one metre above the floor."""
    step = np.arange(4000) + 0.5
    height, angle = 1 - 2 * step / 4000, np.pi * (1 + 5**0.5) * step
    radius = np.sqrt(1 - height**2)
    unit = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])
    return 0.4 * unit + np.array([0.0, 0.0, 1.0])


def test_losses_of_every_epoch_are_scalars_and_each_has_its_sheet(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(warm_up_epochs=1, adversarial_epochs=1), small_set, tmp_path)
    logged = {}
    with Observer(trainer, tmp_path) as observer:
        for epoch in (1, 2):
            logged[epoch] = trainer.epoch()
            observer.epoch(epoch, logged[epoch])
    read = EventAccumulator(str(tmp_path)).Reload()
    assert set(read.Tags()["scalars"]) == {*logged[2], "learning_rate", "held_out/points_mm"}
    assert [event.step for event in read.Scalars("score")] == [1, 2]
    for epoch, event in zip((1, 2), read.Scalars("tape"), strict=True):
        assert event.value == pytest.approx(logged[epoch]["tape"], rel=1e-5)
    sheets = sorted((tmp_path / SHEETS).iterdir())
    assert [path.name for path in sheets] == ["epoch-00001.png", "epoch-00002.png"]
    with Image.open(sheets[1]) as page:
        assert page.width == len(observer.rows) * WIDTH_PX
        assert (np.asarray(page) != PAPER).any(axis=2).mean() > 0.05


def test_normals_stand_on_the_skin(sphere: np.ndarray) -> None:
    outward = (sphere - [0.0, 0.0, 1.0]) / 0.4
    found = normals(sphere, neighbours(sphere))
    np.testing.assert_allclose(np.abs((found * outward).sum(axis=1)), 1.0, atol=0.01)


def test_a_picture_has_the_cloud_s_size_and_light_from_above(sphere: np.ndarray) -> None:
    drawn = picture(sphere, normals(sphere, neighbours(sphere)))
    painted = (drawn != PAPER).any(axis=2)
    diameter = 0.8 * HEIGHT_PX / METRES
    rows, columns = np.nonzero(painted)
    assert np.ptp(rows) == pytest.approx(diameter, abs=4)
    assert np.ptp(columns) == pytest.approx(diameter, abs=4)
    middle = int(np.median(rows))
    brightness = drawn.sum(axis=2, dtype=int)
    above, below = painted.copy(), painted.copy()
    above[middle:], below[:middle] = False, False
    assert brightness[above].mean() > 1.2 * brightness[below].mean()


def test_the_nearest_points_hide_those_behind() -> None:
    front, back = np.array([[0.0, -0.3, 1.0]]), np.array([[0.0, 0.3, 1.0]])
    lit, dark = np.array([[-0.45, -0.75, 0.5]]), np.array([[1.0, -0.01, 0.0]])
    both = picture(np.vstack([front, back]), np.vstack([lit, dark]))
    turned = picture(np.vstack([front, back]), np.vstack([lit, dark]), np.pi)
    assert both.sum() > turned.sum()
