# SPDX-License-Identifier: GPL-3.0-or-later
"""Training learns, stops and resumes exactly, and never goes on from a damaged checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from training.config import Config, load_config
from training.dataset import Dataset
from training.trainer import CHECKPOINT, Trainer

SETTINGS = Config(
    widths=(32, 16),
    groups=4,
    variation=4,
    warm_up_epochs=2,
    adversarial_epochs=2,
    warm_up_batch=16,
    batch=16,
    chamfer_points=32,
    checkpoint_every=2,
)


def ignore(epoch: int, values: dict[str, float]) -> None:
    assert all(value == value for value in values.values()), f"epoch {epoch}: {values}"


def test_two_and_two_epochs_are_four(small_set: Dataset, tmp_path: Path) -> None:
    whole = Trainer(SETTINGS, small_set, tmp_path / "whole")
    whole.run(ignore)
    first = Trainer(SETTINGS, small_set, tmp_path / "parts")
    for _ in range(2):
        first.epoch()
    first.save()
    second = Trainer(SETTINGS, small_set, tmp_path / "parts")
    assert second.resume()
    second.run(ignore)
    for name in ("generator", "average", "discriminator"):
        unbroken, resumed = getattr(whole, name).state_dict(), getattr(second, name).state_dict()
        for key in unbroken:
            assert torch.equal(unbroken[key], resumed[key]), f"{name}.{key}"


def test_the_warm_up_learns(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(Config(**{**SETTINGS.facts(), "warm_up_epochs": 40}), small_set, tmp_path)
    losses = [trainer.epoch()["score"] for _ in range(40)]
    assert losses[-1] < 0.5 * losses[0]


def test_the_adversarial_phase_changes_both_networks(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(Config(**{**SETTINGS.facts(), "warm_up_epochs": 0}), small_set, tmp_path)
    before = [parameter.clone() for parameter in trainer.discriminator.parameters()]
    values = trainer.epoch()
    assert {"discriminator", "adversarial", "chamfer", "paired", "score"} <= set(values)
    assert any(not torch.equal(old, new) for old, new in zip(before, trainer.discriminator.parameters(), strict=True))


def test_a_damaged_checkpoint_is_refused(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(SETTINGS, small_set, tmp_path)
    trainer.save()
    path = tmp_path / CHECKPOINT
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        Trainer(SETTINGS, small_set, tmp_path).resume()


def test_another_run_s_settings_are_refused(small_set: Dataset, tmp_path: Path) -> None:
    Trainer(SETTINGS, small_set, tmp_path).save()
    other = Config(**{**SETTINGS.facts(), "seed": 9})
    with pytest.raises(ValueError, match="other settings"):
        Trainer(other, small_set, tmp_path).resume()


def test_settings_come_from_toml_and_unknown_ones_are_named(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("batch = 8\nwidths = [64, 32]\n", encoding="utf-8")
    assert load_config(path).batch == 8
    assert load_config(path).widths == (64, 32)
    path.write_text("bach = 8\n", encoding="utf-8")
    with pytest.raises(ValueError, match="bach"):
        load_config(path)
