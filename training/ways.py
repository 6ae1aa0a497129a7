# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways from measurements to clouds without a network, which a network has to beat; and a network as one of them."""

from __future__ import annotations

import numpy as np
import torch

from training.dataset import Dataset
from training.features import design, ridge
from training.judging import Maker
from training.trainer import Trainer

CHUNK = 500


def ridge_on_points(data: Dataset, train: np.ndarray) -> Maker:
    """Ridge regression of all 30,000 coordinates; it knows no variation."""
    known = design(data)
    moments = sum(
        known[rows].T @ np.asarray(data.clouds[rows], np.float32).reshape(len(rows), -1)
        for rows in np.array_split(train, -(-len(train) // CHUNK))
    )
    solved = ridge(known[train], np.asarray(moments))

    def make(rows: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        clouds: np.ndarray = (known[rows] @ solved).reshape(len(rows), -1, 3)
        return clouds

    return make


def ridge_on_components(data: Dataset, train: np.ndarray) -> Maker:
    """Ridge regression of the components' scores; varied by a normal law with the covariance of what it leaves."""
    known = design(data)
    solved = ridge(known[train], known[train].T @ data.scores[train])
    covariance = np.cov((data.scores[train] - known[train] @ solved).T)
    factor = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(covariance)))

    def make(rows: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        scores = known[rows] @ solved
        if rng is not None:
            scores = scores + rng.normal(size=scores.shape) @ factor.T
        clouds: np.ndarray = np.tanh(scores @ data.output_weight.T + data.output_bias).reshape(len(rows), -1, 3)
        return clouds

    return make


def network(trainer: Trainer) -> Maker:
    """The averaged generator of a run."""

    def make(rows: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        shape = (len(rows), trainer.config.variation)
        variation = None if rng is None else torch.from_numpy(rng.normal(size=shape).astype(np.float32))
        clouds: np.ndarray = trainer.data.normalisation.to_units(trainer.propose(rows, variation)[1])
        return clouds

    return make
