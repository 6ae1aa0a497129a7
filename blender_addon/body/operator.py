# SPDX-License-Identifier: GPL-3.0-or-later
"""Another body or another face at the push of a button."""

from __future__ import annotations

import random

import bpy
from bpy.props import EnumProperty

from avatar_engine.errors import AvatarError

from .. import avatars
from ..measurements.operator import brought_up
from ..panels import AvatarOperator
from ..parts.body import is_reshaped
from ..parts.type_keys import add_type_keys
from ..words import CONTEXT, explained

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


class ATELIER_OT_type_keys(AvatarOperator, bpy.types.Operator):
    """Add shape keys from this body towards a woman's and a man's with the same measurements; clothes do not follow"""

    bl_idname = "atelier.type_keys"
    bl_label = "Add Shape Keys"
    bl_translation_context = CONTEXT

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """The body has no longer the vertices it was made with."""
        body = avatars.part(avatar, avatars.BODY)
        if body is None:
            return "Objects of this avatar were deleted."
        return "The body was reshaped by hand." if is_reshaped(body) else ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Both keys, at 0."""
        try:
            add_type_keys(avatars.active_avatar(context))
        except AvatarError as error:
            self.report({"WARNING"}, explained(error))
            return {"CANCELLED"}
        return {"FINISHED"}


CLASSES = (ATELIER_OT_reseed, ATELIER_OT_type_keys)
