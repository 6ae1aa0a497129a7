# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of exports."""

from __future__ import annotations

import bpy

from .. import jobs
from ..panels import AvatarPanel, paragraph
from ..words import said
from .operator import FORMATS


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


CLASSES = (ATELIER_PT_export,)
