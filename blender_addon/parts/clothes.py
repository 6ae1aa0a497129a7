# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments as objects: one mesh each, with the flat panels as texture coordinates and a material per colour slot."""

from __future__ import annotations

import bpy
import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.fitting import FittedGarment, Outfit
from avatar_engine.fitting.fit_map import SCALES, colours_of, linear, map_values
from avatar_engine.standing import standing_lift
from garments.catalogue import catalogue
from garments.prints import TILE, Print
from garments.weaves import weaves

from ..avatars import GARMENT, RIG, add_part, garment_parts, part, remove_part
from ..colours import channels
from ..engine import Worn, dyed, key_of
from ..scene import painted, smooth
from ..scene.cloth import HEM_WIDTH, cloth_material, printed_image, set_colour, set_print
from ..scene.meshes import add_point_attribute, add_point_colour, new_mesh, set_materials
from ..scene.skin import MADE, image_from_array
from .built import is_built, mark_built
from .skinned import bind, follow, write_places

MAP = "atelier_map"
MADE_OF = "atelier_made_of"
FACES = "atelier_faces"


def fit_clothes(avatar: bpy.types.Collection, outfit: Outfit, key: str) -> bool:
    """Bring the garments to an outfit around the A-pose; False where they are there already."""
    there = garment_parts(avatar)
    wanted = {garment.garment: garment for garment in outfit.garments}
    for name in there.keys() - wanted.keys():
        remove_part(there.pop(name))
    changed = False
    for name, garment in wanted.items():
        if name not in there or not is_built(there[name].data, key):
            _fit(avatar, there.get(name), garment)
            changed = True
            mark_built(garment_parts(avatar)[name].data, key)
    rig = part(avatar, RIG)
    if rig is not None:
        # The soles of shoes lie below bare feet; what lifts them leaves the artist's own placing alone.
        rig.delta_location.z = standing_lift(outfit.garments) * rig.scale.z
    return changed


def _fit(avatar: bpy.types.Collection, thing: bpy.types.Object | None, garment: FittedGarment) -> None:
    same = thing is not None and thing.data.get(FACES) == _faces(garment)
    if same and len(thing.data.vertices) == len(garment.vertices):
        write_places(thing.data, garment.vertices)
        thing.data.uv_layers[0].uv.foreach_set(
            "vector", np.ascontiguousarray(garment.corner_uvs, dtype=np.float32).ravel()
        )
        return
    mesh = _mesh(_name(avatar, garment), garment)
    if thing is None:
        thing = add_part(avatar, GARMENT, mesh.name, mesh, garment.garment)
        follow(thing, part(avatar, RIG))
        _finish(thing, garment)
    else:
        _exchange(thing, mesh, garment)
    bind(thing, garment.bone_indices, garment.bone_weights)


def new_garment(name: str, garment: FittedGarment) -> bpy.types.Object:
    """A garment that nobody wears: its mesh and materials, and vertex groups named after the bones it hangs on."""
    thing = bpy.data.objects.new(name, _mesh(name, garment))
    _finish(thing, garment)
    bind(thing, garment.bone_indices, garment.bone_weights)
    return thing


def _mesh(name: str, garment: FittedGarment) -> bpy.types.Mesh:
    mesh = new_mesh(name, garment.vertices, garment.triangles, garment.corner_uvs)
    mesh[FACES] = _faces(garment)
    hem = smooth.hem_distance(garment.vertices, garment.triangles)
    add_point_attribute(mesh, "hem_distance", hem if garment.stitches is None else hem + HEM_WIDTH - garment.stitches)
    seams = smooth.seam_distance(garment.vertices, garment.triangles, garment.corner_uvs)
    add_point_attribute(mesh, "seam_distance", seams)
    return mesh


def _faces(garment: FittedGarment) -> str:
    return key_of(garment.triangles.tobytes(), garment.slots)


def _finish(thing: bpy.types.Object, garment: FittedGarment) -> None:
    """Thickness and cloth of a new object."""
    _thicken(thing, garment.thickness)
    materials = [_material(f"{thing.data.name} {slot}", garment, slot) for slot in garment.slots]
    set_materials(thing.data, materials, garment.triangle_slots)


