# SPDX-License-Identifier: GPL-3.0-or-later
"""Where hair grows on the head: a natural hairline around the average head, and roots scattered inside it."""

from __future__ import annotations

import functools

import numpy as np

from avatar_engine.appearance.head import Anchors, average_vertices, head_frame, head_triangles, scatter
from avatar_engine.body.template import FloatArray, IntArray

# The hairline as seen from the head's vertical axis: degrees from the front, height above the eyes over the height
# of the crown. Proportions of the facial thirds at the front, temple, sideburn, around the ear, nape.
AXIS_Y = 0.60
HAIRLINE = np.array(
    [
        (0, 0.645), (15, 0.645), (26, 0.625), (36, 0.565), (44, 0.46), (51, 0.33), (57, 0.17), (63, 0.00), (71, -0.13),
        (80, -0.19), (86, -0.12), (89, 0.02), (94, 0.065), (100, 0.075), (106, 0.045), (111, -0.06), (115, -0.25),
        (121, -0.41), (130, -0.50), (140, -0.54), (160, -0.57), (180, -0.60),
    ]
)  # fmt: skip
SOFT_EDGE = np.array(
    [(0, 0.07), (45, 0.10), (75, 0.07), (88, 0.04), (108, 0.04), (122, 0.10), (140, 0.16), (180, 0.18)]
)
# Height above the hairline, in units of the head, up to which hair combed to a tie lies close.
SLICK = 0.30
# Skin further out than this, below this height, is the ear's, which reaches higher than the edge of the hair.
EAR_X, EAR_TOP = (0.695, 0.730), 0.22


def bearing(local: FloatArray) -> FloatArray:
    """(n,) degrees around the head's vertical axis, 0 at the front, 180 at the back, both sides alike."""
    degrees: FloatArray = np.degrees(np.arctan2(np.abs(local[..., 0]), AXIS_Y - local[..., 1]))
    return degrees


def _ripple(local: FloatArray) -> FloatArray:
    """A fixed unevenness of the hairline, -1..1; the two sides differ."""
    x, y, z = np.moveaxis(local, -1, 0)
    a = np.sin(23.0 * x + 7.0 * z + 0.6) * np.sin(19.0 * y + 11.0 * z)
    b = np.sin(61.0 * x - 17.0 * y + 1.9) * np.sin(53.0 * z + 29.0 * y + 0.4)
    total: FloatArray = 0.6 * a + 0.4 * b
    return total


def density(points: FloatArray) -> FloatArray:
    """(n,) density of hair 0..1 at points (n, 3) of the average head."""
    local = head_frame().local(points)
    angle = bearing(local)
    edge = np.interp(angle, HAIRLINE[:, 0], HAIRLINE[:, 1])
    soft = np.interp(angle, SOFT_EDGE[:, 0], SOFT_EDGE[:, 1])
    rise = np.clip((local[..., 2] + 0.03 * _ripple(local) - edge) / soft, 0.0, 1.0)
    out = np.clip((np.abs(local[..., 0]) - EAR_X[0]) / (EAR_X[1] - EAR_X[0]), 0.0, 1.0)
    ear = out * (local[..., 2] < EAR_TOP) * (angle > 84.0) * (angle < 114.0)
    filled: FloatArray = rise * rise * (3 - 2 * rise) * (1.0 - ear)
    return filled


def within(local: FloatArray) -> FloatArray:
    """(n,) how far points in the average head's frame lie within the hairline: 0 on it, 1 from ``SLICK`` on."""
    edge = np.interp(bearing(local), HAIRLINE[:, 0], HAIRLINE[:, 1])
    share: FloatArray = np.clip((local[..., 2] - edge) / SLICK, 0.0, 1.0)
    return share


@functools.lru_cache(maxsize=1)
def scalp_triangles() -> IntArray:
    """Triangles of the head that carry hair."""
    triangles = head_triangles()
    corners = density(average_vertices()[triangles.ravel()]).reshape(-1, 3)
    hairy: IntArray = triangles[corners.max(axis=1) > 0]
    return hairy


@functools.lru_cache(maxsize=8)
def hair_roots(count: int, seed: int) -> Anchors:
    """``count`` roots on the scalp, thinning out towards the hairline; the same for every body."""
    rng = np.random.default_rng([seed, 11])
    vertices = average_vertices()
    drawn = scatter(scalp_triangles(), vertices, int(count * 2.2) + 400, rng)
    kept = np.flatnonzero(rng.random(len(drawn)) < density(drawn.place(vertices)))
    if len(kept) < count:
        raise ValueError(f"the scalp took {len(kept)} of {count} roots")
    return drawn.take(np.sort(rng.choice(kept, count, replace=False)))
