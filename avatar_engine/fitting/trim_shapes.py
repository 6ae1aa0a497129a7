# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of trims on flat panels: patches, buttons, strips along a line, knife pleats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from avatar_engine.fitting.base_layer import split
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh
from garments.curves import length, resample
from garments.trims import Button, Cord, Crease, Loop, Patch, Pleats, Puff, Trim

# How far from an open edge hems and patches are stitched, metres.
HEM, PATCH_STITCH, NOWHERE = 0.020, 0.003, -1.0
BUTTON_LIFT = 0.0016
BUTTON_HEIGHT = 0.0022
BUTTON_SIDES = 14
ALONG = 2e-4
# Over the outer side of the cloth, which pictures thicken outwards.
LEAST_LIFT = 0.0003
STEP_CM = 0.7
# Across a strip: places, shares of its half width, and heights, shares of its own.
ROUND = tuple((float(np.sin(a)), float(np.cos(a))) for a in np.linspace(-0.5 * np.pi, 0.5 * np.pi, 7))
FLAT = ((-1.0, 0.3), (-0.92, 1.0), (0.92, 1.0), (1.0, 0.3))
CREASE_HALF_CM, CREASE_CM, CREASE_END = 1.6, 0.22, 0.12
CREASED = tuple((s, (1.0 - abs(s)) ** 2.2) for s in (-1.0, -0.7, -0.45, -0.22, -0.06, 0.0, 0.06, 0.22, 0.45, 0.7, 1.0))
# Over the width of a knife pleat: the face that rises to its fold, the way back under it, and how far each stands out.
FACE = ((0.0, 0.0), (0.35, 0.36), (0.7, 0.72), (0.93, 0.97), (0.985, 1.0))
RETURN = ((1.0, 0.93), (0.985, 0.86), (0.9, 0.78), (0.5, 0.4), (0.06, 0.03))
PLEAT_ROWS = 26
# A hood worn down: rows and columns, the roll's section over the fold (down and outwards, shares of its thickness), how
# far from the fold its points hang on the cloth, and how far from its edge it is stitched for the drawstring, metres.
PUFF_ROWS, PUFF_COLUMNS = 22, 73
ROLLED = ((0.9, -0.35), (0.2, -0.45), (-0.5, -0.25), (-0.85, 0.2), (-0.75, 0.65), (-0.3, 0.92), (0.2, 1.0), (0.7, 1.0))
PUFF_HELD, CASING = 0.030, 0.024


@dataclass(frozen=True)
class Hung:
    """Points that hang on a cloth's vertices, and the triangles between them.

    corners (k, 3) cloth vertices, weights (k, 3) of them and slopes (k, 3), their shares in the cloth's x direction;
    offsets (k, 3) metres along the cloth's x, its y and outwards; triangles (m, 3) among the k points;
    corner_uvs (m, 3, 2) metres; slots: per triangle;
    stitches (k,): how far from an edge each is stitched down, metres, below 0 for nowhere.
    """

    corners: IntArray
    weights: FloatArray
    slopes: FloatArray
    offsets: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: tuple[str, ...]
    stitches: FloatArray


def shape_of(panel: PanelMesh, welds: IntArray, trim: Trim) -> Hung:
    """A trim on its panel, whose welded vertex ids are ``welds``."""
    return SHAPES[type(trim)](panel, welds, trim)


def _patch(panel: PanelMesh, welds: IntArray, patch: Patch) -> Hung:
    """The part of a panel's own mesh within the outline, lifted off it."""
    points, triangles = panel.points, panel.triangles
    outline = patch.outline * CM
    for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        inward = np.array([a[1] - b[1], b[0] - a[0]]) / np.linalg.norm(b - a)
        # A panel's own border that lies along the outline counts as within it: cut, it would leave slivers.
        points, triangles = split(points, triangles, (points - a) @ inward + ALONG)
        triangles = triangles[((points[triangles].mean(axis=1) - a) @ inward) > 0.0]
    ids, flat = np.unique(triangles, return_inverse=True)
    triangles = flat.reshape(-1, 3).astype(np.int32)
    offsets = np.tile([0.0, 0.0, patch.lift_cm * CM], (len(ids), 1))
    return _hung(panel, welds, points[ids], offsets, triangles, points[ids][triangles], patch.slot, PATCH_STITCH)


