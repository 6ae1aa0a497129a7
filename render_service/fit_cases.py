# SPDX-License-Identifier: GPL-3.0-or-later
"""Who wears what in the benchmark of fitting: bodies of the population, extremes included, and every garment in the
sizes that are furthest apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from avatar_engine.avatar import build_body
from avatar_engine.body.shape import Body
from avatar_engine.fitting.advice import size_advice
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.look import GarmentChoice
from avatar_engine.measurements import KEYS, Measurements, complete
from avatar_engine.measurements.population import SEXES, VARIABLES, log_moments
from garments import Dimensions, catalogue
from garments.sizes import MADE_TO_MEASURE

# What is worn over what; the last garment is the one whose size varies.
LAYERED = (
    ("trousers-straight", "t-shirt"),
    ("skirt-circle", "sweater"),
    ("trousers-straight", "shirt", "jacket"),
    ("shirt", "sweater", "jacket"),
    ("t-shirt", "hoodie", "jacket"),
)
SEED = 23
CANDIDATES = 200


@dataclass(frozen=True)
class Case:
    """One outfit on one body: garments, the size of the last of them, and why that size was taken."""

    body: str
    garments: tuple[str, ...]
    size: str
    why: str
    pose: str

    @property
    def key(self) -> str:
        """The same for the same case in every run."""
        return "; ".join(str(value) for value in asdict(self).values())

    def choices(self) -> list[GarmentChoice]:
        """What is worn."""
        inner = [GarmentChoice(name) for name in self.garments[:-1]]
        return [*inner, GarmentChoice(self.garments[-1], size=self.size)]


def people(count: int) -> Iterator[tuple[str, Measurements]]:
    """Women and men in turn, from the thinnest to the heaviest of CANDIDATES drawn from the population of each."""
    rng = np.random.default_rng(SEED)
    weight, stature = VARIABLES.index("weight_kg"), VARIABLES.index("stature")
    chosen = []
    for sex in SEXES:
        mean, covariance = log_moments(sex)
        drawn = np.exp(rng.multivariate_normal(mean, covariance, CANDIDATES))
        order = np.argsort(drawn[:, weight] / drawn[:, stature] ** 2)
        share = count // 2 + (count % 2 if sex == SEXES[0] else 0)
        chosen.append([(sex, drawn[i]) for i in order[np.linspace(0, CANDIDATES - 1, share).round().astype(int)]])
    for number in range(count):
        sex, values = chosen[number % 2][number // 2]
        measurements = complete(dict(zip(KEYS, values[: len(KEYS)].tolist(), strict=True)), sex=sex)
        yield f"{sex}, {values[stature]:.3f} m, {values[weight]:.1f} kg", measurements


def random_bodies(count: int) -> Iterator[tuple[str, Body]]:
    """The bodies of ``people``."""
    for who, measurements in people(count):
        yield who, build_body(measurements).body


def cases(who: str, body: Body, pose: str, wanted: Sequence[str], turn: int | None = None) -> Iterator[Case]:
    """Every wanted garment alone and layered: made to measure, in the size advised, and in the smallest and largest
    that can be worn; with a ``turn``, a number that goes on from body to body, in one of these alone.
    """
    dimensions = body_dimensions(body)
    outfits = [(garment,) for garment in catalogue()] + list(LAYERED)
    for place, garments in enumerate(outfits):
        if garments[-1] not in wanted or garments == ("base-layer",):
            continue
        tried = _sizes(dimensions, garments[-1]) if len(garments) == 1 else [("made", MADE_TO_MEASURE)]
        if turn is not None:
            tried = [tried[(turn + place) % len(tried)]]
        for why, size in tried:
            yield Case(who, garments, size, why, pose)


def _sizes(dimensions: Dimensions, garment: str) -> list[tuple[str, str]]:
    """Sizes to try, each once, with the reason."""
    advice = size_advice(dimensions, garment)
    wearable = [size.size for size in advice.sizes if size.wearable]
    sizes = {MADE_TO_MEASURE: "made"}
    if advice.best is not None:
        for size, why in ((advice.best, "advised"), (wearable[0], "smallest"), (wearable[-1], "largest")):
            sizes.setdefault(size, why)
    return [(why, size) for size, why in sizes.items()]
