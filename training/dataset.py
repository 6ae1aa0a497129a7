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
from avatar_engine.generator.card import POINTS, Normalisation
from avatar_engine.meshing.solve import Sampling, load_sampling, make_solver
from training import basis
from training.anny_source import load
from training.population import load_shards, maker
from training.statistics import populations

COMPONENTS = 128
BASIS_BODIES = 3_000
HELD_OUT = 1_000
CLOUD_CENTRE = (0.0, 0.0, 1.05)
CLOUD_SCALE = 1.25  # metres per unit: the tallest body ends at 0.84, where Tanh still has slope
BATCH = 100
SEED = 7


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


def prepare(population: Path, out: Path) -> None:
    """Write the training set and the shape space."""
    out.mkdir(parents=True, exist_ok=True)
    shards = load_shards(population)
    order = np.random.default_rng(SEED).permutation(len(shards["parameters"]))
    parameters, measurements, female = (shards[key][order] for key in ("parameters", "measurements", "female"))
    write_shape_space(parameters[:BASIS_BODIES])
    scale, sampling, space = normalisation(measurements), load_sampling(), load_shape_space()
    shape = (len(parameters), POINTS, 3)
    clouds = np.lib.format.open_memmap(out / "clouds.npy", mode="w+", dtype=np.float16, shape=shape)
    slopes = np.zeros((len(parameters), measurements.shape[1], COMPONENTS), np.float32)
    for start in range(0, len(parameters), BATCH):
        vertices = maker().vertices(parameters[start : start + BATCH])
        for offset, body in enumerate(vertices):
            clouds[start + offset] = scale.to_units(sampling.points(body))
            slopes[start + offset] = jacobian(space, tape.readings(body))
        print(f"\rclouds {start + len(vertices)}/{len(parameters)}", end="", flush=True)
    print()
    weight, bias = cloud_components(np.asarray(clouds[:BASIS_BODIES], np.float32), COMPONENTS)
    scores = np.concatenate(
        [
            (np.arctanh(np.asarray(part, np.float32).reshape(len(part), -1)) - bias) @ weight
            for part in np.array_split(clouds, max(1, len(clouds) // 500))
        ]
    )
    spread = scores.std(axis=0)
    weight, scores = weight * spread, scores / spread
    by_score = score_slopes(space, sampling, weight, bias).astype(np.float32)
    np.savez(
        out / "facts.npz",
        measurements=measurements,
        body_type=1.0 - female.astype(float),
        posterior=body_type_posterior(measurements),
        scores=scores.astype(np.float32),
        tape_slopes=(slopes @ by_score).astype(np.float32),
        output_weight=weight.astype(np.float32),
        output_bias=bias,
        variances=spread.astype(np.float64) ** 2,
    )


def open_dataset(folder: Path) -> Dataset:
    """A set that ``prepare`` wrote; clouds stay on disk."""
    facts = np.load(folder / "facts.npz")
    names = ("measurements", "body_type", "posterior", "scores", "tape_slopes", "output_weight", "output_bias")
    clouds = np.load(folder / "clouds.npy", mmap_mode="r")
    return Dataset(clouds, *(facts[name] for name in names), normalisation(facts["measurements"]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--population", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    prepare(arguments.population, arguments.out)


if __name__ == "__main__":
    main()
