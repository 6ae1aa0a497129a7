# SPDX-License-Identifier: GPL-3.0-or-later
"""Surfaces and clouds that other programs and scanners wrote: GLB, OBJ, PLY and STL, read without trusting the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from avatar_engine.export.foreign import glb, obj, ply, stl
from avatar_engine.export.foreign.surface import DamagedError, Surface, check_count
from avatar_engine.export.read import MeshError, read_content
from avatar_engine.words import phrase

LARGEST_FILE = 512 * 2**20
LARGEST_NUMBER = 1e7  # of any unit: beyond it nothing is a person
READERS: dict[str, Callable[[bytes], Surface]] = {
    ".glb": glb.read,
    ".obj": obj.read,
    ".ply": ply.read,
    ".stl": stl.read,
}


def read_surface(path: Path) -> Surface:
    """All points and triangles of a file, in its own frame and unit; points that are no numbers are left out.

    Raises ``MeshError`` when the file cannot be read, is damaged, is beyond 512 MB, or holds too many points or none.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise MeshError(path, phrase("mesh_suffix", suffix=path.suffix), phrase("hint_mesh_suffix", known=_known()))
    try:
        with np.errstate(invalid="ignore", over="ignore"):  # numbers that are none are left out below
            surface = reader(read_content(path, LARGEST_FILE))
        check_count(len(surface.points))
    except DamagedError as error:
        raise MeshError(path, error.found, error.hint) from error
    whole = surface.only(
        np.isfinite(surface.points).all(axis=1) & (np.abs(surface.points) < LARGEST_NUMBER).all(axis=1)
    )
    if len(whole.points) == 0:
        raise MeshError(path, phrase("mesh_empty"), phrase("hint_mesh_export"))
    return whole


def _known() -> str:
    return ", ".join(READERS)
