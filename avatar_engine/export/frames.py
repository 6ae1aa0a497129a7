# SPDX-License-Identifier: GPL-3.0-or-later
"""The two frames that files use: Z up facing -Y (ours, PLY, STL) and Y up facing +Z (glTF, OBJ)."""

from __future__ import annotations

import numpy as np

from avatar_engine.body.template import FloatArray


def to_y_up(points: FloatArray) -> FloatArray:
    """(n, 3) points or directions of our frame in glTF's: Y up, facing +Z, the body's left on +X."""
    return np.stack([points[:, 0], points[:, 2], -points[:, 1]], axis=1)


def to_z_up(points: FloatArray) -> FloatArray:
    """(n, 3) points or directions of glTF's frame in ours; the inverse of ``to_y_up``."""
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)
