# SPDX-License-Identifier: GPL-3.0-or-later
"""Correction to the tape: the smallest change of a body, in the population's own measure, that reads as asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body import tape
from avatar_engine.body.shape import ShapeSpace
from avatar_engine.body.slicing import Reading
from avatar_engine.body.template import BoolArray, FloatArray
from avatar_engine.measurements.table import KEYS

STEPS = 8  # real people need one or two; one in a thousand, whose values hardly go together, gains from more
SHARES = (1.0, 0.5, 0.2)  # of a step: less of it where all of it leads away
GIVEN_SD = 0.0001  # metres: how closely a given value is followed
CLOSE_ENOUGH = 0.0003  # metres: given values this close need no further step
# How far a body may be moved from the proposal, in standard deviations of the shape space. Of 3,034 real people half
# need 0.2, one in a thousand more than 2 and the farthest 3.6; well past that, bellies and thighs bulge as on nobody.
REACH = 4.0
UNMET = 0.001  # metres: a given value missed by more is told


@dataclass(frozen=True)
class Unmet:
    """A given value that the body could not be brought to.

    field : key of the measurement; asked, reached : metres
    against : the given value that, taken back, would let this one be met best; "" where no other was given
    """

    field: str
    asked: float
    reached: float
    against: str


@dataclass(frozen=True)
class Correction:
    """A corrected body.

    coefficients (K,); measured (15,) metres, the tape's readings on it; proposed (15,), the readings before;
    moved : length of the correction in standard deviations of the shape space;
    unmet : given values not reached, the greatest miss first.
    """

    coefficients: FloatArray
    measured: FloatArray
    proposed: FloatArray
    moved: float = 0.0
    unmet: tuple[Unmet, ...] = ()


def jacobian(space: ShapeSpace, readings: dict[str, Reading]) -> FloatArray:
    """(15, K) derivatives of the readings by the coefficients."""
    rows = [
        np.tensordot(reading.gradient.astype(np.float32), space.basis[reading.vertices], ((0, 1), (0, 1)))
        for reading in readings.values()
    ]
    return np.array(rows, dtype=np.float64)


def correct(space: ShapeSpace, proposal: FloatArray, wanted: FloatArray, wanted_sd: FloatArray) -> Correction:
    """Gauss-Newton on the tape: the body nearest to the proposal, by the components' variances, that reads as wanted.

    A body that would have to move farther than ``REACH`` keeps to that distance, comes as near to what is wanted as
    it can there, and tells which given values it missed.

    Parameters
    ----------
    proposal : (K,) coefficients of the body to start from
    wanted : (15,) metres
    wanted_sd : (15,) metres, how far each reading may stay from what is wanted; given values ``GIVEN_SD``

    Raises
    ------
    ValueError : the proposal is no body: a tape finds nothing where a limb should be
    """
    wish = _Wish(space, proposal, wanted, wanted_sd)
    first = place = wish.at(proposal)
    last: _Step | None = None
    for _ in range(STEPS):
        if wish.close_enough(place):
            break
        slopes = jacobian(space, place.readings)
        goal = wanted - place.measured + slopes @ (place.coefficients - proposal)
        step = _Step.within_reach(slopes, space.variances, goal, wanted_sd)
        tried = (
            wish.at(place.coefficients + share * (proposal + step.change - place.coefficients)) for share in SHARES
        )
        better = next((found for found in tried if found.error < place.error), None)
        if better is None:
            break
        place, last = better, step
    return Correction(
        coefficients=place.coefficients,
        measured=place.measured,
        proposed=first.measured,
        moved=float(np.sqrt(((place.coefficients - proposal) ** 2 / space.variances).sum())),
        unmet=_unmet(place.measured, wish, last),
    )


@dataclass(frozen=True)
class _Place:
    """A body on the way: its coefficients, what the tape reads there, and how far that is from the wish."""

    coefficients: FloatArray
    readings: dict[str, Reading]
    measured: FloatArray
    error: float


@dataclass(frozen=True)
class _Wish:
    """What is asked of a correction; see ``correct``."""

    space: ShapeSpace
    proposal: FloatArray
    wanted: FloatArray
    wanted_sd: FloatArray

    @property
    def given(self) -> BoolArray:
        """(15,) which values somebody gave."""
        given: BoolArray = self.wanted_sd <= GIVEN_SD
        return given

    def at(self, coefficients: FloatArray) -> _Place:
        """The body with these coefficients."""
        readings = tape.readings(self.space.vertices(coefficients))
        measured = np.array([reading.value for reading in readings.values()])
        error = float(np.square((measured - self.wanted) / self.wanted_sd).sum())
        return _Place(coefficients, readings, measured, error)

    def close_enough(self, place: _Place) -> bool:
        """Whether all given values are met, so that no further step is worth its time."""
        return bool(self.given.any() and np.abs(place.measured - self.wanted)[self.given].max() < CLOSE_ENOUGH)


@dataclass(frozen=True)
class _Step:
    """A change of coefficients (K,), its length, and the system (15, 15) with its solution that led to it."""

    change: FloatArray
    length: float
    system: FloatArray
    solution: FloatArray

    @classmethod
    def within_reach(cls, slopes: FloatArray, variances: FloatArray, goal: FloatArray, goal_sd: FloatArray) -> _Step:
        """The step to the goal; with every goal followed less closely where that step would go beyond ``REACH``."""
        spread = slopes * variances
        shared, loose = spread @ slopes.T, np.diag(goal_sd**2)

        def step(slack: float) -> _Step:
            system = shared + np.exp(slack) * loose
            solution = np.linalg.solve(system, goal)
            length = float(np.sqrt(solution @ shared @ solution))
            return cls(spread.T @ solution, length, system, solution)

        whole = step(0.0)
        if whole.length <= REACH:
            return whole
        low, high = 0.0, 40.0
        for _ in range(40):
            middle = (low + high) / 2.0
            low, high = (middle, high) if step(middle).length > REACH else (low, middle)
        return step(high)


def _unmet(measured: FloatArray, wish: _Wish, last: _Step | None) -> tuple[Unmet, ...]:
    """The given values that were missed, the greatest miss first."""
    given, miss = np.flatnonzero(wish.given), np.abs(measured - wish.wanted)
    missed = sorted((i for i in given if miss[i] > UNMET), key=lambda i: -miss[i])
    return tuple(
        Unmet(KEYS[i], float(wish.wanted[i]), float(measured[i]), _against(i, [j for j in given if j != i], last))
        for i in missed
    )


def _against(missed: int, others: list[int], last: _Step | None) -> str:
    """The given value whose removal from the last step's linear system leaves least of the miss."""
    if not others or last is None:
        return ""
    inverse = np.linalg.inv(last.system)
    left = [abs(last.solution[missed] - inverse[missed, j] * last.solution[j] / inverse[j, j]) for j in others]
    return KEYS[others[int(np.argmin(left))]]
