# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints: patterns of colour on cloth, as one tile that repeats along the grain in true scale."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float64]

TILE_PX = 256
SMOOTH = 3
LEAST_REPEAT_CM, MOST_REPEAT_CM = 0.2, 100.0
DOT = 0.19
KEPT = 8  # pictures, decoded


@dataclass(frozen=True)
class Print:
    """What is printed on (or woven into) a cloth.

    Parameters
    ----------
    kind : a key of ``KINDS``
    colours : "#rrggbb", the ground first; a picture needs none
    repeat_cm : width of the tile across the grain
    tile : name of the picture's file, for kind "tile"
    picture : that file's content (PNG or JPEG) in base 64
    """

    kind: str
    colours: tuple[str, ...]
    repeat_cm: float
    tile: str = ""
    picture: str = ""

    def pixels(self) -> Pixels:
        """(h, w, 3) sRGB of one tile, first row on top."""
        return _picture(self.picture) if self.kind == TILE else _drawn(self)

    def repeat(self) -> tuple[float, float]:
        """Width and height of one tile on the cloth, metres."""
        height, width = self.pixels().shape[:2]
        return self.repeat_cm / 100.0, self.repeat_cm / 100.0 * height / width


def _stripe(x: Shares, y: Shares, colours: int) -> Shares:
    """Bands along the grain, as many as there are colours, equally wide."""
    return np.asarray(np.floor(x * colours))


def _check(x: Shares, y: Shares, colours: int) -> Shares:
    """Gingham: the second colour both ways over the first, half of it where only one crosses."""
    return np.asarray(0.5 * ((x >= 0.5).astype(float) + (y >= 0.5).astype(float)))


def _dots(x: Shares, y: Shares, colours: int) -> Shares:
    """Dots in staggered rows."""
    away = [np.hypot(x - a, y - b) for a in (0.25, 1.25, -0.75) for b in (0.25, 1.25, -0.75)]
    away += [np.hypot(x - a, y - b) for a in (0.75, -0.25) for b in (0.75, -0.25)]
    return np.asarray((np.min(away, axis=0) < DOT).astype(float))


TILE = "tile"
DRAWN: Mapping[str, Callable[[Shares, Shares, int], Shares]] = {"stripe": _stripe, "check": _check, "dots": _dots}
KINDS = (*DRAWN, TILE)


def _drawn(printed: Print) -> Pixels:
    """Each pixel the mean of SMOOTH by SMOOTH places, blended between neighbouring colours in linear light."""
    fine = (np.arange(TILE_PX * SMOOTH) + 0.5) / (TILE_PX * SMOOTH)
    x, y = np.meshgrid(fine, fine)
    place = np.clip(DRAWN[printed.kind](x, y, len(printed.colours)), 0, len(printed.colours) - 1)
    colours = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in printed.colours]) / 255.0
    linear = colours**2.2
    low = place.astype(int)
    high = np.minimum(low + 1, len(colours) - 1)
    share = (place - low)[..., None]
    blended = (1.0 - share) * linear[low] + share * linear[high]
    means = blended.reshape(TILE_PX, SMOOTH, TILE_PX, SMOOTH, 3).mean(axis=(1, 3))
    return np.asarray(np.round(means ** (1 / 2.2) * 255.0), dtype=np.uint8)


@lru_cache(maxsize=KEPT)
def _picture(content: str) -> Pixels:
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(content))) as image:
        pixels = np.array(image.convert("RGB"), dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels


def forget_pictures() -> None:
    """Drop pictures that are kept ready: somebody erased theirs."""
    _picture.cache_clear()
