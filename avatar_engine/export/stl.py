# SPDX-License-Identifier: GPL-3.0-or-later
"""STL: binary triangles; millimetres, as printers and CAD read it, Z up, facing -Y."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.export.whole_file import write_whole

FACET = np.dtype([("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
HEADER_SIZE = 80
MILLIMETRES = 1000.0


def write_stl(path: Path, body: Body) -> None:
    """Write a body in the A-pose as triangles, both halves of a quad side by side."""
    corners = (body.vertices * MILLIMETRES).astype("<f4")[load_template().triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facets = np.zeros(len(corners), dtype=FACET)
    facets["corners"] = corners
    facets["normal"] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    header = b"Atelier body: millimetres, Z up, facing -Y".ljust(HEADER_SIZE) + struct.pack("<I", len(facets))
    write_whole(path, header + facets.tobytes())
