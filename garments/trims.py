# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put on a garment once it is sewn: patches (pockets, plackets), buttons and pressed pleats. Centimetres."""

from __future__ import annotations

from dataclasses import dataclass

from garments.curves import Points


@dataclass(frozen=True)
class Patch:
    """Cloth laid on a panel; ``outline`` (n, 2) is convex and runs counter-clockwise in the panel's coordinates."""

    panel: str
    outline: Points
    slot: str = "body"


@dataclass(frozen=True)
class Button:
    """A round button; ``at`` (2,) in the panel's coordinates."""

    panel: str
    at: Points
    radius_cm: float = 0.55
    slot: str = "buttons"


@dataclass(frozen=True)
class Pleats:
    """Knife pleats pressed into a skirt's panel, which is cut as wide as the pleated cloth.

    Parameters
    ----------
    count : pleats across the panel
    waist_cm, hem_cm : how far their outer folds stand out
    """

    panel: str
    count: int
    waist_cm: float
    hem_cm: float
    slot: str = "body"


Trim = Patch | Button | Pleats
