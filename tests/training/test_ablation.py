# SPDX-License-Identifier: GPL-3.0-or-later
"""The ablation judges every way by the same figures, and goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.conftest import settings
from training import ablation, judging
from training.ablation import FINISHED, NETWORKS, REGRESSIONS, RESULTS, TABLE, run
from training.dataset import Dataset
from training.trainer import Trainer


@pytest.fixture(scope="module")
def finished(small_set: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    place = tmp_path_factory.mktemp("run")
    Trainer(settings(warm_up_epochs=20, adversarial_epochs=1), small_set, place).run(lambda epoch, values: None)
    return place


@pytest.fixture(scope="module")
def out(small_set: Dataset, finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ablation")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "CRITIC_EPOCHS", 2)
        patch.setattr(judging, "DRAWS", 2)
        patch.setattr(ablation, "TESTED", 4)
        run(small_set, finished, place)
    return place


def test_every_way_has_every_figure(out: Path) -> None:
    results = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    assert list(results) == [*REGRESSIONS, *NETWORKS, FINISHED]
    for way, row in results.items():
        assert set(row["held_out"]) | {"cpu_minutes"} == set(ablation.COLUMNS), way
        assert row["held_out"]["corrected"] < row["held_out"]["tape"], way
        assert 0.0 <= row["held_out"]["critic"] <= 1.0
        assert row["corner"]["tape"] > 0.0


def test_the_table_has_a_row_for_each_way(out: Path) -> None:
    held_out, farthest = (out / TABLE).read_text(encoding="utf-8").split("**extremes")
    for part in (held_out, farthest):
        for way in (*REGRESSIONS, *NETWORKS):
            assert f"| {way} |" in part
    results = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    assert f"| {FINISHED} | {results[FINISHED]['held_out']['tape']:.2f} |" in held_out


def test_networks_go_on_from_the_run_s_warm_up(out: Path) -> None:
    results = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    warm, without = (
        results[f"network: warm-up{rest}"]["held_out"]
        for rest in (" alone", ", then whole clouds without a discriminator")
    )
    unlike = results["the seed's losses (BCE + Chamfer), random start"]["held_out"]
    assert without["tape"] == pytest.approx(warm["tape"], rel=0.2)
    assert unlike["paired"] > 3 * warm["paired"]


def test_a_second_call_makes_nothing_again(
    out: Path, finished: Path, small_set: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (out / RESULTS).read_bytes()
    (out / TABLE).unlink()
    monkeypatch.setattr(Trainer, "step", lambda self: pytest.fail("trained again"))
    run(small_set, finished, out)
    assert (out / RESULTS).read_bytes() == before
    assert (out / TABLE).exists()
