# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a body its measurements leave open: the axes of variation, and what the discriminator looks at.

All by linear regression and principal components on the training bodies, in metres of mean point distance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.dataset import CLOUD_SCALE, Dataset

DETAIL_FLOOR = 0.001  # metres: differences between bodies below this fade out of the discriminator's sight

RIDGE_STRENGTH = 1.0


@dataclass(frozen=True)
class Features:
    """Linear maps of a population.

    variation (n, V): each body's own standing along the V widest axes of what its measurements leave open, SD 1;
    mean (30000,) and view (30000, F): a cloud's features are (cloud - mean) @ view.
    """

    variation: np.ndarray
    mean: np.ndarray
    view: np.ndarray


def design(data: Dataset) -> np.ndarray:
    """(n, 17) constant, standardised measurements and body type: what a linear model of bodies starts from."""
    scale = data.normalisation
    standard = (data.measurements - scale.measurement_mean) / scale.measurement_sd
    return np.column_stack([np.ones(len(data)), standard, data.body_type])


def ridge(inputs: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """(p, q) coefficients of the regression on (n, p) inputs, a constant first; ``moments`` are inputs.T @ outputs."""
    penalty = np.full(inputs.shape[1], RIDGE_STRENGTH)
    penalty[0] = 0.0
    solved: np.ndarray = np.linalg.solve(inputs.T @ inputs + np.diag(penalty), moments)
    return solved


def cloud_slopes(data: Dataset) -> np.ndarray:
    """(30000, K) derivative, at the mean, of a cloud in network units by its scores."""
    slope = 1.0 - np.tanh(data.output_bias.astype(float)) ** 2
    shapes: np.ndarray = data.output_weight * slope[:, None]
    return shapes


def point_metric(data: Dataset) -> np.ndarray:
    """(K, K) G: the mean squared distance of points, in square metres, that scores s make is s @ G @ s."""
    shapes = cloud_slopes(data) * CLOUD_SCALE
    metric: np.ndarray = shapes.T @ shapes / (len(shapes) / 3)
    return metric


def features(data: Dataset, variation: int, view: int) -> Features:
    """Axes from the training bodies: ``variation`` numbers a body, and a discriminator's view of ``view`` axes.

    The view holds what stays of the scores when the part that goes with the measurements is taken out (read off the
    scores themselves), in units of its own spread, and then that part.
    """
    rows, known = data.training, design(data)
    by_known = ridge(known[rows], known[rows].T @ data.scores[rows])
    metric = np.linalg.cholesky(point_metric(data))  # scores @ metric: lengths are distances of points
    open_part = (data.scores - known @ by_known) @ metric
    variances, axes = np.linalg.eigh(np.cov(open_part[rows].T))
    spread, axes = np.sqrt(np.maximum(variances[::-1], 1e-12)), axes[:, ::-1]
    own = open_part @ axes[:, :variation] / spread[:variation]
    scored = np.column_stack([np.ones(len(rows)), data.scores[rows].astype(float)])
    read = ridge(scored, scored.T @ known[rows, 1:])[1:]  # the measurements as a linear function of the scores
    kept = max(view - read.shape[1], 0)
    remainder = (np.eye(len(metric)) - read @ by_known[1:]) @ metric @ axes[:, :kept]
    of_scores = np.hstack([remainder / np.hypot(spread[:kept], DETAIL_FLOOR), read])[:, :view]
    shapes = cloud_slopes(data)
    to_scores = np.linalg.solve(shapes.T @ shapes, shapes.T).T
    # Rounded: linear algebra on several threads differs in its last bits from run to run.
    return Features(np.round(own, 5), np.tanh(data.output_bias.astype(float)), to_scores @ of_scores)
