# SPDX-License-Identifier: GPL-3.0-or-later
"""Scalp hair: strands grown from their roots along a combed direction, under gravity, around head and shoulders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar_engine.appearance.gather import gathered_paths, over_the_head
from avatar_engine.appearance.head import (
    Anchors,
    HeadFrame,
    average_vertices,
    frame_of,
    head_frame,
    unit,
    vertex_normals,
)
from avatar_engine.appearance.obstacle import Obstacle, build_obstacle
from avatar_engine.appearance.scalp import hair_roots, within
from avatar_engine.appearance.strands import Strands, resample, smooth_noise, tapered
from avatar_engine.appearance.styles import HairStyle
from avatar_engine.body.template import BoolArray, FloatArray, IntArray, load_template

WHORL = (0.12, 1.05, 0.92)
DOWN = np.array([0.0, 0.0, -1.0])
CLEARANCE = 0.0015
AT_HAIRLINE = 0.15  # share of its volume that hair combed to a tie has where it leaves the forehead


def _surroundings(vertices: FloatArray, cover: Sequence[tuple[FloatArray, IntArray]], longest: float) -> Obstacle:
    """What hair may touch: the body from the crown down, as far as the hair can reach."""
    crown = vertices[:, 2].max()
    depth = min(longest, 0.62) + 0.30
    near = np.array([0.0, vertices[np.argmax(vertices[:, 2]), 1], crown])
    aside, ahead, behind = (min(reach + longest, most) for reach, most in ((0.12, 0.36), (0.18, 0.34), (0.18, 0.30)))
    low = near - np.array([aside, ahead, depth])
    high = near + np.array([aside, behind, 0.06])
    return build_obstacle((vertices, load_template().outer_triangles), cover, low, high)


def _comb(style: HairStyle, local: FloatArray) -> FloatArray:
    """(n, 3) direction each root is combed in: away from the parting, which runs from the whorl forwards."""
    side, reach = style.part
    whorl_y = WHORL[1]
    front = whorl_y - reach * (whorl_y + 0.25)
    nearest_y = np.clip(local[:, 1], front, whorl_y)
    share = (whorl_y - nearest_y) / max(whorl_y - front, 1e-6)
    nearest_x = WHORL[0] * (1 - share) + side * 0.65 * share
    away = unit(np.stack([local[:, 0] - nearest_x, local[:, 1] - nearest_y, local[:, 2] - WHORL[2]], axis=1))
    # Along the brow hair is combed more back than aside, or it would lie across the forehead.
    away[:, 1] += reach * (0.35 + 1.1 * np.clip((0.30 - local[:, 1]) / 0.4, 0.0, 1.0))
    return unit(away)


def _lengths(style: HairStyle, local: FloatArray, rng: np.random.Generator) -> FloatArray:
    heights, lengths = np.array(style.lengths).T
    base = np.interp(local[:, 2], heights, lengths)
    factor = 1.0 - style.ragged * rng.random(len(local)) ** 1.5
    return np.asarray(base * factor, dtype=np.float64)


def _out_of_face(local: FloatArray, side: FloatArray) -> FloatArray:
    """(n, 3) push on points before the face: to their side and back, so that hair frames it."""
    x, y, z = np.moveaxis(local, -1, 0)
    before = (
        np.clip((0.62 - np.abs(x)) / 0.25, 0, 1) * np.clip((0.30 - y) / 0.3, 0, 1) * np.clip((0.80 - z) / 0.2, 0, 1)
    )
    return np.stack([side * before, 0.7 * before, np.zeros(len(x))], axis=1)


def _over_ears(points: FloatArray, frame: HeadFrame, room: FloatArray, most: float) -> FloatArray:
    """Points beside the head moved outwards, by ``most`` metres, towards a round that holds the ears.

    Strands that met an ear itself would part before and behind it.
    """
    local = frame.local(points)
    rest = 1.0 - ((local[:, 1] - 0.72) / 1.05) ** 2 - ((local[:, 2] - 0.05) / 1.30) ** 2
    target = 0.86 * np.sqrt(np.maximum(rest, 0.0)) * (0.97 + 0.04 * room)
    low = np.clip((0.70 - local[:, 2]) / 0.45, 0.0, 1.0)
    lack = np.clip((target - np.abs(local[:, 0])) * frame.scale * low, 0.0, most)
    beside = np.clip((np.abs(local[:, 0]) - 0.35) / 0.15, 0.0, 1.0) * np.clip((1.15 - local[:, 1]) / 0.3, 0.0, 1.0)
    moved = points.copy()
    moved[:, 0] += np.sign(local[:, 0]) * lack * beside
    return moved


def _gathered(strands: FloatArray, frame: HeadFrame) -> FloatArray:
    """Strands (n, k, 3) whose strays beside the head are drawn back to the rest of the hair."""
    local = frame.local(strands)
    level = np.clip((local[..., 2] + 1.0) / 0.4, 0.0, 1.0)
    excess = np.maximum(np.abs(local[..., 0]) - 0.95, 0.0) * level
    gathered = strands.copy()
    gathered[..., 0] -= 0.8 * frame.scale * np.sign(local[..., 0]) * excess
    return gathered


def _off_shoulders(local: FloatArray, before: BoolArray) -> FloatArray:
    """(n,) how firmly hair over the shoulders is led forwards (negative) or backwards, off their tops."""
    over = np.clip((-0.75 - local[:, 2]) / 0.5, 0.0, 1.0) * np.clip((np.abs(local[:, 0]) - 0.45) / 0.4, 0.0, 1.0)
    led: FloatArray = np.where(before, -0.16, 0.22) * over
    return led


def _march(
    roots: FloatArray,
    start: FloatArray,
    combed: FloatArray,
    style: HairStyle,
    layer: FloatArray,
    obstacle: Obstacle,
    frame: HeadFrame,
    longest: float,
) -> FloatArray:
    """(n, m, 3) paths from ``roots``: each step keeps its direction, follows the comb, falls, and stays outside."""
    steps = int(np.clip(np.ceil(longest / 0.013), 8, 60))
    stride = longest / steps
    per_step = stride / 0.010
    points, heading, path = roots, start, [roots]
    side = np.where(combed[:, 0] >= 0, 1.0, -1.0)
    before = frame.local(roots)[:, 1] < 0.62
    for step in range(steps):
        fade = max(0.0, 1.0 - step * stride / 0.09)
        heading = unit(heading + per_step * (style.flow * fade * combed + style.gravity * DOWN))
        if style.clear_face:
            heading = unit(heading + per_step * style.clear_face * _out_of_face(frame.local(points), side))
        if style.hem is not None:
            heading[:, 1] += per_step * _off_shoulders(frame.local(points), before)
            heading = unit(heading)
        moved = points + stride * heading
        distance, normals = obstacle.distance(moved)
        wanted = CLEARANCE + layer * min(1.0, (step + 1) * stride / 0.03)
        touching = distance < wanted + 0.5 * stride
        into = np.minimum(np.einsum("ni,ni->n", heading, normals), 0.0)
        slid = unit(heading - normals * (into * touching)[:, None])
        moved = points + stride * slid
        if style.hem is not None:
            moved = _over_ears(moved, frame, layer / style.volume, 0.6 * stride)
        moved = obstacle.push_out(moved, wanted)
        heading, points = slid, moved
        path.append(points)
    return np.stack(path, axis=1)


def _cut_to_hem(paths: FloatArray, lengths: FloatArray, hem: FloatArray) -> FloatArray:
    """Lengths after cutting each path (n, m, 3) where it passes below the height ``hem`` (n,)."""
    below = paths[..., 2] < hem[:, None]
    first = np.where(below.any(axis=1), below.argmax(axis=1), paths.shape[1] - 1)
    stride = np.linalg.norm(np.diff(paths, axis=1), axis=2).mean()
    return np.minimum(lengths, first * stride)


def _clumped(points: FloatArray, style: HairStyle, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Strands drawn towards the nearest of a few leading strands, more so at the tips; and who leads each."""
    count = len(points)
    leaders = np.sort(rng.choice(count, min(style.clumps, count), replace=False))
    lead = leaders[_nearest_rows(_features(points), _features(points[leaders]))]
    along = np.linspace(0.0, 1.0, points.shape[1])
    # A strand whose tip lies far from its leader's has fallen to the other side of something.
    apart = np.linalg.norm(points[lead, -1] - points[:, -1], axis=1)
    firm = style.clumping * rng.uniform(0.4, 1.0, count) * np.clip(2.0 - apart / 0.03, 0.0, 1.0)
    pull = firm[:, None] * along[None] ** 1.3
    offset = points[lead] - points
    return points + offset * pull[..., None], lead


