# SPDX-License-Identifier: GPL-3.0-or-later
"""Feet on heels: turned down about the ankle and bent at the ball, so that the toes stay flat."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template

SIDES = ("l", "r")
STEEPEST = 1.2  # radians that the foot turns at most: ballet dancers' feet
HALVINGS = 40
# The sole bends between the balls' joints and this share of the way from ankle to ball before and behind them.
BEND = 0.24
# The middle of the heel: skin of the foot's last share, as near to the floor as this, metres.
HEEL_SHARE, HEEL_DEEP = 0.22, 0.004


@dataclass(frozen=True)
class HeelTurn:
    """How one foot is turned.

    foot, ball : (4, 4) motions of the foot's bone and of the toes'; bones : their numbers;
    knuckle (3,) where the sole bends, before it was turned; ahead (2,) where the foot points; bend : metres over which
    it bends, before and behind the knuckle
    """

    foot: FloatArray
    ball: FloatArray
    bones: tuple[int, int]
    knuckle: FloatArray
    ahead: FloatArray
    bend: float

    def carried(self, points: FloatArray, bones: IntArray, weights: FloatArray) -> FloatArray:
        """(n, 3) points of the flat foot, or of what is on it, taken along; the leg's stay where they are.

        ``bones``, ``weights``: (n, 4), those that carry each point.
        """
        whole = np.where(np.isin(bones, self.bones), weights, 0.0).sum(axis=1)
        ids = np.flatnonzero(whole > 0.0)
        start = points[ids]
        along = ((start - self.knuckle)[:, :2] @ self.ahead / self.bend + 1.0).clip(0.0, 2.0) / 2.0
        toes = (along * along * (3.0 - 2.0 * along))[:, None]
        end = (1.0 - toes) * _moved(start, self.foot) + toes * _moved(start, self.ball)
        placed = points.copy()
        placed[ids] = start + whole[ids, None] * (end - start)
        return placed


def on_heels(body: Body, height: float) -> Body:
    """The body with its heels raised, everything above the ankles where it was.

    Parameters
    ----------
    body : in the A-pose, barefoot or on other heels
    height : metres from the level of the balls up to the heels; 0 gives the barefoot body itself

    Returns
    -------
    Body : its toes are flat and lie below z = 0, where its bare soles were
    """
    return _raised(body.barefoot, height) if height > 0.0 else body.barefoot


@functools.lru_cache(maxsize=8)
def _raised(bare: Body, height: float) -> Body:
    template = load_template()
    vertices = turned(bare, height, bare.vertices, template.bone_indices, template.bone_weights)
    helpers = {
        name: turned(bare, height, points, template.helpers[name].bone_indices, template.helpers[name].bone_weights)
        for name, points in bare.helpers.items()
    }
    heads, tails = bare.joint_heads.copy(), bare.joint_tails.copy()
    for turn in heel_turns(bare, height):
        foot, ball = turn.bones
        tails[foot], heads[ball] = _moved(np.stack([tails[foot], heads[ball]]), turn.foot)
        tails[ball] = _moved(tails[None, ball], turn.ball)[0]
    tips = np.stack([vertices[_heel(bare, side)].mean(axis=0) for side in SIDES])
    tips[:, 2] = vertices[:, 2].min()
    return replace(
        bare, vertices=vertices, helpers=helpers, joint_heads=heads, joint_tails=tails, bare=bare, heel_tips=tips
    )


def turned(bare: Body, height: float, points: FloatArray, bones: IntArray, weights: FloatArray) -> FloatArray:
    """(n, 3) points around a barefoot body's feet, taken along as its heels are raised by ``height`` metres.

    ``bones``, ``weights``: (n, 4), those that carry each point.
    """
    for turn in heel_turns(bare, height):
        points = turn.carried(points, bones, weights)
    return points


@functools.lru_cache(maxsize=8)
def heel_turns(bare: Body, height: float) -> tuple[HeelTurn, HeelTurn]:
    """How the left and the right foot of a barefoot body turn to raise its heels ``height`` metres over the balls."""
    left, right = (_turn_for(bare, side, height) for side in SIDES)
    return left, right


def heel_height(body: Body) -> float:
    """Metres from the level of the balls up to the heels."""
    level = body.vertices[:, 2].min()
    return float(np.mean([body.vertices[_heel(body.barefoot, side), 2].mean() - level for side in SIDES]))


def _turn_for(bare: Body, side: str, height: float) -> HeelTurn:
    template, low, high = load_template(), 0.0, STEEPEST
    sole, heel = _foot(side), _heel(bare, side)
    for _ in range(HALVINGS):
        turn = _turn(bare, side, 0.5 * (low + high))
        lowest, middle = (
            turn.carried(bare.vertices[ids], template.bone_indices[ids], template.bone_weights[ids])[:, 2]
            for ids in (sole, heel)
        )
        is_low = middle.mean() - lowest.min() < height
        low, high = (0.5 * (low + high), high) if is_low else (low, 0.5 * (low + high))
    return turn


def _turn(bare: Body, side: str, angle: float) -> HeelTurn:
    template = load_template()
    foot, ball = template.bone(f"foot_{side}"), template.bone(f"ball_{side}")
    ankle, knuckle = bare.joint_heads[foot], bare.joint_heads[ball]
    way = (knuckle - ankle)[:2]
    length = float(np.linalg.norm(way))
    ahead = way / length
    # Turned about it, the toes of a foot that points ahead go down.
    axis = np.array([-ahead[1], ahead[0], 0.0])
    down = _about(ankle, axis, angle)
    return HeelTurn(down, down @ _about(knuckle, axis, -angle), (foot, ball), knuckle, ahead, BEND * length)


def _about(point: FloatArray, axis: FloatArray, angle: float) -> FloatArray:
    """(4, 4) turn by an angle about an axis of length 1 through a point."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn = np.eye(4)
    turn[:3, :3] += np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    turn[:3, 3] = point - turn[:3, :3] @ point
    return turn


@functools.cache
def _foot(side: str) -> IntArray:
    ids = np.flatnonzero(load_template().bone_share(f"foot_{side}", f"ball_{side}") > 0.5)
    return np.intersect1d(ids, load_template().outer_triangles).astype(np.int32)


def _heel(bare: Body, side: str) -> IntArray:
    """Vertices under the heel of a barefoot body."""
    ids = _foot(side)
    points = bare.vertices[ids]
    behind = points[:, 1].max() - points[:, 1] < HEEL_SHARE * np.ptp(points[:, 1])
    return np.asarray(ids[behind & (points[:, 2] < HEEL_DEEP)], dtype=np.int32)


def _moved(points: FloatArray, motion: FloatArray) -> FloatArray:
    return np.asarray(points @ motion[:3, :3].T + motion[:3, 3])
