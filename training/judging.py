# SPDX-License-Identifier: GPL-3.0-or-later
"""How good a way from measurements to clouds is: the same figures for a network and for a regression.

Definitions
-----------
tape error : absolute error of the 15 readings on the body solved from the cloud, mean over bodies and readings
after correction : the same, after the engine's Gauss-Newton steps; bodies too crude for them stay as they are
paired distance : distance between points of the same place on the skin, mean over points and bodies
Chamfer distance : PyTorch3D's definition: mean squared distance to the nearest point, both ways summed
diversity : of several bodies of the same measurements, root mean square over points of their distance to their mean
critic's accuracy : how often a fresh discriminator, taught on training bodies, tells held-out real bodies from made
    ones of the same measurements (and a random variation); 50 % is a toss of a coin
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from avatar_engine.body import tape
from avatar_engine.body.correction import GIVEN_SD, correct
from avatar_engine.body.shape import load_shape_space
from avatar_engine.generator.network import Judge
from avatar_engine.meshing.solve import load_solver
from training.dataset import Dataset
from training.features import Features

# Indices of bodies, and a random generator for other bodies than the likeliest or None, to clouds (b, 10000, 3) in
# network units.
Maker = Callable[[np.ndarray, np.random.Generator | None], np.ndarray]

MM = 1000.0
DRAWS = 8
DIVERSE_BODIES = 40
CRITIC_BODIES = 4_000
CRITIC_EPOCHS = 30
CRITIC_BATCH = 128
CRITIC_RATE = 1e-3


@dataclass(frozen=True)
class Accuracy:
    """Of some bodies, in millimetres (Chamfer distance in square millimetres)."""

    tape: float
    tape_p95: float
    corrected: float
    varied_tape: float
    paired: float
    chamfer: float


def _tape_error(clouds: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    space, solver = load_shape_space(), load_solver()
    return np.abs([tape.measure(space.vertices(solver.coefficients(cloud))) for cloud in clouds] - wanted) * MM


def _corrected(cloud: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    space, start = load_shape_space(), load_solver().coefficients(cloud)
    try:
        return correct(space, start, wanted, np.full(len(wanted), GIVEN_SD)).measured
    except ValueError:  # where a limb is lost, a tape has nothing to go around
        return tape.measure(space.vertices(start))


def _corrected_error(clouds: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    made = [_corrected(cloud, row) for cloud, row in zip(clouds, wanted, strict=True)]
    return np.abs(made - wanted) * MM


def chamfer_mm2(first: np.ndarray, second: np.ndarray) -> float:
    """Chamfer distance of two (p, 3) clouds in metres, all points, in square millimetres."""
    from scipy.spatial import cKDTree

    there, back = (cKDTree(a).query(b)[0] * MM for a, b in ((second, first), (first, second)))
    return float((there**2).mean() + (back**2).mean())


def accuracy(data: Dataset, make: Maker, rows: np.ndarray, seed: int = 0) -> Accuracy:
    """Figures of the likeliest bodies for the measurements of ``rows``, and the tape on varied ones."""
    wanted = data.measurements[rows]
    made = data.normalisation.to_metres(make(rows, None).astype(float))
    varied = data.normalisation.to_metres(make(rows, np.random.default_rng(seed)).astype(float))
    true = data.normalisation.to_metres(np.asarray(data.clouds[rows], float))
    error = _tape_error(made, wanted)
    return Accuracy(
        tape=float(error.mean()),
        tape_p95=float(np.percentile(error, 95)),
        corrected=float(_corrected_error(made, wanted).mean()),
        varied_tape=float(_tape_error(varied, wanted).mean()),
        paired=float(np.linalg.norm(made - true, axis=2).mean() * MM),
        chamfer=float(np.mean([chamfer_mm2(a, b) for a, b in zip(made, true, strict=True)])),
    )


def diversity(data: Dataset, make: Maker, rows: np.ndarray) -> float:
    """Millimetres by which bodies of the same measurements differ."""
    rows = rows[:DIVERSE_BODIES]
    draws = np.array([make(rows, np.random.default_rng(seed)) for seed in range(DRAWS)], np.float64)
    variance = draws.var(axis=0, ddof=1).sum(axis=2).mean()
    return float(np.sqrt(variance) * data.normalisation.cloud_scale * MM)


def critic_accuracy(data: Dataset, make: Maker, features: Features, test: np.ndarray) -> float:
    """Accuracy of a discriminator that is taught on training bodies and asked about the bodies of ``test``."""
    torch.manual_seed(0)
    rng = np.random.default_rng(1)
    train = rng.choice(data.training, min(CRITIC_BODIES, len(data.training)), replace=False)
    seen, condition, label = _pairs(data, make, features, train, rng)
    judge = Judge(seen.shape[1], 256, 64)
    optimiser = torch.optim.Adam(judge.parameters(), lr=CRITIC_RATE, weight_decay=1e-4)
    for _ in range(CRITIC_EPOCHS):
        for rows in torch.randperm(len(seen)).split(CRITIC_BATCH)[: max(1, len(seen) // CRITIC_BATCH)]:
            loss = functional.binary_cross_entropy(judge(seen[rows], condition[rows]), label[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    judge.eval()
    seen, condition, label = _pairs(data, make, features, test, rng)
    with torch.no_grad():
        right = (judge(seen, condition) > 0.5) == (label > 0.5)
    return float(right.float().mean())


def _pairs(
    data: Dataset, make: Maker, features: Features, rows: np.ndarray, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What a critic is shown, half of it real: (2 b, F) features, (2 b, 16) conditions, (2 b,) labels."""

    def view(clouds: np.ndarray) -> np.ndarray:
        return (clouds.reshape(len(clouds), -1).astype(np.float32) - features.mean) @ features.view

    parts = np.array_split(rows, -(-len(rows) // 200))
    seen = np.concatenate([view(data.clouds[part]) for part in parts] + [view(make(part, rng)) for part in parts])
    scale = data.normalisation
    standard = (data.measurements[rows] - scale.measurement_mean) / scale.measurement_sd
    condition = np.tile(np.column_stack([standard, 2 * data.body_type[rows] - 1]), (2, 1))
    label = np.repeat([1.0, 0.0], len(rows))
    first, second, third = (torch.from_numpy(each.astype(np.float32)) for each in (seen, condition, label))
    return first, second, third
