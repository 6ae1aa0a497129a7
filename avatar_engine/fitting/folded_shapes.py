# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that take a panel's place: knife pleats, a hood worn down."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avatar_engine.fitting.hung import NOWHERE, Hung, hung, net
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import CM, PanelMesh
from garments.trims import Pleats, Puff

# How far hems are stitched from an open edge, and what lies over the cloth, which pictures thicken outwards; metres.
HEM, LEAST_LIFT = 0.020, 0.0003
# Where a knife pleat lies over the next one, from the inner to the outer fold: places at which all three layers have
# points, so that none passes through another however the cloth under them bends; how far the way back stands out there,
# share of the depth; and the least distance of layers, metres.
LAPPED = np.array([0.0, 0.5, 0.9, 1.0])
RETURNING = np.array([0.04, 0.45, 0.83])
STEEP, NOSE = 1.035, 0.93
LAYERS_APART = 0.0004
PLEAT_COLUMNS = 3 * len(LAPPED) - 1
MOST_UNDER = 0.9  # of a pleat's width, where a waist is narrow
PLEAT_ROWS = 26
# A hood worn down: rows and columns, the roll's section over the fold (down and outwards, shares of its thickness), how
# far from the fold its points hang on the cloth, and how far from its edge it is stitched for the drawstring, metres.
PUFF_ROWS, PUFF_COLUMNS = 22, 73
ROLLED = ((0.9, -0.35), (0.2, -0.45), (-0.5, -0.25), (-0.85, 0.2), (-0.75, 0.65), (-0.3, 0.92), (0.2, 1.0), (0.7, 1.0))
PUFF_HELD, CASING = 0.030, 0.024


def pleated(panel: PanelMesh, welds: IntArray, pleats: Pleats) -> Hung:
    """The panel as a grid whose columns run along the folds: each face ends in a fold and comes back under itself.

    A pleat is its part under the one before, then the rest of its face, its fold, and the way back.
    """
    under, count, lap = pleats.under_cm * CM, pleats.count, LAPPED[:-1]
    down = np.linspace(0.0, 1.0, PLEAT_ROWS)
    edges = _grid(panel, np.linspace(0.0, 1.0, count + 1), down)
    width = ((edges[:, -1, 0] - edges[:, 0, 0]) / count)[:, None]
    reach = np.minimum(under, MOST_UNDER * width)
    depth = ((pleats.waist_cm + (pleats.hem_cm - pleats.waist_cm) * down**0.9) * CM)[:, None]
    over = width - reach * (1.0 - lap)
    x = np.concatenate([reach * (LAPPED - 1.0), over, width, over[:, ::-1]], axis=1)
    face = depth * np.minimum(1.0, STEEP * (x[:, : len(LAPPED) + len(lap)] + reach) / (width + reach))
    back = np.maximum(depth * RETURNING, face[:, : len(lap)] + LAYERS_APART)
    top = np.maximum(face[:, len(LAPPED) :], back + LAYERS_APART)
    height = np.concatenate(
        [face[:, : len(LAPPED)], top, np.maximum(NOSE * depth, back[:, -1:]), back[:, ::-1]], axis=1
    )
    # What would reach under a pleat of the next panel ends at the seam.
    at = _between(edges, np.concatenate([n + np.maximum(x / width, -n) for n in range(count)], axis=1))
    offsets = np.zeros((*at.shape[:2], 3))
    offsets[..., 2] = LEAST_LIFT + np.tile(height, count)
    # On the cloth a face is followed by what is folded away.
    folded = width + under * (2.0 - lap[::-1])
    cloth = np.concatenate([np.tile(under * LAPPED, (PLEAT_ROWS, 1)), over + under, width + under, folded], axis=1)
    starts = np.repeat((width + 2.0 * under) * np.arange(count), x.shape[1], axis=1)
    uvs = np.stack([starts + np.tile(cloth, count), at[..., 1]], axis=-1).reshape(-1, 2)
    found = _net_with_returns(at.shape[1], np.tile(np.arange(x.shape[1]) >= x.shape[1] - len(lap) - 1, count)[:-1])
    inner = np.repeat((np.arange(count) > 0) & (np.arange(count) < count - 1), x.shape[1])
    hem = np.where((down > 0.5)[:, None] & inner, HEM, NOWHERE).ravel()
    return hung(panel, welds, at.reshape(-1, 2), offsets.reshape(-1, 3), found, uvs[found], pleats.slot, hem)


def _net_with_returns(columns: int, is_back: npt.NDArray[np.bool_]) -> IntArray:
    """Triangles (m, 3) of a pleated grid, seen from outside: what comes back is parted as the layers over and under it.

    ``is_back`` (columns - 1,): the quads on the way back, whose columns run the other way.
    """
    found = net(PLEAT_ROWS, columns)[:, ::-1]
    half, chosen = len(found) // 2, np.tile(is_back, PLEAT_ROWS - 1)
    c, b, a = found[:half][chosen].T
    d = found[half:][chosen][:, 0]
    found[:half][chosen], found[half:][chosen] = np.stack([d, b, a], axis=1), np.stack([d, c, b], axis=1)
    return found


def _between(edges: FloatArray, number: FloatArray) -> FloatArray:
    """(rows, k, 2) places in a grid (rows, c, 2), by numbers of its columns (rows, k), whole or not."""
    low = np.clip(number.astype(np.intp), 0, edges.shape[1] - 2)
    rows, share = np.arange(len(edges))[:, None], (number - low)[..., None]
    return np.asarray((1.0 - share) * edges[rows, low] + share * edges[rows, low + 1])


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
