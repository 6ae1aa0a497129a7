# SPDX-License-Identifier: GPL-3.0-or-later
"""What a body costs and how true it is, beside surface reconstruction in the same run: ``python -m training.bench``.

People are drawn from the population's statistics. ``--subjects CSV`` measures on real ones instead: columns sex and
the 15 keys, millimetres.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from avatar_engine.avatar import BodyResult, build_body
from avatar_engine.measurements import KEYS, Sex, complete, tolerances
from avatar_engine.measurements.population import SEXES, log_moments

PEOPLE, WARM_UP, RECONSTRUCTIONS = 200, 5, 5
FEW = ("stature", "chest_girth", "waist_girth", "hip_girth")


@dataclass(frozen=True)
class Subject:
    """Somebody's 15 measurements, metres."""

    sex: Sex
    values: dict[str, float]


def drawn_subjects(count: int, seed: int = 0) -> list[Subject]:
    """People of the population's law, half of each sex, rounded to millimetres as a tape is read."""
    random = np.random.default_rng(seed)
    subjects = []
    for i in range(count):
        sex = SEXES[i % 2]
        mean, covariance = log_moments(sex)
        lengths = np.exp(random.multivariate_normal(mean, covariance))[: len(KEYS)].round(3)
        subjects.append(Subject(sex, dict(zip(KEYS, map(float, lengths), strict=True))))
    return subjects


def read_subjects(path: Path) -> list[Subject]:
    """Subjects of a table in millimetres; columns besides sex and the 15 keys are passed over."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Subject("male" if row["sex"] == "male" else "female", {key: float(row[key]) / 1000.0 for key in KEYS})
            for row in csv.DictReader(stream)
        ]


def timed_bodies(subjects: Sequence[Subject], keys: Sequence[str]) -> tuple[np.ndarray, list[BodyResult]]:
    """Seconds each, (n,), and the bodies made from some of each subject's measurements."""
    seconds, results = [], []
    for subject in subjects:
        started = time.perf_counter()
        results.append(build_body(complete({key: subject.values[key] for key in keys}, subject.sex)))
        seconds.append(time.perf_counter() - started)
    return np.array(seconds), results


def machine() -> str:
    """Processor, cores, versions and date, on one line."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    return f"{model}, {os.cpu_count()} cores, {versions}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def latency_lines(title: str, seconds: np.ndarray) -> str:
    """Median and 95th percentile in milliseconds."""
    median, high = np.quantile(seconds, [0.5, 0.95]) * 1000.0
    return f"{title:<58}{median:9.1f} ms median{high:9.1f} ms p95   n = {len(seconds)}"


def accuracy_lines(results: Sequence[BodyResult]) -> list[str]:
    """The tape before and after correction against what was asked, all 15 given."""
    asked = np.array([result.measurements.values for result in results])
    lines = []
    for title, read in (
        ("tape on the network's proposal, before correction", [result.proposed for result in results]),
        ("tape after correction", [result.measured for result in results]),
    ):
        error = np.abs(np.array(read) - asked)
        whole = (error <= tolerances()).all(axis=1).mean()
        lines.append(
            f"{title:<58}{error.mean() * 1000:9.2f} mm mean  {np.quantile(error, 0.95) * 1000:9.2f} mm p95   "
            f"all 15 within ISO 20685-1: {whole:.1%}"
        )
    return lines


def reconstruction_lines(results: Sequence[BodyResult], ours: np.ndarray) -> list[str]:
    """Poisson reconstruction of the same clouds."""
    if importlib.util.find_spec("open3d") is None:
        return ["surface reconstruction: not measured, open3d is not installed (pip install 'atelier[scan]')"]
    from avatar_engine.meshing.poisson import DEPTH, reconstruct

    seconds, made = [], []
    for result in results[: RECONSTRUCTIONS + 1]:
        started = time.perf_counter()
        made.append(reconstruct(np.asarray(result.cloud, dtype=np.float64)))
        seconds.append(time.perf_counter() - started)
    warm = np.array(seconds[1:])
    pieces = ", ".join(str(each.pieces) for each in made[1:])
    closed = sum(each.watertight for each in made[1:])
    return [
        latency_lines(f"surface reconstruction of the same clouds (Poisson, {DEPTH})", warm),
        f"{'  its surfaces':<58}pieces {pieces}; watertight {closed} of {len(warm)}; no rig, no texture coordinates",
        f"{'a body by measurements is faster by':<58}{np.median(warm) / np.median(ours):9.0f} times, rig and all",
    ]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=Path, action="append", default=[], help="CSV of real subjects, millimetres")
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many are drawn where no subjects are given")
    options = parser.parse_args()
    subjects = [each for path in options.subjects for each in read_subjects(path)] or drawn_subjects(options.people)
    timed_bodies(subjects[:WARM_UP], KEYS)
    few, _ = timed_bodies(subjects, FEW)
    whole, results = timed_bodies(subjects, KEYS)
    print(machine())
    print(latency_lines("4 given, 11 predicted -> body, warm", few))
    print(latency_lines("15 given -> body, warm", whole))
    print(*accuracy_lines(results), sep="\n")
    print(*reconstruction_lines(results, few), sep="\n")


if __name__ == "__main__":
    main()
