# SPDX-License-Identifier: GPL-3.0-or-later
"""Which avatars there are, which one is meant, and which objects are whose."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from .scene.skin import MADE

BODY, RIG, GARMENT, EYES, CORNEA, HAIR, BROWS, LASHES, BEARD = (
    "body", "rig", "garment", "eyes", "cornea", "hair", "brows", "lashes", "beard",
)  # fmt: skip
CHANGEABLE_MODES = ("OBJECT", "POSE")
# What every avatar has; garments come and go.
NEEDED = (RIG, BODY, EYES, CORNEA, HAIR, BROWS, LASHES, BEARD)


def all_avatars() -> Iterator[bpy.types.Collection]:
    """Every avatar of the file that can be changed; linked ones belong to another file."""
    for collection in bpy.data.collections:
        if collection.atelier.is_avatar and collection.library is None:
            yield collection


def in_scene(scene: bpy.types.Scene) -> list[bpy.types.Collection]:
    """The avatars of a scene, by name."""
    inside = {collection.session_uid for collection in scene.collection.children_recursive}
    return sorted((each for each in all_avatars() if each.session_uid in inside), key=lambda each: each.name)


def active_avatar(context: bpy.types.Context) -> bpy.types.Collection | None:
    """The avatar of the active object, else the one chosen last in the scene, else any of the scene."""
    found = in_scene(context.scene)
    chosen = context.view_layer.objects.active
    if chosen is not None and chosen.atelier.role:
        for collection in found:
            if collection.all_objects.get(chosen.name) is chosen:
                return collection
    last = context.scene.atelier.avatar
    return last if last in found else (found[0] if found else None)


def can_change(avatar: bpy.types.Collection) -> bool:
    """Whether no object of the avatar is being edited by hand."""
    return all(thing.mode in CHANGEABLE_MODES for thing in avatar.all_objects)


def parts(avatar: bpy.types.Collection, role: str) -> list[bpy.types.Object]:
    """Objects of an avatar that have a role."""
    return [each for each in avatar.all_objects if each.atelier.role == role]


def part(avatar: bpy.types.Collection, role: str, garment: str = "") -> bpy.types.Object | None:
    """The object of an avatar in a role; None where it was deleted."""
    return next((each for each in parts(avatar, role) if each.atelier.garment == garment), None)


def garment_parts(avatar: bpy.types.Collection) -> dict[str, bpy.types.Object]:
    """Objects of the garments by their ids."""
    return {each.atelier.garment: each for each in parts(avatar, GARMENT)}


def add_part(
    avatar: bpy.types.Collection, role: str, name: str, data: bpy.types.ID, garment: str = ""
) -> bpy.types.Object:
    """A new object of an avatar, in its collection, hung from its rig."""
    thing = bpy.data.objects.new(name, data)
    thing.atelier.role, thing.atelier.garment = role, garment
    avatar.objects.link(thing)
    rig = part(avatar, RIG)
    if rig is not None and role != RIG:
        thing.parent = rig
    return thing


def remove_part(thing: bpy.types.Object) -> None:
    """Take an object out of the file, with what nothing else uses."""
    data = thing.data
    bpy.data.objects.remove(thing)
    if data is not None:
        remove_data(data)


def remove_data(data: bpy.types.ID) -> None:
    """Take a mesh, curves or an armature that nothing uses out of the file, with its materials and textures."""
    if data.users:
        return
    materials = [each for each in getattr(data, "materials", ()) if each is not None]
    bpy.data.batch_remove([data])
    unused = [each for each in materials if each.users == 0]
    images = [node.image for each in unused for node in each.node_tree.nodes if node.type == "TEX_IMAGE"]
    bpy.data.batch_remove(set(unused))
    bpy.data.batch_remove({image for image in images if image is not None and image.users == 0 and MADE in image})
