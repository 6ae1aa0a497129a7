# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments put on and taken off."""

from __future__ import annotations

import bpy
from bpy.props import EnumProperty

from garments.catalogue import catalogue

from .. import avatars
from ..choices import garments
from ..create import put_on
from ..measurements.operator import brought_up
from ..panels import AvatarOperator
from ..words import CONTEXT, said


class ATELIER_OT_wear(AvatarOperator, bpy.types.Operator):
    """Put this garment on; what is worn in the same layer is taken off"""

    bl_idname = "atelier.wear"
    bl_label = "Put On"
    bl_translation_context = CONTEXT

    garment: EnumProperty(
        name="Garment", items=[(key, spec.name["en"], "") for key, spec in garments().items()],
        translation_context=CONTEXT,
    )  # fmt: skip

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add it to the list, in the order of layers."""
        avatar = avatars.active_avatar(context)
        worn, wardrobe = avatar.atelier.garments, catalogue()
        place = wardrobe[self.garment].place
        for index in reversed(range(len(worn))):
            if worn[index].garment in wardrobe and wardrobe[worn[index].garment].place == place:
                worn.remove(index)
        put_on(avatar.atelier, self.garment)
        new = len(worn) - 1
        order = [wardrobe[each.garment].layer if each.garment in wardrobe else 0 for each in worn]
        wanted = sum(layer <= order[new] for layer in order[:new])
        worn.move(new, wanted)
        avatar.atelier.garment_index = wanted
        return brought_up(self, avatar)


class ATELIER_OT_take_off(AvatarOperator, bpy.types.Operator):
    """Take the chosen garment off"""

    bl_idname = "atelier.take_off"
    bl_label = "Take Off"
    bl_translation_context = CONTEXT

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether something is worn."""
        if not super().poll(context):
            return False
        if not avatars.active_avatar(context).atelier.garments:
            cls.poll_message_set(said("Nothing is worn over the base layer"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it from the list."""
        avatar = avatars.active_avatar(context)
        state = avatar.atelier
        state.garments.remove(min(state.garment_index, len(state.garments) - 1))
        state.garment_index = max(0, min(state.garment_index, len(state.garments) - 1))
        return brought_up(self, avatar)


CLASSES = (ATELIER_OT_wear, ATELIER_OT_take_off)
