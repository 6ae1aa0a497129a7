# SPDX-License-Identifier: GPL-3.0-or-later
"""Latency and accuracy of measurements -> body, beside surface reconstruction of the same clouds, in one run.

``python -m training.bench``; printed with machine and date, since only ratios within one run can be compared.
"""

from __future__ import annotations

import datetime
import os
import platform
import time

import numpy as np

from avatar_engine.avatar import build_body
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.measurements import KEYS, Measurements, complete
from avatar_engine.meshing.poisson import reconstruct
from avatar_engine.meshing.solve import load_sampling
from training.statistics import populations

BODIES = 60
RECONSTRUCTIONS = 5
SEED = 11
MS = 1000.0


def people() -> list[Measurements]:
    """Random people of both sexes; of each, only stature, chest, waist and hip are given."""
    rng = np.random.default_rng(SEED)
    given = [KEYS.index(key) for key in ("stature", "chest_girth", "waist_girth", "hip_girth")]
    return [
        complete({KEYS[i]: float(row[i]) for i in given}, sex="female" if population.female else "male")
        for population in populations()
        for row in population.draw(rng, BODIES // 2, 1.0)
    ]


def timed(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"median {np.median(seconds) * MS:8.1f} ms   p95 {np.percentile(seconds, 95) * MS:8.1f} ms"


def surface_error(vertices: FloatArray, surface: FloatArray) -> FloatArray:
    """(n,) distance of each point of a true surface to the nearest reconstructed vertex."""
    from scipy.spatial import cKDTree

    distance: FloatArray = cKDTree(surface).query(vertices)[0]
    return distance


def main() -> None:
    """Run and print."""
    print(f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores")
    crowd = people()
    for measurements in crowd[:3]:
        build_body(measurements)
    bodies, ours = [], []
    for measurements in crowd:
        start = time.perf_counter()
        bodies.append(build_body(measurements))
        ours.append(time.perf_counter() - start)
    error = np.array([np.abs(made.measured - made.measurements.values)[made.measurements.given] for made in bodies])
    print(f"measurements -> body          {timed(ours)}   {len(load_template().quads)} quads, UVs, rig")
    print(f"  given values read back      mean {error.mean() * MS:.3f} mm, worst {error.max() * MS:.3f} mm")
    theirs, distances = [], []
    space, sampling = load_shape_space(), load_sampling()
    for made in bodies[:: len(bodies) // RECONSTRUCTIONS][:RECONSTRUCTIONS]:
        true = space.vertices(made.body.coefficients)
        start = time.perf_counter()
        surface, _ = reconstruct(sampling.points(true))
        theirs.append(time.perf_counter() - start)
        distances.append(surface_error(sampling.points(true), surface))
    print(f"same cloud -> Poisson surface {timed(theirs)}   triangles alone")
    print(f"  distance to the true skin   mean {np.mean(distances) * MS:.1f} mm, worst {np.max(distances) * MS:.1f} mm")
    print(f"ratio of medians              {np.median(theirs) / np.median(ours):.0f} x")


if __name__ == "__main__":
    main()
