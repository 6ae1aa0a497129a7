# SPDX-License-Identifier: GPL-3.0-or-later
"""Correction to the tape: the smallest change of a body, in the population's own measure, that reads as asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.shape import ShapeSpace
from avatar_engine.body.slicing import Reading
from avatar_engine.body.template import FloatArray

STEPS = 4
GIVEN_SD = 0.0001  # metres: how closely a given value is followed
CLOSE_ENOUGH = 0.0003  # metres: given values this close need no further step


@dataclass(frozen=True)
class Correction:
    """A corrected body.

    coefficients (K,); measured (15,) metres, the tape's readings on it; proposed (15,), the readings before.
    """

    coefficients: FloatArray
    measured: FloatArray
    proposed: FloatArray


def jacobian(space: ShapeSpace, readings: dict[str, Reading]) -> FloatArray:
    """(15, K) derivatives of the readings by the coefficients."""
    rows = [
        np.tensordot(reading.gradient.astype(np.float32), space.basis[reading.vertices], ((0, 1), (0, 1)))
        for reading in readings.values()
    ]
    return np.array(rows, dtype=np.float64)


def correct(space: ShapeSpace, coefficients: FloatArray, wanted: FloatArray, wanted_sd: FloatArray) -> Correction:
    """Gauss-Newton on the tape, weighted by the variances of the components.

    Parameters
    ----------
    coefficients : (K,) of the body to start from
    wanted : (15,) metres
    wanted_sd : (15,) metres, how far each reading may stay from what is wanted; given values ``GIVEN_SD``
    """
    strict = wanted_sd <= GIVEN_SD
    readings, measured = _read(space, coefficients)
    best = Correction(coefficients, measured, measured)
    for _ in range(STEPS):
        if strict.any() and np.abs(measured - wanted)[strict].max() < CLOSE_ENOUGH:
            break
        slopes = jacobian(space, readings)
        spread = slopes * space.variances
        system = spread @ slopes.T + np.diag(wanted_sd**2)
        coefficients = coefficients + spread.T @ np.linalg.solve(system, wanted - measured)
        readings, measured = _read(space, coefficients)
        best = _better(best, Correction(coefficients, measured, best.proposed), wanted, wanted_sd)
    return best


def _read(space: ShapeSpace, coefficients: FloatArray) -> tuple[dict[str, Reading], FloatArray]:
    readings = tape.readings(space.vertices(coefficients))
    return readings, np.array([reading.value for reading in readings.values()])


def _better(best: Correction, found: Correction, wanted: FloatArray, wanted_sd: FloatArray) -> Correction:
    errors = [np.square((each.measured - wanted) / wanted_sd).sum() for each in (best, found)]
    return found if errors[1] < errors[0] else best
