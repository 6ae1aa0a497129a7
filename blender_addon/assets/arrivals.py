# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets of the library that come into a file: found, and put to use as soon as Blender is done with the drop."""

from __future__ import annotations

import bpy
from bpy.app.handlers import persistent

from .. import avatars
from .shelves import FABRIC

OFFER = "atelier_offer"  # on an asset: which garment, hair style or fabric it is
AFTER = 0.1  # seconds
HANDLER = "blend_import_post"  # from Blender 4.3 on


def offer_of(thing: bpy.types.ID | None) -> tuple[str, str]:
    """Kind and key of what a data-block offers; empty where it is not out of the library."""
    kind, _, key = str(thing.get(OFFER, "") if thing is not None else "").partition(" ")
    return kind, key


def dropped(context: bpy.types.Context) -> bpy.types.Object | None:
    """The active object, where it is a garment or hair that nobody wears."""
    thing = context.view_layer.objects.active
    return thing if offer_of(thing)[1] else None


def nearest(context: bpy.types.Context, thing: bpy.types.Object) -> bpy.types.Collection | None:
    """The avatar that an object lies closest to, as seen from above."""
    place = thing.matrix_world.translation.xy
    rigs = [(avatar, avatars.part(avatar, avatars.RIG)) for avatar in avatars.in_scene(context.scene)]
    far = {avatar: (rig.matrix_world.translation.xy - place).length for avatar, rig in rigs if rig is not None}
    return min(far, key=far.get, default=None)


def laid(avatar: bpy.types.Collection) -> list[tuple[bpy.types.Object, int, str]]:
    """Fabrics that were dropped on an avatar's garments: the garment, its slot, and the fabric."""
    return [
        (thing, place, offer_of(slot.material)[1])
        for thing in avatars.parts(avatar, avatars.GARMENT)
        for place, slot in enumerate(thing.material_slots)
        if offer_of(slot.material)[0] == FABRIC
    ]


@persistent
def _arrived(imported: bpy.types.BlendImportContext, *_: object) -> None:
    if any(offer_of(item.id)[1] for item in imported.import_items) and not bpy.app.timers.is_registered(_use):
        bpy.app.timers.register(_use, first_interval=AFTER)


def _use() -> None:
    """Put what has come to use, in a step of its own that can be undone."""
    window = next(iter(bpy.context.window_manager.windows), None)
    with bpy.context.temp_override(window=window):
        for operator in (bpy.ops.atelier.put_on_asset, bpy.ops.atelier.take_fabric):
            if operator.poll():
                operator("EXEC_DEFAULT", True)


def watch() -> None:
    """Notice what is dropped from now on."""
    if hasattr(bpy.app.handlers, HANDLER):
        getattr(bpy.app.handlers, HANDLER).append(_arrived)


def forget() -> None:
    """Notice nothing any more."""
    if hasattr(bpy.app.handlers, HANDLER):
        getattr(bpy.app.handlers, HANDLER).remove(_arrived)
    if bpy.app.timers.is_registered(_use):
        bpy.app.timers.unregister(_use)
