# SPDX-License-Identifier: GPL-3.0-or-later
"""Beards: where they grow on the average face, the styles of ``beards.toml``, and their strands on a body."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from avatar_engine.appearance.head import (
    Anchors,
    average_vertices,
    head_frame,
    head_triangles,
    scatter,
    unit,
    vertex_normals,
)
from avatar_engine.appearance.palette import nearest
from avatar_engine.appearance.scalp import bearing
from avatar_engine.appearance.strands import Strands, tapered
from avatar_engine.assets import load_arrays
from avatar_engine.body.template import FloatArray, load_template, triangulate

FILE = Path(__file__).with_name("beards.toml")
NONE = "none"
# As seen from the head's vertical axis: degrees from the front, and heights, in units of the head, of the upper and the
# lower edge: cheek line from the moustache to the sideburn, and the line on the neck.
UPPER = np.array(
    [
        (0, -0.425), (9, -0.435), (14, -0.49), (18, -0.55), (26, -0.58), (38, -0.54), (50, -0.45), (60, -0.32),
        (67, -0.19), (74, -0.12), (86, -0.12), (90, -0.30),
    ]
)  # fmt: skip
LOWER = np.array([(0, -1.10), (30, -1.10), (48, -1.00), (62, -0.84), (74, -0.68), (86, -0.50), (90, -0.40)])
SOFT = 0.06
BACKMOST = 86.0
# Shares of the chin's length: by height, from the sideburns down, and of the upper lip.
LENGTHS = np.array(
    [(-1.1, 0.55), (-0.98, 0.95), (-0.88, 1.0), (-0.74, 0.85), (-0.55, 0.50), (-0.30, 0.30), (-0.10, 0.22)]
)
MOUSTACHE = 0.46
POINTS = 8


@dataclass(frozen=True)
class Beard:
    """One row of ``beards.toml``, which explains each field."""

    key: str
    name: dict[str, str]
    strands: int
    length: float
    spread: float
    lift: float
    fall: float
    curl: float
    clumping: float
    radius: float
    shadow: float
    ribbons: int


@functools.lru_cache(maxsize=1)
def beards() -> dict[str, Beard]:
    """All beards by key; a clean-shaven face is not among them."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: Beard(key=key, **row) for key, row in table.items()}


def beard_style(key: str) -> Beard | None:
    """The beard with this key, None for "none"; raises ``LookError``."""
    known = beards()
    if key != NONE and key not in known:
        raise nearest("beard", key, (NONE, *known))
    return known.get(key)


def cover(local: FloatArray) -> FloatArray:
    """(n,) density of the beard at points of the average head, in its frame: 0 to 1; lips are not spared."""
    angle, z = bearing(local), local[..., 2]
    below = np.interp(angle, UPPER[:, 0], UPPER[:, 1]) - z
    above = z - np.interp(angle, LOWER[:, 0], LOWER[:, 1])
    inside = np.clip(below / SOFT, 0, 1) * np.clip(above / (2.0 * SOFT), 0, 1) * np.clip((BACKMOST - angle) / 5.0, 0, 1)
    # Sparse beside the tuft under the lower lip.
    bare = np.exp(-(((np.abs(local[..., 0]) - 0.12) / 0.05) ** 2) - ((z + 0.765) / 0.03) ** 2)
    dense: FloatArray = inside * (1.0 - 0.7 * bare) * (local[..., 1] < 0.75)
    return dense


@functools.lru_cache(maxsize=8)
def _roots(count: int, seed: int) -> Anchors:
    """Roots on the average face, by the baked mask of the skin's texture, which spares the lips."""
    rng = np.random.default_rng([seed, 83])
    template, vertices = load_template(), average_vertices()
    mask = load_arrays("skin_masks.npz")["age"][..., 1].astype(np.float64) / 255.0
    uvs = np.zeros((len(vertices), 2))
    uvs[triangulate(template.quads[template.parts["skin"]])] = template.uvs[
        triangulate(template.quad_uvs[template.parts["skin"]])
    ]
    triangles = head_triangles()
    local = head_frame().local(vertices)
    triangles = triangles[(cover(local)[triangles].max(axis=1) > 0)]
    drawn = scatter(triangles, vertices, 4 * count, rng)
    place = drawn.place(uvs) * [mask.shape[1], -mask.shape[0]] + [0, mask.shape[0]]
    column, row = np.clip(place.astype(int), 0, len(mask) - 1).T
    kept = np.flatnonzero(rng.random(len(drawn)) < mask[row, column])
    return drawn.take(np.sort(rng.choice(kept, min(count, len(kept)), replace=False)))


