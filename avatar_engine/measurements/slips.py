# SPDX-License-Identifier: GPL-3.0-or-later
"""Slips of the pen: which field of an unlikely set is wrong, and what was probably meant instead.

Every field is tried as wrong in every way that people go wrong (another unit, a digit dropped or doubled, the point
slipped, two fields swapped, or just anything), and the likeliest of these stories wins: the density of the mended set
under the population's law, times how often such a story is told. One field's change alters the squared Mahalanobis
distance by two terms of the precision matrix, so that a thousand stories cost no more than one matrix inverse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from avatar_engine.measurements.model import Sex
from avatar_engine.measurements.population import SEXES, VARIABLES, Array, log_moments
from avatar_engine.measurements.table import BY_KEY, WEIGHT_BOUNDS_KG
from avatar_engine.measurements.units import METRES_PER_UNIT, POUND_KG

LENGTH_UNITS = {**METRES_PER_UNIT, "m": 1.0}
MASS_UNITS = {"kg": 1.0, "lb": POUND_KG}

# How often each story is told before anything is known; "anything" is a wrong value that no slip explains.
FREQUENCY = {"unit": 0.45, "swap": 0.2, "dropped": 0.12, "doubled": 0.1, "point": 0.01, "anything": 0.12}
DIGIT_SLIPS = ("dropped", "doubled")
ANYTHING_WIDTH = math.log(100.0) * 2.0  # a wrong value that no slip explains lies within a factor of 100
SAME = 0.02  # relative: values closer than this are told apart by no tape
PLACES = 3.5  # digits of a typical value in centimetres


@dataclass(frozen=True)
class Slip:
    """What a value was meant to be.

    Parameters
    ----------
    kind : "unit", "swap", "dropped", "doubled" (a digit) or "point"
    meant : metres or kilograms
    other : the unit that was probably used, or the field that it was swapped with
    """

    kind: str
    meant: float
    other: str = ""


@dataclass(frozen=True)
class Story:
    """A field that is wrong, the slip that explains it (or None), and how likely that is.

    field : key of ``VARIABLES``; slip : or None; odds : logarithm of its odds against "all of it is right";
    distance : Mahalanobis distance of the set once mended, or of the other values where no slip is told
    """

    field: str
    slip: Slip | None
    odds: float
    distance: float


def typed(value: float, unit: str) -> str:
    """The shortest text that somebody would have typed for a value in metres or kilograms, to four decimals."""
    return f"{value / METRES_PER_UNIT.get(unit, 1.0):.4f}".rstrip("0").rstrip(".")


def slips_of(field: str, value: float, unit: str) -> Iterator[Slip]:
    """All slips of one field alone that lead to a value an adult may have.

    Parameters
    ----------
    value : metres or kilograms
    unit : that it was typed in
    """
    scales = MASS_UNITS if field == "weight_kg" else LENGTH_UNITS
    here = scales[unit]
    text = typed(value, unit)
    # Millimetres are typed without decimals: 922.5 is no such value, but perhaps 92.5 with a digit twice.
    others = [name for name in scales if name != unit and not (name == "mm" and "." in text)]
    found = [Slip("unit", value / here * scales[name], name) for name in others]
    known = {round(slip.meant / value, 6) for slip in found}
    found += [Slip("point", value * factor) for factor in (10.0, 0.1) if factor not in known]
    found += [Slip("dropped", float(more) * here) for more in _longer(text)]
    found += [Slip("doubled", float(less) * here) for less in _without_double(text)]
    return (slip for slip in found if _within(slip.meant, field) and abs(slip.meant / value - 1.0) > SAME)


def bounds(field: str) -> tuple[float, float]:
    """An adult's lowest and highest value, metres or kilograms."""
    return WEIGHT_BOUNDS_KG if field == "weight_kg" else (BY_KEY[field].lower, BY_KEY[field].upper)


def likeliest(known: Mapping[str, float], sex: Sex | None, unit: str, suspects: Sequence[str] | None = None) -> Story:
    """The likeliest story of one wrong field, or of two swapped ones.

    Parameters
    ----------
    known : key of ``VARIABLES`` without age to metres or kilograms; at least one, all positive, also beyond bounds
    unit : of the lengths as they were typed
    suspects : the fields that may be wrong; all of them where None
    """
    laws = [_Law.of(known, one) for one in ((sex,) if sex else SEXES)]
    usual = max(law.height - 0.5 * law.squared for law in laws)
    stories = [
        Story(field, slip, law.height + score - usual, math.sqrt(max(squared, 0.0)))
        for law in laws
        for field, slip, score, squared in law.stories(unit, suspects or tuple(known))
    ]
    return max(stories, key=lambda story: story.odds)


