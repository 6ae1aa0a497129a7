# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of pictures."""

from __future__ import annotations

import bpy

from .. import jobs
from ..panels import AvatarPanel, labelled
from ..scene.presets import presets
from ..words import CONTEXT


class ATELIER_PT_render(AvatarPanel, bpy.types.Panel):
    """A still or a turntable, while one goes on working"""

    bl_idname = "ATELIER_PT_render"
    bl_label = "Render"

    def draw(self, context: bpy.types.Context) -> None:
        """How, where, and the button."""
        layout, chosen = self.layout, context.scene.atelier
        column = layout.column(align=True)
        labelled(column, chosen, "engine")
        row = labelled(column, chosen, "preset")
        preset = presets()[chosen.preset]
        row.label(text=f"{preset.width_px} × {preset.height_px}", translate=False)
        row = labelled(column, chosen, "turntable")
        frames = row.row(align=True)
        frames.active = chosen.turntable
        frames.prop(chosen, "frames", text="")
        labelled(column, chosen, "folder")
        row = layout.row()
        row.scale_y = 1.4
        row.operator("atelier.render", icon="RENDER_STILL", text_ctxt=CONTEXT)
        jobs.draw_progress(layout, context, "atelier.render")


CLASSES = (ATELIER_PT_render,)
