# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes as meshes on the head's bone, and hair, brows, lashes and beard as curves that hang from it."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from avatar_engine.appearance import Appearance
from avatar_engine.body.template import FloatArray, IntArray, load_template

from ..avatars import BEARD, BROWS, CORNEA, EYES, HAIR, LASHES, RIG, add_part, part, parts, remove_data
from ..engine import key_of
from ..scene.eyes import ball_material, wet_materials
from ..scene.hair import hair_material, strand_kinds, strands_to_curves
from ..scene.meshes import new_mesh, set_materials
from .built import is_built, mark_built
from .skinned import bind, follow, read_places, write_places

HEAD = "head"
GROWN = (HAIR, BROWS, LASHES, BEARD)
ROLES = (EYES, CORNEA, *GROWN)


def fit_features(avatar: bpy.types.Collection, appearance: Appearance, key: str, complete: bool) -> bool:
    """Make eyes and hair anew for a body and an appearance; False where they are as wanted.

    ``complete``: those that are missing, too.
    """
    there = {role: part(avatar, role) for role in ROLES}
    stale = [role for role, thing in there.items() if thing is not None and not is_built(thing.data, key)]
    wanted = [*stale, *(role for role, thing in there.items() if complete and thing is None)]
    makers = {
        EYES: lambda: _eyes(avatar, appearance),
        CORNEA: lambda: _cornea(avatar, appearance),
        **{role: lambda kind=kind: _strands(avatar, appearance, kind) for kind, role in enumerate(GROWN)},
    }
    for role in wanted:
        made = makers[role]()
        mark_built(made, key)
        _exchange(avatar, role, made)
    return bool(wanted)


def _exchange(avatar: bpy.types.Collection, role: str, data: bpy.types.ID) -> None:
    """Give an object its new mesh or curves, or make the object."""
    thing, rig = part(avatar, role), part(avatar, RIG)
    if thing is not None:
        old, thing.data = thing.data, data
        remove_data(old)
    else:
        thing = add_part(avatar, role, data.name, data)
    if role in GROWN:
        _hang(thing, rig)
    else:
        _on_head(thing, rig)
    # Lids and lashes shade the ball; what is clear must not.
    thing.visible_shadow = role != CORNEA


def _eyes(avatar: bpy.types.Collection, appearance: Appearance) -> bpy.types.Mesh:
    vertices, faces, _ = _joined([(eye.vertices, eye.faces) for eye in appearance.eyes])
    uvs = np.concatenate([eye.uvs for eye in appearance.eyes])[faces]
    mesh = new_mesh(f"{avatar.name} Eyes", vertices, faces, uvs)
    key = key_of(appearance.eye_colour.key, appearance.seed)
    material = next((each for each in _materials(avatar, EYES) if is_built(each, key)), None)
    if material is None:
        material = ball_material(appearance, mesh.name)
        mark_built(material, key)
    mesh.materials.append(material)
    return mesh


def _cornea(avatar: bpy.types.Collection, appearance: Appearance) -> bpy.types.Mesh:
    clear = [(eye.cornea_vertices, eye.cornea_faces) for eye in appearance.eyes]
    tears = [(eye.tear_vertices, eye.tear_faces) for eye in appearance.eyes]
    vertices, faces, which = _joined([*clear, *tears])
    mesh = new_mesh(f"{avatar.name} Cornea", vertices, faces)
    materials = _materials(avatar, CORNEA) or list(wet_materials())
    set_materials(mesh, materials, np.where(which < len(clear), 0, len(materials) - 1))
    return mesh


def _strands(avatar: bpy.types.Collection, appearance: Appearance, kind: int) -> bpy.types.Curves:
    kind_of = strand_kinds(appearance)[kind]
    name = f"{avatar.name} {kind_of.name}"
    # Colour is in the strands.
    material = next(iter(_materials(avatar, GROWN[kind])), None) or hair_material(name, kind_of.roughness)
    return strands_to_curves(name, kind_of, material)


def _materials(avatar: bpy.types.Collection, role: str) -> list[bpy.types.Material]:
    """What an object is made of already, the artist's changes to it included."""
    thing = part(avatar, role)
    return [] if thing is None else [each for each in thing.data.materials if each is not None]


def _joined(surfaces: list[tuple[FloatArray, IntArray]]) -> tuple[FloatArray, IntArray, IntArray]:
    """Vertices and faces of all surfaces, and which one each face is of."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in surfaces)])
    faces = [part + start for (_, part), start in zip(surfaces, starts, strict=False)]
    which = np.repeat(np.arange(len(surfaces)), [len(part) for part in faces])
    return np.concatenate([vertices for vertices, _ in surfaces]), np.concatenate(faces), which


def _on_head(thing: bpy.types.Object, rig: bpy.types.Object) -> None:
    count = len(thing.data.vertices)
    bones = np.full((count, 4), load_template().bone(HEAD), dtype=np.int32)
    bind(thing, bones, np.tile([1.0, 0.0, 0.0, 0.0], (count, 1)))
    follow(thing, rig)


def _hang(thing: bpy.types.Object, rig: bpy.types.Object) -> None:
    """Hang curves, which know no armature modifier, from the head's bone."""
    thing.parent, thing.parent_type, thing.parent_bone = rig, "BONE", HEAD
    _rehang(thing, rig)


def _rehang(thing: bpy.types.Object, rig: bpy.types.Object) -> None:
    # Blender hangs children from a bone's tail.
    bone = rig.data.bones[HEAD]
    thing.matrix_parent_inverse = (bone.matrix_local @ Matrix.Translation((0.0, bone.length, 0.0))).inverted()


def rehang(avatar: bpy.types.Collection) -> None:
    """After the bones were moved: keep curves where they grow."""
    rig = part(avatar, RIG)
    for role in GROWN:
        for thing in parts(avatar, role):
            _rehang(thing, rig)


def carry(avatar: bpy.types.Collection, by: FloatArray) -> None:
    """Move eyes and hair (3,) along with the head, until they are made for it."""
    for role in ROLES:
        for thing in parts(avatar, role):
            if role in GROWN and len(thing.data.points) == 0:
                continue
            if role in GROWN:
                places = np.empty(3 * len(thing.data.points), dtype=np.float32)
                thing.data.position_data.foreach_get("vector", places)
                moved = places.reshape(-1, 3) + by.astype(np.float32)
                thing.data.position_data.foreach_set("vector", moved.ravel())
                thing.data.update_tag()
            else:
                write_places(thing.data, read_places(thing.data) + by)
