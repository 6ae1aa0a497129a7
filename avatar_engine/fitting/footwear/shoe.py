# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of shoes as one mesh: upper, sole, laces and raised heels; slots by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from avatar_engine.body.heels import heel_turns, turned
from avatar_engine.body.shape import Body
from avatar_engine.fitting.footwear.heel import heel, seat
from avatar_engine.fitting.footwear.laces import laces
from avatar_engine.fitting.footwear.last import make_last
from avatar_engine.fitting.footwear.part import joined
from avatar_engine.fitting.footwear.sole import sole, underside
from avatar_engine.fitting.footwear.upper import upper
from avatar_engine.fitting.sections import FloatArray, IntArray

MIRROR = np.array([-1.0, 1.0, 1.0])
Bones = tuple[IntArray, FloatArray]


@dataclass(frozen=True)
class Shoes:
    """Both shoes: vertices (n, 3) around the A-pose body, triangles (m, 3), corner_uvs (m, 3, 2) metres, slots (m,).

    stitches (n,): how far from an open edge each is stitched down, metres, below 0 for nowhere;
    seat (k, 3): outline under the left sole of what a raised heel takes up, empty without one.
    """

    vertices: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: npt.NDArray[np.str_]
    stitches: FloatArray
    seat: FloatArray


def make_pair(bare: Body, cut: Mapping[str, float]) -> Shoes:
    """A pair of shoes for a body, the right one the left one's mirror image; see ``raised`` for their heels.

    ``cut``: what ``make_last``, ``upper``, ``sole`` and ``laces`` ask for, and heel_mm where heels are raised.
    """
    last = make_last(bare, cut)
    under = sole(last, cut)
    parts = [*upper(last, cut), under, *laces(last, cut)]
    points, triangles, uvs = joined(parts)
    slots = np.concatenate([np.full(len(part.triangles), part.slot) for part in parts])
    stitches = np.concatenate([np.full(len(part.points), part.stitch) for part in parts])
    other = triangles[:, ::-1] + len(points)
    return Shoes(
        np.concatenate([points, points * MIRROR]),
        np.concatenate([triangles, other]).astype(np.int32),
        np.concatenate([uvs, uvs[:, ::-1]]),
        np.concatenate([slots, slots]),
        np.concatenate([stitches, stitches]),
        seat(last, underside(under), cut) if cut.get("heel_mm", 0.0) > 0.0 else np.zeros((0, 3)),
    )


def raised(shoes: Shoes, bones: Bones, bare: Body, cut: Mapping[str, float]) -> tuple[Shoes, Bones]:
    """Shoes made around flat feet, turned with the feet as these are raised, on their heels.

    Parameters
    ----------
    bones : indices and weights (n, 4) of the bones that carry the shoes
    cut : heel_mm, and what ``seat`` and ``heel`` ask for
    """
    height = cut["heel_mm"] / 1000.0
    vertices, turns = turned(bare, height, shoes.vertices, *bones), heel_turns(bare, height)
    under = shoes.seat @ turns[0].foot[:3, :3].T + turns[0].foot[:3, 3]
    left = heel(under, float(vertices[:, 2].min()), cut)
    size, start = len(left.points), len(vertices)
    triangles = [shoes.triangles, left.triangles + start, left.triangles[:, ::-1] + start + size]
    made = replace(
        shoes,
        vertices=np.concatenate([vertices, left.points, left.points * MIRROR]),
        triangles=np.concatenate(triangles).astype(np.int32),
        corner_uvs=np.concatenate([shoes.corner_uvs, left.corner_uvs, left.corner_uvs[:, ::-1]]),
        slots=np.concatenate([shoes.slots, np.full(2 * len(left.triangles), left.slot)]),
        stitches=np.concatenate([shoes.stitches, np.full(2 * size, left.stitch)]),
    )
    indices = np.zeros((2 * size, 4), dtype=np.int32)
    indices[:, 0] = np.repeat([turn.bones[0] for turn in turns], size)
    weights = np.tile([1.0, 0.0, 0.0, 0.0], (2 * size, 1))
    return made, (np.concatenate([bones[0], indices]), np.concatenate([bones[1], weights]))
