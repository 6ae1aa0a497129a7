# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of a shoe's surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.sections import FloatArray, IntArray

# Points (n, 3), triangles (m, 3), places of their corners on the flat material (m, 3, 2) and slots (m,).
Part = tuple[FloatArray, IntArray, FloatArray, npt.NDArray[np.str_]]


def joined(parts: Sequence[Part]) -> Part:
    """Several pieces as one."""
    starts = np.cumsum([0] + [len(points) for points, _, _, _ in parts])
    triangles = [faces + start for (_, faces, _, _), start in zip(parts, starts, strict=False)]
    return (
        np.concatenate([points for points, _, _, _ in parts]),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate([uvs for _, _, uvs, _ in parts]),
        np.concatenate([slots for _, _, _, slots in parts]),
    )
