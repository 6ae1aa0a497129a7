# SPDX-License-Identifier: GPL-3.0-or-later
"""The body's mesh: quads, texture coordinates, skin weights, and its skin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import bpy
import numpy as np

from avatar_engine.appearance import Appearance
from avatar_engine.body.template import FloatArray, IntArray, load_template

from ..avatars import BODY, RIG, add_part, part
from ..scene.build import shown_quads
from ..scene.meshes import new_mesh
from ..scene.skin import set_skin, skin_material
from .built import BUILT, is_built, mark_built
from .skinned import bind, follow, write_places

SUBDIVISION = "Subdivision"
SKIN = "skin"


@dataclass(frozen=True)
class Shown:
    """The part of the template that is drawn: its vertices' ids (n,), quads (f, 4) into those, corner uvs (f, 4, 2)."""

    ids: IntArray
    quads: IntArray
    uvs: FloatArray


@cache
def shown() -> Shown:
    """Skin and eye sockets; eyes are objects of their own, and shut lips show no mouth."""
    template = load_template()
    chosen = shown_quads(np.zeros(len(template.quads), dtype=bool))
    ids, quads = np.unique(template.quads[chosen], return_inverse=True)
    return Shown(ids.astype(np.int32), quads.reshape(-1, 4).astype(np.int32), template.uvs[template.quad_uvs[chosen]])


def fit_body(avatar: bpy.types.Collection, vertices: FloatArray, key: str) -> bool:
    """Bring the mesh to (13718, 3) places of the template's vertices; False where it is there already.

    A mesh that the artist has added to or cut from keeps its places: they are no longer the template's.
    """
    body = part(avatar, BODY)
    if body is None:
        body = _new_body(avatar, vertices)
    elif is_built(body.data, key):
        return False
    elif is_reshaped(body):
        mark_built(body.data, key)
        return False
    write_places(body.data, vertices[shown().ids])
    mark_built(body.data, key)
    return True


def is_reshaped(body: bpy.types.Object) -> bool:
    """Whether the mesh has other vertices than it was made with."""
    return len(body.data.vertices) != len(shown().ids)


def _new_body(avatar: bpy.types.Collection, vertices: FloatArray) -> bpy.types.Object:
    template, drawn = load_template(), shown()
    mesh = new_mesh(f"{avatar.name} Body", vertices[drawn.ids], drawn.quads, drawn.uvs)
    body = add_part(avatar, BODY, f"{avatar.name} Body", mesh)
    bind(body, template.bone_indices[drawn.ids], template.bone_weights[drawn.ids])
    follow(body, part(avatar, RIG))
    subdivision = body.modifiers.new(SUBDIVISION, "SUBSURF")
    subdivision.levels, subdivision.render_levels = 0, 1
    return body


def paint_skin(avatar: bpy.types.Collection, appearance: Appearance, key: str, size_px: int) -> bool:
    """Give the body the skin of an appearance; False where it has it already."""
    body = part(avatar, BODY)
    if body is None:
        return False
    old = next((each for each in body.data.materials if each is not None and BUILT in each), None)
    if old is not None and is_built(old, key):
        return False
    if old is not None and set_skin(old, appearance, size_px):
        mark_built(old, key)
        return True
    made = skin_material(appearance, f"{avatar.name} Skin", size_px)
    mark_built(made, key)
    if old is None:
        body.data.materials.append(made)
        return True
    old.user_remap(made)
    images = [node.image for node in old.node_tree.nodes if node.type == "TEX_IMAGE"]
    bpy.data.materials.remove(old)
    bpy.data.batch_remove({image for image in images if image is not None and image.users == 0})
    return True
