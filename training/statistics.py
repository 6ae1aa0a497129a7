# SPDX-License-Identifier: GPL-3.0-or-later
"""The population that bodies are drawn from: the engine's own statistics, one law of logarithms per sex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.measurements.model import Sex
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from avatar_engine.measurements.table import KEYS


@dataclass(frozen=True)
class Population:
    """The fifteen measurements of one sex as a log-normal law.

    mean (15,), covariance (15, 15) of logarithms; the logarithm of the body mass index that the fifteen make one
    expect is ``mass_axis`` (15,) times their logarithms plus ``mass_offset``
    """

    name: str
    mean: np.ndarray
    covariance: np.ndarray
    mass_axis: np.ndarray
    mass_offset: float

    @property
    def female(self) -> bool:
        """Whether this is the female population."""
        return self.name == "female"

    def draw(self, rng: np.random.Generator, count: int, spread: float) -> np.ndarray:
        """(count, 15) metres; ``spread`` times the population's standard deviation."""
        factor = np.linalg.cholesky(self.covariance) * spread
        return np.exp(self.mean + rng.normal(size=(count, len(self.mean))) @ factor.T)

    def draw_heavy(self, rng: np.random.Generator, count: int, lowest: float, highest: float) -> np.ndarray:
        """(count, 15) metres of people whose expected body mass indices are spread evenly between two bounds.

        Each is a person of the law, moved along the direction in which the measurements follow body mass.
        """
        drawn = np.log(self.draw(rng, count, 1.0))
        wanted = np.log(rng.uniform(lowest, highest, count))
        along = self.covariance @ self.mass_axis
        missing = wanted - (drawn @ self.mass_axis + self.mass_offset)
        return np.exp(drawn + np.outer(missing / (self.mass_axis @ along), along))

    def body_mass(self, measurements: np.ndarray) -> np.ndarray:
        """(…,) body mass index that (…, 15) metres make one expect, by the weight's conditional."""
        index: np.ndarray = np.exp(np.log(measurements) @ self.mass_axis + self.mass_offset)
        return index

    def standardise(self, measurements: np.ndarray) -> np.ndarray:
        """(…, 15) metres to (…, 15) logarithms in standard deviations."""
        return (np.log(measurements) - self.mean) / np.sqrt(np.diag(self.covariance))

    def distance(self, measurements: np.ndarray) -> np.ndarray:
        """(…,) Mahalanobis distances of (…, 15) metres."""
        offset = np.log(measurements) - self.mean
        return np.sqrt(np.einsum("...i,ij,...j->...", offset, np.linalg.inv(self.covariance), offset))


def populations() -> tuple[Population, Population]:
    """Female and male."""
    female, male = (_population(sex) for sex in SEXES)
    return female, male


def _population(sex: Sex) -> Population:
    size, weight, stature = len(KEYS), VARIABLES.index("weight_kg"), KEYS.index("stature")
    mean, covariance = log_moments(sex)
    gain = np.linalg.solve(covariance[:size, :size], covariance[:size, weight])
    offset = float(mean[weight] - mean[:size] @ gain)
    return Population(sex, mean[:size], covariance[:size, :size], gain - 2.0 * np.eye(size)[stature], offset)
