# SPDX-License-Identifier: GPL-3.0-or-later
"""Graded sizes: the body that a size is cut for, by chart, its labels, and the chart that is nearest to a person."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from garments.dimensions import Dimensions

MADE_TO_MEASURE = "made-to-measure"
CHARTS = ("women", "men")
REGIONS = ("EU", "FR", "UK", "US")
# How far from a size a body may be in each dimension for the same distance, cm: about the population's spread at one
# size, less where the charts differ most.
SPREAD = {
    "bust_girth": 5.0,
    "waist_girth": 6.0,
    "hip_girth": 5.0,
    "neck_girth": 2.5,
    "shoulder_breadth": 2.0,
    "stature": 6.5,
}


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(files("garments").joinpath("sizes.toml").read_text("utf-8"))
    return table


def graded_sizes() -> tuple[str, ...]:
    """Names of the graded sizes, smallest first."""
    return tuple(_table()["sizes"])


def size_names(series: str) -> tuple[str, ...]:
    """Sizes that a series offers: "alpha" is made-to-measure and XS to 4XL, "none" is made-to-measure alone."""
    return (MADE_TO_MEASURE, *graded_sizes()) if series == "alpha" else (MADE_TO_MEASURE,)


def spelt_size(text: str) -> str:
    """A size as it is spelt here: "xxl" is "2XL", "fr40" "FR 40", "Men m" "men M"; what is neither stays as it is."""
    first, _, rest = text.strip().partition(" ")
    if first.lower() in CHARTS and rest:
        return f"{first.lower()} {spelt_size(rest)}"
    plain = text.strip().upper()
    label = re.fullmatch(rf"({'|'.join(REGIONS)})[ -]?(\d+)", plain)
    if label:
        return f"{label[1]} {label[2]}"
    name = _table()["spellings"].get(plain, plain)
    return name if name in graded_sizes() else text


def size_labels(chart: str, size: str) -> dict[str, tuple[int, ...]]:
    """Numbers by region that a size of a chart is sold under; KeyError where chart or size is unknown."""
    rows, place = _table()[chart]["labels"], _place(chart, size)
    return {region: tuple(rows[region][place]) for region in REGIONS}


def all_labels(chart: str) -> dict[str, str]:
    """Every label of a chart, such as "EU 38", and the size it belongs to."""
    return {
        f"{region} {number}": size
        for size in graded_sizes()
        for region, numbers in size_labels(chart, size).items()
        for number in numbers
    }


def split_chart(size: str) -> tuple[str | None, str]:
    """The chart that a size names, if it does, and the rest: "men M" is ("men", "M"), "M" is (None, "M")."""
    first, _, rest = size.partition(" ")
    return (first, rest) if first in CHARTS else (None, size)


def is_size(series: str, size: str) -> bool:
    """Whether a series has a size: by its name, by a label of any chart, or by either of a named chart."""
    chart, name = split_chart(size)
    if series != "alpha" or name == MADE_TO_MEASURE:
        return size in size_names(series)
    return name in graded_sizes() or any(name in all_labels(each) for each in ([chart] if chart else CHARTS))


def size_dimensions(chart: str, size: str) -> Dimensions:
    """The body that a size of a chart, by name or label, is cut for; KeyError where chart or size is unknown."""
    place = _place(chart, size)
    return Dimensions(**{key: row[place] for key, row in _table()[chart]["body"].items()})


def _place(chart: str, size: str) -> int:
    name = size if size in graded_sizes() else all_labels(chart)[size]
    return graded_sizes().index(name)


@cache
def _bodies() -> tuple[tuple[str, Dimensions], ...]:
    return tuple((chart, size_dimensions(chart, size)) for chart in CHARTS for size in graded_sizes())


def nearest_chart(dimensions: Dimensions) -> str:
    """The chart one of whose sizes comes nearest to a body."""

    def distance(size: Dimensions) -> float:
        return float(sum(((getattr(size, key) - getattr(dimensions, key)) / cm) ** 2 for key, cm in SPREAD.items()))

    return min(_bodies(), key=lambda row: distance(row[1]))[0]
