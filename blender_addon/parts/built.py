# SPDX-License-Identifier: GPL-3.0-or-later
"""What a data-block was last made from, written on itself so that undo, saving and copying carry it along."""

from __future__ import annotations

import bpy

BUILT = "atelier_built"


def is_built(data: bpy.types.ID, key: str) -> bool:
    """Whether a data-block is what this recipe asks for."""
    return data.get(BUILT) == key


def mark_built(data: bpy.types.ID, key: str) -> None:
    """Remember the recipe."""
    data[BUILT] = key
