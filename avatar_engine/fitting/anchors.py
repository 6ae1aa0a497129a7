# SPDX-License-Identifier: GPL-3.0-or-later
"""Bands that hold a garment up."""

from __future__ import annotations

import numpy as np

from avatar_engine.fitting.sew import CM, SewnMesh
from avatar_engine.fitting.solver import Ring

PULL = 0.3


def anchored(mesh: SewnMesh, waist: float) -> Ring:
    """Every vertex of an anchored band, kept at the height it has when worn level below ``waist`` metres."""
    ids, heights = [np.zeros(0, dtype=np.int32)], [np.zeros(0)]
    for anchor in mesh.pattern.anchors:
        for panel, welds in zip(mesh.panels, mesh.welds, strict=True):
            if panel.panel.name == anchor.panel:
                known, first = np.unique(welds, return_index=True)
                ids.append(known.astype(np.int32))
                heights.append(waist - anchor.below_waist_cm * CM + panel.points[first, 1])
    return Ring(np.concatenate(ids), np.concatenate(heights), PULL)
