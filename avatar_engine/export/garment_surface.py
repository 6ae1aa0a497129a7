# SPDX-License-Identifier: GPL-3.0-or-later
"""Fitted garments as surfaces of a glTF file: a material per colour slot, the flat panels as texture coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.export.gltf_material import Material, linear_colour, picture_file
from avatar_engine.export.gltf_surface import Surface
from garments.catalogue import catalogue
from garments.prints import Print

if TYPE_CHECKING:
    from avatar_engine.fitting import FittedGarment


PAINTED = (1.0, 1.0, 1.0)
PAINTED_ROUGHNESS = 0.9


def garment_surface(garment: FittedGarment, colours: FloatArray | None = None) -> Surface:
    """The mesh of a garment fitted in the A-pose.

    Parameters
    ----------
    colours : (n, 3) linear RGB per vertex in place of the cloth's own look
    """
    return Surface(
        garment.garment,
        garment.vertices,
        garment.triangles,
        _unit_square(garment.corner_uvs) if garment.printed is None else _tiles(garment.corner_uvs, garment.printed),
        garment.bone_indices,
        garment.bone_weights,
        [_cloth(garment, slot) if colours is None else _painted(garment, slot) for slot in garment.slots],
        garment.triangle_slots,
        colours=colours,
    )


def _unit_square(corner_uvs: FloatArray) -> FloatArray:
    """Panels in metres moved and scaled, alike in both directions, into 0..1."""
    low, high = corner_uvs.min(axis=(0, 1)), corner_uvs.max(axis=(0, 1))
    scaled: FloatArray = (corner_uvs - low) / max(float((high - low).max()), 1e-9)
    return scaled


def _tiles(corner_uvs: FloatArray, printed: Print) -> FloatArray:
    """Panels in tiles of a print; glTF counts downwards."""
    tiles: FloatArray = corner_uvs / np.array(printed.repeat()) * [1.0, -1.0]
    return tiles


def _painted(garment: FittedGarment, slot: str) -> Material:
    return Material(f"{garment.garment} {slot}", PAINTED, PAINTED_ROUGHNESS, two_sided=True)


def _cloth(garment: FittedGarment, slot: str) -> Material:
    spec = catalogue()[garment.garment]
    fabric = spec.slot_material(slot, garment.fabric)
    printed = garment.printed if spec.is_printed(slot, garment.fabric) else None
    colour = np.array(linear_colour(garment.colours[slot]) if printed is None else PAINTED)
    # Fuzz catches light in a paler tone of the cloth's own colour.
    sheen = fabric.sheen * (0.35 * colour + 0.10)
    return Material(
        f"{garment.garment} {slot}",
        (float(colour[0]), float(colour[1]), float(colour[2])),
        fabric.roughness,
        texture=None if printed is None else picture_file(printed.pixels(), "PNG"),
        two_sided=True,
        sheen=(float(sheen[0]), float(sheen[1]), float(sheen[2])),
    )
