# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of a shoe's surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from avatar_engine.fitting.sections import FloatArray, IntArray

NOWHERE = -1.0


@dataclass(frozen=True)
class Part:
    """Points (n, 3), triangles (m, 3), places of their corners on the flat material (m, 3, 2) and the slot they are of.

    stitch: how far from its open edges the piece is stitched down, metres, below 0 for nowhere.
    """

    points: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slot: str
    stitch: float = NOWHERE


def joined(parts: Sequence[Part]) -> tuple[FloatArray, IntArray, FloatArray]:
    """Points, triangles and corner places of several pieces as one mesh."""
    starts = np.cumsum([0] + [len(part.points) for part in parts])
    triangles = [part.triangles + start for part, start in zip(parts, starts, strict=False)]
    return (
        np.concatenate([part.points for part in parts]),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate([part.corner_uvs for part in parts]),
    )
