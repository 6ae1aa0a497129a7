# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin-tight clothes (base layer, leggings) cut out of the helper surface along smooth level curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template, triangulate
from avatar_engine.fitting.binding import smoothed, strongest
from avatar_engine.fitting.dimensions import armpit_height, landmark, neck_point, waist_height
from avatar_engine.fitting.sections import FloatArray, IntArray, level, part_edges
from avatar_engine.fitting.surface import Surface

BAND = 0.014
FARTHEST = 0.007
PIECES = ("briefs", "top")
ABOVE_ANKLE = 0.018
LEGGINGS_RISE = 0.01
BESIDE_HIPS, LEGS_APART = 0.03, 0.5


@dataclass(frozen=True)
class BaseLayer:
    """vertices (n, 3) in the A-pose, triangles (m, 3), in_band (m,) bool, bone_indices and bone_weights (n, 4)."""

    vertices: FloatArray
    triangles: IntArray
    in_band: npt.NDArray[np.bool_]
    bone_indices: IntArray
    bone_weights: FloatArray


def base_layer(body: Body, pieces: tuple[str, ...], offset: float) -> BaseLayer:
    """The named pieces (of FIELDS), ``offset`` metres from the skin; an empty mesh for no pieces."""
    helper = load_template().helpers["tights"]
    bones = np.zeros((len(helper.bone_weights), len(load_template().bone_names)))
    for k in range(4):
        np.add.at(bones, (np.arange(len(bones)), helper.bone_indices[:, k]), helper.bone_weights[:, k])
    used = np.flatnonzero(bones.any(axis=0))
    values = np.hstack([body.helpers["tights"], bones[:, used]])
    values, triangles = subdivide(values, triangulate(helper.faces))
    values[:, :3] = _on_skin(body, values[:, :3], triangles, offset)
    parts = [_piece(body, name, values, triangles) for name in pieces]
    starts = np.cumsum([0] + [len(part[0]) for part in parts])
    values = np.concatenate([part[0] for part in parts]) if parts else values[:0]
    joined = [part[1] + start for part, start in zip(parts, starts, strict=False)]
    triangles = np.concatenate(joined).astype(np.int32) if parts else triangles[:0]
    in_band = np.concatenate([part[2] for part in parts]) if parts else np.zeros(0, dtype=bool)
    dense = np.zeros((len(values), bones.shape[1]))
    dense[:, used] = values[:, 3:]
    return BaseLayer(values[:, :3], triangles, in_band, *strongest(dense))


def flat_from_front(vertices: FloatArray, triangles: IntArray) -> FloatArray:
    """(m, 3, 2) metres: corners as seen from the front, and from behind where the cloth faces back."""
    corners = vertices[triangles]
    backward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 1] >= 0.0
    flat = corners[:, :, [0, 2]].copy()
    flat[backward, :, 0] *= -1.0
    return np.asarray(flat)


def _piece(
    body: Body, name: str, values: FloatArray, triangles: IntArray
) -> tuple[FloatArray, IntArray, npt.NDArray[np.bool_]]:
    """One piece cut out: vertex values, triangles, and which triangles lie in its band."""
    field = FIELDS[name](body, values[:, :3])
    values = np.hstack([values, field[:, None]])
    for border in (0.0, BAND):
        values, triangles = split(values, triangles, values[:, -1] - border)
    height = values[triangles, -1].mean(axis=1)
    triangles, height = triangles[height > 0.0], height[height > 0.0]
    ids, flat = np.unique(triangles, return_inverse=True)
    return values[ids, :-1], flat.reshape(-1, 3).astype(np.int32), height < BAND


def _briefs(body: Body, points: FloatArray) -> FloatArray:
    """Positive inside the briefs, about metres from their border."""
    x, y, z = points.T
    crotch, waist = landmark(body, "crotch"), waist_height(body)
    rear = _smooth((y - crotch[1]) / 0.10 + 0.5)
    opening = crotch[2] - 0.022 + (0.62 - 0.34 * rear) * np.abs(x)
    return np.asarray(np.minimum(waist - 0.055 - z, 0.87 * (z - opening)))


