# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that show where the tape goes are as long as the tape reads."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.tape import measure
from avatar_engine.body.tape_paths import tape_paths
from avatar_engine.measurements import KEYS

LONGEST_STEP = 0.02  # metres that a path down the spine's vertices may end above the navel


@pytest.mark.parametrize("key", KEYS)
def test_a_tape_is_drawn_where_it_is_read(key: str) -> None:
    vertices = load_shape_space().mean_body().vertices
    read = measure(vertices)[KEYS.index(key)]
    drawn = np.linalg.norm(np.diff(tape_paths(vertices, key)[0], axis=0), axis=1).sum()
    assert drawn == pytest.approx(read, abs=LONGEST_STEP if key == "back_waist_length" else 0.0005)


def test_a_girth_is_a_closed_line_on_the_skin() -> None:
    vertices = load_shape_space().mean_body().vertices
    (loop,) = tape_paths(vertices, "chest_girth")
    assert (loop[0] == loop[-1]).all()
    away = [np.linalg.norm(vertices - point, axis=1).min() for point in loop]
    assert max(away) < 0.02


def test_a_height_stands_beside_the_body_on_the_floor() -> None:
    vertices = load_shape_space().mean_body().vertices
    rule, floor, top = tape_paths(vertices, "crotch_height")
    assert rule[0, 2] == pytest.approx(0.0, abs=1e-6)
    assert (floor[:, 2] == rule[0, 2]).all()
    assert (top[:, 2] == rule[1, 2]).all()
