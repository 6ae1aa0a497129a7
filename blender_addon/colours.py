# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours between the panel's fields, in 0..1, and the engine's "#rrggbb"; both sRGB (no bpy)."""

from __future__ import annotations

from collections.abc import Sequence


def hexadecimal(colour: Sequence[float]) -> str:
    """Hexadecimal "#rrggbb" of an sRGB colour in 0..1."""
    return "#" + "".join(f"{round(255 * min(max(channel, 0.0), 1.0)):02x}" for channel in colour)


def channels(colour: str) -> tuple[float, float, float]:
    """The inverse of ``hexadecimal``."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
