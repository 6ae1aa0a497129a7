# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the wardrobe: what is worn, the chosen garment, and the map of the fit."""

from __future__ import annotations

import bpy

from .. import avatars, jobs
from ..assets.ui import draw_dropped, draw_library
from ..choices import garments
from ..panels import AvatarPanel
from ..pictures import picture
from ..state import AvatarState, GarmentState
from ..words import CONTEXT
from .fit_map import draw_fit_map
from .garment import draw_garment


class ATELIER_UL_garments(bpy.types.UIList):
    """Garments from the skin outwards"""

    bl_idname = "ATELIER_UL_garments"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: AvatarState,
        item: GarmentState,
        icon: int,
        active_data: AvatarState,
        active_property: str,
    ) -> None:
        """Name, colour, and whether it is put on."""
        row = layout.row(align=True)
        row.label(text=item.name, text_ctxt=CONTEXT, icon="MOD_CLOTH")
        colours = row.row(align=True)
        colours.scale_x = 0.3
        for colour in list(item.colours)[:2]:
            colours.prop(colour, "colour", text="")
        row.prop(item, "worn", text="", icon="HIDE_OFF" if item.worn else "HIDE_ON", emboss=False)


class ATELIER_MT_wear(bpy.types.Menu):
    """Garments to put on"""

    bl_idname = "ATELIER_MT_wear"
    bl_label = "Put On"
    bl_translation_context = CONTEXT

    def draw(self, context: bpy.types.Context) -> None:
        """By layer, from the skin outwards, with pictures where there are some."""
        layer = None
        for key, spec in garments().items():
            if layer is not None and spec.layer != layer:
                self.layout.separator()
            layer = spec.layer
            icon = picture(key)
            look = {"icon_value": icon} if icon else {"icon": "MOD_CLOTH"}
            self.layout.operator("atelier.wear", text=spec.name["en"], text_ctxt=CONTEXT, **look).garment = key


class ATELIER_PT_wardrobe(AvatarPanel, bpy.types.Panel):
    """What the avatar wears"""

    bl_idname = "ATELIER_PT_wardrobe"
    bl_label = "Wardrobe"

    def draw(self, context: bpy.types.Context) -> None:
        """The list, and the chosen garment."""
        layout, avatar = self.layout, avatars.active_avatar(context)
        state = avatar.atelier
        row = layout.row()
        row.template_list("ATELIER_UL_garments", "", state, "garments", state, "garment_index", rows=4)
        buttons = row.column(align=True)
        buttons.menu("ATELIER_MT_wear", text="", icon="ADD")
        buttons.operator("atelier.take_off", text="", icon="REMOVE")
        draw_dropped(layout, context, avatar)
        layout.operator("atelier.drape", icon="MOD_CLOTH", text_ctxt=CONTEXT)
        jobs.draw_progress(layout, context, "atelier.drape")
        if state.garment_index < len(state.garments):
            draw_garment(layout, context, avatar, state.garments[state.garment_index])
        draw_fit_map(layout, context, state)
        draw_library(layout, context)


CLASSES = (ATELIER_UL_garments, ATELIER_MT_wear, ATELIER_PT_wardrobe)
