# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/sizes.md prints the charts that are used."""

from __future__ import annotations

import re
from pathlib import Path

from garments.sizes import CHARTS, REGIONS, graded_sizes, size_dimensions, size_labels

PAGE = (Path(__file__).parents[2] / "docs" / "sizes.md").read_text("utf-8")
GIRTHS = {"bust": "bust_girth", "chest": "bust_girth", "waist": "waist_girth", "hip": "hip_girth"}


def test_the_page_prints_the_charts():
    tables = dict(zip(CHARTS, re.split(r"^(?:Women|Men)$", PAGE, flags=re.MULTILINE)[1:], strict=True))
    for chart, text in tables.items():
        rows = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in _rows(text.split("Where the")[0])}
        assert rows[""] == list(graded_sizes())
        for name, key in GIRTHS.items():
            if name in rows:
                assert [float(cell) for cell in rows[name]] == [
                    getattr(size_dimensions(chart, size), key) for size in graded_sizes()
                ]
        for region in REGIONS:
            spans = [size_labels(chart, size)[region] for size in graded_sizes()]
            assert rows[region] == [f"{span[0]}-{span[-1]}" for span in spans]


def _rows(text: str) -> list[list[str]]:
    return [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|") and "---" not in line]
