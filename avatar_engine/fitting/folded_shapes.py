# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that take a panel's place: knife pleats, a hood worn down."""

from __future__ import annotations

import numpy as np

from avatar_engine.fitting.hung import NOWHERE, Hung, hung, net
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh
from garments.trims import Pleats, Puff

# How far hems are stitched from an open edge, and what lies over the cloth, which pictures thicken outwards; metres.
HEM, LEAST_LIFT = 0.020, 0.0003
# Over the width of a knife pleat: the face that rises to its fold, the way back under it, and how far each stands out.
FACE = ((0.0, 0.0), (0.35, 0.36), (0.7, 0.72), (0.93, 0.97), (0.985, 1.0))
RETURN = ((1.0, 0.93), (0.985, 0.86), (0.9, 0.78), (0.5, 0.4), (0.06, 0.03))
PLEAT_ROWS = 26
# A hood worn down: rows and columns, the roll's section over the fold (down and outwards, shares of its thickness), how
# far from the fold its points hang on the cloth, and how far from its edge it is stitched for the drawstring, metres.
PUFF_ROWS, PUFF_COLUMNS = 22, 73
ROLLED = ((0.9, -0.35), (0.2, -0.45), (-0.5, -0.25), (-0.85, 0.2), (-0.75, 0.65), (-0.3, 0.92), (0.2, 1.0), (0.7, 1.0))
PUFF_HELD, CASING = 0.030, 0.024


def pleated(panel: PanelMesh, welds: IntArray, pleats: Pleats) -> Hung:
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
    found = net(*x.shape)[:, ::-1]
    hem = np.where((down > 0.5)[:, None] & (number > 0) & (number < pleats.count - 1), HEM, NOWHERE).ravel()
    return hung(panel, welds, at.reshape(-1, 2), offsets.reshape(-1, 3), found, uvs[found], pleats.slot, hem)


def puffed(panel: PanelMesh, welds: IntArray, puff: Puff) -> Hung:
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
    found = net(*down.shape)[:, ::-1]
    uvs = (fold + down[..., None] * way).reshape(-1, 2)
    return hung(panel, welds, at.reshape(-1, 2), offsets.reshape(-1, 3), found, uvs[found], puff.slot, CASING)


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
