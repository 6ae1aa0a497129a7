# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of people, made once and kept for the next requests about them."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from avatar_engine.avatar import BodyResult, build_body, with_own_face
from avatar_engine.export.glb import PLAIN, body_surface, glb_bytes
from avatar_engine.measurements import KEYS, Measurements
from avatar_engine.measurements.units import from_metres
from render_service.portal.people.models import Person

KEPT = 16
_made: OrderedDict[tuple[object, ...], BodyResult] = OrderedDict()
_beside: dict[int, dict[Any, Any]] = {}  # what others keep with a body, by its identity
_lock = threading.Lock()
# Bodies and clothes are worked out one after the other in a process: many at once would take turns at Python's lock,
# each as late as the last one, and leave pages no time.
working = threading.RLock()


@dataclass(frozen=True)
class Reading:
    """A row of the table under an avatar, in the reader's unit.

    asked, measured, low, high : in the unit; difference_mm : measured less asked; given : False where predicted
    """

    key: str
    given: bool
    asked: float
    low: float
    high: float
    measured: float
    difference_mm: float

    @property
    def half_width(self) -> float:
        """Half of the 90 % interval."""
        return (self.high - self.low) / 2.0


def body_of(measurements: Measurements) -> BodyResult:
    """The body, out of the last ones made where it is among them."""
    key = (
        tuple(sorted(measurements.given_values().items())),
        measurements.sex,
        measurements.weight_kg,
        measurements.age_years,
    )
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    with working:
        made = build_body(measurements)
    with _lock:
        if key in _made:  # somebody else was faster
            return _made[key]
        _made[key] = made
        while len(_made) > KEPT:
            _beside.pop(id(_made.popitem(last=False)[1]), None)
    return made


def beside(made: BodyResult) -> dict[Any, Any]:
    """What is kept with a body for as long as it is; of one that is not kept, nothing is."""
    with _lock:
        return _beside.setdefault(id(made), {}) if any(each is made for each in _made.values()) else {}


def forget_bodies() -> None:
    """Drop what is kept: somebody erased their data."""
    with _lock:
        _made.clear()
        _beside.clear()


def readings(made: BodyResult, unit: str) -> list[Reading]:
    """What was asked and what the tape reads, for all 15."""
    asked = made.measurements
    rows = []
    for i, key in enumerate(KEYS):
        wanted, low, high, read = (
            from_metres(float(part[i]), unit) for part in (asked.values, asked.low, asked.high, made.measured)
        )
        miss = float(made.measured[i] - asked.values[i]) * 1000.0
        rows.append(
            Reading(
                key,
                bool(asked.given[i]),
                wanted,
                low,
                high,
                read,
                0.0 if math.isclose(miss, 0.0, abs_tol=0.05) else miss,
            )
        )
    return rows


def own_body(person: Person) -> BodyResult:
    """The body of somebody's newest measurements, with the face that is theirs in pictures too."""
    return with_own_face(body_of(person.latest.measurements()), person.id)


def body_glb(made: BodyResult) -> bytes:
    """The plain, rigged body as a GLB."""
    return glb_bytes(made.body, [body_surface(made.body, PLAIN)])