def _features(points: FloatArray) -> FloatArray:
    """(n, 9) what makes strands neighbours: where they start, pass and end."""
    middle = points.shape[1] // 2
    return np.concatenate([points[:, 0], 0.35 * points[:, middle], 0.35 * points[:, -1]], axis=1)


def _nearest_rows(rows: FloatArray, others: FloatArray) -> IntArray:
    """(n,) index of the row of ``others`` (m, c) nearest to each of ``rows`` (n, c)."""
    found = np.empty(len(rows), dtype=np.int32)
    targets = others.astype(np.float32)
    square = (targets**2).sum(axis=1)
    for start in range(0, len(rows), 4096):
        block = rows[start : start + 4096].astype(np.float32)
        found[start : start + 4096] = (square[None] - 2 * block @ targets.T).argmin(axis=1)
    return found


def _waved(points: FloatArray, lead: IntArray, style: HairStyle, rng: np.random.Generator) -> FloatArray:
    """Strands with the lock's wave or curl and their own frizz, growing from root to tip."""
    count, k = points.shape[:2]
    along = np.linspace(0.0, 1.0, k)[None]
    length = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1)[:, None]
    turn = 2 * np.pi * along * length / style.wavelength
    tangent = unit(np.gradient(points, axis=1))
    across = unit(np.cross(tangent, np.array([0.0, 1.0, 0.35])))
    out = np.cross(across, tangent)
    phases = rng.uniform(0, 2 * np.pi, (count, 6))
    lock = phases[lead] + 0.5 * (phases - np.pi) / np.pi
    swing = style.wave * np.minimum(1.0, along * 1.6)
    stray = style.frizz * along**1.2 * (0.4 + 1.6 * rng.random(count)[:, None] ** 3)
    sideways = swing * smooth_noise(turn, lock[:, :3]) + stray * smooth_noise(1.7 * turn, phases[:, :3])
    outwards = 0.6 * swing * smooth_noise(turn, lock[:, 3:]) + stray * smooth_noise(1.7 * turn, phases[:, 3:])
    if style.curl:
        pitch = style.curl_length * rng.uniform(0.8, 1.25, count)[lead][:, None]
        coil = 2 * np.pi * along * length / pitch + lock[:, :1]
        radius = style.curl * rng.uniform(0.7, 1.15, count)[lead][:, None] * np.minimum(1.0, along * length / 0.02)
        sideways, outwards = sideways + radius * np.cos(coil), outwards + radius * np.sin(coil)
    waved: FloatArray = points + across * sideways[..., None] + out * outwards[..., None]
    return waved


