# SPDX-License-Identifier: GPL-3.0-or-later
"""The training set: clouds, measurements and tape derivatives of a population.

``python -m training.dataset --population DIR --out DIR`` also writes the engine's shape space, from the same bodies.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.correction import jacobian
from avatar_engine.body.shape import ShapeSpace, load_shape_space
from avatar_engine.generator.card import MEASUREMENTS, POINTS, Normalisation
from avatar_engine.meshing.solve import Sampling, load_sampling, make_solver
from training import basis
from training.anny_source import load
from training.population import load_shards, maker, save
from training.statistics import populations

COMPONENTS = 128
BASIS_BODIES = 3_000
HELD_OUT = 1_000
CLOUD_CENTRE = (0.0, 0.0, 1.05)
CLOUD_SCALE = 1.25  # metres per unit: the tallest body ends at 0.84, where Tanh still has slope
BATCH = 100
SEED = 7
CLOUDS = "clouds.npy"
FACTS = ("measurements", "body_type", "posterior", "scores", "tape_slopes", "output_weight", "output_bias")


@dataclass(frozen=True)
class Dataset:
    """A prepared training set.

    clouds (n, 10000, 3) float16 in network units; measurements (n, 15) metres; body_type (n,) 0 female .. 1 male;
    posterior (n,) what the measurements alone say of it; scores (n, 128) of the clouds' components;
    tape_slopes (n, 15, 128) metres per score; output_weight (30000, 128), output_bias (30000,): the components.
    """

    clouds: np.ndarray
    measurements: np.ndarray
    body_type: np.ndarray
    posterior: np.ndarray
    scores: np.ndarray
    tape_slopes: np.ndarray
    output_weight: np.ndarray
    output_bias: np.ndarray
    normalisation: Normalisation

    @property
    def training(self) -> np.ndarray:
        """Indices of the bodies to train on."""
        return np.arange(len(self.measurements) - HELD_OUT if len(self) > 2 * HELD_OUT else len(self) * 9 // 10)

    @property
    def held_out(self) -> np.ndarray:
        """Indices of the bodies to test on."""
        return np.arange(len(self.training), len(self))

    def __len__(self) -> int:
        return len(self.measurements)

    def digest(self) -> str:
        """sha256 of all that training reads of this set."""
        found = hashlib.sha256()
        for array in (self.measurements, self.body_type, self.posterior, self.scores, self.tape_slopes):
            found.update(np.ascontiguousarray(array).data)
        for part in np.array_split(self.clouds, max(1, len(self) // BATCH)):
            found.update(np.ascontiguousarray(part).data)
        found.update(np.ascontiguousarray(self.output_weight).data)
        found.update(np.ascontiguousarray(self.output_bias).data)
        return found.hexdigest()


def normalisation(measurements: np.ndarray) -> Normalisation:
    """Normalisation by the mean and SD of the (n, 15) measurements."""
    return Normalisation(measurements.mean(0), measurements.std(0), np.array(CLOUD_CENTRE), CLOUD_SCALE)


def body_type_posterior(measurements: np.ndarray) -> np.ndarray:
    """(n,) probability of male, from (n, 15) measurements alone, both sexes equally likely."""
    laws = []
    for population in populations():
        sign, log_determinant = np.linalg.slogdet(population.covariance)
        laws.append(-0.5 * population.distance(measurements) ** 2 - 0.5 * sign * log_determinant)
    return 1.0 / (1.0 + np.exp(np.clip(laws[0] - laws[1], -60, 60)))


def cloud_components(clouds: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Principal components in atanh space of (b, 10000, 3) clouds: weight (30000, K) and bias (30000,)."""
    bent = np.arctanh(clouds.reshape(len(clouds), -1).astype(np.float64)).astype(np.float32)
    bias = bent.mean(axis=0)
    centred = bent - bias
    values, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    order = np.argsort(-values)[:count]
    return (centred.T @ (vectors[:, order] / np.sqrt(values[order]))).astype(np.float32), bias


