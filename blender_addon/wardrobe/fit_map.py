# SPDX-License-Identifier: GPL-3.0-or-later
"""The fit map's chooser and its legend: the colours of the map with centimetres or percent below them."""

from __future__ import annotations

import bpy

from avatar_engine.fitting.fit_map import SCALES

from ..panels import labelled, paragraph
from ..scene_state import legend_marks, legend_name
from ..state import AvatarState
from ..words import CONTEXT, said

OFF = "none"
MEANINGS = {
    "ease": "Room between cloth and skin in cm; yellow is tight. All around, 1 cm adds 6 cm of girth.",
    "strain": "Stretch of the cloth in %; yellow is tight.",
}


def draw_fit_map(layout: bpy.types.UILayout, context: bpy.types.Context, state: AvatarState) -> None:
    """Which map, what its colours mean, and a way to see it where the viewport hides colours."""
    column = layout.column(align=True)
    labelled(column, state, "fit_map")
    if state.fit_map == OFF:
        return
    scale = SCALES[state.fit_map]
    colours, numbers = column.row(align=True), column.row(align=True)
    for place, mark in enumerate(legend_marks(state.fit_map)):
        colours.prop(context.scene.atelier, legend_name(state.fit_map, place), text="")
        more = "+" if mark == scale.high else ""
        numbers.label(text=f"{mark:g}{more}", translate=False)
    paragraph(layout, context, said(MEANINGS[state.fit_map]))
    shading = getattr(context.space_data, "shading", None)
    if shading is not None and shading.type == "SOLID" and shading.color_type != "VERTEX":
        paragraph(layout, context, said("Solid view hides the map."), "INFO")
        button = layout.operator("wm.context_set_enum", text="Show Attribute Colours", text_ctxt=CONTEXT)
        button.data_path, button.value = "space_data.shading.color_type", "VERTEX"
