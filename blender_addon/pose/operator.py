# SPDX-License-Identifier: GPL-3.0-or-later
"""From an avatar's bones to a rig of Rigify's, and back: the avatar follows it."""

from __future__ import annotations

import bpy

from .. import avatars
from ..choices import OWN_POSE
from ..panels import AvatarOperator
from ..words import CONTEXT, reported
from .metarig import add_metarig, follow_rig, generated_rig


class ATELIER_OT_metarig(AvatarOperator, bpy.types.Operator):
    """Add Rigify's human metarig on the joints of this avatar; generate its rig, then let the avatar follow it"""

    bl_idname = "atelier.metarig"
    bl_label = "Add Rigify Metarig"
    bl_translation_context = CONTEXT

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Rigify is not enabled, or the avatar has no bones."""
        if not hasattr(bpy.types, "POSE_OT_rigify_generate"):
            return "Enable the add-on Rigify in the preferences"
        if context.mode != "OBJECT":
            return "Leave to Object Mode first"
        return "" if avatars.part(avatar, avatars.RIG) is not None else "The rig of this avatar was deleted"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A new one; metarigs that were added before stay, with the artist's changes."""
        avatar = avatars.active_avatar(context)
        for each in context.selected_objects:
            each.select_set(False)
        avatar.atelier.metarig = add_metarig(context, avatar)
        return {"FINISHED"}


class ATELIER_OT_follow_rigify(AvatarOperator, bpy.types.Operator):
    """Let body, clothes and hair follow the rig that Rigify has generated; remove the constraints to undo it"""

    bl_idname = "atelier.follow_rigify"
    bl_label = "Follow Rigify Rig"
    bl_translation_context = CONTEXT

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """No rig was generated from this avatar's metarig."""
        if generated_rig(avatar.atelier.metarig) is None or avatars.part(avatar, avatars.RIG) is None:
            return "First add the metarig and generate its rig (Object Data > Rigify)"
        return ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        """By constraints on the avatar's own bones."""
        avatar = avatars.active_avatar(context)
        avatar.atelier.pose = OWN_POSE
        count = follow_rig(avatars.part(avatar, avatars.RIG), generated_rig(avatar.atelier.metarig))
        self.report({"INFO"}, reported("{count} bones follow", count=count))
        return {"FINISHED"}


CLASSES = (ATELIER_OT_metarig, ATELIER_OT_follow_rigify)
