# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of a uniform grid, for all that looks into one."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, inline="always")
def cell_of(x, start, cell):  # type: ignore[no-untyped-def]
    """Number along one axis of the cell that a place lies in."""
    return int(np.floor((x - start) / cell))
