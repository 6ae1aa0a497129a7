# SPDX-License-Identifier: GPL-3.0-or-later
"""Graded sizes: published girths, even steps, labels of four regions, and the chart that suits a body."""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np
import pytest

from garments.sizes import (
    CHARTS,
    REGIONS,
    all_labels,
    graded_sizes,
    is_size,
    nearest_chart,
    size_dimensions,
    size_labels,
    size_names,
    spelt_size,
)

# Body girths (bust or chest, waist) printed for single numbers in tables of EN 13402-3; a letter spans two numbers.
PUBLISHED = {"women": {"EU 38": (88, 72), "EU 40": (92, 76), "EU 50": (116, 100)}, "men": {"EU 50": (100, 88)}}


def rows(chart: str) -> dict[str, np.ndarray]:
    sizes = [asdict(size_dimensions(chart, size)) for size in graded_sizes()]
    return {key: np.array([size[key] for size in sizes]) for key in sizes[0]}


def test_sizes_run_from_xs_to_4xl_beside_made_to_measure():
    assert size_names("alpha") == ("made-to-measure", "XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL")
    assert size_names("none") == ("made-to-measure",)


@pytest.mark.parametrize("chart", CHARTS)
def test_every_dimension_of_every_size_is_plausible_and_girths_grow(chart):
    table = rows(chart)
    for key, row in table.items():
        assert all(math.isfinite(value) and value > 5.0 for value in row), key
        assert (np.diff(row) >= -0.05).all(), key
        if key.endswith("_girth"):
            assert (np.diff(row) > 0.3).all(), key
    assert (table["crotch_height"] < table["hip_height"]).all()
    assert (table["hip_height"] < table["waist_height"]).all()
    assert (table["waist_height"] < table["bust_height"]).all()


@pytest.mark.parametrize("chart", CHARTS)
def test_grading_is_even(chart):
    for key, row in rows(chart).items():
        growth = np.diff(row) / np.diff(rows(chart)["bust_girth"])
        assert np.ptp(growth) < 0.45, key


@pytest.mark.parametrize(("chart", "label"), [(chart, label) for chart in CHARTS for label in PUBLISHED[chart]])
def test_a_label_leads_to_the_size_whose_range_holds_its_published_girths(chart, label):
    bust, waist = PUBLISHED[chart][label]
    size = size_dimensions(chart, label)
    assert abs(size.bust_girth - bust) <= 4.0
    assert abs(size.waist_girth - waist) <= 4.0


def test_the_same_size_has_a_label_in_each_region():
    assert size_labels("women", "S") == {"EU": (36, 38), "FR": (38, 40), "UK": (10, 12), "US": (6, 8)}
    assert size_labels("men", "M") == {"EU": (48, 50), "FR": (48, 50), "UK": (38, 40), "US": (38, 40)}


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("region", REGIONS)
def test_a_number_belongs_to_one_size_and_no_number_is_left_out(chart, region):
    numbers = [number for size in graded_sizes() for number in size_labels(chart, size)[region]]
    assert np.diff(numbers).tolist() == [2] * (len(numbers) - 1)
    assert {all_labels(chart)[f"{region} {number}"] for number in numbers} == set(graded_sizes())


@pytest.mark.parametrize(
    ("written", "spelt"),
    [("m", "M"), (" xxl ", "2XL"), ("XXXL", "3XL"), ("eu 38", "EU 38"), ("fr-40", "FR 40"), ("uk12", "UK 12"),
     ("38", "38"), ("Men xxl", "men 2XL"), ("women eu38", "women EU 38"), ("made-to-measure", "made-to-measure"),
     ("huge", "huge"), ("it 42", "it 42")],
)  # fmt: skip
def test_sizes_may_be_spelt_in_several_ways(written, spelt):
    assert spelt_size(written) == spelt


@pytest.mark.parametrize("size", ["M", "4XL", "EU 38", "UK 40", "made-to-measure", "men M", "women EU 38"])
def test_names_and_labels_are_sizes(size):
    assert is_size("alpha", size)


@pytest.mark.parametrize(
    ("series", "size"),
    [("alpha", "5XL"), ("alpha", "EU 39"), ("alpha", "38"), ("none", "M"), ("none", "men M"),
     ("alpha", "men EU 38"), ("alpha", "men made-to-measure")],
)  # fmt: skip
def test_what_no_chart_has_is_no_size(series, size):
    assert not is_size(series, size)


def test_a_label_that_the_chart_lacks_is_refused():
    with pytest.raises(KeyError):
        size_dimensions("men", "EU 38")


@pytest.mark.parametrize("chart", CHARTS)
def test_a_charts_own_sizes_are_nearest_to_it(chart):
    assert {nearest_chart(size_dimensions(chart, size)) for size in graded_sizes()} == {chart}
