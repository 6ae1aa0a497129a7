# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of a paper pattern: seam lines, cutting line, notches, grain line. Centimetres, y up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

FOLD = "fold"
DART = "dart"
HEM = "hem"
TURNED = frozenset((HEM, "front", "vent"))  # folded in along the line, not sewn to another piece


@dataclass(frozen=True)
class Line:
    """One edge of a piece.

    Parameters
    ----------
    name : the edge's name in the panel; "fold" for the edge that lies on the cloth's fold
    points : (n, 2) the seam line, counter-clockwise around the piece
    kind : kind of allowance, "fold" or "dart"
    allowance : width of cloth beyond the line
    start : length along the panel's edge at which this line begins; more than 0 where the piece is half a panel
    """

    name: str
    points: Points
    kind: str
    allowance: float
    start: float = 0.0


@dataclass(frozen=True)
class Mark:
    """Where an edge gets a notch: ``at`` cm along it from its start; ``double`` at the back, ``zip`` where one ends."""

    at: float
    double: bool = False
    zip: bool = False


@dataclass(frozen=True)
class Notch:
    """A mark across the allowance, from the cutting line towards the seam line."""

    seam: Points
    cut: Points
    double: bool = False
    zip: bool = False

    @property
    def ticks(self) -> list[Points]:
        """The strokes to draw or snip, (2, 2) each, from the cutting line inwards."""
        inward = self.seam - self.cut
        inward = inward / max(float(np.linalg.norm(inward)), 1e-9)
        aside = np.array([-inward[1], inward[0]])
        at = (-0.25, 0.25) if self.double else (0.0,)
        depth = min(0.5, float(np.linalg.norm(self.seam - self.cut)))
        return [np.array([self.cut + shift * aside, self.cut + shift * aside + depth * inward]) for shift in at]


@dataclass(frozen=True)
class Piece:
    """A piece to print and cut.

    Parameters
    ----------
    number : on every drawing and in the list of pieces, from 1
    panel : name of the panel that it was made from, the left one of a pair
    stem : that name without its side
    names : English and French
    lines : edges in order, counter-clockwise, closed
    cutting : (n, 2) closed outline to cut along, last point not repeated
    grain : (2, 2) the grain line's ends
    count : how often to cut it; a piece cut twice is cut as a mirrored pair
    on_fold : whether its "fold" edge lies on the fold of the cloth
    crease : (2, 2) where a band is folded once sewn or a leg is pressed, or None
    drills : (m, 2) points to mark inside: dart tips, buttons
    placements : outlines (n, 2) of what is sewn onto the piece, such as pockets
    slot : colour slot of the cloth
    """

    number: int
    panel: str
    stem: str
    names: Mapping[str, str]
    lines: tuple[Line, ...]
    cutting: Points
    notches: tuple[Notch, ...]
    grain: Points
    count: int
    on_fold: bool
    crease: Points | None
    drills: Points
    placements: tuple[Points, ...]
    slot: str

    @property
    def seam_line(self) -> Points:
        """The closed outline along the seam lines, darts included, (n, 2)."""
        return np.concatenate([line.points[:-1] for line in self.lines])

    @property
    def along_grain(self) -> Points:
        """(2,) unit vector of the grain line."""
        way = self.grain[1] - self.grain[0]
        return np.asarray(way / np.linalg.norm(way))