def no_beard() -> Strands:
    """The strands of a clean-shaven face: none."""
    return Strands(np.zeros((0, POINTS, 3)), np.zeros((0, POINTS)), np.zeros(0))


def grow_beard(vertices: FloatArray, style: Beard, seed: int) -> Strands:
    """A beard on a body (13718, 3), in its pose."""
    rng = np.random.default_rng([seed, 89])
    roots = _roots(style.strands, seed)
    count = len(roots)
    local = head_frame().local(roots.place(average_vertices()))
    start = roots.place(vertices)
    normals = unit(roots.place(vertex_normals(vertices, load_template().outer_triangles)))
    lip = (local[:, 2] > -0.62) & (np.abs(local[:, 0]) < 0.27) & (local[:, 1] < 0.0)
    # The moustache is combed from the middle to the corners of the mouth, cheeks and chin down.
    aside = np.sign(local[:, 0]) * np.where(lip, 0.55 + 3.2 * np.abs(local[:, 0]), 0.0)
    aim = np.stack([aside, np.where(lip, -0.25, 0.10), np.full(count, -1.0)], axis=1)
    aim = unit(aim + 0.22 * rng.normal(size=aim.shape))
    along = unit(aim - normals * np.einsum("ni,ni->n", aim, normals)[:, None])
    heading = unit(style.lift * normals + (1.0 - style.lift) * along)
    share = np.where(lip, MOUSTACHE, np.interp(local[:, 2], LENGTHS[:, 0], LENGTHS[:, 1]))
    # Stubble is as long everywhere.
    share = share + (1.0 - share) * np.clip(1.0 - style.length / 0.006, 0.0, 1.0)
    length = style.length * share * (1.0 - style.spread * rng.random(count))
    t = np.linspace(0.0, 1.0, POINTS)[None, :, None]
    down = np.array([0.0, -0.12, -1.0])
    path = heading[:, None] * t + style.fall * (down - 0.5 * heading[:, None] * style.fall) * t**2
    points = start[:, None] + length[:, None, None] * path
    points = _joined(points, start, style.clumping, rng)
    phase = rng.uniform(0, 2 * np.pi, (count, 1))
    turn = 2 * np.pi * t[..., 0] * length[:, None] / 0.014 + phase
    across = unit(np.cross(heading, normals + 1e-3))
    swing = style.curl * np.minimum(1.0, 2.0 * t[..., 0])
    points = points + across[:, None] * (swing * np.sin(turn))[..., None]
    points = points + normals[:, None] * (0.5 * swing * (1.0 + np.cos(turn)))[..., None]
    radii = tapered(count, POINTS, style.radius * rng.uniform(0.75, 1.25, count), tip=0.25)
    return Strands(points, radii, np.clip(0.4 * rng.normal(size=count), -1, 1))


def _joined(points: FloatArray, start: FloatArray, clumping: float, rng: np.random.Generator) -> FloatArray:
    """Strands drawn towards the nearest of every twentieth, more so at their tips."""
    if not clumping:
        return points
    leaders = np.sort(rng.choice(len(points), max(1, len(points) // 20), replace=False))
    gap = (start**2).sum(axis=1)[:, None] - 2.0 * start @ start[leaders].T + (start[leaders] ** 2).sum(axis=1)[None]
    lead = leaders[gap.argmin(axis=1)]
    firm = clumping * rng.uniform(0.3, 1.0, len(points))[:, None] * np.linspace(0.0, 1.0, POINTS)[None] ** 1.4
    joined: FloatArray = points + (points[lead] - points) * firm[..., None]
    return joined
