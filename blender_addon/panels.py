# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panels share: the tab, the avatar they speak of, rows that line up, and text that wraps."""

from __future__ import annotations

import textwrap

import bpy

from . import avatars
from .words import CONTEXT, refused

TAB = "Atelier"
LABEL_SHARE = 0.4
LETTER_WIDTH = 7.0  # pixels of an average letter at a resolution scale of 1


class AtelierPanel:
    """A panel of the tab "Atelier" in the 3D Viewport."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_translation_context = CONTEXT


class AvatarPanel(AtelierPanel):
    """A panel that is there when there is an avatar."""

    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is an avatar to speak of."""
        return avatars.active_avatar(context) is not None


class AvatarOperator:
    """An operator that needs an avatar, and says so; ``obstacle`` is what else may stand in its way."""

    bl_options = {"REGISTER", "UNDO"}
    changes_avatar = True

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether there is an avatar to work on, and none of its objects is being edited by hand."""
        avatar = avatars.active_avatar(context)
        if avatar is None:
            return refused(cls, "There is no avatar in this scene")
        if cls.changes_avatar and not avatars.can_change(avatar):
            return refused(cls, "An object of this avatar is being edited: leave to Object Mode first")
        why = cls.obstacle(context, avatar)
        return refused(cls, why) if why else True

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Why the operator cannot act on this avatar, in English; "" where it can."""
        return ""


def labelled(layout: bpy.types.UILayout, owner: bpy.types.bpy_struct, name: str, text: str = "") -> bpy.types.UILayout:
    """A property with its label in the left column; the row that holds the field, for more beside it."""
    split = layout.split(factor=LABEL_SHARE, align=True)
    label = text or owner.bl_rna.properties[name].name
    split.label(text=label, text_ctxt=CONTEXT)
    row = split.row(align=True)
    row.prop(owner, name, text="")
    return row


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Text in as many lines as the panel's width asks, an icon before the first."""
    scale = context.preferences.system.ui_scale
    width = context.region.width if context.region is not None else 300
    letters = max(16, int((width - 60 * scale) / (LETTER_WIDTH * scale)))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(textwrap.wrap(text, letters)):
        column.label(text=line, icon=icon if number == 0 else ("BLANK1" if icon != "NONE" else "NONE"), translate=False)
