# SPDX-License-Identifier: GPL-3.0-or-later
"""The population that bodies are drawn from: the engine's own statistics, one law of logarithms per sex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.measurements.population import log_moments
from avatar_engine.measurements.table import KEYS


@dataclass(frozen=True)
class Population:
    """The fifteen measurements of one sex as a log-normal law: mean (15,), covariance (15, 15) of logarithms."""

    name: str
    mean: np.ndarray
    covariance: np.ndarray

    @property
    def female(self) -> bool:
        """Whether this is the female population."""
        return self.name == "female"

    def draw(self, rng: np.random.Generator, count: int, spread: float) -> np.ndarray:
        """(count, 15) metres; ``spread`` times the population's standard deviation."""
        factor = np.linalg.cholesky(self.covariance) * spread
        return np.exp(self.mean + rng.normal(size=(count, len(self.mean))) @ factor.T)

    def standardise(self, measurements: np.ndarray) -> np.ndarray:
        """(…, 15) metres to (…, 15) logarithms in standard deviations."""
        return (np.log(measurements) - self.mean) / np.sqrt(np.diag(self.covariance))

    def distance(self, measurements: np.ndarray) -> np.ndarray:
        """(…,) Mahalanobis distances of (…, 15) metres."""
        offset = np.log(measurements) - self.mean
        return np.sqrt(np.einsum("...i,ij,...j->...", offset, np.linalg.inv(self.covariance), offset))


def populations() -> tuple[Population, Population]:
    """Female and male."""
    size = len(KEYS)
    moments = {sex: log_moments(sex) for sex in ("female", "male")}
    female, male = (Population(sex, mean[:size], cov[:size, :size]) for sex, (mean, cov) in moments.items())
    return female, male
