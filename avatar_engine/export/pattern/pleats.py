# SPDX-License-Identifier: GPL-3.0-or-later
"""Pleats: the drape folds them onto cloth of the finished width; paper gets the cloth that is folded away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from avatar_engine.export.pattern.piece import Points
from garments import Edge, Panel, Pattern, Seam
from garments.sewing import PLEAT
from garments.trims import Patch, Pleats

UPPER, LOWER = "waist", "hem"


def spread(pattern: Pattern) -> Pattern:
    """The pattern with its pleated panels spread, and a patch "pleat" over what each pleat folds away."""
    for trim in pattern.trims:
        if isinstance(trim, Pleats):
            pattern = _spread_panel(pattern, trim)
    return replace(pattern, trims=tuple(trim for trim in pattern.trims if not isinstance(trim, Pleats)))


def _spread_panel(pattern: Pattern, pleats: Pleats) -> Pattern:
    """Every pleat folds away twice as much as it reaches under the next."""
    panel, under = pattern.panel(pleats.panel), 2.0 * pleats.under_cm
    edges = tuple(_spread_edge(edge, pleats.count, under) for edge in panel.edges)
    made = replace(panel, edges=edges)
    upper, lower = (_folds(panel.edge(name), pleats.count, under) for name in (UPPER, LOWER))
    patches = [
        Patch(panel.name, np.array([low[0], low[1], high[1], high[0]]), PLEAT)
        for low, high in zip(lower, upper, strict=True)
    ]
    panels = tuple(made if each is panel else each for each in pattern.panels)
    seams = tuple(_eased(seam, pattern, made) for seam in pattern.seams)
    return replace(pattern, panels=panels, seams=seams, trims=(*pattern.trims, *patches))


def _from_left(edge: Edge) -> tuple[Points, Points]:
    """Points of an edge from left to right, and their shares of its length."""
    points = edge.points if edge.points[0, 0] < edge.points[-1, 0] else edge.points[::-1]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return points, along / along[-1]


def _at(edge: Edge, shares: Points) -> Points:
    points, along = _from_left(edge)
    return np.stack([np.interp(shares, along, points[:, axis]) for axis in range(2)], axis=1)


def _folds(edge: Edge, count: int, under: float) -> Points:
    """Both ends of what each pleat folds away, on the spread edge, (count, 2, 2)."""
    middles = _at(edge, (np.arange(count) + 0.5) / count)
    shift = (np.arange(count) - 0.5 * count) * under
    ends = [middles + np.stack([shift + extra, np.zeros(count)], axis=1) for extra in (0.0, under)]
    return np.stack(ends, axis=1)


def _spread_edge(edge: Edge, count: int, under: float) -> Edge:
    if edge.name not in (UPPER, LOWER):
        side = 0.5 * count * under * float(np.sign(edge.points[:, 0].mean()))
        return Edge(edge.name, edge.points + np.array([side, 0.0]))
    points, along = _from_left(edge)
    places = (np.arange(count) + 0.5) / count
    kept = np.abs(along[:, None] - places).min(axis=1) > 1e-9
    passed = np.searchsorted(places, along[kept]) - 0.5 * count
    moved = points[kept] + np.stack([passed * under, np.zeros(int(kept.sum()))], axis=1)
    folds = _folds(edge, count, under).reshape(-1, 2)
    order = np.argsort(np.concatenate([along[kept], np.repeat(places, 2)]), kind="stable")
    whole = np.concatenate([moved, folds])[order]
    return Edge(edge.name, whole if points is edge.points else whole[::-1])


def _eased(seam: Seam, pattern: Pattern, made: Panel) -> Seam:
    """A seam whose pleated edge is longer by what is folded away."""
    if (made.name, UPPER) not in (seam.first, seam.second):
        return seam
    first, second = (
        (made if panel == made.name else pattern.panel(panel)).edge(edge).length_cm
        for panel, edge in (seam.first, seam.second)
    )
    return replace(seam, ease=first / second - 1.0)