def _button(panel: PanelMesh, welds: IntArray, button: Button) -> Hung:
    """A dished disc with a rounded rim."""
    radius = button.radius_cm * CM
    turn = np.linspace(0.0, 2.0 * np.pi, BUTTON_SIDES, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rings = ((1.0, 0.0), (1.0, 0.6), (0.86, 1.0), (0.6, 0.75), (0.0, 0.75))
    offsets = np.concatenate(
        [
            np.column_stack([share * radius * circle, np.full(BUTTON_SIDES, BUTTON_LIFT + rise * BUTTON_HEIGHT)])
            for share, rise in rings
        ]
    )
    side = np.arange(BUTTON_SIDES)
    after = (side + 1) % BUTTON_SIDES
    triangles = []
    for low in range(0, BUTTON_SIDES * (len(rings) - 1), BUTTON_SIDES):
        high = low + BUTTON_SIDES
        triangles.append(np.stack([low + side, low + after, high + after], axis=1))
        triangles.append(np.stack([low + side, high + after, high + side], axis=1))
    found = np.concatenate(triangles).astype(np.int32)
    at = np.tile(np.asarray(button.at) * CM, (len(offsets), 1))
    return _hung(panel, welds, at, offsets, found, offsets[found][:, :, :2], button.slot)


def _cord(panel: PanelMesh, welds: IntArray, cord: Cord) -> Hung:
    line = resample(cord.line, max(2, round(length(cord.line) / STEP_CM)))
    high = np.ones(len(line))
    high[[0, -1]] = 0.3
    return _strip(panel, welds, line, ROUND, cord.width_cm, 0.8 * cord.width_cm * high, cord.slot)


def _loop(panel: PanelMesh, welds: IntArray, loop: Loop) -> Hung:
    line = resample(loop.line, max(6, round(length(loop.line) / (0.5 * STEP_CM))))
    along = np.linspace(0.0, 1.0, len(line))
    high = 0.08 + loop.rise_cm * np.clip(4.0 * np.minimum(along, 1.0 - along), 0.0, 1.0) ** 0.6
    return _strip(panel, welds, line, FLAT, loop.width_cm, high, loop.slot)


def _crease(panel: PanelMesh, welds: IntArray, crease: Crease) -> Hung:
    line = resample(crease.line, max(2, round(length(crease.line) / (2.0 * STEP_CM))))
    fading = np.clip((1.0 - np.linspace(0.0, 1.0, len(line))) / CREASE_END, 0.0, 1.0)
    return _strip(panel, welds, line, CREASED, 2.0 * CREASE_HALF_CM, CREASE_CM * fading, crease.slot)


def _strip(
    panel: PanelMesh,
    welds: IntArray,
    line: FloatArray,
    across: tuple[tuple[float, float], ...],
    width_cm: float,
    high_cm: FloatArray,
    slot: str,
) -> Hung:
    """A strip along a flat line (n, 2) with a profile ``across`` it, as high as ``high_cm`` (n,) says."""
    way = np.gradient(line, axis=0)
    side = np.stack([way[:, 1], -way[:, 0]], axis=1) / np.linalg.norm(way, axis=1, keepdims=True)
    places, heights = np.array(across).T
    at = line[:, None] + 0.5 * width_cm * places[None, :, None] * side[:, None]
    offsets = np.zeros((*at.shape[:2], 3))
    offsets[..., 2] = LEAST_LIFT / CM + high_cm[:, None] * heights
    at = at.reshape(-1, 2) * CM
    found = _net(*offsets.shape[:2])
    # The normals look out of the panel where the line runs up it.
    return _hung(panel, welds, at, offsets.reshape(-1, 3) * CM, found, at[found], slot)


def _net(rows: int, columns: int) -> IntArray:
    """Triangles (m, 3) of a grid whose rows rise and whose columns go to the right, seen from outside."""
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    pairs = np.concatenate([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)])
    return np.asarray(pairs.reshape(-1, 3), dtype=np.int32)


