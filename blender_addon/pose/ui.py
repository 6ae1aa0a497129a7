# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the pose."""

from __future__ import annotations

import bpy

from .. import avatars
from ..panels import AvatarPanel, labelled, paragraph
from ..words import said


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


CLASSES = (ATELIER_PT_pose,)
