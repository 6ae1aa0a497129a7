# SPDX-License-Identifier: GPL-3.0-or-later
"""Bands: neck rib, cuff, hem rib and waistband, each a strip closed to a ring."""

from __future__ import annotations

from collections.abc import Sequence

from garments.curves import line, point
from garments.pattern import Edge, Panel, Placement, Seam


def ring(
    name: str,
    joined: Sequence[tuple[tuple[str, str], float]],
    height: float,
    shrink: float,
    *,
    above: bool,
    slot: str,
    sector: str = "",
) -> tuple[Panel, list[Seam]]:
    """A closed strip sewn to the given edges, and its seams.

    Parameters
    ----------
    joined : ((panel, edge), length in cm), in the order in which a walker with the garment on the left hand meets them:
        anticlockwise seen from above for a band above its edges, clockwise for one below
    height : of the finished band, cm
    shrink : how much shorter the band is than what it is sewn to (0.1 = a tenth), or negative where it is longer
    above : whether the band stands above the edges (neckband, waistband) or hangs below them (cuff, hem rib)
    sector : direction in which the band starts; "up" or "down" where not given
    """
    bounds = [0.0]
    for _, size in joined:
        bounds.append(bounds[-1] + size * (1.0 - shrink))
    total = bounds[-1]
    sewn, free = (0.0, height) if above else (height, 0.0)
    turn = 1.0 if above else -1.0
    origin = 0.0 if above else total
    sewn_edges = [
        Edge(f"join_{index}", line(point(origin + turn * low, sewn), point(origin + turn * high, sewn)))
        for index, (low, high) in enumerate(zip(bounds, bounds[1:], strict=False))
    ]
    free_edge = Edge("free", line(point(origin + turn * total, free), point(origin, free)))
    end, start = point(origin + turn * total, 0.0), point(origin, 0.0)
    closing = Edge("end", line(end + point(0, sewn), end + point(0, free)))
    opening = Edge("start", line(start + point(0, free), start + point(0, sewn)))
    panel = Panel(
        name, (*sewn_edges, closing, free_edge, opening), Placement("band", sector or ("up" if above else "down")), slot
    )
    seams = [Seam((name, "start"), (name, "end"))]
    ease = 1.0 / (1.0 - shrink) - 1.0
    seams += [Seam(target, (name, f"join_{index}"), ease) for index, (target, _) in enumerate(joined)]
    return panel, seams