def _pleats(panel: PanelMesh, welds: IntArray, pleats: Pleats) -> Hung:
    """The panel as a grid whose columns run along the folds: each face ends in a fold and comes back under itself."""
    under = pleats.under_cm * CM
    down = np.linspace(0.0, 1.0, PLEAT_ROWS)
    folded = [(place, 0.0, height) for place, height in FACE] + [(place, 1.0, height) for place, height in RETURN]
    place, back, rise = np.array(folded * pleats.count).T
    number = np.repeat(np.arange(pleats.count), len(folded))
    edges = _grid(panel, np.linspace(0.0, 1.0, pleats.count + 1), down)
    left, right = edges[:, number], edges[:, number + 1]
    width = right[..., 0] - left[..., 0]
    # From where the pleat before comes back to, ``under`` to the left, a face reaches its fold at the right end.
    x = np.where(back > 0.0, width - under * (1.0 - place), place * (width + under) - under)
    share = np.clip(x / width, 0.0, 1.0)
    at = left + share[..., None] * (right - left)
    depth = (pleats.waist_cm + (pleats.hem_cm - pleats.waist_cm) * down**0.9) * CM
    offsets = np.zeros((*x.shape, 3))
    offsets[..., 0] = x - share * width
    offsets[..., 2] = LEAST_LIFT + depth[:, None] * rise
    # On the cloth a face is followed by what is folded away.
    cloth = (width + under) * place + back * ((width + under) * (1.0 - place) + under * (1.0 - place))
    start = np.concatenate(
        [np.zeros((PLEAT_ROWS, 1)), np.cumsum((edges[:, 1:, 0] - edges[:, :-1, 0]) + 2.0 * under, 1)], 1
    )
    uvs = np.stack([start[:, number] + cloth, at[..., 1]], axis=-1).reshape(-1, 2)
    found = _net(*x.shape)[:, ::-1]
    hem = np.where((down > 0.5)[:, None] & (number > 0) & (number < pleats.count - 1), HEM, NOWHERE).ravel()
    return _hung(panel, welds, at.reshape(-1, 2), offsets.reshape(-1, 3), found, uvs[found], pleats.slot, hem)


def _puff(panel: PanelMesh, welds: IntArray, puff: Puff) -> Hung:
    """A panel swollen away from what it lies on: a roll over the fold, a valley, and a pouch down to its edge.

    What it shows is the other side of the panel, towards which its normals point away.
    """
    edges = {edge.name: edge.points * CM for edge in panel.panel.edges}
    across = np.linspace(0.0, 1.0, PUFF_COLUMNS)
    fold, low = (_at_shares(points, across) for points in (edges["join_0"], edges["edge"][::-1]))
    reach = np.linalg.norm(low - fold, axis=1)
    side = np.abs(2.0 * across - 1.0)
    behind = np.sin(0.5 * np.pi * np.clip(1.15 * (1.0 - side), 0.0, 1.0)) ** 1.5
    roll, pouch = puff.roll_cm * CM, puff.back_cm * CM
    rows = [(np.full(PUFF_COLUMNS, down * roll), np.full(PUFF_COLUMNS, out * roll)) for down, out in ROLLED]
    for share in np.linspace(0.0, 1.0, PUFF_ROWS)[1:]:
        down = 0.7 * roll + share * (reach - 0.7 * roll)
        bulge = pouch * behind * np.sin(np.pi * np.clip((share - 0.08) / 0.92, 0.0, 1.0) ** 1.3) ** 0.75
        wrinkle = 0.10 * pouch * behind * np.sin(19.0 * (across - 0.5) + 4.0 * share) * np.sin(np.pi * share) ** 2
        seam = -0.0045 * np.exp(-(((across - 0.5) * reach.max() * 2.0 / 0.006) ** 2)) * np.sin(np.pi * share)
        rows.append((down, roll * (1.0 - share) ** 1.6 * (0.55 + 0.45 * (1.0 - share)) + bulge + wrinkle + seam))
    # Turned under itself at the end.
    rows.append((reach - 0.25 * roll, np.full(PUFF_COLUMNS, LEAST_LIFT)))
    down, out = (np.stack(values) for values in zip(*rows, strict=True))
    # Near the fold normals turn over with the cloth: there the points hang on cloth a little further down.
    held = np.clip(down, np.minimum(PUFF_HELD, 0.45 * reach), 0.97 * reach)
    way = (low - fold) / reach[:, None]
    at = fold + held[..., None] * way
    offsets = np.zeros((*down.shape, 3))
    offsets[..., :2] = (down - held)[..., None] * way
    offsets[..., 2] = -out
    found = _net(*down.shape)[:, ::-1]
    uvs = (fold + down[..., None] * way).reshape(-1, 2)
    return _hung(panel, welds, at.reshape(-1, 2), offsets.reshape(-1, 3), found, uvs[found], puff.slot, CASING)


