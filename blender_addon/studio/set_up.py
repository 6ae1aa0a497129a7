# SPDX-License-Identifier: GPL-3.0-or-later
"""The studio in the artist's scene: one collection of our own objects, hung from an anchor where the avatar stands.

The scene's camera and world are exchanged, and remembered on the collection for when the studio goes.
"""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from avatar_engine.body.template import FloatArray

from .. import avatars
from ..scene.camera import FRAMINGS, frame, studio_scale
from ..scene.presets import presets, studios
from ..scene.studio import StudioScene, build_studio, place

NAME, ANCHOR = "Atelier Studio", "Atelier Studio Anchor"
KIND = "atelier_studio"
CAMERA, WORLD, POWER = "atelier_camera_before", "atelier_world_before", "atelier_power"


def studio_of(scene: bpy.types.Scene) -> bpy.types.Collection | None:
    """The studio of a scene."""
    return next((each for each in scene.collection.children if KIND in each), None)


def set_up(context: bpy.types.Context, avatar: bpy.types.Collection) -> bpy.types.Collection:
    """Put the chosen studio and camera around an avatar, in place of one that is there."""
    scene = context.scene
    take_down(scene)
    collection = bpy.data.collections.new(NAME)
    scene.collection.children.link(collection)
    collection[KIND] = scene.atelier.studio
    collection[CAMERA] = scene.camera.name if scene.camera is not None else ""
    collection[WORLD] = scene.world.name if scene.world is not None else ""
    built = build_studio(scene, studios()[scene.atelier.studio], collection)
    anchor = bpy.data.objects.new(ANCHOR, None)
    collection.objects.link(anchor)
    anchor.hide_render = True
    anchor.matrix_world = _ground(avatar)
    built.root.parent = built.camera.parent = anchor
    _aim(context, avatar, built, anchor.matrix_world)
    return collection


def take_down(scene: bpy.types.Scene) -> bool:
    """Remove the studio, and give the scene its camera and world back; False where there is none."""
    collection = studio_of(scene)
    if collection is None:
        return False
    world, ours = bpy.data.worlds.get(collection[WORLD]), scene.world
    camera = bpy.data.objects.get(collection[CAMERA])
    if scene.camera is not None and collection.objects.get(scene.camera.name) is scene.camera:
        scene.camera = camera if camera is not None and scene.objects.get(camera.name) is camera else None
    scene.world = world
    if ours is not None and ours is not world and ours.users == 0:
        bpy.data.worlds.remove(ours)
    for thing in list(collection.objects):
        data = thing.data
        bpy.data.objects.remove(thing)
        if data is not None:
            _remove(data)
    bpy.data.collections.remove(collection)
    return True


def _remove(data: bpy.types.ID) -> None:
    if data.users == 0:
        materials = [each for each in getattr(data, "materials", ()) if each is not None]
        bpy.data.batch_remove([data])
        bpy.data.batch_remove([each for each in materials if each.users == 0])


def _ground(avatar: bpy.types.Collection) -> Matrix:
    """Where an avatar stands: its rig's place, turn and size, without what shoes add."""
    rig = avatars.part(avatar, avatars.RIG)
    place_, turn, size = rig.matrix_world.decompose()
    place_.z -= rig.delta_location.z
    return Matrix.LocRotScale(place_, turn, size)


def _aim(context: bpy.types.Context, avatar: bpy.types.Collection, studio: StudioScene, ground: Matrix) -> None:
    chosen = context.scene.atelier
    points = _points(context, avatar, ground)
    skin = _points(context, avatar, ground, (avatars.BODY,))
    stature = float(np.ptp(skin[:, 2]))
    view = frame(points, stature, FRAMINGS[chosen.camera], presets()[chosen.preset].aspect)
    place(studio, view, studio_scale(stature))
    size = ground.median_scale
    for lamp, _ in studio.lamps:
        lamp.energy *= size**2


def _points(
    context: bpy.types.Context,
    avatar: bpy.types.Collection,
    ground: Matrix,
    roles: tuple[str, ...] = (avatars.BODY, avatars.GARMENT),
) -> FloatArray:
    """(n, 3) vertices as they are shown, metres from where the avatar stands."""
    graph = context.evaluated_depsgraph_get()
    found = []
    for thing in avatar.all_objects:
        if thing.atelier.role not in roles or thing.type != "MESH":
            continue
        shown = thing.evaluated_get(graph)
        mesh = shown.to_mesh()
        places = np.empty(3 * len(mesh.vertices), dtype=np.float32)
        mesh.vertices.foreach_get("co", places)
        shown.to_mesh_clear()
        carried = np.asarray(ground.inverted() @ thing.matrix_world)
        found.append(places.reshape(-1, 3) @ carried[:3, :3].T + carried[:3, 3])
    return np.concatenate(found).astype(np.float64)
