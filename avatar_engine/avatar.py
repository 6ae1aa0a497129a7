# SPDX-License-Identifier: GPL-3.0-or-later
"""The one path from measurements to a body: propose (cGAN), solve (shape space), correct (tape)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.body.correction import GIVEN_SD, Unmet, correct
from avatar_engine.body.face import face_seed, with_face
from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import FloatArray
from avatar_engine.generator.inference import load_generator
from avatar_engine.measurements import Measurements, body_type
from avatar_engine.measurements.plausibility import HEAVY_BMI, body_mass_index
from avatar_engine.meshing.solve import load_solver

PREDICTED_SHARE = 0.25  # of a prediction's 90 % half-width: how far the body may stay from a value nobody asked for


@dataclass(frozen=True)
class BodyResult:
    """A body made from measurements.

    measurements : what was asked (given or predicted)
    measured (15,) : what the tape reads on the body, metres
    proposed (15,) : what it read on the network's proposal, before correction
    cloud (10000, 3) : the proposal itself, metres
    low_confidence : the body's mass is beyond what the training bodies cover
    unmet : given values that no body near the population has together with the other given ones
    """

    body: Body
    measurements: Measurements
    measured: FloatArray
    proposed: FloatArray
    cloud: FloatArray
    low_confidence: bool
    unmet: tuple[Unmet, ...] = ()


def build_body(measurements: Measurements, variation: FloatArray | None = None) -> BodyResult:
    """The body that measures as asked.

    Parameters
    ----------
    measurements : complete measurements, see ``measurements.complete``
    variation : (V,) standard normal numbers for another body of the same measurements; None for the likeliest

    Raises
    ------
    AssetError : when a file of the installation is missing or damaged
    """
    space = load_shape_space()
    generator = load_generator()
    cloud = generator.clouds(
        measurements.values[None],
        np.array([body_type(measurements)]),
        None if variation is None else variation[None],
    )[0]
    start = load_solver().coefficients(cloud)
    half_width = (measurements.high - measurements.low) / 2.0
    wanted_sd = np.where(measurements.given, GIVEN_SD, np.maximum(PREDICTED_SHARE * half_width, GIVEN_SD * 10))
    corrected = correct(space, start, measurements.values, wanted_sd)
    return BodyResult(
        body=space.body(corrected.coefficients),
        measurements=measurements,
        measured=corrected.measured,
        proposed=corrected.proposed,
        cloud=cloud,
        low_confidence=body_mass_index(measurements) > HEAVY_BMI,
        unmet=corrected.unmet,
    )


def with_own_face(made: BodyResult, name: str) -> BodyResult:
    """The same body with the face that goes with somebody's name; no reading changes."""
    asked = made.measurements
    return replace(made, body=with_face(made.body, face_seed(name), body_type(asked), asked.age_years))
