# SPDX-License-Identifier: GPL-3.0-or-later
"""The network's card: how its numbers relate to metres, and where its weights came from."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray

POINTS = 10_000
MEASUREMENTS = 15


@dataclass(frozen=True)
class Normalisation:
    """Between metres and the network's units.

    measurement_mean, measurement_sd (15,) metres; cloud_centre (3,) metres; cloud_scale: metres per unit.
    """

    measurement_mean: FloatArray
    measurement_sd: FloatArray
    cloud_centre: FloatArray
    cloud_scale: float

    def inputs(self, measurements: FloatArray, body_type: FloatArray, variation: FloatArray) -> FloatArray:
        """(b, 16 + V) network inputs from (b, 15) metres, (b,) body types (0 female .. 1 male), (b, V) variations."""
        standard = (measurements - self.measurement_mean) / self.measurement_sd
        return np.concatenate([standard, 2.0 * body_type[:, None] - 1.0, variation], axis=1)

    def to_metres(self, clouds: FloatArray) -> FloatArray:
        """(b, 10000, 3) clouds in the network's units (-1..1) to metres."""
        return clouds * self.cloud_scale + self.cloud_centre

    def to_units(self, clouds: FloatArray) -> FloatArray:
        """(b, 10000, 3) clouds in metres to the network's units."""
        return (clouds - self.cloud_centre) / self.cloud_scale


@dataclass(frozen=True)
class Card:
    """What must be known to run the weights: normalisation, layer widths, groups, size of the variation."""

    normalisation: Normalisation
    widths: tuple[int, ...]
    groups: int
    variation: int

    @classmethod
    def parse(cls, text: str) -> Card:
        """Read the JSON card; raises ``KeyError`` or ``ValueError`` when it is not one."""
        raw = json.loads(text)
        scale = raw["normalisation"]
        return cls(
            Normalisation(
                np.array(scale["measurement_mean"], dtype=np.float64),
                np.array(scale["measurement_sd"], dtype=np.float64),
                np.array(scale["cloud_centre"], dtype=np.float64),
                float(scale["cloud_scale"]),
            ),
            tuple(int(width) for width in raw["widths"]),
            int(raw["groups"]),
            int(raw["variation"]),
        )

    def facts(self) -> dict[str, object]:
        """The card as JSON-ready data."""
        return {
            "normalisation": {
                "measurement_mean": self.normalisation.measurement_mean.tolist(),
                "measurement_sd": self.normalisation.measurement_sd.tolist(),
                "cloud_centre": self.normalisation.cloud_centre.tolist(),
                "cloud_scale": self.normalisation.cloud_scale,
            },
            "widths": list(self.widths),
            "groups": self.groups,
            "variation": self.variation,
        }
