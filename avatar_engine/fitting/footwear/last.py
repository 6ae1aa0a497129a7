# SPDX-License-Identifier: GPL-3.0-or-later
"""The last: a smooth, closed-toed shape around one foot, as a stack of convex outlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.fitting.dimensions import landmark
from avatar_engine.fitting.sections import FloatArray, hull, level, part_edges, resampled

AROUND = 72
STEP = 0.0045
CLEARANCE = 0.005
HEADROOM = 0.004
FEATHER = 0.016
FOOTPRINT_TOP = 0.03
BLEND = 0.022
TOE = -0.5 * np.pi


@dataclass(frozen=True)
class Last:
    """Around the left foot in the A-pose.

    outlines (k, AROUND, 2) from the toe anticlockwise, at rising heights (k,); footprint (AROUND, 2); heel and toe:
    ends of the footprint along y, metres.
    """

    heights: FloatArray
    outlines: FloatArray
    footprint: FloatArray
    heel: float
    toe: float

    @property
    def length(self) -> float:
        """Length of the footprint, metres."""
        return self.heel - self.toe

    def ridge(self, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Places x and z of the middle of the instep at each y."""
        front = self.outlines[:, 0]
        order = np.argsort(front[:, 1])
        x, z = (np.interp(y, front[order, 1], values[order]) for values in (front[:, 0], self.heights))
        return np.asarray(x), np.asarray(z)

    def along(self, y: FloatArray) -> FloatArray:
        """Place along the foot: 0 at the heel, 1 at the tip of the toe."""
        return np.asarray((self.heel - y) / self.length)


def make_last(body: Body, cut: Mapping[str, float]) -> Last:
    """The last of a body's left foot.

    ``cut``: shaft_mm (above the ankle), toe_room_mm, toe_width (1 as broad as the toes, less for a narrower tip).
    """
    top = float(landmark(body, "ankle_left")[2]) + cut["shaft_mm"] / 1000.0
    heights = np.arange(0.002, top, STEP)
    edges = part_edges("leg_l")
    sections = [level(body.vertices, edges, z) for z in heights]
    low = np.concatenate([outline for z, outline in zip(heights, sections, strict=True) if z < FOOTPRINT_TOP])
    footprint = _eased(hull(low), CLEARANCE)
    heel, toe = float(footprint[:, 1].max()), float(footprint[:, 1].min())
    rows = [_eased(outline, CLEARANCE) for outline in sections]
    share = np.clip((heights - FEATHER) / BLEND, 0.0, 1.0)
    share = (share * share * (3.0 - 2.0 * share))[:, None, None]
    outlines = (1.0 - share) * footprint + share * np.stack(rows)
    shaped = [_toe(outline, heel, toe, cut) for outline in (footprint, *outlines)]
    stack = _smooth_up(np.stack(shaped[1:]))
    return Last(heights + HEADROOM, stack, shaped[0], heel, float(shaped[0][:, 1].min()))


def _eased(outline: FloatArray, clearance: float) -> FloatArray:
    """An outline resampled, pushed outwards and rounded, (AROUND, 2)."""
    points = resampled(outline, AROUND, TOE)
    for _ in range(2):
        points = 0.5 * points + 0.25 * (np.roll(points, 1, axis=0) + np.roll(points, -1, axis=0))
    along = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return np.asarray(points + clearance * outward / np.linalg.norm(outward, axis=1, keepdims=True))


def _toe(outline: FloatArray, heel: float, toe: float, cut: Mapping[str, float]) -> FloatArray:
    """Room before the toes, and the front narrowed towards its tip."""
    share = np.clip((heel - outline[:, 1]) / (heel - toe), 0.0, 1.0)
    front = np.clip((share - 0.6) / 0.4, 0.0, 1.0)
    result = outline.copy()
    result[:, 1] -= cut["toe_room_mm"] / 1000.0 * front**2
    tip = outline[outline[:, 1].argmin(), 0]
    middle = 0.7 * tip + 0.3 * outline[:, 0].mean()
    result[:, 0] += (1.0 - cut["toe_width"]) * front**2 * (middle - outline[:, 0]) * 0.8
    return result


def _smooth_up(stack: FloatArray) -> FloatArray:
    """Outlines evened out from level to level."""
    padded = np.concatenate([stack[:1], stack, stack[-1:]])
    return np.asarray(0.5 * stack + 0.25 * (padded[:-2] + padded[2:]))
