# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair light enough for browsers and games: strips that follow a few strands, under a texture of many.

Brows and lashes are single narrow ribbons in the same mesh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.dye import GREY, STREAKED, HairDye
from avatar_engine.appearance.head import Anchors, frame_of, unit
from avatar_engine.appearance.palette import hair_colour, linear, to_srgb
from avatar_engine.appearance.scalp import scalp_triangles
from avatar_engine.appearance.strands import Strands, arc_lengths, resample
from avatar_engine.appearance.styles import HairStyle
from avatar_engine.body.template import FloatArray, IntArray, load_template

# The texture has four columns of painted locks; a plain, opaque strip at its right edge colours brows and lashes.
COLUMNS = 4
PLAIN = 0.06
LOCKS_PER_COLUMN = 46
SHORT_SEGMENTS, LONG_SEGMENTS, RIBBON_SEGMENTS = 4, 10, 2
BROW_SHARE, LASH_SHARE = 0.45, 0.5
BEARD_WIDTH = 0.0007
# How far painted locks of curly hair swing, in shares of a column, and how often at most.
CAP_FOLDS = 3.0
CURLED, MOST_TURNS = 0.07, 9.0
# Shorter hair is left to the tint of the scalp: strips that short look like scales.
SHORTEST_CARD = 0.015


@dataclass(frozen=True)
class CardMesh:
    """Hair as one skinned mesh.

    vertices (n, 3), normals (n, 3), uvs (n, 2) per vertex, v up; triangles (m, 3); bone_indices, bone_weights (n, 4);
    texture (h, w, 4) sRGB and coverage, first row on top.
    """

    vertices: FloatArray
    normals: FloatArray
    uvs: FloatArray
    triangles: IntArray
    bone_indices: IntArray
    bone_weights: FloatArray
    texture: npt.NDArray[np.uint8]


Part = tuple[FloatArray, FloatArray, IntArray]


