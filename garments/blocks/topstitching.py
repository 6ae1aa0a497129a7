# SPDX-License-Identifier: GPL-3.0-or-later
"""Stitches that show on shirts and jackets: along front edges, yokes, pockets, hems and the collar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from garments.curves import Points, line, point
from garments.pattern import Panel
from garments.trims import Patch, Topstitch, Trim

THREAD = "thread"
FROM_EDGE = 0.5
HEM_STITCH = 2.0
POCKET_HEM = 2.2
# Over a patch, which pictures give a thickness of its own.
OVER_PATCH = 0.13
LEAST_PATCH = 6.0


def topstitching(
    panels: Sequence[Panel], collar: Panel, trims: Sequence[Trim], cut: Mapping[str, float]
) -> list[Topstitch]:
    """The stitches of a top; ``cut``: thread_rows (1 or 2 rows side by side), yoke (cm below the neck behind)."""
    rows = int(cut["thread_rows"])
    found = [stitch for panel in panels for stitch in _on_panel(panel, cut["yoke"], rows)]
    found += [stitch for trim in trims if isinstance(trim, Patch) for stitch in _on_patch(trim, rows)]
    edge = collar.edge("edge").points
    inner = inwards(edge[::-1], -FROM_EDGE)[2:-2]
    return [*found, Topstitch("collar", inner, 1, slot=THREAD)]


def _on_panel(panel: Panel, yoke: float, rows: int) -> list[Topstitch]:
    found = [Topstitch(panel.name, inwards(panel.edge("hem").points, HEM_STITCH)[1:-1], 1, slot=THREAD)]
    names = {edge.name for edge in panel.edges}
    if "centre" in names:
        edge = panel.edge("centre").points
        down = edge if edge[0, 1] > edge[-1, 1] else edge[::-1]
        inward = FROM_EDGE * (1.0 if panel.name.endswith("left") else -1.0)
        # Rows are laid to the left of a line: upwards on the right front, downwards on the left one.
        whole = down + point(inward, 0.0) + line(point(0.0, -0.4), point(0.0, HEM_STITCH))
        found.append(Topstitch(panel.name, whole if inward > 0.0 else whole[::-1], rows, slot=THREAD))
    level = _top(panel) - (yoke if panel.name == "back" else 0.9 * yoke)
    across = _crossings(panel.outline, level)
    if len(across) > 1:
        left, right = float(across[0]) + 0.6, float(across[-1]) - 0.6
        found.append(Topstitch(panel.name, line(point(right, level), point(left, level)), rows, slot=THREAD))
    return found


def _on_patch(patch: Patch, rows: int) -> list[Topstitch]:
    """Down one side of a pocket or flap, along its bottom and up the other, and across below a pocket's opening."""
    outline = patch.outline
    if np.ptp(outline[:, 0]) < LEAST_PATCH:
        return []
    lift = patch.lift_cm + OVER_PATCH
    top = float(outline[:, 1].max())
    corners = outline[outline[:, 1] < top - 1e-6]
    middle = float(outline[:, 0].mean())
    low = corners[np.argsort(corners[:, 0])]
    left, right = (
        outline[(outline[:, 1] > top - 1e-6) & ((outline[:, 0] < middle) == side)][0] for side in (True, False)
    )
    inside = inwards(np.array([left, *low, right]), FROM_EDGE)
    inside[[0, -1], 1] = top - 0.1
    around = Topstitch(patch.panel, inside, rows, lift, THREAD)
    if not patch.piece:
        return [around]
    across = line(point(inside[-1, 0], top - POCKET_HEM), point(inside[0, 0], top - POCKET_HEM))
    return [around, Topstitch(patch.panel, across, 1, lift, THREAD)]


def inwards(points: Points, by: float) -> Points:
    """A line (n, 2) moved to its left by ``by`` cm, mitred where it turns."""
    ways = _unit(np.diff(points, axis=0))
    before, after = np.concatenate([ways[:1], ways]), np.concatenate([ways, ways[-1:]])
    along = _unit(before + after)
    bend = (along * after).sum(axis=1)
    return np.asarray(points + by * np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(bend, 0.5)[:, None])


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def _top(panel: Panel) -> float:
    """Where the shoulder meets the neck."""
    return float(panel.outline[:, 1].max())


def _crossings(outline: Points, level: float) -> Points:
    """Rising x at which a closed outline crosses a height."""
    after = np.roll(outline, -1, axis=0)
    across = (outline[:, 1] > level) != (after[:, 1] > level)
    a, b = outline[across], after[across]
    share = (level - a[:, 1]) / (b[:, 1] - a[:, 1])
    return np.sort(a[:, 0] + share * (b[:, 0] - a[:, 0]))
