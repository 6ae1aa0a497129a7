# SPDX-License-Identifier: GPL-3.0-or-later
"""Training learns and stops; stopped anywhere it goes on exactly, and never from a damaged or foreign checkpoint."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.conftest import settings
from training import checkpoint
from training.chamfer import own_chamfer
from training.dataset import Dataset
from training.trainer import NETWORKS, Trainer, Values


def finite(epoch: int, values: Values) -> None:
    assert all(np.isfinite(value) for value in values.values()), f"epoch {epoch}: {values}"


def same(first: object, second: object, name: str = "") -> None:
    """Two states, however nested, are equal to the bit."""
    if isinstance(first, dict):
        assert isinstance(second, dict)
        assert first.keys() == second.keys(), name
        for key in first:
            same(first[key], second[key], f"{name}.{key}")
    elif isinstance(first, torch.Tensor):
        assert isinstance(second, torch.Tensor)
        assert torch.equal(first, second), name
    elif isinstance(first, list):
        assert isinstance(second, list)
        for index, pair in enumerate(zip(first, second, strict=True)):
            same(*pair, f"{name}[{index}]")
    else:
        assert first == second, name


@pytest.fixture(scope="module")
def unbroken(small_set: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run of two warm-up and two adversarial epochs, the tape laid anew before the second."""
    trainer = Trainer(settings(relinearise=(1,)), small_set, tmp_path_factory.mktemp("unbroken"))
    trainer.run(finite)
    return trainer


@pytest.mark.parametrize("steps", [3, 8, 11])  # in the warm-up, at its end, among the adversarial steps
def test_n_steps_and_the_rest_after_a_resume_are_the_unbroken_run(
    unbroken: Trainer, small_set: Dataset, tmp_path: Path, steps: int
) -> None:
    first = Trainer(settings(relinearise=(1,)), small_set, tmp_path)
    for _ in range(steps):
        first.step()
    first.save()
    second = Trainer(settings(relinearise=(1,)), small_set, tmp_path)
    torch.rand(5)
    assert second.resume()
    second.run(finite)
    same(unbroken.state(), second.state())


def test_a_run_has_all_its_epochs_and_stops(unbroken: Trainer) -> None:
    assert (unbroken.epochs_done, unbroken.batches_done) == (4, 0)
    names = [path.name for path in sorted(unbroken.folder.glob("*.pt"))]
    assert names == ["checkpoint-00002-00000.pt", "checkpoint-00004-00000.pt"]


def test_the_warm_up_learns_body_and_tape(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(warm_up_epochs=40), small_set, tmp_path)
    seen = [trainer.epoch() for _ in range(40)]
    assert seen[-1]["score"] < 0.5 * seen[0]["score"]
    assert seen[-1]["tape"] < 0.5 * seen[0]["tape"]


def test_the_discriminator_learns_to_tell_strangers_measurements_and_crude_bodies(
    small_set: Dataset, tmp_path: Path
) -> None:
    frozen = settings(
        warm_up_epochs=0, adversarial_epochs=30, learning_rate=0.0, adversarial_rate=0.0, discriminator_rate=2e-3
    )
    trainer = Trainer(frozen, small_set, tmp_path)
    seen = [trainer.epoch() for _ in range(30)]
    assert seen[-1]["discriminator"] < 0.7 * seen[0]["discriminator"]
    for kind in ("real", "made", "mismatched"):
        assert seen[-1][f"right_about/{kind}"] > 0.8, kind


def test_an_adversarial_epoch_moves_both_networks_and_the_average_follows_slowly(
    small_set: Dataset, tmp_path: Path
) -> None:
    trainer = Trainer(settings(warm_up_epochs=0, ema=0.75), small_set, tmp_path)
    start = {name: value.clone() for name, value in trainer.generator.state_dict().items()}
    judge = [value.clone() for value in trainer.discriminator.parameters()]
    values = trainer.step()
    losses = {"discriminator", "score", "tape", "adversarial", "chamfer", "paired"}
    right = {f"right_about/{kind}" for kind in ("real", "made", "mismatched")}
    assert values.keys() == losses | right
    assert all(not torch.equal(old, new) for old, new in zip(judge, trainer.discriminator.parameters(), strict=True))
    now, average = trainer.generator.state_dict(), trainer.average.state_dict()
    for name, old in start.items():
        assert not torch.equal(old, now[name]), name
        torch.testing.assert_close(average[name], 0.75 * old + 0.25 * now[name], rtol=1e-5, atol=1e-7)