def _leggings(body: Body, points: FloatArray) -> FloatArray:
    """Positive between the waist and just above the ankles, metres from the border; hands hang beside the hips.

    Below the crotch the legs go apart, further down beyond the width of the hips.
    """
    x, _, z = points.T
    ankle, crotch = landmark(body, "ankle_left")[2] + ABOVE_ANKLE, landmark(body, "crotch")[2]
    levels = np.linspace(crotch, waist_height(body), 6)
    hips = max(float(np.abs(level(body.vertices, part_edges("torso"), at)[:, 0]).max()) for at in levels)
    side = hips + BESIDE_HIPS + LEGS_APART * np.maximum(crotch - z, 0.0)
    return np.asarray(np.min([waist_height(body) + LEGGINGS_RISE - z, z - ankle, side - np.abs(x)], axis=0))


def _top(body: Body, points: FloatArray) -> FloatArray:
    """Positive inside the short top, about metres from its border."""
    x, y, z = points.T
    neck, tip, armpit = neck_point(body), landmark(body, "acromion_left"), armpit_height(body)
    bust = landmark(body, "bust_left")[2]
    hem = bust - 0.085 - 0.15 * max(0.0, armpit - bust - 0.04)
    inner, outer = neck[0] + 0.024, 0.84 * tip[0]
    rear = _smooth((y - neck[1]) / 0.08 + 0.5)
    lowest = (1.0 - rear) * (bust + 0.55 * (tip[2] - 0.02 - bust)) + rear * (tip[2] - 0.06)
    neckline = lowest + (neck[2] - lowest) * (np.abs(x) / inner) ** 2.6
    side = float(np.abs(level(body.vertices, part_edges("torso"), armpit - 0.02)[:, 0]).max())
    low = armpit - 0.012
    share = np.clip((tip[2] + 0.01 - z) / (tip[2] + 0.01 - low), 0.0, 1.0)
    armhole = outer + (side + 0.02 - outer) * share**2.4 + np.maximum(low - z, 0.0) * 0.5
    return np.asarray(np.min([z - hem, 0.6 * (neckline - z), armhole - np.abs(x)], axis=0))


FIELDS: dict[str, Callable[[Body, FloatArray], FloatArray]] = {"briefs": _briefs, "top": _top, "leggings": _leggings}


def _smooth(share: FloatArray) -> FloatArray:
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _on_skin(body: Body, points: FloatArray, triangles: IntArray, offset: float) -> FloatArray:
    """Drawn to between ``offset`` and FARTHEST from the skin: close over the body, straight across its hollows."""
    skin = Surface(body.vertices, load_template().outer_triangles)
    for rounds in (2, 1, 0):
        contact = skin.contact(points, 0.05)
        wanted = np.clip(contact.distance, offset, FARTHEST)
        shift = np.where(contact.hit, wanted - contact.distance, 0.0)
        points = points + shift[:, None] * contact.normal
        points = smoothed(points, triangles, rounds, 0.4) if rounds else points
    return points


def subdivide(values: FloatArray, triangles: IntArray) -> tuple[FloatArray, IntArray]:
    """Every triangle in four; new vertices at the middle of edges."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, which = np.unique(pairs, axis=0, return_inverse=True)
    middles = values[edges].mean(axis=1)
    ab, bc, ca = (which.ravel() + len(values)).reshape(3, -1)
    a, b, c = triangles.T
    quarters = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([values, middles]), np.concatenate([np.stack(q, axis=1) for q in quarters]).astype(np.int32)


def split(values: FloatArray, triangles: IntArray, field: FloatArray) -> tuple[FloatArray, IntArray]:
    """Triangles cut along the zero curve of a vertex field, so that each lies on one side of it."""
    positive = field > 0.0
    count = positive[triangles].sum(axis=1)
    mixed = triangles[(count == 1) | (count == 2)]
    lone = np.where(
        positive[mixed].sum(axis=1) == 1, np.argmax(positive[mixed], axis=1), np.argmin(positive[mixed], axis=1)
    )
    rows = np.arange(len(mixed))
    a, b, c = (mixed[rows, (lone + k) % 3] for k in range(3))
    pairs = np.sort(np.concatenate([np.stack([a, b], axis=1), np.stack([a, c], axis=1)]), axis=1)
    edges, which = np.unique(pairs, axis=0, return_inverse=True)
    first, second = field[edges].T
    share = (first / (first - second))[:, None]
    cut = values[edges[:, 0]] * (1.0 - share) + values[edges[:, 1]] * share
    ab, ac = (which.ravel() + len(values)).reshape(2, -1)
    pieces = [triangles[(count == 0) | (count == 3)]]
    pieces += [np.stack(corner, axis=1) for corner in ((a, ab, ac), (ab, b, c), (ab, c, ac))]
    return np.concatenate([values, cut]), np.concatenate(pieces).astype(np.int32)
