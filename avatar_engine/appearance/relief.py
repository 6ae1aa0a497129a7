# SPDX-License-Identifier: GPL-3.0-or-later
"""Relief of the skin, lines of age and pores, as a normal map for files and browsers; pictures have finer pores."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.head import average_vertices
from avatar_engine.appearance.skin import lines_relief
from avatar_engine.body.template import load_template, triangulate

LINE_DEPTH = 0.0015  # metres, of the deepest lines of age
LINE_STRENGTH = 0.8
# Metres from the bottom of a dimple to the skin around it. Single pores are finer than the map, which has their grain.
PORE_DEPTH = 0.00007
SEED = 67


@functools.lru_cache(maxsize=1)
def face_width() -> float:
    """Metres of the average head's skin that one whole texture would span."""
    template, vertices = load_template(), average_vertices()
    of_skin = template.parts["skin"]
    triangles, corners = (triangulate(each[of_skin]) for each in (template.quads, template.quad_uvs))
    head = template.bone_share("head")[triangles].mean(axis=1) > 0.9
    a, b, c = (vertices[triangles[head][:, corner]] for corner in range(3))
    u, v, w = (template.uvs[corners[head][:, corner]] for corner in range(3))
    skin = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    picture = np.abs((v - u)[:, 0] * (w - u)[:, 1] - (v - u)[:, 1] * (w - u)[:, 0]).sum()
    return float(np.sqrt(skin / picture))


def normal_map(lines: float, size: int = 1024) -> npt.NDArray[np.uint8]:
    """(size, size, 3) normals in the tangent space of the skin's texture coordinates, red right, green up, first row
    on top, as glTF wants them; ``lines`` 0..1: depth of the lines of age.
    """
    pores = np.random.default_rng(SEED).standard_normal((size, size), dtype=np.float32)
    pores = (pores + np.roll(pores, 1, axis=0) + np.roll(pores, 1, axis=1) + np.roll(pores, (1, 1), axis=(0, 1))) / 4
    height = PORE_DEPTH * pores
    if lines:
        pressed = lines_relief(lines, size)[..., 0].astype(np.float32) / 255
        height = height - LINE_STRENGTH * LINE_DEPTH * pressed
    step = face_width() / size
    slope_down, slope_right = np.gradient(height, step)
    normals = np.dstack([-slope_right, slope_down, np.ones_like(height)])
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    pixels: npt.NDArray[np.uint8] = np.round((0.5 + 0.5 * normals) * 255).astype(np.uint8)
    return pixels
