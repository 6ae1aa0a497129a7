# SPDX-License-Identifier: GPL-3.0-or-later
"""Small charts of a measurement over time, as SVG that the server draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from avatar_engine.measurements import KEYS
from avatar_engine.measurements.units import from_metres
from render_service.portal.people.models import MeasurementSet

WIDTH, HEIGHT, EDGE = 220.0, 56.0, 6.0
LEAST_SPAN = 0.02  # metres: a change of a millimetre is drawn as one


@dataclass(frozen=True)
class Chart:
    """A line: points in the drawing, first and last value in the reader's unit, and when they were taken."""

    key: str
    points: tuple[tuple[float, float], ...]
    first: float
    last: float
    since: datetime
    until: datetime

    @property
    def line(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


def charts(sets: Sequence[MeasurementSet], unit: str) -> list[Chart]:
    """A chart of each measurement that was given more than once, oldest value first."""
    series = {key: [(each.taken, each.given[key]) for each in sets if key in each.given] for key in KEYS}
    return [_chart(key, values, unit) for key, values in series.items() if len(values) > 1]


def _chart(key: str, values: Sequence[tuple[datetime, float]], unit: str) -> Chart:
    start, end = values[0][0], values[-1][0]
    low, high = min(value for _, value in values), max(value for _, value in values)
    span, middle = max(high - low, LEAST_SPAN), (low + high) / 2.0
    duration = max((end - start).total_seconds(), 1.0)
    points = tuple(
        (
            EDGE + (WIDTH - 2 * EDGE) * (when - start).total_seconds() / duration,
            HEIGHT / 2.0 - (HEIGHT - 2 * EDGE) * (value - middle) / span,
        )
        for when, value in values
    )
    return Chart(key, points, from_metres(values[0][1], unit), from_metres(values[-1][1], unit), start, end)
