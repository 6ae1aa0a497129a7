# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parts of the body a garment's vertices may touch, and which bones carry them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from avatar_engine.body.shape import Body, load_shape_space
from avatar_engine.body.template import load_template
from avatar_engine.fitting.cloth import nearest_ids
from avatar_engine.fitting.sections import ARM_BONES, LEG_BONES, FloatArray, IntArray, bones_of
from avatar_engine.fitting.sew import SewnMesh

TRUNK, ARM_L, ARM_R, LEG_L, LEG_R = 1, 2, 4, 8, 16
ALL = TRUNK | ARM_L | ARM_R | LEG_L | LEG_R
SMOOTHING_ROUNDS = 16
SHOE_ROUNDS = 4
SHOE_ROOM = 0.05  # metres: skin higher than that above a shoe is not the nearest to it
SHOULDER_CAP = 0.12
SHOULDER_DROP = 0.035


@cache
def vertex_parts() -> IntArray:
    """(13718,) part bit of every body vertex."""
    template = load_template()
    parts = np.full(len(template.bone_weights), TRUNK, dtype=np.int32)
    limbs = ((ARM_L, ARM_BONES, "l"), (ARM_R, ARM_BONES, "r"), (LEG_L, LEG_BONES, "l"), (LEG_R, LEG_BONES, "r"))
    for bit, bones, side in limbs:
        parts[template.bone_share(*bones_of(bones, side)) >= 0.5] = bit
    return parts


@cache
def triangle_parts() -> IntArray:
    """(t,) part bits of the template's outer triangles; the shoulder's cap, which a top lies on, is arm and trunk."""
    template = load_template()
    labels = vertex_parts()[template.outer_triangles].max(axis=1)
    space = load_shape_space()
    centres = space.mean[template.outer_triangles].mean(axis=1)
    heads = space.mean[space.sections["joint_heads"]]
    for side in ("l", "r"):
        away = centres - heads[template.bone(f"upperarm_{side}")]
        cap = (np.linalg.norm(away, axis=1) < SHOULDER_CAP) & (away[:, 2] > -SHOULDER_DROP)
        labels[cap] |= TRUNK
    return np.asarray(labels, dtype=np.int32)


def touch_bits(tube: str, sector: str) -> int:
    """Parts that carry a panel and that it is always kept off: a sleeve its arm, a trouser leg its own leg."""
    left = sector.endswith("left")
    if _on_arm(tube, sector):
        return ARM_L if left else ARM_R
    if tube == "leg":
        return TRUNK | (LEG_L if left else LEG_R)
    return TRUNK | LEG_L | LEG_R


def brush_bits(tube: str, sector: str) -> int:
    """Parts of the body besides that a panel is kept off; squeezed between two parts, it lies half-way."""
    if _on_arm(tube, sector):
        return TRUNK
    if tube == "leg":
        return ARM_L | ARM_R | (LEG_R if sector.endswith("left") else LEG_L)
    return ARM_L | ARM_R


def _on_arm(tube: str, sector: str) -> bool:
    return tube == "sleeve" or (tube == "band" and sector.startswith("arm_"))


def panel_bits(mesh: SewnMesh, choose: Callable[[str, str], int]) -> IntArray:
    """(count,) bits of all panels that share a vertex, joined."""
    bits = np.zeros(mesh.count, dtype=np.int32)
    for panel, ids in zip(mesh.panels, mesh.welds, strict=True):
        placement = panel.panel.placement
        np.bitwise_or.at(bits, ids, choose(placement.tube, placement.sector))
    return bits


def triangle_bits(mesh: SewnMesh) -> IntArray:
    """(m,) part bits that a garment's triangles count as for what is worn over it."""
    panels = [touch_bits(panel.panel.placement.tube, panel.panel.placement.sector) for panel in mesh.panels]
    return np.array(panels, dtype=np.int32)[mesh.triangle_panels]


def neighbours(triangles: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Starts (count,) and neighbour vertex ids of every vertex, sorted by vertex."""
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int64)
    # Sorting single numbers takes a tenth of the time that sorting rows takes.
    codes = np.unique(pairs[:, 0] * count + pairs[:, 1])
    starts = np.searchsorted(codes, np.arange(count) * count)
    return starts.astype(np.int32), (codes % count).astype(np.int32)


def smoothed(values: FloatArray, triangles: IntArray, rounds: int, share: float = 0.5) -> FloatArray:
    """(n, k) values drawn towards the mean of their neighbours."""
    starts, others = neighbours(triangles, len(values))
    sizes = np.diff(np.append(starts, len(others)))[:, None]
    for _ in range(rounds):
        values = (1.0 - share) * values + share * np.add.reduceat(values[others], starts, axis=0) / sizes
    return values


def bind(body: Body, points: FloatArray, mesh: SewnMesh) -> tuple[IntArray, FloatArray]:
    """Bone indices and weights, (n, 4) each, of cloth lying around the A-pose body: the nearest skin's, smoothed."""
    template = load_template()
    outer = np.unique(template.outer_triangles)[::2]
    parts = vertex_parts()[outer]
    bits = panel_bits(mesh, touch_bits)
    dense = np.zeros((len(points), len(template.bone_names)))
    for wanted in np.unique(bits):
        rows = np.flatnonzero(bits == wanted)
        pool = outer[(parts & wanted) != 0]
        near = pool[nearest_ids(points[rows], body.vertices[pool])]
        for k in range(4):
            np.add.at(dense, (rows, template.bone_indices[near, k]), template.bone_weights[near, k])
    used = np.flatnonzero(dense.any(axis=0))
    dense[:, used] = smoothed(dense[:, used], mesh.triangles, SMOOTHING_ROUNDS)
    return strongest(dense)


def carried_by_feet(body: Body, points: FloatArray, triangles: IntArray) -> tuple[IntArray, FloatArray]:
    """Bone indices and weights, (n, 4) each, of shoes around the A-pose body: the nearest skin's, evened out."""
    template = load_template()
    below = body.vertices[:, 2] < points[:, 2].max() + SHOE_ROOM
    legs = np.flatnonzero(((vertex_parts() & (LEG_L | LEG_R)) != 0) & below)
    near = legs[nearest_ids(points, body.vertices[legs])]
    dense = np.zeros((len(points), len(template.bone_names)))
    for k in range(4):
        np.add.at(dense, (np.arange(len(points)), template.bone_indices[near, k]), template.bone_weights[near, k])
    used = np.flatnonzero(dense.any(axis=0))
    dense[:, used] = smoothed(dense[:, used], triangles, SHOE_ROUNDS)
    return strongest(dense)


def strongest(dense: FloatArray) -> tuple[IntArray, FloatArray]:
    """The four largest weights of each row of (n, J), normalised: indices and weights (n, 4)."""
    indices = np.argsort(-dense, axis=1, kind="stable")[:, :4].astype(np.int32)
    weights = np.take_along_axis(dense, indices, axis=1)
    return indices, np.asarray(weights / weights.sum(axis=1, keepdims=True))
