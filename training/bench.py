# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed, memory and accuracy of measurements -> body, beside three other ways to a body, in one run.

``python -m training.bench``; printed with machine and date, since only ratios within one run can be compared. The
other ways: surface reconstruction of the same clouds (Open3D, Poisson), optimising Anny's parameters for each person,
and ridge regression from the measurements to the shape space, taught by 400 of our own corrected bodies.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from avatar_engine.avatar import BodyResult, build_body
from avatar_engine.body import tape
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.measurements import KEYS, Measurements, body_type, complete
from avatar_engine.meshing.poisson import reconstruct
from avatar_engine.meshing.solve import load_sampling
from training.statistics import populations

BODIES, AVATARS, TEACHERS, BATCH = 60, 1000, 400, 256
RECONSTRUCTIONS = OPTIMISED = 4
SEED = 11
MS = 1000.0
MEGABYTE = 2**20
STATUS = Path("/proc/self/statm")
IMPORT = (
    "import sys, time; start = time.perf_counter(); import avatar_engine, avatar_engine.avatar;"
    "print(time.perf_counter() - start, 'torch' in sys.modules)"
)


def people(count: int, seed: int, given: tuple[str, ...] = KEYS) -> list[Measurements]:
    """Random people of both sexes, of whom some measurements are given."""
    rng = np.random.default_rng(seed)
    at = [KEYS.index(key) for key in given]
    return [
        complete({KEYS[i]: float(row[i]) for i in at}, sex="female" if population.female else "male")
        for population in populations()
        for row in population.draw(rng, count // 2, 1.0)
    ]


def timed(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"median {np.median(seconds) * MS:8.1f} ms   p95 {np.percentile(seconds, 95) * MS:8.1f} ms"


def clocked(
    make: Callable[[Measurements], BodyResult], crowd: list[Measurements]
) -> tuple[list[float], list[BodyResult]]:
    """Seconds and results, one by one."""
    seconds, made = [], []
    for measurements in crowd:
        start = time.perf_counter()
        made.append(make(measurements))
        seconds.append(time.perf_counter() - start)
    return seconds, made


def show(name: str, text: str) -> None:
    """One line of the report."""
    print(f"{name:<34}{text}", flush=True)


def importing() -> None:
    """Import of the engine in a fresh process, the best of five."""
    runs = [
        subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True) for _ in range(5)
    ]
    seconds = min(float(run.stdout.split()[0]) for run in runs)
    torch = "torch in it" if runs[0].stdout.split()[1] == "True" else "no torch in it"
    show("import avatar_engine", f"{seconds * MS:.0f} ms, {torch}")


def ours(crowd: list[Measurements]) -> float:
    """Median seconds of measurements to body, warm, with all values given and with four."""
    seconds, made = clocked(build_body, crowd)
    show("15 measurements -> body", f"{timed(seconds)}   {len(load_template().quads)} quads, UVs, rig")
    tape_line("  tape on the body", np.array([result.measured - result.measurements.values for result in made]))
    few = people(BODIES, SEED, ("stature", "chest_girth", "waist_girth", "hip_girth"))
    show("4 measurements -> body", timed(clocked(build_body, few)[0]))
    return float(np.median(seconds))


def tape_line(name: str, errors: FloatArray) -> None:
    """Mean and worst absolute error of (n, 15) metres."""
    show(name, f"mean {np.abs(errors).mean() * MS:.3f} mm, worst {np.abs(errors).max() * MS:.2f} mm")


def resident() -> float:
    """Megabytes that the process holds; where the system does not tell, the most that it ever held (in kilobytes)."""
    if STATUS.exists():
        return int(STATUS.read_text().split()[1]) * resource.getpagesize() / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory() -> None:
    """Growth of the process over a thousand avatars."""
    crowd = people(AVATARS, SEED + 1)
    before = resident()
    for measurements in crowd:
        build_body(measurements)
    show(f"memory over {AVATARS} avatars", f"{resident() - before:+.1f} MB")


def ridge(crowd: list[Measurements]) -> None:
    """Ridge regression, measurements and sex to coefficients."""

    def inputs(group: list[Measurements]) -> FloatArray:
        rows: FloatArray = np.array([[1.0, body_type(each), *each.values] for each in group])
        return rows

    space, teachers = load_shape_space(), people(TEACHERS, SEED + 2)
    taught = np.array([build_body(each).body.coefficients for each in teachers])
    design = inputs(teachers)
    scale = design.std(axis=0) + (design.std(axis=0) == 0.0)
    rows = design / scale
    weights = np.linalg.solve(rows.T @ rows + 0.01 * np.eye(rows.shape[1]), rows.T @ taught)
    seconds, errors = [], []
    for measurements in crowd:
        start = time.perf_counter()
        vertices = space.vertices((inputs([measurements]) / scale @ weights)[0])
        seconds.append(time.perf_counter() - start)
        errors.append(tape.measure(vertices) - measurements.values)
    show("ridge -> body, no correction", timed(seconds))
    tape_line("  tape on the body", np.array(errors))


def poisson(crowd: list[Measurements], median: float) -> None:
    """Surface reconstruction of the same clouds, and how far it lies from the true skin."""
    from scipy.spatial import cKDTree

    space, sampling = load_shape_space(), load_sampling()
    seconds, distances = [], []
    for measurements in crowd[:: len(crowd) // RECONSTRUCTIONS][:RECONSTRUCTIONS]:
        cloud = sampling.points(space.vertices(build_body(measurements).body.coefficients))
        start = time.perf_counter()
        surface, _ = reconstruct(cloud)
        seconds.append(time.perf_counter() - start)
        distances.append(cKDTree(surface).query(cloud)[0])
    show("same cloud -> Poisson surface", f"{timed(seconds)}   triangles alone")
    show("  distance to the true skin", f"mean {np.mean(distances) * MS:.1f} mm, worst {np.max(distances) * MS:.1f} mm")
    show("  ratio of medians", f"{np.median(seconds) / median:.0f} x")


def batch() -> None:
    """Many bodies at once on torch, before correction."""
    import torch

    from avatar_engine.generator.batch import BodyBatch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    crowd = people(BATCH, SEED + 3)
    values, types = np.array([each.values for each in crowd]), np.array([body_type(each) for each in crowd])
    bodies = BodyBatch(device)
    rates = []
    for _ in range(4):
        start = time.perf_counter()
        bodies.propose(values, types).vertices.cpu()
        rates.append(len(values) / (time.perf_counter() - start))
    show(f"batch of {BATCH} on torch, {device}", f"{max(rates):.0f} bodies/s to meshes, no correction")


def optimisation(crowd: list[Measurements], median: float) -> None:
    """Anny's own parameters fitted to each person (Gauss-Newton on the tape)."""
    from training.population import fit, maker, prior

    errors, seconds = [], []
    maker()
    for measurements in crowd[:: len(crowd) // OPTIMISED][:OPTIMISED]:
        mean, sd = prior(np.random.default_rng(SEED), body_type(measurements) < 0.5)
        start = time.perf_counter()
        found = fit(measurements.values, mean, sd)
        seconds.append(time.perf_counter() - start)
        errors.append(tape.measure(maker().vertices(found[None])[0]) - measurements.values)
    show("Anny optimised per person", timed(seconds))
    tape_line("  tape on the body", np.array(errors))
    show("  ratio of medians", f"{np.median(seconds) / median:.0f} x")


def main() -> None:
    """Run and print."""
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "torch", "open3d", "anny"))
    when = f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}"
    print(f"{when}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}")
    crowd = people(BODIES, SEED)
    clocked(build_body, crowd[:3])
    importing()
    median = ours(crowd)
    memory()
    ridge(crowd)
    batch()
    poisson(crowd, median)
    optimisation(crowd, median)


if __name__ == "__main__":
    main()
