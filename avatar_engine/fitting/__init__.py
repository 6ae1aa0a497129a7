# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments on a body: dimensions, cut, drape, layers, size advice."""

from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.fitter import fit_outfit
from avatar_engine.fitting.outfit import FittedGarment, Outfit, checked

__all__ = ["FittedGarment", "Outfit", "body_dimensions", "checked", "fit_outfit"]
