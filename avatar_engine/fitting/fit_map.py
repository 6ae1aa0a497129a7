# SPDX-License-Identifier: GPL-3.0-or-later
"""The fit map: how much room there is between cloth and skin, and how far the cloth is stretched, vertex by vertex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from avatar_engine.body.template import load_template
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Surface
from garments import catalogue

if TYPE_CHECKING:
    from avatar_engine.fitting.outfit import FittedGarment

REACH = 0.12  # metres; cloth further away than this is as loose as the map can tell
SMOOTHING_ROUNDS = 6
SMALLEST_AREA = 1e-12
# Viridis by Smith and van der Walt (CC0), every ninth of the way: even in lightness, also for colour-blind eyes.
VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
NOT_MEASURED = "#b9b2aa"


@dataclass(frozen=True)
class Scale:
    """What the colours of a map mean: ``low`` and ``high`` in ``unit``, marks in ``step``; tight cloth is yellow."""

    low: float
    high: float
    step: float
    unit: str
    tight_is_high: bool


# Ease is read as the gap between cloth and skin; a gap g all around adds 2 pi g to a girth (Steiner's formula).
SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "ease": Scale(0.0, 6.0, 1.0, "cm", tight_is_high=False),
        "strain": Scale(0.0, 12.0, 2.0, "%", tight_is_high=True),
    }
)
MAPS = tuple(SCALES)


def girth_of_gap(gap: float) -> float:
    """What a gap all around a convex body adds to its girth, in the same unit."""
    return 2.0 * np.pi * gap


def skin_gap(points: FloatArray, skin: Surface) -> FloatArray:
    """Distance from each of (n, 3) points to the skin, metres, at most ``REACH``; 0 for what lies inside."""
    found = skin.contact(points, REACH)
    gap: FloatArray = np.clip(np.where(found.hit, found.distance, REACH), 0.0, REACH)
    return gap


def triangle_strain(vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far each triangle is stretched along the warp and along the weft.

    The map from the flat panel to the body is linear on a triangle; its columns are what a unit of warp (the panel's y,
    along the grain) and of weft (its x) became.

    Parameters
    ----------
    vertices : (n, 3)
    triangles : (m, 3)
    corner_uvs : (m, 3, 2) flat panels, in the unit of the vertices

    Returns
    -------
    warp, weft : (m,) relative elongation, 0 where a panel's triangle has no area
    """
    flat = corner_uvs[:, 1:] - corner_uvs[:, :1]
    worn = vertices[triangles[:, 1:]] - vertices[triangles[:, :1]]
    area = _twice_area(flat)
    whole = np.abs(area) > SMALLEST_AREA
    scale = np.where(whole, area, 1.0)[:, None]
    weft = (flat[:, 1, 1, None] * worn[:, 0] - flat[:, 0, 1, None] * worn[:, 1]) / scale
    warp = (flat[:, 0, 0, None] * worn[:, 1] - flat[:, 1, 0, None] * worn[:, 0]) / scale
    elongation = [np.where(whole, np.linalg.norm(threads, axis=1) - 1.0, 0.0) for threads in (warp, weft)]
    return elongation[0], elongation[1]


def on_vertices(values: FloatArray, triangles: IntArray, corner_uvs: FloatArray) -> FloatArray:
    """Values (m,) of triangles as means on (n,) vertices, evened out over a few rings of neighbours.

    Every piece of cloth counts by its flat area: a sliver of cloth that is pulled far is still a sliver.
    """
    count = int(triangles.max()) + 1
    area = np.abs(_twice_area(corner_uvs[:, 1:] - corner_uvs[:, :1]))
    weight = np.bincount(triangles.ravel(), np.repeat(area, 3), minlength=count)
    total = np.bincount(triangles.ravel(), np.repeat(area * values, 3), minlength=count)
    smooth = total / np.maximum(weight, SMALLEST_AREA)
    ends = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    ends = np.concatenate([ends, ends[:, ::-1]])
    degree = np.maximum(np.bincount(ends[:, 0], minlength=count), 1)
    for _ in range(SMOOTHING_ROUNDS):
        smooth = 0.5 * smooth + 0.5 * np.bincount(ends[:, 0], smooth[ends[:, 1]], minlength=count) / degree
    return np.asarray(smooth)


def _twice_area(sides: FloatArray) -> FloatArray:
    """(m,) signed, of triangles given by two flat sides, (m, 2, 2)."""
    return np.asarray(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0])


def strain_percent(garment: FittedGarment) -> FloatArray:
    """(n,) stretch of the cloth at each vertex, in percent: of warp or weft, whichever is stretched more.

    Cloth pressed together folds instead of shortening: it reads 0. NaN for what is not cut from flat panels.
    """
    if catalogue()[garment.garment].source != "pattern":
        return np.full(len(garment.vertices), np.nan)
    threads = triangle_strain(garment.vertices, garment.triangles, garment.corner_uvs)
    most = np.max([on_vertices(each, garment.triangles, garment.corner_uvs) for each in threads], axis=0)
    percent: FloatArray = 100.0 * np.maximum(most, 0.0)
    return percent


def ease_gap_cm(garment: FittedGarment, skin: Surface) -> FloatArray:
    """(n,) room between cloth and skin at each vertex, centimetres."""
    return 100.0 * skin_gap(garment.vertices, skin)


def map_values(kind: str, garments: Sequence[FittedGarment], body: FloatArray) -> dict[str, FloatArray]:
    """A map of ``MAPS`` on fitted garments, by their ids; shoes are not cloth and have none.

    Parameters
    ----------
    body : (13718, 3) vertices of the body they were fitted to, in the same pose

    Returns
    -------
    values (n,) per vertex, in the unit of the map's scale
    """
    garments = [garment for garment in garments if catalogue()[garment.garment].source != "last"]
    if kind == "strain":
        return {garment.garment: strain_percent(garment) for garment in garments}
    skin = Surface(body, load_template().outer_triangles, cell=REACH / 2.0)
    return {garment.garment: ease_gap_cm(garment, skin) for garment in garments}


def colours_of(values: FloatArray, scale: Scale) -> FloatArray:
    """(n, 3) sRGB colours in 0..1 of values; what is not measured (NaN) is grey."""
    stops = np.array([_rgb(colour) for colour in VIRIDIS])
    share = np.clip((np.nan_to_num(values) - scale.low) / (scale.high - scale.low), 0.0, 1.0)
    place = (share if scale.tight_is_high else 1.0 - share) * (len(stops) - 1)
    colours = np.stack([np.interp(place, np.arange(len(stops)), stops[:, k]) for k in range(3)], axis=1)
    mapped: FloatArray = np.where(np.isnan(values)[:, None], _rgb(NOT_MEASURED), colours)
    return mapped


def linear(srgb: FloatArray) -> FloatArray:
    """Linear RGB of sRGB colours in 0..1 (IEC 61966-2-1), as renderers and glTF count them."""
    return np.asarray(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4))


def _rgb(colour: str) -> FloatArray:
    return np.array([int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)])