def test_the_losses_are_those_of_the_design(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(warm_up_epochs=0), small_set, tmp_path)
    config, examples, judge = trainer.config, trainer.examples, trainer.discriminator
    rows, real_label = trainer.batches()[0], config.real_label
    draw = trainer._draw(0, 0)
    condition, inputs = trainer._inputs(rows, draw)
    real, clouds = examples.real_clouds(rows), trainer.generator(inputs)
    own, fresh = clouds[: len(rows)], clouds[len(rows) :]
    three = judge(torch.cat([real, fresh, real]), torch.cat([condition, condition, condition.roll(1, dims=0)]))
    true, made, stranger = (part.detach().double() for part in three.split(len(rows)))
    expected = (
        -(real_label * true.log() + (1 - real_label) * (1 - true).log()).mean()
        - 0.5 * (1 - made).log().mean()
        - 0.5 * (1 - stranger).log().mean()
    )
    points, unit = examples.some_points(draw), (1.25 / config.point_sd) ** 2
    distance = (own - real)[:, points].detach().double().square().sum(dim=2).mean() * unit
    nearest = own_chamfer(own[:, points], real[:, points]).item() * unit
    values = Trainer(settings(warm_up_epochs=0), small_set, tmp_path).step()
    assert values["discriminator"] == pytest.approx(float(expected), rel=1e-4)
    assert values["paired"] == pytest.approx(config.paired_weight * float(distance), rel=1e-4)
    # After the discriminator's step its opinion has changed a little: the generator's BCE against "real".
    assert values["adversarial"] == pytest.approx(config.adversarial_weight * float(-made.log().mean()), rel=0.2)
    assert values["chamfer"] == pytest.approx(config.chamfer_weight * nearest, rel=1e-4)


def test_bfloat16_learns_too(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(bf16=True, warm_up_epochs=20), small_set, tmp_path)
    seen = [trainer.epoch() for _ in range(21)]
    assert seen[19]["score"] < 0.7 * seen[0]["score"]
    assert all(np.isfinite(value) for value in seen[20].values())
    assert all(parameter.dtype == torch.float32 for parameter in trainer.generator.parameters())


def test_without_the_start_the_output_layer_is_random(small_set: Dataset, tmp_path: Path) -> None:
    bare = Trainer(settings(components_start=False), small_set, tmp_path)
    assert not torch.allclose(bare.generator.output.weight, torch.from_numpy(small_set.output_weight), atol=1e-3)
    finite(0, bare.epoch())


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def one_bit_flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def without_its_digest(path: Path) -> None:
    path.with_suffix(".sha256").unlink()


def another_s_digest(path: Path) -> None:
    path.with_suffix(".sha256").write_text("0" * 64, encoding="ascii")


@pytest.mark.parametrize("harm", [truncated, one_bit_flipped, emptied, without_its_digest, another_s_digest])
def test_a_damaged_checkpoint_is_refused(small_set: Dataset, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    Trainer(settings(), small_set, tmp_path).save()
    path = checkpoint.newest(tmp_path)
    assert path is not None
    harm(path)
    fresh = Trainer(settings(), small_set, tmp_path)
    before = [{k: v.clone() for k, v in fresh.generator.state_dict().items()}, fresh.epochs_done]
    with pytest.raises(ValueError, match=rf"{path.name} is damaged"):
        fresh.resume()
    same(before, [fresh.generator.state_dict(), fresh.epochs_done])


def test_other_settings_are_refused_by_name(small_set: Dataset, tmp_path: Path) -> None:
    Trainer(settings(), small_set, tmp_path).save()
    with pytest.raises(ValueError, match=r"other settings: ema 0\.999 -> 0\.9\b.*seed 1 -> 9"):
        Trainer(settings(seed=9, ema=0.9), small_set, tmp_path).resume()


def test_other_data_is_refused(small_set: Dataset, tmp_path: Path) -> None:
    Trainer(settings(), small_set, tmp_path).save()
    clouds = small_set.clouds.copy()
    clouds[7, 1234, 2] += 0.001
    with pytest.raises(ValueError, match="other data"):
        Trainer(settings(), dataclasses.replace(small_set, clouds=clouds), tmp_path).resume()


def test_a_stop_while_writing_leaves_the_checkpoint_before(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(), small_set, tmp_path)
    trainer.step()
    trainer.save()
    (tmp_path / ".checkpoint-00000-00002.pt").write_bytes(b"half")
    (tmp_path / "checkpoint-00000-00002.sha256").write_text("0" * 64, encoding="ascii")
    resumed = Trainer(settings(), small_set, tmp_path)
    assert resumed.resume()
    same(
        {name: getattr(trainer, name).state_dict() for name in NETWORKS},
        {name: getattr(resumed, name).state_dict() for name in NETWORKS},
    )


def test_the_learning_rate_falls_and_starts_anew(small_set: Dataset, tmp_path: Path) -> None:
    config = settings(
        warm_up_epochs=10,
        restarts=(6,),
        tape_weight=0.1,
        learning_rate=1e-3,
        restart_rate=5e-4,
        adversarial_rate=1e-4,
        adversarial_epochs=2,
    )
    trainer = Trainer(config, small_set, tmp_path)
    rates = []
    for trainer.epochs_done in range(12):
        rates.append(trainer.rate())
    assert rates[0] == pytest.approx(1e-3)
    assert rates[3] == pytest.approx(5.5e-4)
    assert rates[6] == pytest.approx(5e-4)
    assert rates[8] == pytest.approx(3e-4)
    assert rates[10:] == [1e-4, 1e-4]
    assert all(first > second for first, second in zip(rates[:6], rates[1:6], strict=False))
