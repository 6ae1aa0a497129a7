# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of trims on flat panels: patches, stitches, buttons, strips along a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from avatar_engine.fitting.folded_shapes import LEAST_LIFT, pleated, puffed
from avatar_engine.fitting.hung import Hung, flat_cross, hung, net
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh
from avatar_engine.fitting.triangulate import panel_mesh
from garments.curves import length, resample
from garments.trims import Button, Cord, Crease, Loop, Patch, Pleats, Puff, Stud, Topstitch, Trim

# How far from their edge patches are stitched, metres.
PATCH_STITCH = 0.003
BUTTON_LIFT = 0.0016
BUTTON_HEIGHT = 0.0022
BUTTON_SIDES = 14
DISHED = ((1.0, 0.0), (1.0, 0.6), (0.86, 1.0), (0.6, 0.75), (0.0, 0.75))
DOMED = ((1.0, 0.0), (1.0, 0.3), (0.82, 0.5), (0.6, 0.4), (0.5, 0.6), (0.3, 0.8), (0.0, 0.85))
# Edges of a patch's triangles, metres.
PATCH_EDGE = 0.008
# Topstitching: length of a stitch with its gap, width of the thread and distance of rows, cm; how far beyond the other
# side of the cloth it lies where that shows, metres.
STITCH_CM, THREAD_CM, ROWS_APART_CM = 0.34, 0.085, 0.6
STITCH_OVER, OVER = 0.0018, "over"
STEP_CM = 0.7
# Across a strip: places, shares of its half width, and heights, shares of its own.
ROUND = tuple((float(np.sin(a)), float(np.cos(a))) for a in np.linspace(-0.5 * np.pi, 0.5 * np.pi, 7))
FLAT = ((-1.0, 0.3), (-0.92, 1.0), (0.92, 1.0), (1.0, 0.3))
CREASE_HALF_CM, CREASE_CM, CREASE_END = 1.6, 0.22, 0.12
CREASED = tuple((s, (1.0 - abs(s)) ** 2.2) for s in (-1.0, -0.7, -0.45, -0.22, -0.06, 0.0, 0.06, 0.22, 0.45, 0.7, 1.0))


def shape_of(panel: PanelMesh, welds: IntArray, trim: Trim) -> Hung:
    """A trim on its panel, whose welded vertex ids are ``welds``."""
    return SHAPES[type(trim)](panel, welds, trim)


def _patch(panel: PanelMesh, welds: IntArray, patch: Patch) -> Hung:
    """A piece of its own mesh, finer than the cloth's, so that its edge and the stitches beside it are clean."""
    outline = patch.outline * CM
    after = np.roll(outline, -1, axis=0)
    around = float(np.linalg.norm(after - outline, axis=1).sum())
    # A strip is about twice its area by its border wide.
    step = min(PATCH_EDGE, 0.5 * abs(flat_cross(outline, after).sum()) / around)
    sides = zip(outline, after, strict=True)
    border = np.concatenate([resample(np.array(s), max(1, round(length(np.array(s)) / step)))[:-1] for s in sides])
    at, triangles = panel_mesh(border, step)
    offsets = np.tile([0.0, 0.0, patch.lift_cm * CM], (len(at), 1))
    made = hung(panel, welds, at, offsets, triangles, at[triangles], patch.slot, PATCH_STITCH)
    # What reaches over the panel's own border ends with it.
    weights = np.clip(made.weights, 0.0, None)
    return replace(made, weights=weights / weights.sum(axis=1, keepdims=True))


def _topstitch(panel: PanelMesh, welds: IntArray, stitched: Topstitch) -> Hung:
    """Short, flat threads one after another; on a folded-over panel they are on the side that shows."""
    line = resample(stitched.line, max(1, round(length(stitched.line) / STITCH_CM)))
    starts, ways = line[:-1], np.diff(line, axis=0)
    side = np.stack([-ways[:, 1], ways[:, 0]], axis=1) / np.linalg.norm(ways, axis=1, keepdims=True)
    rows = [starts + row * ROWS_APART_CM * side for row in range(stitched.rows)]
    start = np.concatenate(rows)
    way, side = (np.tile(each, (stitched.rows, 1)) for each in (0.72 * ways, 0.5 * THREAD_CM * side))
    corners = np.stack([start - side, start + way - side, start + way + side, start + side], axis=1)
    over = panel.panel.placement.sector == OVER
    offsets = np.zeros((4 * len(start), 3))
    offsets[:, 2] = -STITCH_OVER if over else stitched.lift_cm * CM
    at = corners.reshape(-1, 2) * CM
    a = 4 * np.arange(len(start))
    found = np.concatenate([np.stack([a, a + 1, a + 2], 1), np.stack([a, a + 2, a + 3], 1)]).astype(np.int32)
    found = found[:, ::-1] if over else found
    return hung(panel, welds, at, offsets, found, at[found], stitched.slot, 0.0)


def _button(panel: PanelMesh, welds: IntArray, button: Button) -> Hung:
    """A dished disc with a rounded rim."""
    return _disc(panel, welds, button, BUTTON_LIFT, DISHED)


def _stud(panel: PanelMesh, welds: IntArray, stud: Stud) -> Hung:
    """A disc with a dome in the middle of its rim."""
    return _disc(panel, welds, stud, stud.lift_cm * CM, DOMED)


def _disc(
    panel: PanelMesh, welds: IntArray, button: Button | Stud, lift: float, rings: tuple[tuple[float, float], ...]
) -> Hung:
    """A round shape by its rings, shares of the radius and of BUTTON_HEIGHT, ``lift`` metres over the cloth; the last
    is the point in the middle.
    """
    radius = button.radius_cm * CM
    turn = np.linspace(0.0, 2.0 * np.pi, BUTTON_SIDES, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    *around, (_, middle) = rings
    offsets = np.concatenate(
        [
            *(
                np.column_stack([share * radius * circle, np.full(BUTTON_SIDES, lift + rise * BUTTON_HEIGHT)])
                for share, rise in around
            ),
            [[0.0, 0.0, lift + middle * BUTTON_HEIGHT]],
        ]
    )
    side = np.arange(BUTTON_SIDES)
    after = (side + 1) % BUTTON_SIDES
    triangles = []
    for low in range(0, BUTTON_SIDES * (len(around) - 1), BUTTON_SIDES):
        high = low + BUTTON_SIDES
        triangles.append(np.stack([low + side, low + after, high + after], axis=1))
        triangles.append(np.stack([low + side, high + after, high + side], axis=1))
    last = BUTTON_SIDES * (len(around) - 1)
    triangles.append(np.stack([last + side, last + after, np.full(BUTTON_SIDES, len(offsets) - 1)], axis=1))
    found = np.concatenate(triangles).astype(np.int32)
    at = np.tile(np.asarray(button.at) * CM, (len(offsets), 1))
    return hung(panel, welds, at, offsets, found, offsets[found][:, :, :2], button.slot)


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
    found = net(*offsets.shape[:2])
    # The normals look out of the panel where the line runs up it.
    return hung(panel, welds, at, offsets.reshape(-1, 3) * CM, found, at[found], slot)


SHAPES: dict[type, Callable[[PanelMesh, IntArray, Any], Hung]] = {
    Patch: _patch,
    Topstitch: _topstitch,
    Button: _button,
    Stud: _stud,
    Cord: _cord,
    Loop: _loop,
    Crease: _crease,
    Pleats: pleated,
    Puff: puffed,
}