@dataclass(frozen=True)
class _Law:
    """What is known under one sex's law: names, values, residuals of logarithms, precision and its pull on them."""

    names: tuple[str, ...]
    values: Array
    residual: Array
    precision: Array
    pull: Array
    squared: float
    height: float

    @classmethod
    def of(cls, known: Mapping[str, float], sex: Sex) -> _Law:
        mean, covariance = log_moments(sex)
        at = [i for i, name in enumerate(VARIABLES) if name in known]
        names = tuple(VARIABLES[i] for i in at)
        values = np.array([known[name] for name in names])
        residual = np.log(values) - mean[at]
        precision = np.linalg.inv(covariance[np.ix_(at, at)])
        pull = precision @ residual
        height = 0.5 * float(np.linalg.slogdet(precision)[1])
        return cls(names, values, residual, precision, pull, float(residual @ pull), height)

    def stories(self, unit: str, suspects: Sequence[str]) -> Iterator[tuple[str, Slip | None, float, float]]:
        """Field, slip, log likelihood with its frequency, and squared distance once mended."""
        for i in (i for i, name in enumerate(self.names) if name in suspects):
            told: dict[tuple[str, str], list[tuple[float, float, Slip]]] = {}
            for slip in self._slips(i, unit):
                squared, share = self._mended(i, slip), self._share(i, slip) / len(suspects)
                likelihood = math.log(FREQUENCY[slip.kind] * share) - 0.5 * squared
                told.setdefault((slip.kind, slip.other), []).append((likelihood, squared, slip))
            for ways in told.values():
                _, squared, slip = max(ways, key=lambda way: way[0])
                yield self.names[i], slip, float(np.logaddexp.reduce([way[0] for way in ways])), squared
            squared = self.squared - self.pull[i] ** 2 / self.precision[i, i]
            width = ANYTHING_WIDTH * math.sqrt(self.precision[i, i] / (2.0 * math.pi))
            yield self.names[i], None, math.log(FREQUENCY["anything"] / len(suspects) / width) - 0.5 * squared, squared

    def _slips(self, i: int, unit: str) -> Iterator[Slip]:
        name = self.names[i]
        yield from slips_of(name, self.values[i], "kg" if name == "weight_kg" else unit)
        if name in BY_KEY:
            for other, value in zip(self.names, self.values, strict=True):
                if other in BY_KEY and other != name and _within(value, name) and _within(self.values[i], other):
                    yield Slip("swap", float(value), other)

    def _share(self, i: int, slip: Slip) -> float:
        """How often a slip of its kind, made while typing what was meant, gives just what stands there.

        A digit slips at one of the places of the number, and leads to a value of another density.
        """
        if slip.kind == "swap":
            return 1.0 / (len(self.names) - 1)
        if slip.kind in DIGIT_SLIPS:
            return float(self.values[i]) / slip.meant / PLACES
        return 1.0

    def _mended(self, i: int, slip: Slip) -> float:
        """Squared Mahalanobis distance of the set once the slip is mended."""
        change = math.log(slip.meant / self.values[i])
        squared = self.squared + 2.0 * change * self.pull[i] + change**2 * self.precision[i, i]
        if slip.kind == "swap":
            j = self.names.index(slip.other)
            squared += -2.0 * change * self.pull[j] + change**2 * (self.precision[j, j] - 2.0 * self.precision[i, j])
        return float(squared)


def _within(value: float, field: str) -> bool:
    low, high = bounds(field)
    return low <= value <= high


def _longer(text: str) -> set[str]:
    """Every text from which dropping one digit leaves this one."""
    return {
        text[:at] + digit + text[at:] for at in range(len(text) + 1) for digit in "0123456789" if at or digit != "0"
    }


def _without_double(text: str) -> set[str]:
    """Every text in which doubling one digit makes this one."""
    pairs = (at for at in range(1, len(text)) if text[at] == text[at - 1])
    return {text[:at] + text[at + 1 :] for at in pairs}
