# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: body dimensions (numbers) in, panels and seams out. A leaf: imports nothing else of this project."""

from garments.catalogue import GarmentSpec, catalogue
from garments.dimensions import Dimensions
from garments.fabrics import Fabric, fabrics
from garments.pattern import Anchor, Edge, Panel, Pattern, Placement, Seam

__all__ = [
    "Anchor",
    "Dimensions",
    "Edge",
    "Fabric",
    "GarmentSpec",
    "Panel",
    "Pattern",
    "Placement",
    "Seam",
    "catalogue",
    "fabrics",
]
