# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the studio."""

from __future__ import annotations

import bpy

from ..panels import AvatarPanel, labelled
from ..words import CONTEXT


class ATELIER_PT_studio(AvatarPanel, bpy.types.Panel):
    """Backdrop, light and camera around the avatar"""

    bl_idname = "ATELIER_PT_studio"
    bl_label = "Studio"

    def draw(self, context: bpy.types.Context) -> None:
        """What to set up."""
        layout, chosen = self.layout, context.scene.atelier
        column = layout.column(align=True)
        labelled(column, chosen, "studio")
        labelled(column, chosen, "camera")
        row = layout.row(align=True)
        row.operator("atelier.studio", icon="LIGHT_AREA", text_ctxt=CONTEXT)
        row.operator("atelier.remove_studio", text="", icon="TRASH")


CLASSES = (ATELIER_PT_studio,)