def _exchange(thing: bpy.types.Object, mesh: bpy.types.Mesh, garment: FittedGarment) -> None:
    """Give an object a new mesh; its materials, the artist's changes to them included, go over."""
    old = thing.data
    set_materials(mesh, list(old.materials), garment.triangle_slots)
    thing.data = mesh
    if old.users == 0:
        bpy.data.meshes.remove(old)


def _name(avatar: bpy.types.Collection, garment: FittedGarment) -> str:
    return f"{avatar.name} {catalogue()[garment.garment].name['en']}"


def _thicken(thing: bpy.types.Object, thickness: float) -> None:
    solidify = thing.modifiers.new("Thickness", "SOLIDIFY")
    solidify.thickness, solidify.offset, solidify.use_rim = thickness, 1.0, True


def _material(name: str, garment: FittedGarment, slot: str) -> bpy.types.Material:
    made_of = catalogue()[garment.garment].slot_material(slot, garment.fabric)
    material = cloth_material(name, made_of, weaves()[made_of.id], garment.colours[slot])
    material[MADE_OF] = made_of.id
    return material


def dye_clothes(avatar: bpy.types.Collection, outfit: Outfit, worn: Worn) -> bool:
    """Give each slot its fabric, colour and print; False where all is as wanted. Materials of the artist's own stay."""
    changed = False
    there = garment_parts(avatar)
    for garment in dyed(outfit, worn).garments:
        thing = there.get(garment.garment)
        for place, slot in enumerate(garment.slots) if thing is not None else ():
            changed |= _dye(thing.data, place, garment, slot)
    return changed


def _dye(mesh: bpy.types.Mesh, place: int, garment: FittedGarment, slot: str) -> bool:
    material = mesh.materials[place] if place < len(mesh.materials) else None
    if material is None or MADE_OF not in material:
        return False
    spec = catalogue()[garment.garment]
    made_of = spec.slot_material(slot, garment.fabric)
    if material[MADE_OF] != made_of.id:
        material.user_remap(_material(material.name, garment, slot))
        bpy.data.materials.remove(material)
        material = mesh.materials[place]
    printed, colour = garment.printed if spec.is_printed(slot, garment.fabric) else None, garment.colours[slot]
    key = key_of(colour, printed)
    if is_built(material, key):
        return False
    set_colour(material, colour)
    _print(material, printed)
    seen = colour if printed is None or not printed.colours else printed.colours[0]
    material.diffuse_color = (*linear(np.array([channels(seen)]))[0], 1.0)
    mark_built(material, key)
    return True


def _print(material: bpy.types.Material, printed: Print | None) -> None:
    """Lay a print on a cloth: a picture of the .blend itself, or one that is drawn for it."""
    before = printed_image(material)
    if printed is None:
        set_print(material, None)
    else:
        set_print(material, _tile(printed, f"{material.name} Print"), printed.repeat())
    if before is not None and MADE in before and before.users == 0:
        bpy.data.images.remove(before)


def _tile(printed: Print, name: str) -> bpy.types.Image:
    if printed.kind == TILE:
        return bpy.data.images[printed.tile]
    return image_from_array(name, printed.pixels())


def show_map(avatar: bpy.types.Collection, outfit: Outfit, body: FloatArray, kind: str, key: str) -> bool:
    """Lay a map of the fit over the garments, or take it off with "none"; their materials stay below it."""
    there = garment_parts(avatar)
    if all(thing.data.get(MAP, "none") == key for thing in there.values()):
        return False
    values = {} if kind == "none" else map_values(kind, outfit.garments, body)
    for name, thing in there.items():
        if name in values:
            _paint(thing.data, linear(colours_of(values[name], SCALES[kind])))
        for slot in thing.material_slots:
            slot.link = "OBJECT" if name in values else "DATA"
            if name in values:
                slot.material = _map_material()
        thing.data[MAP] = key
    return True


def _paint(mesh: bpy.types.Mesh, colours: FloatArray) -> None:
    old = mesh.color_attributes.get(painted.ATTRIBUTE)
    if old is not None:
        mesh.color_attributes.remove(old)
    add_point_colour(mesh, painted.ATTRIBUTE, colours)
    mesh.color_attributes.active_color = mesh.color_attributes[painted.ATTRIBUTE]


def _map_material() -> bpy.types.Material:
    name = "Atelier Fit Map"
    return bpy.data.materials.get(name) or painted.painted_material(name)
