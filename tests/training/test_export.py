# SPDX-License-Identifier: GPL-3.0-or-later
"""What is exported is the averaged generator, with a card that says where it came from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.generator.card import Card
from avatar_engine.generator.inference import CARD, WEIGHTS, Generator, read_safetensors
from tests.training.conftest import settings
from training import checkpoint, export
from training.dataset import Dataset
from training.trainer import Trainer


@pytest.fixture(scope="module")
def trainer(small_set: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    trainer = Trainer(settings(ema=0.5), small_set, tmp_path_factory.mktemp("run"))
    trainer.run(lambda epoch, values: None)
    return trainer


@pytest.fixture(scope="module")
def folder(trainer: Trainer, small_set: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exported")
    path = checkpoint.newest(trainer.folder)
    assert path is not None
    export.write(small_set, checkpoint.read(path), place)
    return place


def test_numpy_makes_what_the_averaged_generator_makes(trainer: Trainer, small_set: Dataset, folder: Path) -> None:
    card = Card.parse((folder / CARD).read_text(encoding="utf-8"))
    engine = Generator(card, read_safetensors((folder / WEIGHTS).read_bytes()))
    rows = np.arange(5)
    ours = engine.clouds(small_set.measurements[rows], small_set.body_type[rows])
    np.testing.assert_allclose(ours, trainer.propose(rows)[1], atol=2e-3)  # half precision
    weight = trainer.generator.state_dict()["layers.0.linear.weight"]
    assert not np.allclose(engine.weights["layers.0.linear.weight"], weight.numpy(), atol=1e-4), "not the fast one"


def test_the_card_tells_settings_data_and_hash(small_set: Dataset, folder: Path) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    training = card["training"]
    assert training["config"] == settings(ema=0.5).facts()
    assert training["data_sha256"] == small_set.digest()
    assert (training["bodies"], training["held_out"], training["epochs"]) == (36, 4, 4)


def test_a_run_on_other_data_is_not_exported(trainer: Trainer, small_set: Dataset, tmp_path: Path) -> None:
    path = checkpoint.newest(trainer.folder)
    assert path is not None
    other = dataclasses.replace(small_set, measurements=small_set.measurements + 1e-6)
    with pytest.raises(ValueError, match="other data"):
        export.write(other, checkpoint.read(path), tmp_path)
    assert not list(tmp_path.iterdir())
