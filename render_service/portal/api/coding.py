# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays of 16-bit numbers as text that compresses well: differences between rows, low bytes apart from high ones."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

STEP_M = 1e-4  # positions are told in tenths of a millimetre


def coded(values: npt.NDArray[Any]) -> str:
    """(n, k) whole numbers of 16 bits as base64.

    The numbers are differences to the row before, modulo 65536, column by column; first all low bytes, then all high.
    """
    rows = values.astype(np.int64)
    steps = np.diff(rows, axis=0, prepend=np.zeros((1, rows.shape[1]), dtype=np.int64))
    columns = np.ascontiguousarray((steps % 65536).astype("<u2").T)
    pairs = columns.view(np.uint8).reshape(-1, 2)
    return base64.b64encode(pairs[:, 0].tobytes() + pairs[:, 1].tobytes()).decode("ascii")


def decoded(text: str, columns: int) -> npt.NDArray[np.uint16]:
    """What ``coded`` was given, (n, k), modulo 65536."""
    content = np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(2, -1)
    steps = (content[0].astype(np.uint16) | content[1].astype(np.uint16) << 8).reshape(columns, -1)
    return np.cumsum(steps, axis=1, dtype=np.uint16).T


def coded_positions(vertices: npt.NDArray[np.float64]) -> str:
    """(n, 3) metres, within 3.2 m of the origin, to ``STEP_M``."""
    return coded(np.round(vertices / STEP_M))
