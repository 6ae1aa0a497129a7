# SPDX-License-Identifier: GPL-3.0-or-later
"""Two processes under torchrun train one network together, stop by themselves, and go on where they stopped."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.conftest import settings
from training import checkpoint
from training.dataset import CLOUDS, Dataset, save_facts
from training.distributed import Group
from training.trainer import Trainer

ROOT = Path(__file__).parents[2]
# A process of its own: each rank leaves its state in a file, beside the checkpoint that the first one writes.
SCRIPT = """
import json, sys
from pathlib import Path
import torch
from training.config import make_config
from training.dataset import open_dataset
from training.distributed import joined_group
from training.distributed import Group
from training.trainer import Trainer
torch.set_num_threads(1)
folder = Path(sys.argv[1])
with joined_group() as group:
    config = make_config(json.loads((folder / "config.json").read_text()))
    trainer = Trainer(config, open_dataset(folder), folder / "run", group)
    trainer.resume()
    losses = []
    trainer.run(lambda epoch, values: losses.append(values))
    torch.save({"state": trainer.state(), "losses": losses}, folder / f"rank{group.rank}.pt")
"""


@pytest.fixture(scope="module")
def folder(small_set: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small set as files, settings beside it, and a run of two processes."""
    place = tmp_path_factory.mktemp("distributed")
    save_facts(place, small_set)
    np.save(place / CLOUDS, small_set.clouds)
    torchrun(place, warm_up_epochs=30, adversarial_epochs=2, learning_rate=5e-3)
    return place


def torchrun(place: Path, **changed: object) -> None:
    (place / "script.py").write_text(SCRIPT, encoding="utf-8")
    (place / "config.json").write_text(json.dumps(settings(**changed).facts()), encoding="utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--rdzv-backend=c10d"]
    done = subprocess.run(
        [*launch, "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1", str(place / "script.py"), str(place)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin", "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def ranks(place: Path) -> list[dict[str, object]]:
    return [torch.load(place / f"rank{rank}.pt", weights_only=True) for rank in range(2)]


def test_both_processes_end_with_the_same_weights(folder: Path) -> None:
    first, second = (rank["state"] for rank in ranks(folder))
    for name in ("generator", "average"):
        for key, value in first[name].items():
            assert torch.equal(value, second[name][key]), f"{name}.{key}"
    judges = [{k: v for k, v in state["discriminator"].items() if "running" not in k} for state in (first, second)]
    for key, value in judges[0].items():
        assert torch.equal(value, judges[1][key]), key
    assert first["processes"] == 2


def test_each_process_saw_its_own_half_and_the_loss_fell(folder: Path) -> None:
    first, second = (rank["losses"] for rank in ranks(folder))
    assert len(first) == len(second) == 32
    assert first[0]["score"] != second[0]["score"]
    for losses in (first, second):
        assert losses[29]["score"] < 0.8 * losses[0]["score"]
        assert all(np.isfinite(value) for epoch in losses for value in epoch.values())


def test_the_ranks_batches_share_the_bodies_without_overlap(small_set: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(settings(), small_set, tmp_path)
    halves = []
    for rank in range(2):
        trainer.group = dataclasses.replace(Group(), rank=rank, size=2)
        halves.append(torch.cat(trainer.batches()).tolist())
    assert len(halves[0]) == len(halves[1])
    assert not set(halves[0]) & set(halves[1])


def test_another_number_of_processes_does_not_resume(folder: Path, small_set: Dataset) -> None:
    assert checkpoint.newest(folder / "run") is not None
    alone = Trainer(settings(warm_up_epochs=30, adversarial_epochs=2, learning_rate=5e-3), small_set, folder / "run")
    with pytest.raises(ValueError, match="other processes: 2 -> 1"):
        alone.resume()
