# SPDX-License-Identifier: GPL-3.0-or-later
"""What each part of the cGAN is worth: ``python -m training.ablation --data DIR --run RUN --out DIR``.

Regressions; the seed's losses alone; the run's warm-up alone; the run without a discriminator; and the run: all on
the same bodies, judged by the same figures (``training.judging``) on held-out bodies and on
the extremes among them. Writes ``ablation.json`` and ``ablation.md``; a way that is done is not made again, and each
network's training resumes.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from avatar_engine.export.whole_file import write_whole
from training import checkpoint
from training.config import Config, make_config
from training.dataset import Dataset, open_dataset
from training.features import Features, features
from training.judging import Maker, accuracy, critic_accuracy, diversity
from training.population import corners
from training.trainer import WARM_UP, Trainer
from training.ways import network, ridge_on_components, ridge_on_points

FINISHED = "network: the whole run"
RESULTS, TABLE = "ablation.json", "ablation.md"
TESTED = 120
SEED_PASSES = 4  # over all bodies, without a warm-up
SEED_RATE = 2e-4  # for layers that start at random
SEED_LOSSES = {
    "score_weight": 0.0,
    "paired_weight": 0.0,
    "chamfer_weight": 1.0,
    "adversarial_weight": 1.0,
    "tape_weight": 0.0,
    "restarts": (),
    "warm_up_epochs": 0,
    "adversarial_epochs": SEED_PASSES,
    "adversarial_rate": SEED_RATE,
}
RANDOM_START = {"components_start": False, "output_rate": SEED_RATE}
NETWORKS: dict[str, dict[str, object]] = {
    "the seed's losses (BCE + Chamfer), random start": SEED_LOSSES | RANDOM_START,
    "the seed's losses (BCE + Chamfer), components as start": SEED_LOSSES,
    "network: warm-up alone": {"adversarial_epochs": 0},
    "network: warm-up, then whole clouds without a discriminator": {"adversarial_weight": 0.0},
}
REGRESSIONS: dict[str, Callable[[Dataset, np.ndarray], Maker]] = {
    "ridge on 30,000 coordinates": ridge_on_points,
    "ridge on 128 components": ridge_on_components,
}
COLUMNS: dict[str, tuple[str, str]] = {
    "tape": ("tape MAE, mm", ".2f"),
    "tape_p95": ("p95", ".2f"),
    "corrected": ("corrected", ".3f"),
    "varied_tape": ("varied", ".2f"),
    "paired": ("paired, mm", ".2f"),
    "chamfer": ("Chamfer, mm²", ".1f"),
    "diversity": ("diversity, mm", ".2f"),
    "critic": ("critic right", ".0%"),
    "cpu_minutes": ("CPU min", ".1f"),
}


def judged(data: Dataset, make: Maker, found: Features) -> dict[str, dict[str, float]]:
    """All figures of a way, on held-out bodies and on the extremes among them."""
    everybody = dataclasses.asdict(accuracy(data, make, data.held_out[:TESTED]))
    everybody["diversity"] = diversity(data, make, data.held_out)
    everybody["critic"] = critic_accuracy(data, make, found, data.held_out)
    extreme = data.held_out[corners(data.measurements[data.held_out], data.body_type[data.held_out] < 0.5)]
    return {"held_out": everybody, "corner": dataclasses.asdict(accuracy(data, make, extreme))}


def newest_state(folder: Path) -> dict[str, Any]:
    """The newest checkpoint of a folder; raises ``ValueError`` where there is none."""
    path = checkpoint.newest(folder)
    if path is None:
        raise ValueError(f"{folder} holds no {checkpoint.PATTERN}")
    return checkpoint.read(path)


def trained(config: Config, data: Dataset, folder: Path, run: Path) -> tuple[Maker, float]:
    """A network trained to its end, and the minutes of processor time that this call spent on it."""
    start = time.process_time()
    trainer = Trainer(config, data, folder)
    if not trainer.resume() and config.warm_up_epochs:
        trainer.begin_after(newest_state(run / WARM_UP))
    trainer.run(lambda epoch, values: print(f"  epoch {epoch + 1}/{config.epochs}", flush=True))
    return network(trainer), (time.process_time() - start) / 60


def finished(data: Dataset, run: Path) -> Maker:
    """The network of a finished run."""
    trainer = Trainer(make_config(newest_state(run)["settings"]), data, run)
    trainer.resume()
    return network(trainer)


def table(results: dict[str, dict[str, dict[str, float]]], part: str) -> str:
    """A markdown table of one part of the bodies, a row for each way."""
    columns = {name: column for name, column in COLUMNS.items() if any(name in row[part] for row in results.values())}
    lines = [f"| | {' | '.join(title for title, _ in columns.values())} |", "|---" * (len(columns) + 1) + "|"]
    for way, row in results.items():
        cells = [format(row[part][name], form) if name in row[part] else "" for name, (_, form) in columns.items()]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def run(data: Dataset, run_folder: Path, out: Path) -> None:
    """Make every way that is not yet in the results, and the tables from all of them."""
    out.mkdir(parents=True, exist_ok=True)
    results = json.loads((out / RESULTS).read_text(encoding="utf-8")) if (out / RESULTS).exists() else {}
    config = dataclasses.replace(make_config(newest_state(run_folder)["settings"]), checkpoint_every=1)
    found = features(data, config.variation, config.view)

    def note(way: str, make: Maker, minutes: float | None) -> None:
        results[way] = judged(data, make, found)
        if minutes is not None:
            results[way]["held_out"]["cpu_minutes"] = minutes
        write_whole(out / RESULTS, (json.dumps(results, indent=1) + "\n").encode())
        print(way, json.dumps(results[way]), flush=True)

    for way, learn in REGRESSIONS.items():
        if way not in results:
            start = time.process_time()
            make = learn(data, data.training)
            note(way, make, (time.process_time() - start) / 60)
    for index, (way, changed) in enumerate(NETWORKS.items()):
        if way not in results:
            note(way, *trained(dataclasses.replace(config, **changed), data, out / f"network-{index}", run_folder))
    if FINISHED not in results:
        note(FINISHED, finished(data, run_folder), None)
    parts = {
        "held_out": f"{TESTED} held-out bodies",
        "corner": "extremes among all held-out bodies (training.population.corners)",
    }
    pages = [f"**{title}**\n\n{table(results, part)}" for part, title in parts.items()]
    write_whole(out / TABLE, "\n".join(pages).encode())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of a finished training run")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    run(open_dataset(arguments.data), arguments.run, arguments.out)


if __name__ == "__main__":
    main()