def score_slopes(space: ShapeSpace, sampling: Sampling, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(K, 128) derivative of shape coefficients by cloud scores, at the mean cloud."""
    solver = make_solver(space, sampling)
    slope = (1.0 - np.tanh(bias) ** 2) * CLOUD_SCALE
    return solver.gain @ (weight * slope[:, None])


def write_shape_space(parameters: np.ndarray) -> None:
    """Write the engine's shape space from a sample of the population."""
    weights = maker().parameters.target_weights(parameters)
    points = np.concatenate(
        [basis.all_points(load(), part).astype(np.float32) for part in np.array_split(weights, len(weights) // BATCH)]
    )
    basis.write(points, COMPONENTS)
    load_shape_space.cache_clear()


def read_bodies(parameters: np.ndarray, clouds: np.ndarray, space: ShapeSpace) -> tuple[np.ndarray, np.ndarray]:
    """Fill ``clouds`` (n, 10000, 3) with the bodies' of (n, P) parameters, and read the tape on each.

    Returns measurements (n, 15) metres, and their derivatives (n, 15, K) by the shape space's coefficients.
    """
    sampling = load_sampling()
    read = np.zeros((len(parameters), MEASUREMENTS))
    slopes = np.zeros((len(parameters), MEASUREMENTS, space.size), np.float32)
    for start in range(0, len(parameters), BATCH):
        vertices = maker().vertices(parameters[start : start + BATCH])
        for row, body in enumerate(vertices, start):
            clouds[row] = (sampling.points(body) - CLOUD_CENTRE) / CLOUD_SCALE
            readings = tape.readings(body)
            read[row] = [reading.value for reading in readings.values()]
            slopes[row] = jacobian(space, readings)
        print(f"\rclouds {start + len(vertices)}/{len(parameters)}", end="", flush=True)
    print()
    return read, slopes


def make_dataset(clouds: np.ndarray, measurements: np.ndarray, body_type: np.ndarray, slopes: np.ndarray) -> Dataset:
    """The set of (n, 10000, 3) clouds in network units, with the tape's (n, 15, K) derivatives by shape."""
    few = np.asarray(clouds[:BASIS_BODIES], np.float32)
    weight, bias = cloud_components(few, min(COMPONENTS, len(few) // 2))
    parts = np.array_split(clouds, max(1, len(clouds) // 500))
    bent = (np.arctanh(np.asarray(part, np.float32).reshape(len(part), -1)) - bias for part in parts)
    scores = np.concatenate([part @ weight for part in bent])
    spread = scores.std(axis=0)
    weight = (weight * spread).astype(np.float32)
    by_score = score_slopes(load_shape_space(), load_sampling(), weight, bias).astype(np.float32)
    return Dataset(
        clouds=clouds,
        measurements=measurements,
        body_type=body_type,
        posterior=body_type_posterior(measurements),
        scores=(scores / spread).astype(np.float32),
        tape_slopes=(slopes @ by_score).astype(np.float32),
        output_weight=weight,
        output_bias=bias,
        normalisation=normalisation(measurements),
    )


def save_facts(folder: Path, data: Dataset) -> None:
    """Write all of a set but its clouds."""
    save(folder / "facts.npz", {name: getattr(data, name) for name in FACTS})


def prepare(population: Path, out: Path) -> None:
    """Write the training set and the shape space."""
    out.mkdir(parents=True, exist_ok=True)
    shards = load_shards(population)
    order = np.random.default_rng(SEED).permutation(len(shards["parameters"]))
    parameters, female = shards["parameters"][order], shards["female"][order]
    write_shape_space(parameters[:BASIS_BODIES])
    shape = (len(parameters), POINTS, 3)
    clouds = np.lib.format.open_memmap(out / CLOUDS, mode="w+", dtype=np.float16, shape=shape)
    # Read anew, by the tape of today: the shards may be older.
    measurements, slopes = read_bodies(parameters, clouds, load_shape_space())
    save_facts(out, make_dataset(clouds, measurements, 1.0 - female.astype(float), slopes))


def open_dataset(folder: Path) -> Dataset:
    """A set that ``prepare`` wrote; clouds stay on disk."""
    facts = np.load(folder / "facts.npz")
    clouds = np.load(folder / CLOUDS, mmap_mode="r")
    return Dataset(clouds, *(facts[name] for name in FACTS), normalisation(facts["measurements"]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--population", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    prepare(arguments.population, arguments.out)


if __name__ == "__main__":
    main()
