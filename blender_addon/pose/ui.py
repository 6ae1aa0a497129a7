# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the pose."""

from __future__ import annotations

import bpy

from .. import avatars
from ..panels import AvatarPanel, labelled, paragraph
from ..words import CONTEXT, said


class ATELIER_PT_pose(AvatarPanel, bpy.types.Panel):
    """How the avatar stands"""

    bl_idname = "ATELIER_PT_pose"
    bl_label = "Pose"

    def draw(self, context: bpy.types.Context) -> None:
        """The pose, and what becomes of one's own."""
        avatar = avatars.active_avatar(context)
        labelled(self.layout, avatar.atelier, "pose")
        if avatars.part(avatar, avatars.RIG) is not None:
            paragraph(self.layout, context, said("Bones that you move yourself are left as they are."), "INFO")
        column = self.layout.column(align=True)
        column.operator("atelier.metarig", icon="ARMATURE_DATA", text_ctxt=CONTEXT)
        column.operator("atelier.follow_rigify", icon="CONSTRAINT_BONE", text_ctxt=CONTEXT)


CLASSES = (ATELIER_PT_pose,)
