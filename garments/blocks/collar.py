# SPDX-License-Identifier: GPL-3.0-or-later
"""Collars that fold over: a stand around the neck and a fall sewn to its upper edge (shirts, jackets, hoods)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from garments.blocks.band import ring
from garments.curves import Points, cubic, line, mirrored, point
from garments.pattern import Edge, Panel, Placement, Seam

DETAIL = 1.8
Joined = Sequence[tuple[tuple[str, str], float]]


def collar(joined: Joined, cut: Mapping[str, float], slot: str) -> tuple[list[Panel], list[Seam]]:
    """Stand and fall, and their seams.

    Parameters
    ----------
    joined : neck edges with their lengths, from the centre front over the wearer's left to the centre front again
    cut : stand (height), stand_shrink, fall_back, fall_point (heights of the fall at the back and at its points),
        fall_spread (how far each point reaches beyond the stand's end), closed (1 where the stand's ends are joined)
    """
    stand, seams = ring("collar_stand", joined, cut["stand"], cut["stand_shrink"], above=True, slot=slot)
    seams = seams if cut["closed"] else seams[1:]
    around = stand.edge("free").length_cm
    stand, fall = replace(stand, detail=DETAIL), _fall(around, cut, slot)
    seams.append(Seam(("collar_stand", "free"), ("collar", "join_0"), fold=True))
    return [stand, fall], seams


def _fall(around: float, cut: Mapping[str, float], slot: str) -> Panel:
    half = around / 2
    tip, back = point(half + cut["fall_spread"], cut["fall_point"]), point(0.0, cut["fall_back"])
    outer = cubic(tip, tip + point(-0.25 * half, -0.02), back + point(0.6 * half, 0.0), back)
    outline = line(*outer, *mirrored(outer)[1:])
    edges = (
        Edge("join_0", line(point(-half, 0.0), point(half, 0.0))),
        Edge("point_right", line(point(half, 0.0), tip)),
        Edge("edge", outline),
        Edge("point_left", line(outline[-1], point(-half, 0.0))),
    )
    return Panel("collar", edges, Placement("band", "over"), slot, DETAIL)


def split_at(panel: Panel, x: float, left: str, right: str) -> tuple[Panel, Panel]:
    """A front cut along a vertical line: the wearer's left part and the right one, each with an edge "centre"."""
    low, high = _crossing(panel.edge("hem"), x)
    neck_left, neck_right = _crossing(panel.edge("neck"), x)
    hem, top = high[0], neck_left[-1]
    sides = {name: [e for e in panel.edges if e.name.endswith(f"_{name}")] for name in ("left", "right")}
    order = {name: [_bare(edge, name) for edge in edges] for name, edges in sides.items()}
    front_left = [Edge("hem", high), *order["left"], Edge("neck", neck_left), Edge("centre", line(top, hem))]
    front_right = [Edge("hem", low), Edge("centre", line(hem, top)), Edge("neck", neck_right), *order["right"]]
    return (
        Panel(left, tuple(front_left), Placement("torso", left, panel.placement.level), panel.slot),
        Panel(right, tuple(front_right), Placement("torso", right, panel.placement.level), panel.slot),
    )


def split_neck(panel: Panel) -> Panel:
    """A front or back in one piece whose neck is two edges, neck_left and neck_right, that meet at the centre."""
    first, second = _crossing(panel.edge("neck"), 0.0)
    names = ("neck_right", "neck_left") if panel.placement.sector == "back" else ("neck_left", "neck_right")
    edges = []
    for edge in panel.edges:
        edges += [Edge(names[0], first), Edge(names[1], second)] if edge.name == "neck" else [edge]
    return Panel(panel.name, tuple(edges), panel.placement, panel.slot)


def _bare(edge: Edge, side: str) -> Edge:
    return Edge(edge.name.removesuffix(f"_{side}"), edge.points)


def _crossing(edge: Edge, x: float) -> tuple[Points, Points]:
    """Both parts of an edge that crosses the vertical at ``x`` once, in its own direction."""
    across = edge.points[:, 0] - x
    k = next(i for i in range(len(across) - 1) if across[i] * across[i + 1] <= 0.0 and across[i] != across[i + 1])
    share = across[k] / (across[k] - across[k + 1])
    middle = edge.points[k] + share * (edge.points[k + 1] - edge.points[k])
    first = line(*[p for p in edge.points[: k + 1] if abs(p - middle).max() > 1e-9], middle)
    second = line(middle, *[p for p in edge.points[k + 1 :] if abs(p - middle).max() > 1e-9])
    return first, second
