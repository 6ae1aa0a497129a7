# SPDX-License-Identifier: GPL-3.0-or-later
"""Graded sizes: the body that a size is cut for, by chart, and the chart that is nearest to a person."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from garments.dimensions import Dimensions

MADE_TO_MEASURE = "made-to-measure"
CHARTS = ("women", "men")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(files("garments").joinpath("sizes.toml").read_text("utf-8"))
    return table


def size_names(series: str) -> tuple[str, ...]:
    """Sizes that a series offers: "alpha" is made-to-measure and S to XL, "none" is made-to-measure alone."""
    return (MADE_TO_MEASURE, *_table()["steps"]) if series == "alpha" else (MADE_TO_MEASURE,)


def size_dimensions(chart: str, size: str) -> Dimensions:
    """The body that a size of a chart is cut for; KeyError where chart or size is unknown."""
    rows, step = _table()[chart], _table()["steps"][size]
    base = Dimensions(**rows["base"])
    return base.graded({key: value * step for key, value in rows["step"].items()})


def nearest_chart(dimensions: Dimensions) -> str:
    """The chart one of whose sizes comes nearest to a body in bust, waist, hip, shoulder and stature."""

    def distance(chart: str) -> float:
        sizes = [size_dimensions(chart, size) for size in _table()["steps"]]
        keys = {"bust_girth": 6.0, "waist_girth": 6.0, "hip_girth": 5.5, "shoulder_breadth": 1.2, "stature": 6.0}
        return min(
            float(sum(((getattr(size, key) - getattr(dimensions, key)) / step) ** 2 for key, step in keys.items()))
            for size in sizes
        )

    return min(CHARTS, key=distance)
