# SPDX-License-Identifier: GPL-3.0-or-later
"""The tape as a linear function of a cloud's scores, about one body each: what lets a network learn from it.

At first about the training bodies themselves. A proposal lies a centimetre from its body, where the tape is no longer
the same linear function; so now and then it is laid anew, around what the generator proposes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.correction import jacobian
from avatar_engine.body.shape import load_shape_space
from avatar_engine.meshing.solve import load_sampling, load_solver
from training.dataset import Dataset, score_slopes

# Indices of bodies to what is proposed for them: scores (b, K) and clouds (b, 10000, 3) in metres.
Propose = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
BATCH = 100


@dataclass(frozen=True)
class Linearised:
    """What scores s would read too much, in metres: ``offset`` (n, 15) + ``slopes`` (n, 15, K) @ s."""

    offset: np.ndarray
    slopes: np.ndarray


def at_the_bodies(data: Dataset) -> Linearised:
    """About each body of the set, whose readings are what is asked."""
    return Linearised(-np.einsum("nmk,nk->nm", data.tape_slopes, data.scores), data.tape_slopes)


def at_the_proposals(data: Dataset, propose: Propose, before: Linearised) -> Linearised:
    """About the proposals for the training bodies; other bodies stay as they were ``before``. 8 ms a body."""
    space, solver = load_shape_space(), load_solver()
    by_score = score_slopes(space, load_sampling(), data.output_weight, data.output_bias)
    offset, slopes = before.offset.copy(), before.slopes.copy()
    for rows in np.array_split(data.training, -(-len(data.training) // BATCH)):
        for row, scores, cloud in zip(rows, *propose(rows), strict=True):
            readings = tape.readings(space.vertices(solver.coefficients(cloud)))
            read = np.array([reading.value for reading in readings.values()])
            slopes[row] = jacobian(space, readings) @ by_score
            offset[row] = read - data.measurements[row] - slopes[row] @ scores
    return Linearised(offset, slopes)
