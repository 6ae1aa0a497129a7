# SPDX-License-Identifier: GPL-3.0-or-later
"""Another body or another face at the push of a button."""

from __future__ import annotations

import random

import bpy
from bpy.props import EnumProperty

from .. import avatars
from ..measurements.operator import brought_up
from ..panels import AvatarOperator
from ..words import CONTEXT

SEEDS = [("variation_seed", "Body", ""), ("face_seed", "Face", ""), ("detail_seed", "Details", "")]


class ATELIER_OT_reseed(AvatarOperator, bpy.types.Operator):
    """Another one by chance"""

    bl_idname = "atelier.reseed"
    bl_label = "Roll the Dice"
    bl_translation_context = CONTEXT

    what: EnumProperty(items=SEEDS, options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A new seed."""
        avatar = avatars.active_avatar(context)
        setattr(avatar.atelier, self.what, random.randrange(10_000))  # noqa: S311 - a face, not a secret
        if self.what == "variation_seed" and avatar.atelier.variation == 0.0:
            avatar.atelier.variation = 1.0
        return brought_up(self, avatar)


CLASSES = (ATELIER_OT_reseed,)
