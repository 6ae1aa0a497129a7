# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar looks like, as data and geometry: skin, eyes, brows, lashes and hair."""

from avatar_engine.appearance.appearance import Appearance, build_appearance
from avatar_engine.appearance.cards import CardMesh
from avatar_engine.appearance.dye import HairDye
from avatar_engine.appearance.eyes import EyeMesh
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.strands import Strands
from avatar_engine.appearance.styles import hair_styles

__all__ = ["Appearance", "CardMesh", "EyeMesh", "HairDye", "Strands", "build_appearance", "hair_styles", "load_palette"]
