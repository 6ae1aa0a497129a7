# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings in true scale, before any file format: strokes and words on a sheet. Millimetres, y up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from avatar_engine.export.pattern.piece import Points


@dataclass(frozen=True)
class Pen:
    """How a stroke looks: width and dashes in millimetres, grey from 0 (black) to 1, and the grey it is filled with."""

    width: float
    dashes: tuple[float, ...] = ()
    grey: float = 0.0
    fill: float | None = None


PENS: Mapping[str, Pen] = {
    "cut": Pen(0.5),
    "seam": Pen(0.25, (3.0, 2.0)),
    "crease": Pen(0.25, (6.0, 1.5, 1.0, 1.5)),
    "notch": Pen(0.5),
    "placement": Pen(0.25, (1.0, 1.5)),
    "grain": Pen(0.35),
    "head": Pen(0.35, fill=0.0),
    "guide": Pen(0.25, grey=0.55),
    "frame": Pen(0.2, (1.0, 1.0), grey=0.45),
    "square": Pen(0.4),
    "shade": Pen(0.2, grey=0.35, fill=0.92),
    "cloth": Pen(0.3, grey=0.3, fill=1.0),
    "thin": Pen(0.2, grey=0.3),
}


@dataclass(frozen=True)
class Stroke:
    """A polyline (n, 2), drawn with a pen of ``PENS``."""

    pen: str
    points: Points
    closed: bool = False


@dataclass(frozen=True)
class Text:
    """Words: ``at`` (2,) is on the baseline, ``size`` the type's height, ``angle`` in degrees, ``anchor`` as in SVG."""

    at: Points
    words: str
    size: float
    angle: float = 0.0
    anchor: str = "middle"
    bold: bool = False
    grey: float = 0.0


@dataclass
class Sheet:
    """A drawing of a size in millimetres, in named groups."""

    width: float
    height: float
    groups: dict[str, list[Stroke | Text]] = field(default_factory=dict)

    def add(self, group: str, *items: Stroke | Text) -> None:
        """Draw into a group."""
        self.groups.setdefault(group, []).extend(items)


def rectangle(corner: Points, width: float, height: float) -> Points:
    """The four corners of a rectangle from its lower left one, (4, 2)."""
    return np.asarray(corner + np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))


def arrow_head(tip: Points, way: Points, size: float) -> Stroke:
    """A filled arrow head that points along the unit vector ``way``."""
    aside = np.array([-way[1], way[0]])
    back = tip - size * way
    return Stroke("head", np.array([tip, back + 0.35 * size * aside, back - 0.35 * size * aside]), True)
