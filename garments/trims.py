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


Trim = Patch | Button
