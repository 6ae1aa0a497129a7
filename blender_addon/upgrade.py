# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars out of files that another version of the extension has written."""

from __future__ import annotations

import bpy

from . import avatars
from .parts.clothes import MADE_OF
from .scene.cloth import GROUP

# Raised when something of an avatar is kept in another way; files from before it was counted have 0.
FORMAT = 1


def is_newer(avatar: bpy.types.Collection) -> bool:
    """Whether an avatar was kept by a version that this one cannot know."""
    return avatar.atelier.format > FORMAT


def bring_in(avatar: bpy.types.Collection) -> None:
    """Make an avatar what this version expects; what the artist has made stays."""
    state = avatar.atelier
    if state.format >= FORMAT:
        return
    for garment in avatars.parts(avatar, avatars.GARMENT):
        for material in garment.data.materials:
            if material is not None and MADE_OF in material and GROUP not in material.node_tree.nodes:
                # Cloth had its threads in the material itself, and no inputs: it is made anew when it is dyed.
                material[MADE_OF] = ""
    state.format = FORMAT
