# SPDX-License-Identifier: GPL-3.0-or-later
"""Stanford PLY: binary, quads; metres, Z up, facing -Y."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.export.whole_file import write_whole

FACE = np.dtype([("count", "u1"), ("vertices", "<i4", (4,))])
HEADER = """ply
format binary_little_endian 1.0
comment Atelier body: metres, Z up, facing -Y
element vertex {vertices}
property float x
property float y
property float z
element face {faces}
property list uchar int vertex_indices
end_header
"""


def write_ply(path: Path, body: Body) -> None:
    """Write a body in the A-pose; vertices and quads keep their order."""
    quads = load_template().quads
    faces = np.empty(len(quads), dtype=FACE)
    faces["count"], faces["vertices"] = 4, quads
    header = HEADER.format(vertices=len(body.vertices), faces=len(quads)).encode("ascii")
    write_whole(path, header + body.vertices.astype("<f4").tobytes() + faces.tobytes())
