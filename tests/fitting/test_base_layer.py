# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin-tight clothes are whole: open at waist and ankles, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from avatar_engine.fitting.base_layer import base_layer
from avatar_engine.fitting.dimensions import landmark
from tests.fitting.people import PEOPLE, person


@pytest.mark.parametrize("who", PEOPLE)
def test_leggings_have_no_hole_between_waist_and_ankles(who):
    """Legs that go apart in the A-pose reach further out than the hips."""
    body = person(who)
    made = base_layer(body, ("leggings",), 0.002)
    sides = np.sort(made.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, uses = np.unique(sides, axis=0, return_counts=True)
    height = made.vertices[edges[uses == 1], 2]
    assert uses.max() == 2
    low, high = landmark(body, "ankle_left")[2] + 0.03, landmark(body, "crotch")[2] + 0.1
    assert ((height < low) | (height > high)).all()
    assert (height < low).any()
    assert (height > high).any()
