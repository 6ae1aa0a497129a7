# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours by lightness, chroma and hue as eyes judge them: OKLCH (Björn Ottosson, 2020)."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Linear sRGB to cone responses, and their cube roots to lightness and two opponent axes.
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]
CHROMA_STEP = 0.98


@dataclass(frozen=True)
class Colour:
    """A colour; lightness 0..1, chroma 0 (grey) to about 0.3, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def from_hex(cls, text: str) -> Colour:
        """The colour of "#rrggbb"."""
        channels = [int(text[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        cones = _times(TO_CONES, (red, green, blue))
        light, a, b = _times(TO_LAB, (math.cbrt(cones[0]), math.cbrt(cones[1]), math.cbrt(cones[2])))
        return cls(light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360.0)

    def hex(self) -> str:
        """As "#rrggbb"; where screens cannot show the colour, less chroma of the same hue and lightness."""
        chroma = self.chroma
        while any(not -1e-4 <= channel <= 1.0001 for channel in self._linear(chroma)) and chroma > 1e-3:
            chroma *= CHROMA_STEP
        return "#" + "".join(f"{round(255 * _encoded(channel)):02x}" for channel in self._linear(chroma))

    def _linear(self, chroma: float) -> Triple:
        angle = math.radians(self.hue)
        roots = _times(FROM_LAB, (self.lightness, chroma * math.cos(angle), chroma * math.sin(angle)))
        return _times(FROM_CONES, (roots[0] ** 3, roots[1] ** 3, roots[2] ** 3))


def hue_distance(one: Colour, other: Colour) -> float:
    """Angle between two hues, 0 to 180 degrees."""
    return abs((one.hue - other.hue + 180.0) % 360.0 - 180.0)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    rows = [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]
    return rows[0], rows[1], rows[2]


def _encoded(channel: float) -> float:
    value = min(1.0, max(0.0, channel))
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
