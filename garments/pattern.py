# SPDX-License-Identifier: GPL-3.0-or-later
"""A sewing pattern: panels drawn as seen from outside the garment, and the seams that join their edges.

Every outline runs counter-clockwise, so two edges that are sewn together always run against each other.
Centimetres; x to the viewer's right, y up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from garments.curves import Points, length, mirrored
from garments.trims import Trim


@dataclass(frozen=True)
class Placement:
    """Where a panel starts around the body.

    Parameters
    ----------
    tube : "torso", "sleeve", "leg", "skirt", "cone" or "band" (a band starts from the edge it is sewn to)
    sector : part of the tube, for example "front", "back", "left", "front_left";
        for a band "up", "down", "out" or "over" (folded over)
    level : body level at which the panel's y is 0: "neck_point" or "waist" (torso, leg, skirt and cone only)
    """

    tube: str
    sector: str
    level: str = "neck_point"


@dataclass(frozen=True)
class Edge:
    """A named stretch of an outline; ``points`` is (n, 2) float, ends included."""

    name: str
    points: Points

    @property
    def length_cm(self) -> float:
        """Length along the edge."""
        return length(self.points)


@dataclass(frozen=True)
class Panel:
    """One piece of cloth: a closed outline of edges, its colour slot and where it starts.

    ``detail``: how much finer than the garment's its mesh is (2 = edges half as long).
    """

    name: str
    edges: tuple[Edge, ...]
    placement: Placement
    slot: str = "body"
    detail: float = 1.0

    def edge(self, name: str) -> Edge:
        """The edge of that name; KeyError where there is none."""
        for candidate in self.edges:
            if candidate.name == name:
                return candidate
        raise KeyError(f"panel {self.name!r} has no edge {name!r}; it has {[e.name for e in self.edges]}")

    @property
    def outline(self) -> Points:
        """The closed outline without the repeated last point, (n, 2) float."""
        return np.concatenate([edge.points[:-1] for edge in self.edges])

    @property
    def area_cm2(self) -> float:
        """Signed area: positive where the outline runs counter-clockwise."""
        x, y = self.outline.T
        return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))

    def mirror(self, name: str, placement: Placement) -> Panel:
        """The same piece for the other side of the body, edge names kept."""
        edges = tuple(Edge(edge.name, mirrored(edge.points)) for edge in reversed(self.edges))
        return Panel(name, edges, placement, self.slot, self.detail)


@dataclass(frozen=True)
class Seam:
    """Two edges sewn together, each (panel, edge).

    Parameters
    ----------
    ease : length of the first over the second, less 1
    fold : the cloth is pressed over along the seam, as a collar's fall along its stand
    """

    first: tuple[str, str]
    second: tuple[str, str]
    ease: float = 0.0
    fold: bool = False


@dataclass(frozen=True)
class Anchor:
    """A ring of cloth held at its height: all of panel ``panel``, whose girth at rest is not below the body's."""

    panel: str
    below_waist_cm: float


@dataclass(frozen=True)
class Pattern:
    """Panels, seams and anchors of one garment, cut for one set of body dimensions.

    ``girths_cm`` holds the finished garment's girth at the levels that its ease is judged at; ``trims`` are put on the
    sewn garment, and ``inner`` are pieces that are cut in cloth and not draped, such as facings and pocket bags.
    """

    panels: tuple[Panel, ...]
    seams: tuple[Seam, ...]
    anchors: tuple[Anchor, ...] = ()
    girths_cm: Mapping[str, float] = field(default_factory=dict)
    trims: tuple[Trim, ...] = ()
    inner: tuple[Panel, ...] = ()

    def panel(self, name: str) -> Panel:
        """The panel of that name; KeyError where there is none."""
        for candidate in self.panels:
            if candidate.name == name:
                return candidate
        raise KeyError(f"the pattern has no panel {name!r}")

    def mismatch_cm(self, seam: Seam) -> float:
        """How far the two edges of a seam are from the declared ease, in centimetres of the second edge."""
        first, second = (self.panel(panel).edge(edge).length_cm for panel, edge in (seam.first, seam.second))
        return abs(first / (1.0 + seam.ease) - second)
