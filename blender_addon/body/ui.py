# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of the body."""

from __future__ import annotations

import bpy

from .. import avatars
from ..panels import AvatarPanel, labelled
from ..words import CONTEXT


class ATELIER_PT_body(AvatarPanel, bpy.types.Panel):
    """Body type, another body with the same measurements, and the face"""

    bl_idname = "ATELIER_PT_body"
    bl_label = "Body"

    def draw(self, context: bpy.types.Context) -> None:
        """Type, variation, face."""
        state = avatars.active_avatar(context).atelier
        column = self.layout.column(align=True)
        labelled(column, state, "sex")
        column = self.layout.column(align=True)
        labelled(column, state, "variation")
        row = labelled(column, state, "variation_seed")
        row.operator("atelier.reseed", text="", icon="FILE_REFRESH").what = "variation_seed"
        row = labelled(column, state, "face_seed")
        row.operator("atelier.reseed", text="", icon="FILE_REFRESH").what = "face_seed"
        self.layout.operator("atelier.type_keys", icon="SHAPEKEY_DATA", text_ctxt=CONTEXT)


CLASSES = (ATELIER_PT_body,)