def grow_hair(
    vertices: FloatArray,
    style: HairStyle,
    hem_height: float,
    seed: int,
    cover: Sequence[tuple[FloatArray, IntArray]] = (),
) -> tuple[Strands, Anchors]:
    """Hair of one style on one body.

    Parameters
    ----------
    vertices : (13718, 3) of the body, in the pose that the hair is for
    hem_height : height in metres that ``style.hem`` counts from: the acromion's
    cover : surfaces (vertices, triangles) of clothes that the hair lies over

    Returns
    -------
    strands : in the body's pose
    roots : their places on the skin
    """
    rng = np.random.default_rng([seed, 23])
    roots = hair_roots(style.strands, seed)
    local = head_frame().local(roots.place(average_vertices()))
    normals = unit(roots.place(vertex_normals(vertices, load_template().outer_triangles)))
    points = roots.place(vertices)
    lengths = _lengths(style, local, rng)
    if style.hem is not None:
        # No further than down to the hem by way of the back of the head.
        lengths = np.minimum(lengths, vertices[:, 2].max() - hem_height - style.hem + 0.14)
    frame = frame_of(vertices)
    if style.tie is None:
        combed = _comb(style, local)
    else:
        combed = over_the_head(frame.world(np.array([0.0, *style.tie])) - points, normals)
    combed = unit(combed - normals * np.einsum("ni,ni->n", combed, normals)[:, None])
    lift = style.lift * np.clip(0.45 + 0.55 * local[:, 2:], 0.2 + 0.8 * style.lift**4, 1.0)
    start = unit(lift * normals + (1 - lift) * combed + style.unruly * rng.normal(size=combed.shape))
    # Roots higher on the head lie over the lower ones.
    layer = (
        style.volume * np.clip(0.15 + 0.85 * (local[:, 2] + 0.3) / 1.3, 0.1, 1.0) * rng.uniform(0.25, 1.0, len(points))
    )
    obstacle = _surroundings(vertices, cover, float(lengths.max()))
    if style.tie is not None:
        layer = layer * (AT_HAIRLINE + (1.0 - AT_HAIRLINE) * within(local))
        paths = gathered_paths(points, start, style, style.tie, layer, obstacle, frame, rng)
        lengths = np.full(len(points), np.inf)
    else:
        paths = _march(points, start, combed, style, layer, obstacle, frame, float(lengths.max()))
    if style.hem is not None:
        lengths = _cut_to_hem(
            paths, lengths, hem_height + style.hem + 0.9 * style.ragged * (rng.random(len(points)) ** 2 - 0.2)
        )
    strands = resample(paths, lengths, style.points)
    strands, lead = _clumped(strands, style, rng)
    strands = _waved(strands, lead, style, rng)
    if style.hem is not None:
        strands = _gathered(strands, frame)
    free = strands[:, 1:].reshape(-1, 3)
    strands[:, 1:] = obstacle.push_out(free, CLEARANCE, exact=True).reshape(len(points), -1, 3)
    radii = tapered(len(points), style.points, style.radius * rng.uniform(0.8, 1.2, len(points)))
    variation = np.clip(0.35 * rng.normal(size=len(points)) + 0.35 * rng.normal(size=len(points))[lead], -1, 1)
    return Strands(strands, radii, variation), roots
