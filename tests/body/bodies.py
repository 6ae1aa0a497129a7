# SPDX-License-Identifier: GPL-3.0-or-later
"""Random bodies of the engine's own shape space, for tests."""

from __future__ import annotations

import numpy as np

from avatar_engine.body.shape import load_shape_space


def random_coefficients(seed: int, spread: float = 0.7) -> np.ndarray:
    """(K,) coefficients of a random body."""
    space = load_shape_space()
    return np.random.default_rng(seed).normal(size=space.size) * np.sqrt(space.variances) * spread
