# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in a mesh file, reading it ends in a clean result or one clear line, in bounded time and memory."""

from __future__ import annotations

import contextlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from avatar_engine.cli_measure import read_mesh
from avatar_engine.export.foreign import read_surface
from avatar_engine.export.foreign.surface import MOST_POINTS
from avatar_engine.export.read import MeshError
from tests.export.damage import CLAIMS, claim, damaged_file, ply, whole_files


@pytest.mark.parametrize("start", range(0, 150, 30))
def test_damaged_files_end_in_a_clean_result_or_a_clear_line(start: int, tmp_path: Path) -> None:
    refused = []
    for seed in range(start, start + 30):
        kind, content = damaged_file(seed)
        path = tmp_path / f"{seed}.{kind}"
        path.write_bytes(content)
        try:
            found = read_mesh(path)
        except MeshError as error:
            refused.append((path, error))
            continue
        points = found if isinstance(found, np.ndarray) else found.points
        assert np.isfinite(points).all()
        assert 0 < len(points) <= MOST_POINTS
        if not isinstance(found, np.ndarray) and len(found.triangles):
            assert found.triangles.min() >= 0
            assert found.triangles.max() < len(points)
    assert 5 <= len(refused) <= 29
    for path, error in refused:
        for said in (error.say("en"), error.say("fr")):
            assert str(path) in said
            assert "\n" not in said


@pytest.mark.parametrize("number", range(CLAIMS))
def test_files_that_claim_to_be_huge_take_no_room(number: int, tmp_path: Path) -> None:
    kind, content = claim(number)
    path = tmp_path / f"claims.{kind}"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with contextlib.suppress(MeshError):
            assert len(read_surface(path).points) < 4_000
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_whole_foreign_files_read_as_the_same_points(tmp_path: Path) -> None:
    expected = None
    for number, (kind, content) in enumerate(whole_files()[4:]):
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(content)
        found = read_surface(path)
        size = np.ptp(found.points, axis=0)
        expected = size if expected is None else expected
        np.testing.assert_allclose(size, expected, rtol=0.05)
        assert (len(found.triangles) > 20_000) == (kind in ("obj", "stl"))


@pytest.mark.parametrize(("count", "fits"), [(10_000_000, True), (MOST_POINTS + 1, False)])
def test_ten_million_points_are_read_and_more_than_twenty_refused(count: int, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "large.ply"
    header = ply(np.zeros((0, 3)), claimed=count)
    with path.open("wb") as stream:
        stream.write(header)
        stream.truncate(len(header) + 12 * count)
    if fits:
        assert len(read_surface(path).points) == count
        return
    with pytest.raises(MeshError, match=f"{count} points. Thin it out"):
        read_surface(path)
