# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars made, chosen, named and removed: the head of the tab."""

from __future__ import annotations

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from avatar_engine.body.face import face_seed
from garments.catalogue import catalogue

from . import avatars, live
from .colours import channels
from .panels import AtelierPanel, AvatarOperator, paragraph
from .parts.body import is_reshaped
from .state import AvatarState, GarmentState
from .upgrade import FORMAT
from .words import CONTEXT, refused, reported

FIRST_OUTFIT = ("trainers", "trousers-straight", "t-shirt")
APART = 1.2  # metres between avatars


def new_avatar(context: bpy.types.Context, name: str, dressed: bool = True) -> bpy.types.Collection:
    """An empty avatar with its state; ``live.bring_up`` makes its objects."""
    avatar = bpy.data.collections.new(name)
    context.scene.collection.children.link(avatar)
    state = avatar.atelier
    state.format = FORMAT
    state.face_seed = face_seed(avatar.name) % 2**31
    for garment in FIRST_OUTFIT if dressed else ():
        put_on(state, garment)
    # Last, since only what is an avatar is brought up.
    state.is_avatar = True
    context.scene.atelier.avatar = avatar
    return avatar


def put_on(state: AvatarState, garment: str) -> GarmentState:
    """Add a garment in its own colours."""
    spec = catalogue()[garment]
    made = state.garments.add()
    made.garment, made.name = spec.id, spec.name["en"]
    for slot, colour in spec.slots.items():
        dyed = made.colours.add()
        dyed.name, dyed.colour = slot, channels(colour)
    return made


def wear(state: AvatarState, garment: str) -> None:
    """Put a garment on in place of the one that is worn where it goes, and choose it in the list."""
    worn, wardrobe = state.garments, catalogue()
    place = wardrobe[garment].place
    for index in reversed(range(len(worn))):
        if worn[index].garment in wardrobe and wardrobe[worn[index].garment].place == place:
            worn.remove(index)
    put_on(state, garment)
    new = len(worn) - 1
    order = [wardrobe[each.garment].layer if each.garment in wardrobe else 0 for each in worn]
    wanted = sum(layer <= order[new] for layer in order[:new])
    worn.move(new, wanted)
    state.garment_index = wanted


def stand(context: bpy.types.Context, avatar: bpy.types.Collection, place: int) -> None:
    """Put a new avatar beside those that are there, and make it the active object."""
    rig = avatars.part(avatar, avatars.RIG)
    if rig is None:
        return
    rig.location = context.scene.cursor.location
    rig.location.x += place * APART * rig.scale.x
    for each in context.selected_objects:
        each.select_set(False)
    chosen = avatars.part(avatar, avatars.BODY) or rig
    chosen.select_set(True)
    context.view_layer.objects.active = chosen


class ATELIER_OT_create(bpy.types.Operator):
    """Add a person whose measurements, clothes and looks you can change in this tab"""

    bl_idname = "atelier.create"
    bl_label = "New Avatar"
    bl_options = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT

    name: StringProperty(name="Name", default="Avatar", translation_context=CONTEXT)
    dressed: BoolProperty(
        name="Dressed", description="Start with T-shirt, trousers and trainers", default=True,
        translation_context=CONTEXT,
    )  # fmt: skip

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Objects can be added in Object Mode alone."""
        if context.mode != "OBJECT":
            return refused(cls, "Avatars are added in Object Mode")
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the avatar beside the others."""
        place = len(avatars.in_scene(context.scene))
        avatar = new_avatar(context, self.name, self.dressed)
        done = live.bring_up(avatar, complete=True)
        stand(context, avatar, place)
        if not done:
            self.report({"WARNING"}, avatar.atelier.problem)
        return {"FINISHED"}


