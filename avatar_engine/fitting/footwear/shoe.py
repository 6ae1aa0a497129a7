# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of shoes as one mesh: upper, sole and laces; slots by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.fitting.footwear.laces import laces
from avatar_engine.fitting.footwear.last import make_last
from avatar_engine.fitting.footwear.part import joined
from avatar_engine.fitting.footwear.sole import sole
from avatar_engine.fitting.footwear.upper import upper
from avatar_engine.fitting.sections import FloatArray, IntArray


@dataclass(frozen=True)
class Shoes:
    """Both shoes: vertices (n, 3) around the A-pose body, triangles (m, 3), corner_uvs (m, 3, 2) metres, slots (m,).

    stitches (n,): how far from an open edge each is stitched down, metres, below 0 for nowhere.
    """

    vertices: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: npt.NDArray[np.str_]
    stitches: FloatArray


def make_pair(body: Body, cut: Mapping[str, float]) -> Shoes:
    """A pair of shoes for a body, the right one the left one's mirror image.

    ``cut``: what ``make_last``, ``upper``, ``sole`` and ``laces`` ask for.
    """
    last = make_last(body, cut)
    parts = [*upper(last, cut), sole(last, cut), *laces(last, cut)]
    points, triangles, uvs = joined(parts)
    slots = np.concatenate([np.full(len(part.triangles), part.slot) for part in parts])
    stitches = np.concatenate([np.full(len(part.points), part.stitch) for part in parts])
    other = triangles[:, ::-1] + len(points)
    return Shoes(
        np.concatenate([points, points * [-1.0, 1.0, 1.0]]),
        np.concatenate([triangles, other]).astype(np.int32),
        np.concatenate([uvs, uvs[:, ::-1]]),
        np.concatenate([slots, slots]),
        np.concatenate([stitches, stitches]),
    )
