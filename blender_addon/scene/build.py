# SPDX-License-Identifier: GPL-3.0-or-later
"""A dressed avatar as Blender objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from avatar_engine.body.template import BoolArray, FloatArray, load_template
from avatar_engine.errors import RenderError
from avatar_engine.words import phrase
from garments.catalogue import catalogue
from garments.weaves import weaves

from . import painted, smooth
from .cloth import HEM_WIDTH, cloth_material, set_colour, set_print
from .eyes import add_eyes
from .hair import add_hair
from .meshes import add_object, add_point_attribute, add_point_colour, new_mesh, set_materials
from .person import DressedAvatar
from .skin import image_from_array, skin_material

if TYPE_CHECKING:
    from avatar_engine.fitting import FittedGarment

# The eyes have their own geometry, and shut lips show no tongue; without the mouth behind them they would be edges,
# which subdivision draws apart to a slit.
SHOWN_PARTS = ("skin", "eye_socket", "mouth")
# Cloth this far under other cloth, and this far from where that ends, is left out; layers may cross by TOUCH.
UNDER = 0.025
TOUCH = 0.02


@dataclass(frozen=True)
class SceneAvatar:
    """Objects of one avatar: body, garments by id, eyes and hair; ``cloth`` has a material per (garment, slot)."""

    person: DressedAvatar
    body: bpy.types.Object
    garments: dict[str, bpy.types.Object]
    features: tuple[bpy.types.Object, ...]
    cloth: dict[tuple[str, str], bpy.types.Material]

    def objects(self) -> tuple[bpy.types.Object, ...]:
        """All objects of the avatar."""
        return (self.body, *self.garments.values(), *self.features)


def build_avatar(person: DressedAvatar, collection: bpy.types.Collection) -> SceneAvatar:
    """Body, clothes, eyes and hair as objects of a collection; metres, Z up, facing -Y."""
    cloth: dict[tuple[str, str], bpy.types.Material] = {}
    garments = {
        garment.garment: _garment(
            garment,
            covered_triangles(garment, person.garments[place + 1 :]),
            collection,
            cloth,
            person.cloth_colours.get(garment.garment),
        )
        for place, garment in enumerate(person.garments)
    }
    features = (*add_eyes(person.appearance, collection), *add_hair(person.appearance, collection))
    avatar = SceneAvatar(person, _body(person, collection), garments, features, cloth)
    for thing in avatar.objects():
        thing.location.z += person.lift
    return avatar


def recolour(avatar: SceneAvatar, garment: str, slot: str, colour: str) -> None:
    """Dye one slot of a garment "#rrggbb", leaving every object as it is; raises ``RenderError``."""
    material = avatar.cloth.get((garment, slot))
    if material is None:
        known = ", ".join(f"{worn} {part}" for worn, part in avatar.cloth)
        raise RenderError(phrase("no_such_cloth", garment=garment, slot=slot), phrase("hint_dye", known=known))
    set_colour(material, colour)


def remove_avatar(avatar: SceneAvatar) -> None:
    """Take an avatar out of Blender, with its meshes, materials and textures."""
    for thing in avatar.objects():
        bpy.data.objects.remove(thing)
    bpy.data.orphans_purge(do_recursive=True)
    # Cycles knows an image by its address alone: one that takes the place of another in memory would show the
    # other's pixels, somebody else's skin. Turned off, it lets go of what it has read.
    bpy.context.scene.render.use_persistent_data = False


def shown_quads(hidden: BoolArray) -> BoolArray:
    """(13710,) quads of the template that are drawn."""
    parts = load_template().parts
    shown: BoolArray = np.any([parts[name] for name in SHOWN_PARTS], axis=0) & ~hidden
    return shown


def _body(person: DressedAvatar, collection: bpy.types.Collection) -> bpy.types.Object:
    template = load_template()
    shown = shown_quads(person.hidden_quads)
    mesh = new_mesh("Body", person.body.vertices, template.quads[shown], template.uvs[template.quad_uvs[shown]])
    mesh.materials.append(skin_material(person.appearance))
    body = add_object("Body", mesh, collection)
    subdivision = body.modifiers.new("Subdivision", "SUBSURF")
    subdivision.levels, subdivision.render_levels = 0, 1
    return body


def covered_triangles(inner: FittedGarment, outer: Sequence[FittedGarment]) -> BoolArray:
    """(m,) triangles of a garment that lie well under another: they would at most show where threads touch."""
    covered = np.zeros(len(inner.vertices), dtype=bool)
    normals = smooth.vertex_normals(inner.vertices, inner.triangles)
    for garment in outer:
        tree = BVHTree.FromPolygons(garment.vertices.tolist(), garment.triangles.tolist())
        hem = smooth.hem_distance(garment.vertices, garment.triangles)[garment.triangles].min(axis=1)
        for i in np.flatnonzero(~covered):
            start, out = Vector(inner.vertices[i] - TOUCH * normals[i]), Vector(normals[i])
            _, facing, triangle, _ = tree.ray_cast(start, out, TOUCH + UNDER)
            covered[i] = triangle is not None and facing.dot(out) > 0.0 and hem[triangle] > UNDER
    under: BoolArray = covered[inner.triangles].all(axis=1)
    return under


def _garment(
    garment: FittedGarment,
    covered: BoolArray,
    collection: bpy.types.Collection,
    cloth: dict[tuple[str, str], bpy.types.Material],
    colours: FloatArray | None = None,
) -> bpy.types.Object:
    # Hems are found on the whole garment: where it is left out under another, it does not end.
    hem = smooth.hem_distance(garment.vertices, garment.triangles)
    if garment.stitches is not None:
        hem = hem + HEM_WIDTH - garment.stitches
    seam = smooth.seam_distance(garment.vertices, garment.triangles, garment.corner_uvs)
    shown = garment.triangles[~covered]
    vertices, triangles, uvs = smooth.subdivide(garment.vertices, shown, garment.corner_uvs[~covered])
    edges = smooth.find_edges(shown)
    ends, between = edges.ends, smooth.seam_middles(seam, garment.vertices, edges, garment.corner_uvs[~covered])
    mesh = new_mesh(garment.garment, vertices, triangles, uvs)
    add_point_attribute(mesh, "hem_distance", np.concatenate([hem, hem[ends].mean(axis=1)]))
    add_point_attribute(mesh, "seam_distance", np.concatenate([seam, between]))
    if colours is None:
        materials = {slot: _dyed(garment, slot) for slot in garment.slots}
    else:
        add_point_colour(mesh, painted.ATTRIBUTE, np.concatenate([colours, colours[ends].mean(axis=1)]))
        materials = {slot: painted.painted_material(f"{garment.garment} {slot}") for slot in garment.slots}
    cloth.update({(garment.garment, slot): material for slot, material in materials.items()})
    set_materials(mesh, list(materials.values()), np.repeat(garment.triangle_slots[~covered], 4))
    thing = add_object(garment.garment, mesh, collection)
    _thicken(thing, garment.thickness)
    return thing


def _dyed(garment: FittedGarment, slot: str) -> bpy.types.Material:
    spec = catalogue()[garment.garment]
    made_of = spec.slot_material(slot, garment.fabric)
    name = f"{garment.garment} {slot}"
    material = cloth_material(name, made_of, weaves()[made_of.id], garment.colours[slot])
    if garment.printed is not None and spec.is_printed(slot, garment.fabric):
        set_print(material, image_from_array(f"{name} print", garment.printed.pixels()), garment.printed.repeat())
    return material


def _thicken(thing: bpy.types.Object, thickness: float) -> None:
    """Give cloth an edge; outwards, since its inner side already keeps its distance from the body."""
    solidify = thing.modifiers.new("Thickness", "SOLIDIFY")
    solidify.thickness = thickness
    solidify.offset = 1.0
    solidify.use_rim = True
