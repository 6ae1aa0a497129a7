# SPDX-License-Identifier: GPL-3.0-or-later
"""STL of any program, binary or text; corners at the same place become one vertex."""

from __future__ import annotations

import struct

import numpy as np

from avatar_engine.body.template import Float32Array
from avatar_engine.export.foreign.surface import DamagedError, Surface
from avatar_engine.export.stl import FACET, HEADER_SIZE
from avatar_engine.words import phrase

MOST_TRIANGLES = 8_000_000


def read(content: bytes) -> Surface:
    """The triangles of an STL; raises ``DamagedError``."""
    if content[:5] == b"solid" and b"facet" in content[:2048]:
        return _welded(_text(content))
    if len(content) < HEADER_SIZE + 4:
        raise DamagedError(phrase("mesh_header", kind="STL"))
    (count,) = struct.unpack_from("<I", content, HEADER_SIZE)
    if (len(content) - HEADER_SIZE - 4) // FACET.itemsize < count:
        raise DamagedError(phrase("mesh_short"))
    if count > MOST_TRIANGLES:
        raise DamagedError(phrase("mesh_faces", count=count))
    facets = np.frombuffer(content, dtype=FACET, count=count, offset=HEADER_SIZE + 4)
    return _welded(facets["corners"].reshape(-1, 3))


def _text(content: bytes) -> Float32Array:
    rows = [line.split()[1:] for line in content.splitlines() if line.lstrip().startswith(b"vertex")]
    try:
        corners = np.array(rows, dtype=np.float32)
    except ValueError as error:
        raise DamagedError(phrase("mesh_damaged")) from error
    if corners.ndim != 2 or corners.shape[1] != 3 or len(corners) % 3:
        raise DamagedError(phrase("mesh_damaged"))
    return corners


def _welded(corners: Float32Array) -> Surface:
    if len(corners) == 0:
        raise DamagedError(phrase("mesh_empty"))
    keys = np.where(corners == 0.0, np.float32(0.0), corners).view("<u4").astype(np.int64)  # -0 and 0 are one place
    order = np.lexsort(keys.T)
    ordered = keys[order]
    first = np.concatenate([[True], (np.diff(ordered, axis=0) != 0).any(axis=1)])
    numbers = np.empty(len(corners), dtype=np.int32)
    numbers[order] = np.cumsum(first) - 1
    return Surface(corners[order[first]].astype(np.float64), numbers.reshape(-1, 3))
