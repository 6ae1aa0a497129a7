# SPDX-License-Identifier: GPL-3.0-or-later
"""Inner loops of fitting, compiled by numba; imported only where it is installed (numpy equals stand beside)."""

from avatar_engine.fitting.compiled.crossings import bounded, crossing, filled
from avatar_engine.fitting.compiled.nearest import nearest
from avatar_engine.fitting.compiled.outlines import hull, section, vertex_normals
from avatar_engine.fitting.compiled.substeps import substeps
from avatar_engine.fitting.compiled.walks import looked, looked_between

__all__ = [
    "bounded",
    "crossing",
    "filled",
    "hull",
    "looked",
    "looked_between",
    "nearest",
    "section",
    "substeps",
    "vertex_normals",
]
