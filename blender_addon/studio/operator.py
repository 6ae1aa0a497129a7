# SPDX-License-Identifier: GPL-3.0-or-later
"""The studio set up and taken down."""

from __future__ import annotations

import bpy

from .. import avatars
from ..panels import AvatarOperator
from ..words import CONTEXT, refused
from .set_up import set_up, studio_of, take_down


class ATELIER_OT_studio(AvatarOperator, bpy.types.Operator):
    """Put backdrop, lights and camera around this avatar; your own objects stay as they are"""

    bl_idname = "atelier.studio"
    bl_label = "Set Up Studio"
    bl_translation_context = CONTEXT
    changes_avatar = False

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """There is no body to photograph."""
        if avatars.part(avatar, avatars.RIG) is None or avatars.part(avatar, avatars.BODY) is None:
            return "Objects of this avatar were deleted."
        return ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Around the active avatar."""
        set_up(context, avatars.active_avatar(context))
        return {"FINISHED"}


class ATELIER_OT_remove_studio(bpy.types.Operator):
    """Remove the studio, and give the scene its own camera and world back"""

    bl_idname = "atelier.remove_studio"
    bl_label = "Remove Studio"
    bl_options = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is one."""
        if studio_of(context.scene) is None:
            return refused(cls, "There is no studio in this scene")
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Nothing of the artist's goes."""
        take_down(context.scene)
        return {"FINISHED"}


CLASSES = (ATELIER_OT_studio, ATELIER_OT_remove_studio)
