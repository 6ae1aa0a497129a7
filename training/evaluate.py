# SPDX-License-Identifier: GPL-3.0-or-later
"""How closely bodies follow the tape: ``python -m training.evaluate [--subjects CSV ...] [--data DIR]``.

Real subjects (columns: the 15 keys in millimetres, ``sex``): each body is measured before and after correction.
Held-out bodies of the training set: the network beside ridge regression, before correction.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from avatar_engine.avatar import build_body
from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.generator.inference import load_generator
from avatar_engine.measurements import KEYS, complete, tolerances
from avatar_engine.meshing.solve import load_solver
from training.dataset import Dataset, open_dataset

MM = 1000.0


def real_subjects(paths: list[Path]) -> list[tuple[str, dict[str, float]]]:
    """Sex and measurements (metres) of each row."""
    people = []
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                people.append((row["sex"], {key: float(row[key]) / MM for key in KEYS}))
    return people


def _show(name: str, errors: np.ndarray) -> None:
    """One line of figures for (n, 15) absolute errors in metres."""
    within = (errors <= tolerances()).all(axis=1).mean()
    mm = errors * MM
    print(
        f"{name:<28} MAE {mm.mean():6.3f} mm   p95 {np.percentile(mm, 95):6.3f} mm   worst {mm.max():7.2f} mm   "
        f"all 15 within ISO 20685-1: {within:.2%}"
    )


def on_real_subjects(paths: list[Path]) -> None:
    """Print errors before and after correction, by measurement too."""
    proposed, corrected, seconds = [], [], []
    for sex, values in real_subjects(paths):
        measurements = complete(values, sex=sex)
        start = time.perf_counter()
        made = build_body(measurements)
        seconds.append(time.perf_counter() - start)
        proposed.append(np.abs(made.proposed - measurements.values))
        corrected.append(np.abs(made.measured - measurements.values))
    print(f"{len(corrected)} real subjects, median {np.median(seconds) * MM:.1f} ms a body")
    _show("cGAN, before correction", np.array(proposed))
    _show("after correction", np.array(corrected))
    for key, before, after in zip(KEYS, np.mean(proposed, axis=0), np.max(corrected, axis=0), strict=True):
        print(f"  {key:<20} before: mean {before * MM:6.2f} mm   after: worst {after * MM:6.2f} mm")


def ridge_scores(data: Dataset, strength: float = 1.0) -> np.ndarray:
    """(held out, components) scores that a ridge regression on the training bodies predicts."""
    scale = data.normalisation
    inputs = (data.measurements - scale.measurement_mean) / scale.measurement_sd
    design = np.column_stack([np.ones(len(data)), inputs, data.body_type])
    rows, test = design[data.training], design[data.held_out]
    solved = np.linalg.solve(rows.T @ rows + strength * np.eye(rows.shape[1]), rows.T @ data.scores[data.training])
    predicted: np.ndarray = test @ solved
    return predicted


def on_held_out(data: Dataset, count: int) -> None:
    """Print the network's and ridge's tape errors on held-out bodies, and their mean distance to the true points."""
    rows = data.held_out[:count]
    flat = np.tanh(ridge_scores(data)[:count] @ data.output_weight.T + data.output_bias)
    ridge = data.normalisation.to_metres(flat.reshape(len(rows), -1, 3))
    network = load_generator().clouds(data.measurements[rows], data.body_type[rows])
    true = data.normalisation.to_metres(data.clouds[rows].astype(float))
    space, solver = load_shape_space(), load_solver()
    print(f"{len(rows)} held-out bodies, before correction")
    for name, clouds in (("cGAN", network), ("ridge regression", ridge)):
        measured = np.array([tape.measure(space.vertices(solver.coefficients(cloud))) for cloud in clouds])
        _show(name, np.abs(measured - data.measurements[rows]))
        print(f"{'':<28} points {np.linalg.norm(clouds - true, axis=2).mean() * MM:.2f} mm from the true ones")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=Path, nargs="*", default=[])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--count", type=int, default=300, help="held-out bodies to measure")
    arguments = parser.parse_args()
    if arguments.subjects:
        on_real_subjects(arguments.subjects)
    if arguments.data:
        on_held_out(open_dataset(arguments.data), arguments.count)


if __name__ == "__main__":
    main()