def _at_shares(points: FloatArray, shares: FloatArray) -> FloatArray:
    """(n, 2) places at shares of a line's length."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return np.stack([np.interp(shares * along[-1], along, points[:, axis]) for axis in range(2)], axis=1)


def _grid(panel: PanelMesh, share: FloatArray, down: FloatArray) -> FloatArray:
    """(rows, columns, 2) flat places at shares across a skirt's panel and down from its waist to its hem."""
    edges = {edge.name: edge.points * CM for edge in panel.panel.edges}
    side = next(points for name, points in edges.items() if name.startswith("side"))
    side = side[np.argsort(side[:, 1])]
    waist = np.concatenate([points for name, points in edges.items() if name.startswith("waist")])
    waist = waist[np.argsort(waist[:, 0], kind="stable")]
    low = float(edges["hem"][:, 1].min())
    signed = 2.0 * share - 1.0
    top = np.interp(signed * np.abs(waist[:, 0]).max(), waist[:, 0], waist[:, 1])
    y = top + down[:, None] * (low - top)
    half = np.interp(y, side[:, 1], np.abs(side[:, 0]))
    return np.stack([signed * half, y], axis=-1)


def _hung(
    panel: PanelMesh,
    welds: IntArray,
    at: FloatArray,
    offsets: FloatArray,
    triangles: IntArray,
    uvs: FloatArray,
    slot: str,
    stitches: float | FloatArray = NOWHERE,
) -> Hung:
    """Trims whose points lie at flat places (k, 2) of a panel."""
    corners, weights = located(panel, at)
    a, b, c = (panel.points[corners[:, k]] for k in range(3))
    double = _flat_cross(b - a, c - a)
    slopes = np.stack([b[:, 1] - c[:, 1], c[:, 1] - a[:, 1], a[:, 1] - b[:, 1]], axis=1) / double[:, None]
    sewn = np.broadcast_to(np.asarray(stitches, dtype=np.float64), len(at)).copy()
    return Hung(welds[corners], weights, slopes, offsets, triangles, uvs, (slot,) * len(triangles), sewn)


def _flat_cross(one: FloatArray, two: FloatArray) -> FloatArray:
    """Twice the area between vectors (..., 2); numpy's own takes three dimensions alone since 2.5."""
    return np.asarray(one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0])


def located(panel: PanelMesh, at: FloatArray) -> tuple[IntArray, FloatArray]:
    """Corners (k, 3) and weights (k, 3) of the triangle that holds, or is nearest to, each flat place (k, 2)."""
    a, b, c = (panel.points[panel.triangles[:, k]] for k in range(3))
    double = _flat_cross(b - a, c - a)
    away = at[:, None] - a
    second = _flat_cross(away, c - a) / double
    third = _flat_cross(b - a, away) / double
    weights = np.stack([1.0 - second - third, second, third], axis=2)
    best = weights.min(axis=2).argmax(axis=1)
    return panel.triangles[best], np.asarray(weights[np.arange(len(at)), best])


SHAPES: dict[type, Callable[[PanelMesh, IntArray, Any], Hung]] = {
    Patch: _patch,
    Button: _button,
    Cord: _cord,
    Loop: _loop,
    Crease: _crease,
    Pleats: _pleats,
    Puff: _puff,
}
