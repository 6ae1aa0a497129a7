# SPDX-License-Identifier: GPL-3.0-or-later
"""Wavefront OBJ: quads, texture coordinates and one group per part; metres, Y up, facing +Z."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.export.frames import to_y_up
from avatar_engine.export.whole_file import write_whole


def write_obj(path: Path, body: Body) -> None:
    """Write a body in the A-pose; vertices keep their order and micrometres their place."""
    template = load_template()
    lines = ["# Atelier body: metres, Y up, facing +Z", "o body"]
    lines += [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in to_y_up(body.vertices).tolist()]
    lines += [f"vt {u:.6f} {v:.6f}" for u, v in template.uvs.tolist()]
    corners = np.stack([template.quads, template.quad_uvs], axis=2) + 1
    for name, mask in template.parts.items():
        lines.append(f"g {name}")
        lines += ["f " + " ".join(f"{vertex}/{uv}" for vertex, uv in quad) for quad in corners[mask].tolist()]
    write_whole(path, ("\n".join(lines) + "\n").encode("ascii"))
