# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair light enough for browsers and games: strips that follow a few strands, under a texture of many.

Brows and lashes are single narrow ribbons in the same mesh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.dye import GREY, STREAKED, HairDye
from avatar_engine.appearance.head import Anchors, average_vertices, frame_of, unit
from avatar_engine.appearance.palette import hair_colour, linear, to_srgb
from avatar_engine.appearance.scalp import density, scalp_triangles
from avatar_engine.appearance.strands import Strands, arc_lengths, resample
from avatar_engine.appearance.styles import HairStyle
from avatar_engine.body.template import FloatArray, IntArray, load_template

# The texture has columns of painted strands, from dark, for what lies deep, to light, for what lies on top; a plain,
# opaque strip at its right edge colours brows and lashes.
COLUMNS = 8
PLAIN = 0.06
TONES = np.linspace(0.60, 1.22, COLUMNS)
STRANDS_PER_COLUMN = 26
RIBBON_SEGMENTS, UNDER_SEGMENTS = 2, 5
BROW_SHARE, LASH_SHARE = 0.45, 0.5
BEARD_WIDTH = 0.0007
SOFT_START = 0.05  # metres
LONG = 0.12  # metres, from which on hair shows all tones
CAP_FOLDS = 3.0
# The coils over a cap are fewer and wider than those of strands, or they would be made of corners.
COARSER = 1.7
# A cap shows the dark columns alone.
CAP_WIDTH = 3.0 / COLUMNS
# How far normals lean from the middle of a strip to its edges, as if it were a rounded lock; how much of them is the
# strip's own rather than the head's round; how far they stray from strip to strip, so that light breaks up.
ROUNDNESS, OWN, STRAY = 0.45, 0.40, 0.12
OFF_ROUND = (0.115, 0.16)  # metres from the upright through the head's middle
# Segments are shorter near the root, where hair bends most.
CROWDED = 1.35
# At the hairline strips are this share of their width, and narrower still where they leave the skin: broad ones would
# draw it with teeth.
AT_HAIRLINE, AT_ROOT, WIDE_FROM = 0.55, 0.30, 0.22
# What even black hair throws back, as linear light; and how far a grey strand among others leaves their colour.
SHEEN, GREYEST = 0.009, 0.70
# How far above the crown strips of falling hair rise unpressed, in shares of its volume: single ones that arch higher
# leave loops against the sky.
LOW_ARCH, PRESSED = 0.5, 0.30
# Shorter hair is left to the tint of the scalp: strips that short look like scales.
SHORTEST_CARD = 0.012


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


@dataclass(frozen=True)
class Part:
    """Some of the mesh: vertices (n, 3), normals (n, 3), uvs (n, 2), triangles (m, 3)."""

    vertices: FloatArray
    normals: FloatArray
    uvs: FloatArray
    triangles: IntArray


def _round(points: FloatArray, centre: FloatArray) -> FloatArray:
    """(..., 3) outwards from the head's middle; below it from the upright through it."""
    low = points[..., 2:] < centre[2]
    return unit(points - np.where(low, centre * [1, 1, 0] + points * [0, 0, 1], centre))


def _strips(
    lines: FloatArray, widths: FloatArray, across: FloatArray, columns: FloatArray, out: FloatArray, along: FloatArray
) -> Part:
    """Strips along lines (n, k, 3), ``widths`` (n, k) wide; ``columns`` (n, 2) their u from edge to edge.

    ``out`` (n, k, 3): normals along their middle; ``along`` (k,) how far every row lies from the root, 0..1
    """
    count, k = lines.shape[:2]
    half = 0.5 * widths[..., None] * across
    vertices = np.stack([lines - half, lines + half], axis=2)
    normals = unit(np.stack([out - ROUNDNESS * across, out + ROUNDNESS * across], axis=2))
    rows = np.broadcast_to(1.0 - along[None, :, None], (count, k, 2))
    uvs = np.stack([np.broadcast_to(columns[:, None, :], (count, k, 2)), rows], axis=-1)
    strip = (np.arange(count)[:, None] * k + np.arange(k - 1)[None]).reshape(-1, 1) * 2
    triangles = (strip + np.array([[0, 1, 3, 0, 3, 2]])).reshape(-1, 3)
    return Part(vertices.reshape(-1, 3), normals.reshape(-1, 3), uvs.reshape(-1, 2), triangles.astype(np.int32))


