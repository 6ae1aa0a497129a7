# SPDX-License-Identifier: GPL-3.0-or-later
"""Landmarks and regions that the template lacks, chosen once on the average body for the derived values."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from avatar_engine.body import slicing
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.slicing import Region
from avatar_engine.body.template import FloatArray, IntArray, load_template, triangulate

UP, FRONT = np.array([0.0, 0.0, 1.0]), np.array([0.0, -1.0, 0.0])
# Heights on the average body as fractions of stature (ANSUR II, both sexes within 0.002 of them).
MID_PATELLA, SUPRAPATELLA, NECK_PIT_BELOW_ACROMION = 0.277, 0.294, 0.006
BROW = 0.9535
UNDER_BUST_BELOW_BUST = 0.032
DELTOID = (0.05, 0.40)  # of the upper arm: where its greatest protrusion is looked for
CLOSED_PARTS = ("skin", "mouth", "eye_socket")


@dataclass(frozen=True)
class Marks:
    """Where derived values are read.

    heights: landmark to vertex ids, whose mean it is; deltoid, foot, finger: vertices among which the farthest is
    looked for; head, neck, shoulders, forearm: what a tape may touch; shell (t, 3): triangles of a closed surface.
    """

    heights: dict[str, IntArray]
    deltoid: IntArray
    foot: IntArray
    finger: IntArray
    head: Region
    neck: Region
    shoulders: Region
    forearm: Region
    shell: IntArray


def _region(names: tuple[str, ...], least: float) -> Region:
    template = load_template()
    edges = slicing.unique_edges(template.outer_triangles)
    return slicing.region(edges[(template.bone_share(*names) > least)[edges].all(axis=1)])


def _nearest(vertices: FloatArray, candidates: IntArray, height: float, count: int) -> IntArray:
    order = np.argsort(np.abs(vertices[candidates, 2] - height), kind="stable")
    nearest: IntArray = candidates[order[:count]]
    return nearest


def _neck_side(vertices: FloatArray, pit: IntArray, acromion: float) -> IntArray:
    """Vertices where the shoulder's line, seen from the front, rises into the neck at 45 degrees."""
    within = _region(("neck_01", "spine_03", "clavicle_l", "head"), 0.5)
    middle = 0.5 * (vertices[load_template().landmarks["c7"]].mean(axis=0) + vertices[pit].mean(axis=0))
    points = slicing.cut(vertices, within, middle, FRONT).points
    line = points[(points[:, 2] > acromion) & (points[:, 0] > 0.0) & (points[:, 2] < BROW * vertices[:, 2].max())]
    corner = line[(line[:, 0] + line[:, 2]).argmin()]
    near: IntArray = np.argsort(np.linalg.norm(vertices - corner, axis=1), kind="stable")[:3].astype(np.int32)
    return near


def _column(vertices: FloatArray, x: float, y: float, half_width: float) -> IntArray:
    """Skin vertices within ``half_width`` of ``x`` that lie in front of ``y``."""
    skin = np.unique(load_template().outer_triangles).astype(np.int32)
    found: IntArray = skin[(np.abs(vertices[skin, 0] - x) < half_width) & (vertices[skin, 1] < y)]
    return found


def _heights(vertices: FloatArray) -> dict[str, IntArray]:
    landmarks, stature = load_template().landmarks, float(vertices[:, 2].max())
    knee, bust, acromion = (
        vertices[landmarks[name]].mean(axis=0) for name in ("knee_left", "bust_left", "acromion_left")
    )
    kneecap = _column(vertices, knee[0], knee[1] - 0.03, 0.03)
    middle = _column(vertices, 0.0, -0.03, 1e-4)
    chest = _column(vertices, bust[0], bust[1] + 0.08, 0.03)
    pit = _nearest(vertices, middle, acromion[2] - NECK_PIT_BELOW_ACROMION * stature, 2)
    return {
        "mid_patella": _nearest(vertices, kneecap, MID_PATELLA * stature, 4),
        "suprapatella": _nearest(vertices, kneecap, SUPRAPATELLA * stature, 4),
        "neck_pit": pit,
        "neck_side": _neck_side(vertices, pit, acromion[2]),
        "brow": _nearest(vertices, middle, BROW * stature, 2),
        "under_bust": _nearest(vertices, chest, bust[2] - UNDER_BUST_BELOW_BUST * stature, 6),
    }


def _deltoid(vertices: FloatArray) -> IntArray:
    template = load_template()
    start, end = (vertices[template.landmarks[name]].mean(axis=0) for name in ("shoulder_left", "elbow_left"))
    along = (vertices - start) @ (end - start) / ((end - start) @ (end - start))
    arm = template.bone_share("upperarm_l") > 0.4
    return np.flatnonzero(arm & (along > DELTOID[0]) & (along < DELTOID[1])).astype(np.int32)


@functools.lru_cache(maxsize=1)
def load_marks() -> Marks:
    """The marks, chosen once on the average body."""
    template = load_template()
    vertices = load_shape_space().mean_body().vertices
    arms = tuple(f"{bone}_{side}" for side in "lr" for bone in ("upperarm", "lowerarm"))
    chest = ("spine_03", "clavicle_l", "clavicle_r")
    return Marks(
        heights=_heights(vertices),
        deltoid=_deltoid(vertices),
        foot=np.flatnonzero(template.bone_share("foot_l", "ball_l") > 0.6).astype(np.int32),
        finger=np.flatnonzero(template.bone_share("middle_03_l") > 0.5).astype(np.int32),
        head=_region(("head",), 0.5),
        neck=_region(("neck_01", "head", *chest), 0.5),
        shoulders=_region(("pelvis", "spine_01", "spine_02", *chest, *arms), 0.5),
        forearm=_region(("lowerarm_l", "upperarm_l"), 0.5),
        shell=triangulate(template.quads[np.any([template.parts[part] for part in CLOSED_PARTS], axis=0)]),
    )
