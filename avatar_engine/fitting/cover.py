# SPDX-License-Identifier: GPL-3.0-or-later
"""Which body faces are wholly covered by cloth and need not be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avatar_engine.body.template import load_template
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Surface, vertex_normals

REACH = 0.05
FACING = 0.3
RIM_ROUNDS = 4
BARE_ROUNDS = 2


def hidden_quads(
    vertices: FloatArray, worn: Sequence[tuple[FloatArray, IntArray, tuple[str, ...]]]
) -> npt.NDArray[np.bool_]:
    """(13710,) bool: body faces under cloth, away from its edges.

    Parameters
    ----------
    vertices : (13718, 3) of the posed body
    worn : per garment its vertices, triangles and the bone name prefixes of the regions it may hide
    """
    template = load_template()
    normals = vertex_normals(vertices, template.outer_triangles)
    strongest = template.bone_indices[np.arange(len(vertices)), np.argmax(template.bone_weights, axis=1)]
    covered = np.zeros(len(vertices), dtype=bool)
    for points, triangles, hides in worn:
        allowed = np.array([name.startswith(hides) for name in template.bone_names])[strongest]
        contact = Surface(points, triangles).contact(vertices, REACH)
        toward = contact.point - vertices
        toward /= np.maximum(np.linalg.norm(toward, axis=1, keepdims=True), 1e-9)
        inner = ~_near_rim(triangles, len(points))[contact.triangle]
        covered |= allowed & contact.hit & inner & ((toward * normals).sum(axis=1) > FACING)
    for _ in range(BARE_ROUNDS):
        whole = covered[template.quads].all(axis=1)
        bare = np.unique(template.quads[~whole])
        covered[bare] = False
    return np.asarray(covered[template.quads].all(axis=1) & template.parts["skin"])


def _near_rim(triangles: IntArray, count: int) -> npt.NDArray[np.bool_]:
    """(m,) bool: triangles within RIM_ROUNDS rings of an open edge."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, uses = np.unique(pairs, axis=0, return_counts=True)
    near = np.zeros(count, dtype=bool)
    near[edges[uses == 1]] = True
    for _ in range(RIM_ROUNDS):
        near[triangles[near[triangles].any(axis=1)]] = True
    return np.asarray(near[triangles].any(axis=1))
