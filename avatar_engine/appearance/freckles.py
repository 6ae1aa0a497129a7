# SPDX-License-Identifier: GPL-3.0-or-later
"""Freckles and moles: small brown spots on the skin texture, other ones for every seed."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.head import average_vertices, head_frame
from avatar_engine.body.template import FloatArray, load_template, triangulate

MOLES = 26
MOST_FRECKLES = 420
# Centre and radius, in units of the head, of where freckles are: nose and cheeks.
FRECKLED = ((0.0, -0.3, -0.22), 0.42)
FRECKLE_RADIUS, MOLE_RADIUS = (0.0004, 0.0010), (0.0007, 0.0016)
FRECKLE_TINT, MOLE_TINT = np.array([0.84, 0.70, 0.60]), np.array([0.55, 0.40, 0.32])


@functools.lru_cache(maxsize=1)
def _skin() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Of the outer skin's triangles: texture coordinates (m, 3, 2), area, texture per metre, share of freckles."""
    template, vertices = load_template(), average_vertices()
    uvs = template.uvs[triangulate(template.quad_uvs[template.parts["skin"]])]
    corners = vertices[template.outer_triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    sides = uvs[:, 1:] - uvs[:, :1]
    flat = np.abs(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]) / 2
    middle = head_frame().local(corners.mean(axis=1))
    centre, radius = FRECKLED
    near = np.exp(-(((middle - np.array(centre)) * [1.0, 0.6, 1.7]) ** 2).sum(axis=1) / radius**2)
    return uvs, area, np.sqrt(flat / np.maximum(area, 1e-12)), np.where(near > 0.02, near, 0.0)


def _draw(
    light: npt.NDArray[np.float32], weights: FloatArray, count: int, radii: tuple[float, float], tint: FloatArray,
    strength: float, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Darken ``light`` (h, w, 3) in place by soft discs scattered over the skin's triangles by weight."""
    uvs, _, scale, _ = _skin()
    size = len(light)
    chosen = rng.choice(len(weights), count, p=weights / weights.sum())
    share = rng.dirichlet(np.ones(3), count)
    place = np.einsum("nk,nkc->nc", share, uvs[chosen]) * [size, -size] + [0, size]
    radius = np.maximum(rng.uniform(*radii, count) * scale[chosen] * size, 0.6)
    deep = strength * rng.uniform(0.35, 1.0, count)
    reach = int(np.ceil(1.6 * radius.max()))
    step = np.stack(np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)), axis=-1).reshape(-1, 2)
    pixel = np.floor(place).astype(int)[:, None] + step
    gap = np.linalg.norm(pixel + 0.5 - place[:, None], axis=2) / radius[:, None]
    cover = deep[:, None] * np.clip(1.6 - gap, 0.0, 1.0)
    inside = (cover > 0) & np.all((pixel >= 0) & (pixel < size), axis=2)
    x, y = pixel[inside].T
    most = np.zeros((size, size), dtype=np.float32)
    np.maximum.at(most, (y, x), cover[inside].astype(np.float32))
    rows, columns = np.nonzero(most)
    light[rows, columns] *= 1.0 + most[rows, columns, None] * (tint.astype(np.float32) - 1.0)


def draw_spots(light: npt.NDArray[np.float32], seed: int, fairness: float) -> None:
    """Freckles and moles of a seed, in place on linear light (h, w, 3); ``fairness`` 0..1 of the skin."""
    rng = np.random.default_rng([seed, 71])
    _, area, _, freckled = _skin()
    _draw(light, area, MOLES, MOLE_RADIUS, MOLE_TINT, 0.4 + 0.4 * fairness, rng)
    # Most people have few; about one fair person in four has many.
    amount = fairness * np.clip(rng.normal(0.05, 0.45), 0.0, 1.0)
    count = int(MOST_FRECKLES * amount)
    if count:
        _draw(light, area * freckled, count, FRECKLE_RADIUS, FRECKLE_TINT, 0.5 + 0.5 * amount, rng)