def _strips(
    lines: FloatArray, widths: FloatArray, across: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Flat strips along lines (n, k, 3), ``widths`` (n, k) wide; ``columns`` (n, 2) their u from edge to edge."""
    count, k = lines.shape[:2]
    half = 0.5 * widths[..., None] * across
    vertices = np.stack([lines - half, lines + half], axis=2)
    along = np.broadcast_to(1.0 - np.linspace(0.0, 1.0, k)[None, :, None], (count, k, 2))
    uvs = np.stack([np.broadcast_to(columns[:, None, :], (count, k, 2)), along], axis=-1)
    strip = (np.arange(count)[:, None] * k + np.arange(k - 1)[None]).reshape(-1, 1) * 2
    triangles = (strip + np.array([[0, 1, 3, 0, 3, 2]])).reshape(-1, 3)
    return vertices.reshape(-1, 3), uvs.reshape(-1, 2), triangles.astype(np.int32)


def _straightened(points: FloatArray, style: HairStyle) -> FloatArray:
    """Strands (n, k, 3) without their curls, which strips are too coarse to follow."""
    if not style.curl:
        return points
    smoothed = points.copy()
    for _ in range(3 * points.shape[1] // 10):
        smoothed[:, 1:-1] = (smoothed[:, :-2] + smoothed[:, 1:-1] + smoothed[:, 2:]) / 3
    return smoothed


def _hair_cards(
    strands: Strands, style: HairStyle, centre: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, IntArray]:
    lengths = arc_lengths(strands.points)[:, -1]
    worth = np.flatnonzero(lengths >= SHORTEST_CARD)
    every = worth[np.linspace(0, len(worth) - 1, style.cards).astype(int)]
    chosen, lengths = _straightened(strands.points[every], style), lengths[every]
    segments = LONG_SEGMENTS if lengths.mean() > 0.12 else SHORT_SEGMENTS
    lines = resample(chosen, lengths, segments + 1)
    along = np.linspace(0.0, 1.0, segments + 1)[None]
    tangent = unit(np.gradient(lines, axis=1))
    across = unit(np.cross(tangent, unit(lines - centre)))
    # A slight twist keeps the strips from lying in one shell.
    twist = rng.normal(scale=0.25, size=(len(lines), 1, 1))
    across = unit(across + twist * np.cross(tangent, across))
    widths = style.card_width * rng.uniform(0.75, 1.25, (len(lines), 1)) * (1.0 - 0.45 * along**2)
    widths = np.minimum(widths, 0.5 * lengths[:, None])
    column = rng.integers(0, COLUMNS, len(lines))
    edges = (column[:, None] + np.array([0.02, 0.98])) * (1 - PLAIN) / COLUMNS
    return _strips(lines, widths, across, edges)


def _cap(strands: Strands, roots: Anchors, vertices: FloatArray, share: float, centre: FloatArray) -> Part:
    """A closed layer within hair that stands off, at a share of its length: between the strips no scalp is seen."""
    ids, corners = np.unique(scalp_triangles(), return_inverse=True)
    # What the strands rooted around a vertex do there, by their barycentric shares.
    height, weight = np.zeros((len(vertices), 3)), np.zeros(len(vertices))
    reach = share * (strands.points.shape[1] - 1)
    low = int(reach)
    inner = strands.points[:, low] + (reach - low) * (strands.points[:, min(low + 1, strands.points.shape[1] - 1)]
                                                      - strands.points[:, low])  # fmt: skip
    for corner in range(3):
        np.add.at(
            height, roots.triangles[:, corner], roots.barycentric[:, corner, None] * (inner - strands.points[:, 0])
        )
        np.add.at(weight, roots.triangles[:, corner], roots.barycentric[:, corner])
    # Towards the hairline, where few strands are rooted, it comes down to the skin.
    lifted = vertices[ids] + height[ids] / np.maximum(weight[ids], 0.6 * np.median(weight[ids]))[:, None]
    out = unit(lifted - centre)
    around, up = np.arctan2(out[:, 0], -out[:, 1]), np.arcsin(np.clip(out[:, 2], -1, 1))
    fold_u, fold_v = (np.abs((CAP_FOLDS * angle / np.pi) % 2.0 - 1.0) for angle in (around, 2.0 * up))
    uvs = np.stack([0.01 + 0.98 * (1 - PLAIN) * fold_u, 0.84 + 0.14 * fold_v], axis=1)
    return lifted, uvs, corners.reshape(-1, 3).astype(np.int32)


def _ribbons(
    strands: Strands, share: float, centre: FloatArray, width: float
) -> tuple[FloatArray, FloatArray, IntArray]:
    count = max(1, int(len(strands.points) * share))
    chosen = strands.points[np.linspace(0, len(strands.points) - 1, count).astype(int)]
    lines = resample(chosen, arc_lengths(chosen)[:, -1], RIBBON_SEGMENTS + 1)
    across = unit(np.cross(unit(np.gradient(lines, axis=1)), unit(lines - centre)))
    widths = width * np.linspace(1.0, 0.25, RIBBON_SEGMENTS + 1)[None] * np.ones((count, 1))
    return _strips(lines, widths, across, np.full((count, 2), 1 - PLAIN / 2))


def _weights(points: FloatArray, vertices: FloatArray) -> tuple[IntArray, FloatArray]:
    """Bones of hair points: the head's, and lower down more and more the neck's and the chest's."""
    template = load_template()
    top = vertices[template.landmarks["neck_top"], 2].mean()
    base = vertices[template.landmarks["neck_base"], 2].mean()
    fall = np.clip((top - points[:, 2]) / (top - base), 0.0, 1.0)
    weights = np.zeros((len(points), 4))
    weights[:, 0] = 1.0 - fall
    weights[:, 1] = 2.0 * fall * (1.0 - fall)
    weights[:, 2] = fall**2
    bones = np.array([template.bone("head"), template.bone("neck_01"), template.bone("spine_03"), 0], dtype=np.int32)
    indices = np.where(weights > 0, bones[None], 0).astype(np.int32)
    normalised: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return indices, normalised


def card_texture(dye: HairDye, style: HairStyle, length: float, seed: int, size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 4) texture of locks of a length in metres, roots at the top; sRGB and coverage."""
    rng = np.random.default_rng([seed, 53])
    x = (np.arange(size) + 0.5) / size
    v = np.linspace(0.0, 1.0, size)[:, None]
    place_grey = np.random.default_rng([seed, 61])
    shade, cover = np.zeros((size, size)), np.zeros((size, size))
    streaked, greyed = np.zeros((size, size, 1)), np.zeros((size, size, 1))
    column_width = (1 - PLAIN) / COLUMNS
    curl, turns = (CURLED if style.curl else 0.0), 2 * np.pi * min(length / style.curl_length, MOST_TURNS)
    for column in range(COLUMNS):
        for lock in range(LOCKS_PER_COLUMN):
            place = (lock + rng.uniform(0.1, 0.9)) / LOCKS_PER_COLUMN
            drift = rng.normal(scale=0.05) * v + 0.02 * np.sin(rng.uniform(4, 9) * v + rng.uniform(0, 6))
            drift = drift + curl * np.sin(turns * v + rng.uniform(0, 6))
            middle = (column + np.clip(0.04 + 0.92 * place + drift * (0.3 + v), 0.02, 0.98)) * column_width
            ends = rng.uniform(0.72, 1.0)
            # Locks at the edges of a strip start later and end sooner, so that no strip shows its outline.
            edge = abs(2 * place - 1) ** 3 * rng.uniform(0.3, 1.0)
            ends *= 1.0 - 0.45 * edge
            width = 0.50 * column_width / LOCKS_PER_COLUMN * (1 + 1.1 * (1 - v)) * np.clip((ends - v) / 0.35, 0, 1)
            width = width * np.clip((v - 0.12 * edge) / 0.04 + 0.4, 0, 1)
            line = np.clip(1.5 - np.abs(x[None] - middle) / np.maximum(width, 1e-6), 0, 1) * (v < ends)
            shade = np.where(line > 0.3, rng.uniform(0.72, 1.3), shade)
            streaked[line > 0.3] = float(rng.random() < STREAKED)
            greyed[line > 0.3] = float(place_grey.random() < dye.grey)
            cover = np.maximum(cover, line)
    plain = np.broadcast_to(x[None] > 1 - PLAIN, cover.shape)
    shade = np.where(plain, 0.55, np.where(shade > 0, shade, 0.85)) * np.where(plain, 1.0, 0.75 + 0.35 * v)
    plainly, streaky = (dye.colours(length, v[:, 0], streak)[:, None] for streak in (0.0, 1.0))
    locks = plainly + (streaky - plainly) * streaked
    locks = locks + (linear(hair_colour(GREY).colour) - locks) * greyed
    colour = np.where(plain[..., None], linear(dye.natural.colour), locks)
    light = 1.15 * colour * shade[..., None]
    rgba = np.dstack([to_srgb(light), np.where(plain, 1.0, cover)])
    pixels: npt.NDArray[np.uint8] = np.round(rgba * 255).astype(np.uint8)
    return pixels


def build_cards(
    vertices: FloatArray,
    style: HairStyle,
    dye: HairDye,
    hair: Strands,
    hair_roots: Anchors,
    brows: Strands,
    lashes: Strands,
    beard: Strands,
    beard_ribbons: int,
    seed: int,
    texture_size: int = 512,
) -> CardMesh:
    """All hair of a head as one card mesh, in the pose of ``vertices`` (13718, 3)."""
    rng = np.random.default_rng([seed, 59])
    frame = frame_of(vertices)
    centre = frame.world(np.array([0.0, 0.65, 0.1]))
    parts = [
        *([_hair_cards(hair, style, centre, rng)] if style.cards else []),
        *([_cap(hair, hair_roots, vertices, style.cap, centre)] if style.cap else []),
        _ribbons(brows, BROW_SHARE, centre, 0.00034),
        _ribbons(lashes, LASH_SHARE, centre, 0.00030),
        *([_ribbons(beard, min(1.0, beard_ribbons / len(beard.points)), centre, BEARD_WIDTH)] if beard_ribbons else []),
    ]
    offsets = np.cumsum([0, *(len(points) for points, _, _ in parts)])
    points = np.concatenate([part[0] for part in parts])
    triangles = np.concatenate([part[2] + offset for part, offset in zip(parts, offsets[:-1], strict=True)])
    indices, weights = _weights(points, vertices)
    # Shaded like the round of the head rather than strip by strip.
    normals = unit(points - np.where(points[:, 2:] < centre[2], centre * [1, 1, 0] + points * [0, 0, 1], centre))
    return CardMesh(
        vertices=points,
        normals=normals,
        uvs=np.concatenate([part[1] for part in parts]),
        triangles=triangles.astype(np.int32),
        bone_indices=indices,
        bone_weights=weights,
        texture=card_texture(dye, style, float(arc_lengths(hair.points)[:, -1].mean()), seed, texture_size),
    )