def _straightened(points: FloatArray, style: HairStyle) -> FloatArray:
    """Strands (n, k, 3) without their curls."""
    if not style.curl:
        return points
    smoothed = points.copy()
    for _ in range(3 * points.shape[1] // 10):
        smoothed[:, 1:-1] = (smoothed[:, :-2] + smoothed[:, 1:-1] + smoothed[:, 2:]) / 3
    return smoothed


def _placed(points: FloatArray, lengths: FloatArray, segments: int) -> tuple[FloatArray, FloatArray]:
    """Lines (n, segments + 1, 3) along strands and how far their rows lie from the root, closer together there."""
    along = np.linspace(0.0, 1.0, segments + 1) ** CROWDED
    fine = resample(points, lengths, 4 * segments + 1)
    at = along * 4 * segments
    low = np.minimum(at.astype(int), 4 * segments - 1)
    share = (at - low)[None, :, None]
    return fine[:, low] * (1 - share) + fine[:, low + 1] * share, along


def _depth_columns(lines: FloatArray, centre: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(n, 2) edges of the column of every strip: the further out among its neighbours, the lighter."""
    middle = lines[:, lines.shape[1] // 2]
    out = _round(middle, centre)
    turn, reach = np.arctan2(out[:, 0], out[:, 1]), np.linalg.norm((middle - centre)[:, :2], axis=1)
    # Ranked within sectors around the head.
    sector = np.floor((turn + np.pi) / (2 * np.pi) * 11.999).astype(int)
    rank = np.zeros(len(lines))
    for each in np.unique(sector):
        members = np.flatnonzero(sector == each)
        rank[members[np.argsort(reach[members])]] = np.linspace(0.0, 1.0, len(members))
    # Strips of short hair lie one over the other like shingles: in few tones they do not look like them.
    spread = np.clip(arc_lengths(lines)[:, -1].mean() / LONG, 0.3, 1.0)
    depth = 0.5 + spread * (0.5 * rank + 0.5 * rng.random(len(lines)) - 0.5)
    column = np.clip(np.round(depth * (COLUMNS - 1)), 0, COLUMNS - 1)
    edges: FloatArray = (column[:, None] + np.array([0.02, 0.98])) * (1 - PLAIN) / COLUMNS
    # Half of them mirrored: no two neighbours look alike.
    flipped: FloatArray = np.where(rng.random(len(lines))[:, None] < 0.5, edges, edges[:, ::-1])
    return flipped


def _flat_cards(
    points: FloatArray,
    lengths: FloatArray,
    style: HairStyle,
    segments: int,
    inside: FloatArray,
    centre: FloatArray,
    rng: np.random.Generator,
) -> Part:
    """Strips that lie on the round of the head and fall; ``inside`` (n,): 0 for those rooted at the hairline, to 1."""
    lines, along = _placed(points, lengths, segments)
    tangent = unit(np.gradient(lines, axis=1))
    around = _round(lines, centre)
    across = unit(np.cross(tangent, unit(lines - centre)))
    # A slight twist keeps the strips from lying in one shell.
    # Hair combed to a tie lies flat.
    twist = rng.normal(scale=0.25 if style.tie is None else 0.06, size=(len(lines), 1, 1))
    across = unit(across + twist * np.cross(tangent, across))
    own = np.cross(tangent, across)
    own = own * np.where(np.einsum("nki,nki->nk", own, around) < 0, -1.0, 1.0)[..., None]
    # What has left the head's round is shaded as it lies.
    apart = np.linalg.norm((lines - centre)[..., :2], axis=-1, keepdims=True)
    by_itself = OWN + (1.0 - OWN) * np.clip((apart - OFF_ROUND[0]) / (OFF_ROUND[1] - OFF_ROUND[0]), 0.0, 1.0)
    out = unit((1 - by_itself) * around + by_itself * own + STRAY * rng.normal(size=(len(lines), 1, 3)))
    widths = style.card_width * rng.uniform(0.7, 1.3, (len(lines), 1)) * (1.0 - 0.35 * along[None] ** 2)
    widths = np.minimum(widths, 0.5 * lengths[:, None])
    edge = (1.0 - inside)[:, None]
    narrow = AT_ROOT + (1.0 - AT_ROOT) * np.clip(along[None] / WIDE_FROM, 0.0, 1.0)
    widths = widths * (1.0 - (1.0 - AT_HAIRLINE) * edge) * (1.0 + edge * (narrow - 1.0))
    return _strips(lines, widths, across, _depth_columns(lines, centre, rng), out, along)


def _ringlets(
    points: FloatArray,
    lengths: FloatArray,
    style: HairStyle,
    centre: FloatArray,
    rng: np.random.Generator,
) -> Part:
    """Strips wound like curled ribbon around the ways of straightened strands; under a cap only beyond it."""
    count = style.card_segments + 1
    along = np.linspace(0.8 * style.cap, 1.0, count)
    fine = resample(points, lengths, 41)
    at = np.minimum((along * 40).astype(int), 39)
    share = (along * 40 - at)[None, :, None]
    middle = fine[:, at] * (1 - share) + fine[:, at + 1] * share
    axis, around = unit(np.gradient(middle, axis=1)), _round(middle, centre)
    side = unit(np.cross(axis, around + 1e-3))
    beside = np.cross(side, axis)
    coarser = COARSER if style.cap else 1.0
    pitch = coarser * style.curl_length * rng.uniform(0.85, 1.25, (len(points), 1))
    hand = np.where(rng.random((len(points), 1)) < 0.5, -1.0, 1.0)
    turn = rng.uniform(0, 2 * np.pi, (len(points), 1)) + hand * 2 * np.pi * along * lengths[:, None] / pitch
    # At the root a strand does not turn yet.
    radius = np.sqrt(coarser) * style.curl * rng.uniform(0.75, 1.2, (len(points), 1))
    radius = radius * np.minimum(1.0, along * lengths[:, None] / 0.02)
    wound = np.cos(turn)[..., None] * side + np.sin(turn)[..., None] * beside
    lines = middle + radius[..., None] * wound
    # The strip lies round its coil, so across it runs along the coil's axis.
    tangent = unit(np.gradient(lines, axis=1))
    across = unit(np.cross(tangent, wound))
    widths = style.card_width * rng.uniform(0.7, 1.2, (len(lines), 1)) * (1.0 - 0.35 * along[None] ** 3)
    out = unit(0.8 * wound + 0.7 * _round(lines, centre))
    return _strips(lines, widths, across, _depth_columns(lines, centre, rng), out, along)


def _hair_cards(
    strands: Strands, roots: Anchors, crown: float, style: HairStyle, centre: FloatArray, rng: np.random.Generator
) -> list[Part]:
    lengths = arc_lengths(strands.points)[:, -1]
    worth = np.flatnonzero(lengths >= SHORTEST_CARD)
    every = worth[np.linspace(0, len(worth) - 1, style.cards).astype(int)]
    chosen = _straightened(strands.points[every], style)
    lengths = arc_lengths(chosen)[:, -1]
    if style.hem is not None:
        above = np.maximum(chosen[..., 2] - crown - LOW_ARCH * style.volume, 0.0)
        chosen = chosen - np.array([0.0, 0.0, 1.0 - PRESSED]) * above[..., None]
    inside = density(roots.take(every).place(average_vertices()))
    if not style.curl:
        return [_flat_cards(chosen, lengths, style, style.card_segments, inside, centre, rng)]
    if style.cap:
        return [_ringlets(chosen, lengths, style, centre, rng)]
    # Between curls flat strips fill the gaps.
    return [
        _flat_cards(chosen[::2], 0.85 * lengths[::2], style, UNDER_SEGMENTS, inside[::2], centre, rng),
        _ringlets(chosen[1::2], lengths[1::2], style, centre, rng),
    ]


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
    uvs = np.stack([0.01 + CAP_WIDTH * (1 - PLAIN) * fold_u, 0.84 + 0.14 * fold_v], axis=1)
    return Part(lifted, _round(lifted, centre), uvs, corners.reshape(-1, 3).astype(np.int32))


def _ribbons(strands: Strands, share: float, centre: FloatArray, width: float) -> Part:
    count = max(1, int(len(strands.points) * share))
    chosen = strands.points[np.linspace(0, len(strands.points) - 1, count).astype(int)]
    lines = resample(chosen, arc_lengths(chosen)[:, -1], RIBBON_SEGMENTS + 1)
    across = unit(np.cross(unit(np.gradient(lines, axis=1)), unit(lines - centre)))
    widths = width * np.linspace(1.0, 0.25, RIBBON_SEGMENTS + 1)[None] * np.ones((count, 1))
    along = np.linspace(0.0, 1.0, RIBBON_SEGMENTS + 1)
    return _strips(lines, widths, across, np.full((count, 2), 1 - PLAIN / 2), _round(lines, centre), along)


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


def card_texture(dye: HairDye, length: float, seed: int, size: int = 512) -> npt.NDArray[np.uint8]:
    """(size, size, 4) texture of locks of a length in metres, roots at the top; sRGB and coverage."""
    rng = np.random.default_rng([seed, 53])
    x = (np.arange(size) + 0.5) / size
    v = np.linspace(0.0, 1.0, size)[:, None]
    place_grey = np.random.default_rng([seed, 61])
    shade = np.broadcast_to(0.7 * np.interp(x, (np.arange(COLUMNS) + 0.5) * (1 - PLAIN) / COLUMNS, TONES), (size, size))
    cover = np.zeros((size, size))
    streaked, greyed = np.zeros((size, size, 1)), np.zeros((size, size, 1))
    column_width = (1 - PLAIN) / COLUMNS
    # However long hair is, it begins within millimetres of its roots, or partings would be bald.
    soft = min(1.0, SOFT_START / length)
    gather = 0.34 * min(1.0, length / 0.12)
    for column, tone in enumerate(TONES):
        for _ in range(STRANDS_PER_COLUMN):
            place = rng.random()
            drift = rng.normal(scale=0.06) * v + 0.025 * np.sin(rng.uniform(3, 8) * v + rng.uniform(0, 6))
            # Towards its tip a lock gathers.
            gathered = 0.5 + (place - 0.5) * (0.92 - gather * v**1.5)
            middle = (column + np.clip(gathered + drift * (0.3 + v), 0.03, 0.97)) * column_width
            # Strands at the edges of a strip start later and end sooner, so that no strip shows its outline.
            edge = abs(2 * place - 1) ** 2
            first = soft * (0.05 * rng.random() ** 2 + 0.10 * edge * rng.random())
            ends = rng.uniform(0.76, 1.0) - 0.16 * edge
            width = rng.uniform(0.025, 0.060) * column_width * np.clip((ends - v) / 0.30, 0, 1) ** 0.7
            width = width * np.clip((v - first) / (0.05 * soft) + 0.25, 0, 1)
            line = np.clip(1.5 - np.abs(x[None] - middle) / np.maximum(width, 1e-6), 0, 1) * (v < ends) * (v >= first)
            on = line > 0.3
            shade = np.where(on, tone * rng.uniform(0.68, 1.34), shade)
            streaked[on] = float(rng.random() < STREAKED)
            greyed[on] = float(place_grey.random() < dye.grey)
            cover = np.maximum(cover, line)
    plain = np.broadcast_to(x[None] > 1 - PLAIN, cover.shape)
    shade = np.where(plain, 0.55, shade * (0.62 + 0.55 * np.sqrt(v)))
    plainly, streaky = (dye.colours(length, v[:, 0], streak)[:, None] for streak in (0.0, 1.0))
    locks = plainly + (streaky - plainly) * streaked
    locks = locks + (linear(hair_colour(GREY).colour) - locks) * (GREYEST * greyed + (1.0 - GREYEST) * dye.grey)
    colour = np.where(plain[..., None], linear(dye.natural.colour), locks)
    light = 1.15 * colour * shade[..., None] + SHEEN * np.where(plain, 0.0, shade**2)[..., None]
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
        *(_hair_cards(hair, hair_roots, float(vertices[:, 2].max()), style, centre, rng) if style.cards else []),
        *([_cap(hair, hair_roots, vertices, style.cap, centre)] if style.cap else []),
        _ribbons(brows, BROW_SHARE, centre, 0.00034),
        _ribbons(lashes, LASH_SHARE, centre, 0.00030),
        *([_ribbons(beard, min(1.0, beard_ribbons / len(beard.points)), centre, BEARD_WIDTH)] if beard_ribbons else []),
    ]
    offsets = np.cumsum([0, *(len(part.vertices) for part in parts)])
    points = np.concatenate([part.vertices for part in parts])
    triangles = np.concatenate([part.triangles + offset for part, offset in zip(parts, offsets[:-1], strict=True)])
    indices, weights = _weights(points, vertices)
    return CardMesh(
        vertices=points,
        normals=np.concatenate([part.normals for part in parts]),
        uvs=np.concatenate([part.uvs for part in parts]),
        triangles=triangles.astype(np.int32),
        bone_indices=indices,
        bone_weights=weights,
        texture=card_texture(dye, float(arc_lengths(hair.points)[:, -1].mean()), seed, texture_size),
    )
