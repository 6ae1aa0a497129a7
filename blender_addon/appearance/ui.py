# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of hair and skin."""

from __future__ import annotations

import bpy

from avatar_engine.appearance.beard import NONE as NO_BEARD

from .. import avatars
from ..choices import FREE_COLOUR
from ..panels import AvatarPanel, labelled


class ATELIER_PT_appearance(AvatarPanel, bpy.types.Panel):
    """Hair, skin and eyes"""

    bl_idname = "ATELIER_PT_appearance"
    bl_label = "Hair & Skin"

    def draw(self, context: bpy.types.Context) -> None:
        """Hair and beard, skin and eyes."""
        state = avatars.active_avatar(context).atelier
        column = self.layout.column(align=True)
        labelled(column, state, "hair_style")
        for name in ("hair", "roots", "highlights"):
            row = labelled(column, state, name)
            if getattr(state, name) == FREE_COLOUR:
                row.prop(state, f"{name}_custom", text="")
        labelled(column, state, "grey")
        column = self.layout.column(align=True)
        labelled(column, state, "beard")
        if state.beard != NO_BEARD:
            row = labelled(column, state, "beard_colour")
            if state.beard_colour == FREE_COLOUR:
                row.prop(state, "beard_colour_custom", text="")
        column = self.layout.column(align=True)
        labelled(column, state, "skin_tone")
        labelled(column, state, "undertone")
        row = labelled(column, state, "shows_age")
        if state.shows_age:
            row.prop(state, "age_years", text="")
        labelled(column, state, "eyes")
        row = labelled(column, state, "detail_seed")
        row.operator("atelier.reseed", text="", icon="FILE_REFRESH").what = "detail_seed"


CLASSES = (ATELIER_PT_appearance,)
