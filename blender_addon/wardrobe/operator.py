# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments put on and taken off."""

from __future__ import annotations

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from avatar_engine.look_prints import MOST_COLOURS
from garments.catalogue import catalogue

from .. import avatars
from ..choices import garments
from ..create import wear
from ..measurements.operator import brought_up
from ..panels import AvatarOperator
from ..state import GarmentState
from ..words import CONTEXT, reported, said
from .garment import LEAST_COLOURS

NEXT_COLOUR = (0.75, 0.2, 0.2)


class ATELIER_OT_wear(AvatarOperator, bpy.types.Operator):
    """Put this garment on; what is worn in the same layer is taken off"""

    bl_idname = "atelier.wear"
    bl_label = "Put On"
    bl_translation_context = CONTEXT

    garment: EnumProperty(
        name="Garment", items=[(key, spec.name["en"], "") for key, spec in garments().items()],
        translation_context=CONTEXT,
    )  # fmt: skip

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Which garment comes off for it."""
        avatar, wardrobe = avatars.active_avatar(context), catalogue()
        place = wardrobe[properties.garment].place
        for each in avatar.atelier.garments if avatar is not None else ():
            if each.garment in wardrobe and wardrobe[each.garment].place == place:
                return reported("Put this on; {garment} is taken off", garment=said(each.name))
        return said("Put this on")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add it to the list, in the order of layers."""
        avatar = avatars.active_avatar(context)
        wear(avatar.atelier, self.garment)
        return brought_up(self, avatar)


class ChosenGarmentOperator(AvatarOperator):
    """An operator on the garment that is chosen in the list."""

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """Nothing is worn."""
        return "" if avatar.atelier.garments else "Nothing is worn over the base layer"


def chosen(avatar: bpy.types.Collection) -> GarmentState:
    """The garment that is chosen in the list."""
    state = avatar.atelier
    return state.garments[max(0, min(state.garment_index, len(state.garments) - 1))]


class ATELIER_OT_take_off(ChosenGarmentOperator, bpy.types.Operator):
    """Take the chosen garment off"""

    bl_idname = "atelier.take_off"
    bl_label = "Take Off"
    bl_translation_context = CONTEXT

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it from the list."""
        avatar = avatars.active_avatar(context)
        state = avatar.atelier
        state.garments.remove(min(state.garment_index, len(state.garments) - 1))
        state.garment_index = max(0, min(state.garment_index, len(state.garments) - 1))
        return brought_up(self, avatar)


class ATELIER_OT_take_size(ChosenGarmentOperator, bpy.types.Operator):
    """Take this size of the chosen garment, the one that is advised for this body"""

    bl_idname = "atelier.take_size"
    bl_label = "Take Size"
    bl_translation_context = CONTEXT

    size: StringProperty(options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Choose it, where the garment is made in it."""
        avatar = avatars.active_avatar(context)
        try:
            chosen(avatar).size = self.size
        except TypeError:
            self.report(
                {"WARNING"}, reported("{garment} is not made in {size}", garment=chosen(avatar).name, size=self.size)
            )
            return {"CANCELLED"}
        return brought_up(self, avatar)


class ATELIER_OT_print_colour(ChosenGarmentOperator, bpy.types.Operator):
    """Give the print of the chosen garment one colour more or less"""

    bl_idname = "atelier.print_colour"
    bl_label = "Colours of the Print"
    bl_translation_context = CONTEXT

    more: BoolProperty(options={"HIDDEN"}, default=True)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The last one."""
        avatar = avatars.active_avatar(context)
        colours = chosen(avatar).print_colours
        if self.more and len(colours) < MOST_COLOURS:
            colours.add().colour = NEXT_COLOUR
        elif not self.more and len(colours) > LEAST_COLOURS:
            colours.remove(len(colours) - 1)
        return brought_up(self, avatar)


CLASSES = (ATELIER_OT_wear, ATELIER_OT_take_off, ATELIER_OT_take_size, ATELIER_OT_print_colour)
