# SPDX-License-Identifier: GPL-3.0-or-later
"""Wavefront OBJ of any program: vertices, polygons or points alone; normals, colours and materials are passed over."""

from __future__ import annotations

import numpy as np

from avatar_engine.body.template import FloatArray, IntArray
from avatar_engine.export.foreign.surface import DamagedError, Surface, checked, cloud, fans
from avatar_engine.words import phrase

VERTEX, FACE = b"v ", b"f "


def read(content: bytes) -> Surface:
    """The vertices and faces of an OBJ; raises ``DamagedError``."""
    lines = [line.lstrip() for line in content.replace(b"\t", b" ").splitlines()]
    points = _points([line[2:] for line in lines if line.startswith(VERTEX)])
    faces = [line[2:].split() for line in lines if line.startswith(FACE)]
    if not faces:
        return cloud(points)
    return checked(points, _triangles(faces, len(points)))


def _points(rows: list[bytes]) -> FloatArray:
    if not rows:
        raise DamagedError(phrase("mesh_empty"))
    width = len(rows[0].split())
    try:
        numbers = np.array(b" ".join(rows).split(), dtype=np.float64)
        return numbers.reshape(len(rows), width)[:, :3] if width > 2 else numbers.reshape(len(rows), 3)
    except ValueError as error:
        raise DamagedError(phrase("mesh_damaged")) from error


def _triangles(faces: list[list[bytes]], points: int) -> IntArray:
    try:
        ids = np.array([corner.partition(b"/")[0] for face in faces for corner in face], dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise DamagedError(phrase("mesh_damaged")) from error
    # Negative numbers count back from the last vertex; files that use them for several objects are rare, and what
    # they would join wrongly is told apart later as a component of its own.
    return fans(np.array([len(face) for face in faces]), np.where(ids < 0, points + ids, ids - 1))
