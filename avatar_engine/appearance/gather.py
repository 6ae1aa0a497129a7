# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair gathered at the back of the head: combed to a tie, from which it falls as a tail or is wound to a bun."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from avatar_engine.appearance.head import HeadFrame, unit
from avatar_engine.appearance.obstacle import Obstacle
from avatar_engine.appearance.styles import HairStyle
from avatar_engine.body.template import FloatArray

UP = np.array([0.0, 0.0, 1.0])
COMBED_STEPS, TAIL_STEPS = 20, 30
RISE = 1.3  # how firmly hair at the forehead, which has the head between itself and the tie, is combed up
TIE_HEIGHT = 0.010  # metres of the tie above the skin
TAIL_RADIUS = 0.011  # of the tail at the tie
TAIL_CLEARANCE = 0.022  # metres that the middle of the tail keeps from neck and back
BUN_RADIUS = 0.036
BUN_STRANDS = 7  # twists that can be told apart on a bun


def over_the_head(remaining: FloatArray, normals: FloatArray) -> FloatArray:
    """(n, 3) direction of hair with ``remaining`` (n, 3) to its tie, on skin of ``normals`` (n, 3): up at the forehead.

    Hair there has the tie straight behind the head and would go any way around.
    """
    straight = unit(remaining)
    between = np.maximum(-np.einsum("ni,ni->n", straight, normals), 0.0) * np.maximum(-normals[:, 1], 0.0)
    return unit(straight + RISE * between[:, None] * UP)


def gathered_paths(
    roots: FloatArray,
    start: FloatArray,
    style: HairStyle,
    tie: tuple[float, float],
    layer: FloatArray,
    obstacle: Obstacle,
    frame: HeadFrame,
    rng: np.random.Generator,
) -> FloatArray:
    """(n, m, 3) paths from roots (n, 3), which leave in direction ``start``, to the tie and beyond it.

    Parameters
    ----------
    tie : (y, z) on the head, in its frame
    layer : (n,) metres that strands keep from the skin on their way
    """
    knot = obstacle.push_out(frame.world(np.array([[0.0, *tie]])), TIE_HEIGHT, exact=True)[0]
    back = unit(obstacle.distance(knot[None])[1])[0]
    beyond = TAILS[style.tail](knot, back, style, obstacle, len(roots), rng)
    path, points, heading = [roots], roots, start
    for step in range(COMBED_STEPS):
        remaining = beyond[:, 0] - points
        left = COMBED_STEPS - step
        stride = np.linalg.norm(remaining, axis=1) / left * (1.0 + 0.35 * min(1.0, left / 6))
        turn = min(1.0, 0.35 + 0.2 * step)
        distance, normals = obstacle.distance(points)
        heading = unit((1.0 - turn) * heading + turn * over_the_head(remaining, normals))
        into = np.minimum(np.einsum("ni,ni->n", heading, normals), 0.0) * (distance < 0.012)
        heading = unit(heading - normals * into[:, None])
        points = points + stride[:, None] * heading
        if left > 2:
            points = obstacle.push_out(points, 0.0015 + layer * min(1.0, step / 3))
        path.append(points)
    # The last steps close in on the strand's own place in the tie.
    arrived = np.stack(path, axis=1)
    closing = np.clip((np.arange(COMBED_STEPS + 1) - (COMBED_STEPS - 4)) / 4.0, 0.0, 1.0) ** 2
    miss = beyond[:, 0] - arrived[:, -1]
    return np.concatenate([arrived + closing[None, :, None] * miss[:, None], beyond[:, 1:]], axis=1)


def _falling(
    tie: FloatArray, back: FloatArray, style: HairStyle, obstacle: Obstacle, count: int, rng: np.random.Generator
) -> FloatArray:
    """(count, m, 3) strands of a tail that leaves the tie backwards and falls."""
    stride = style.tail_length / TAIL_STEPS
    heading, middle = unit(back + 0.15 * UP), [tie]
    for _ in range(TAIL_STEPS):
        heading = unit(heading + stride / 0.010 * -0.75 * UP)
        moved = obstacle.push_out((middle[-1] + stride * heading)[None], TAIL_CLEARANCE)[0]
        heading = unit(moved - middle[-1])
        middle.append(moved)
    line = np.array(middle)
    across = np.array([1.0, 0.0, 0.0])
    out = unit(np.cross(across, unit(np.gradient(line, axis=0))))
    radius, angle = TAIL_RADIUS * np.sqrt(rng.random(count)), rng.uniform(0, 2 * np.pi, count)
    along = np.linspace(0.0, 1.0, TAIL_STEPS + 1)
    width = 0.75 + 1.35 * np.sin(np.pi * np.clip(along * 0.95, 0, 1)) ** 0.8 - 0.45 * along**2
    ends = 1.0 - style.ragged * rng.random(count) ** 1.5
    share = along[None] * ends[:, None] * TAIL_STEPS
    low = np.minimum(share.astype(int), TAIL_STEPS - 1)
    part = (share - low)[..., None]
    centre = line[low] * (1 - part) + line[low + 1] * part
    outwards = out[low] * (1 - part) + out[low + 1] * part
    reach = (radius[:, None] * width[None])[..., None]
    sideways = np.cos(angle)[:, None, None] * across + np.sin(angle)[:, None, None] * outwards
    strands: FloatArray = centre + reach * sideways
    return strands


def _wound(
    tie: FloatArray, back: FloatArray, style: HairStyle, obstacle: Obstacle, count: int, rng: np.random.Generator
) -> FloatArray:
    """(count, m, 3) strands of a bun: round a ball at the tie, twisted into a few thick turns."""
    centre = tie + back * BUN_RADIUS * 0.62
    across = np.array([1.0, 0.0, 0.0])
    up = unit(np.cross(back, across))
    along = np.linspace(0.0, 1.0, TAIL_STEPS + 1)[None]
    first = rng.uniform(0, 2 * np.pi, (count, 1))
    rest = rng.beta(1.2, 1.6, (count, 1)) * 1.75
    polar = 2.35 + (rest - 2.35) * np.minimum(1.0, along / 0.75) ** 0.8
    turn = first + style.turns * 2 * np.pi * along
    twist = np.cos(BUN_STRANDS * (turn - 1.1 * polar) / 2.0)
    depth = 1.0 - 0.16 * rng.random((count, 1)) ** 2
    radius = BUN_RADIUS * depth * (0.94 + 0.07 * twist)
    sideways = np.cos(turn)[..., None] * across + np.sin(turn)[..., None] * up
    # A little flatter than a ball.
    strands: FloatArray = centre + radius[..., None] * (
        np.sin(polar)[..., None] * sideways + 0.80 * np.cos(polar)[..., None] * back
    )
    return strands


Tail = Callable[[FloatArray, FloatArray, HairStyle, Obstacle, int, np.random.Generator], FloatArray]
TAILS: dict[str, Tail] = {"falls": _falling, "bun": _wound}
