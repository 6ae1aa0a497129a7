# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of picture files, and how clothes are draped for them (no bpy)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    blender : its name in Blender; None where Atelier writes the file itself
    clear : whether it can be transparent
    linear : whether it holds scene-linear light instead of a developed picture
    """

    blender: str | None
    clear: bool = True
    linear: bool = False


KINDS = {
    "png": Kind(None),
    "jpg": Kind("JPEG", clear=False),
    "webp": Kind("WEBP"),
    "exr": Kind("OPEN_EXR", linear=True),
}
DRAPES = ("live", "final")