class ATELIER_OT_remove(AvatarOperator, bpy.types.Operator):
    """Remove this avatar with all of its objects"""

    bl_idname = "atelier.remove"
    bl_label = "Remove Avatar"
    bl_translation_context = CONTEXT

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Objects that are not Atelier's are kept, in the scene's own collection."""
        avatar = avatars.active_avatar(context)
        for thing in list(avatar.all_objects):
            if thing.atelier.role:
                avatars.remove_part(thing)
            elif context.scene.collection.objects.get(thing.name) is None:
                context.scene.collection.objects.link(thing)
        bpy.data.collections.remove(avatar)
        return {"FINISHED"}


class ATELIER_OT_restore(AvatarOperator, bpy.types.Operator):
    """Make the objects of this avatar again that were deleted or reshaped by hand"""

    bl_idname = "atelier.restore"
    bl_label = "Restore Objects"
    bl_translation_context = CONTEXT

    def execute(self, context: bpy.types.Context) -> set[str]:
        """All of them, where the rig or the body has to be made again."""
        avatar = avatars.active_avatar(context)
        body, rig = (avatars.part(avatar, role) for role in (avatars.BODY, avatars.RIG))
        if body is None or rig is None or is_reshaped(body):
            for thing in [each for each in avatar.all_objects if each.atelier.role]:
                avatars.remove_part(thing)
        if not live.bring_up(avatar, complete=True):
            self.report({"WARNING"}, avatar.atelier.problem)
        return {"FINISHED"}


class ATELIER_OT_choose(bpy.types.Operator):
    """Work on this avatar"""

    bl_idname = "atelier.choose"
    bl_label = "Choose Avatar"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}
    bl_translation_context = CONTEXT

    avatar: IntProperty(options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make its body the active object."""
        for avatar in avatars.in_scene(context.scene):
            if avatar.session_uid == self.avatar:
                context.scene.atelier.avatar = avatar
                context.view_layer.objects.active = avatars.part(avatar, avatars.BODY)
        return {"FINISHED"}


class ATELIER_MT_avatars(bpy.types.Menu):
    """The avatars of this scene"""

    bl_idname = "ATELIER_MT_avatars"
    bl_label = "Avatars"
    bl_translation_context = CONTEXT

    def draw(self, context: bpy.types.Context) -> None:
        """One row for each."""
        for avatar in avatars.in_scene(context.scene):
            row = self.layout.operator("atelier.choose", text=avatar.name, icon="OUTLINER_OB_ARMATURE", translate=False)
            row.avatar = avatar.session_uid


class ATELIER_PT_avatar(AtelierPanel, bpy.types.Panel):
    """Which avatar the tab is about, and what is wrong with it"""

    bl_idname = "ATELIER_PT_avatar"
    bl_label = "Avatar"

    def draw(self, context: bpy.types.Context) -> None:
        """The chooser, the name, and problems."""
        layout = self.layout
        avatar = avatars.active_avatar(context)
        if avatar is None:
            paragraph(layout, context, reported("A person with the measurements, clothes and looks you choose."))
            row = layout.row()
            row.scale_y = 1.6
            row.operator("atelier.create", icon="ADD", text_ctxt=CONTEXT)
            return
        row = layout.row(align=True)
        row.menu("ATELIER_MT_avatars", text="", icon="OUTLINER_OB_ARMATURE")
        row.prop(avatar, "name", text="")
        row.operator("atelier.create", text="", icon="ADD")
        row.operator("atelier.remove", text="", icon="TRASH")
        self._problems(context, avatar)

    def _problems(self, context: bpy.types.Context, avatar: bpy.types.Collection) -> None:
        state = avatar.atelier
        if state.problem:
            box = self.layout.box()
            box.alert = True
            paragraph(box, context, state.problem, "ERROR")
        body = avatars.part(avatar, avatars.BODY)
        missing = [role for role in avatars.NEEDED if avatars.part(avatar, role) is None]
        if missing or (body is not None and is_reshaped(body)):
            box = self.layout.box()
            text = "Objects of this avatar were deleted." if missing else "The body was reshaped by hand."
            paragraph(box, context, reported(text), "INFO")
            box.operator("atelier.restore", icon="FILE_REFRESH", text_ctxt=CONTEXT)
        if state.low_confidence:
            paragraph(self.layout, context, reported("So heavy a body is beyond what the model has seen."), "INFO")


CLASSES = (
    ATELIER_OT_create,
    ATELIER_OT_remove,
    ATELIER_OT_restore,
    ATELIER_OT_choose,
    ATELIER_MT_avatars,
    ATELIER_PT_avatar,
)
