# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints on cloth: as the panel's state asks for them, and with pictures of the .blend as tiles."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from avatar_engine.resample import box, resampled
from garments.prints import TILE, Pixels, Print

from .choices import PLAIN
from .colours import hexadecimal
from .state import GarmentState

LARGEST_PX = 1024  # of a tile's longer side in exported files


@dataclass(frozen=True)
class PicturePrint(Print):
    """A tile that is a picture of the .blend, named by ``tile``."""

    def pixels(self) -> Pixels:
        """(h, w, 3) sRGB, first row on top, no longer than LARGEST_PX."""
        image = bpy.data.images[self.tile]
        width, height = image.size
        flat = np.empty(width * height * image.channels, dtype=np.float32)
        image.pixels.foreach_get(flat)
        shares = flat.reshape(height, width, image.channels)[::-1, :, [0, 1, 2] if image.channels > 2 else [0, 0, 0]]
        if max(width, height) > LARGEST_PX:
            scale = LARGEST_PX / max(width, height)
            shares = resampled(shares, max(1, round(width * scale)), max(1, round(height * scale)), box)
        return np.asarray(np.round(np.clip(shares, 0.0, 1.0) * 255.0), dtype=np.uint8)

    def repeat(self) -> tuple[float, float]:
        """Width and height of one tile on the cloth, metres."""
        width, height = bpy.data.images[self.tile].size
        return self.repeat_cm / 100.0, self.repeat_cm / 100.0 * height / width


def print_of(garment: GarmentState) -> Print | None:
    """What a garment's state asks for; None for plain cloth, and where the picture is not to be had."""
    if garment.print_kind == PLAIN:
        return None
    repeat = round(garment.print_repeat_cm, 3)
    if garment.print_kind == TILE:
        return PicturePrint(TILE, (), repeat, garment.print_picture.name) if has_picture(garment) else None
    return Print(garment.print_kind, tuple(hexadecimal(each.colour) for each in garment.print_colours), repeat)


def has_picture(garment: GarmentState) -> bool:
    """Whether a picture is chosen whose file can be read."""
    image = garment.print_picture
    return image is not None and min(image.size) > 0
