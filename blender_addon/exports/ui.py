# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of exports."""

from __future__ import annotations

import bpy

from .. import avatars, jobs
from ..panels import AvatarPanel, paragraph
from ..words import CONTEXT, said
from .operator import FORMATS
from .pattern import can_draw_all


class ATELIER_PT_export(AvatarPanel, bpy.types.Panel):
    """The avatar for other programs"""

    bl_idname = "ATELIER_PT_export"
    bl_label = "Export"

    def draw(self, context: bpy.types.Context) -> None:
        """One button for each format."""
        layout = self.layout
        grid = layout.grid_flow(row_major=True, columns=4, even_columns=True, align=True)
        for kind, name, _ in FORMATS:
            grid.operator("atelier.export", text=name, translate=False).kind = kind
        paragraph(
            layout, context, said("As asked for, in the A-pose; your own changes to the meshes stay here."), "INFO"
        )
        jobs.draw_progress(layout, context, "atelier.export")
        layout.separator()
        row = layout.row(align=True)
        row.operator("atelier.pattern_svg", text="Pattern as SVG", text_ctxt=CONTEXT)
        row.operator("atelier.pattern_pdf", text="Pattern as PDF", text_ctxt=CONTEXT)
        jobs.draw_outcome(layout, context, "atelier.pattern_svg")
        jobs.draw_outcome(layout, context, "atelier.pattern_pdf")
        state = avatars.active_avatar(context).atelier
        if 0 <= state.garment_index < len(state.garments):
            row = layout.row()
            row.active = False
            row.label(text=state.garments[state.garment_index].name, text_ctxt=CONTEXT, icon="MOD_CLOTH")
        if not can_draw_all():
            paragraph(layout, context, said("Here a pattern has its sewing lines, without seam allowances."), "INFO")


CLASSES = (ATELIER_PT_export,)
