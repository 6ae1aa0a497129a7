# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset library written and made known to Blender, and its assets put on avatars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
from bpy.props import StringProperty

from .. import avatars, choices, jobs
from ..create import wear
from ..measurements.operator import brought_up
from ..panels import AvatarOperator
from ..parts.clothes import MADE_OF
from ..state import AvatarState
from ..words import CONTEXT, refused, reported
from .arrivals import OFFER, dropped, laid, nearest, offer_of
from .make import FILE
from .shelves import GARMENT, HAIR

NAME = "Atelier"


def own_folder() -> Path:
    """Where the library is unless somebody says otherwise: the extension's folder for what it writes."""
    return Path(bpy.utils.extension_path_user(jobs.PACKAGE, path="assets", create=True))


def is_written() -> bool:
    """Whether the library is where Blender looks for it."""
    libraries = bpy.context.preferences.filepaths.asset_libraries
    return any((Path(each.path) / FILE).exists() for each in libraries if each.name == NAME)


def _make_known(folder: Path) -> None:
    libraries = bpy.context.preferences.filepaths.asset_libraries
    for each in libraries:
        if Path(each.path).resolve() == folder.resolve():
            return
    for each in [each for each in libraries if each.name == NAME and not (Path(each.path) / FILE).exists()]:
        libraries.remove(each)
    libraries.new(name=NAME, directory=str(folder))


class ATELIER_OT_asset_library(jobs.JobOperator, bpy.types.Operator):
    """Write garments, hair and fabrics as assets, in a library that the Asset Browser shows; Escape ends it"""

    bl_idname = "atelier.asset_library"
    bl_label = "Write Asset Library"
    bl_translation_context = CONTEXT

    directory: StringProperty(subtype="DIR_PATH", options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether nothing else is at work."""
        return refused(cls, jobs.busy()) if jobs.busy() else True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """In a Blender of its own."""
        target = Path(bpy.path.abspath(self.directory)) if self.directory else own_folder()
        problem = jobs.unwritable(target)
        if problem:
            self.tell({"WARNING"}, problem)
            return {"CANCELLED"}
        return self.begin(context, jobs.work_of("assets.make", {}, target))

    def take(self, context: bpy.types.Context, job: jobs.Job) -> str:
        """Show it in the Asset Browser."""
        _make_known(job.target)
        return reported("The library Atelier is in the Asset Browser")


class ATELIER_OT_put_on_asset(bpy.types.Operator):
    """Put this garment or hair on the avatar beside it, made for that body"""

    bl_idname = "atelier.put_on_asset"
    bl_label = "Put On"
    bl_options = {"REGISTER", "UNDO"}
    bl_translation_context = CONTEXT

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether the active object is one that nobody wears, and there is somebody to wear it."""
        thing = dropped(context)
        if thing is None:
            return refused(cls, "Choose a garment or hair out of the asset library")
        avatar = nearest(context, thing)
        if avatar is None:
            return refused(cls, "There is no avatar in this scene")
        if not avatars.can_change(avatar):
            return refused(cls, "An object of this avatar is being edited: leave to Object Mode first")
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the avatar, and remove the object that was dropped."""
        thing = dropped(context)
        avatar, (kind, key) = nearest(context, thing), offer_of(thing)
        if key not in _known()[kind]:
            self.report({"WARNING"}, reported("{name} is not in this version's wardrobe", name=thing.name))
            return {"CANCELLED"}
        _TAKERS[kind](avatar.atelier, key)
        avatars.remove_part(thing)
        context.view_layer.objects.active = avatars.part(avatar, avatars.BODY)
        context.scene.atelier.avatar = avatar
        return brought_up(self, avatar)


def _known() -> dict[str, set[str]]:
    return {GARMENT: set(choices.garments()), HAIR: {key for key, _, _ in choices.styles()}}


def _take_hair(state: AvatarState, style: str) -> None:
    state.hair_style = style


_TAKERS: dict[str, Callable[[AvatarState, str], None]] = {GARMENT: wear, HAIR: _take_hair}


class ATELIER_OT_take_fabric(AvatarOperator, bpy.types.Operator):
    """Make garments of the fabric that was dropped on them: how it hangs, its seams, and the garment's own colour"""

    bl_idname = "atelier.take_fabric"
    bl_label = "Make Garment of It"
    bl_translation_context = CONTEXT

    @classmethod
    def obstacle(cls, context: bpy.types.Context, avatar: bpy.types.Collection) -> str:
        """No fabric of the library lies on a garment."""
        return "" if laid(avatar) else "Drop a fabric out of the asset library on a garment"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Choose the fabric; the dropped material gives way to the garment's own."""
        avatar = avatars.active_avatar(context)
        rows = {row.garment: row for row in avatar.atelier.garments}
        for thing, place, fabric in laid(avatar):
            # A material that is marked as the garment's own, and of no fabric yet, is made anew when it is dyed.
            own = thing.material_slots[place].material.copy()
            del own[OFFER]
            own[MADE_OF] = ""
            thing.material_slots[place].material = own
            if fabric in {key for key, _, _ in choices.fabric_items()} and thing.atelier.garment in rows:
                rows[thing.atelier.garment].fabric = fabric
        return brought_up(self, avatar)


CLASSES = (ATELIER_OT_asset_library, ATELIER_OT_put_on_asset, ATELIER_OT_take_fabric)
