# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies and dressed avatars as files: GLB, OBJ, PLY and STL, written whole or not at all, and read back.

GLB and OBJ are in metres, Y up, facing +Z; PLY is in metres, STL in millimetres, both Z up, facing -Y.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from avatar_engine.body.shape import Body
from avatar_engine.export.glb import write_glb
from avatar_engine.export.obj import write_obj
from avatar_engine.export.ply import write_ply
from avatar_engine.export.read import MeshError, read_vertices
from avatar_engine.export.stl import write_stl

WRITERS: dict[str, Callable[[Path, Body], None]] = {
    "glb": write_glb,
    "obj": write_obj,
    "ply": write_ply,
    "stl": write_stl,
}

__all__ = ["WRITERS", "MeshError", "read_vertices", "write_glb", "write_obj", "write_ply", "write_stl"]
