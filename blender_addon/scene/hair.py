# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair, brows and lashes in Blender: curves with the Principled Hair BSDF."""

from __future__ import annotations

import bpy
import numpy as np

from avatar_engine.appearance import Appearance, Strands


def hair_material(name: str, melanin: float, redness: float, roughness: float = 0.35) -> bpy.types.Material:
    """Hair coloured by melanin; each strand's ``shade`` attribute makes it a little lighter or darker."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    hair = tree.nodes.new("ShaderNodeBsdfHairPrincipled")
    hair.parametrization = "MELANIN"
    hair.inputs["Melanin Redness"].default_value = redness
    hair.inputs["Roughness"].default_value = roughness
    hair.inputs["Radial Roughness"].default_value = 0.45
    hair.inputs["Random Roughness"].default_value = 0.15
    shade = tree.nodes.new("ShaderNodeAttribute")
    shade.attribute_name = "shade"
    varied = tree.nodes.new("ShaderNodeMath")
    varied.operation = "MULTIPLY_ADD"
    varied.use_clamp = True
    varied.inputs[1].default_value = 0.16 * min(melanin, 1.0 - melanin) + 0.02
    varied.inputs[2].default_value = melanin
    tree.links.new(shade.outputs["Fac"], varied.inputs[0])
    tree.links.new(varied.outputs["Value"], hair.inputs["Melanin"])
    tree.links.new(hair.outputs["BSDF"], output.inputs["Surface"])
    return material


def add_strands(
    name: str, strands: Strands, material: bpy.types.Material, collection: bpy.types.Collection
) -> bpy.types.Object:
    """One curves object that holds all strands of one kind."""
    count, k = strands.points.shape[:2]
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([k] * count)
    curves.position_data.foreach_set("vector", strands.points.astype(np.float32).ravel())
    radius = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", strands.radii.astype(np.float32).ravel())
    shade = curves.attributes.new("shade", "FLOAT", "CURVE")
    shade.data.foreach_set("value", strands.variation.astype(np.float32))
    curves.materials.append(material)
    made = bpy.data.objects.new(name, curves)
    collection.objects.link(made)
    return made


def add_hair(appearance: Appearance, collection: bpy.types.Collection) -> list[bpy.types.Object]:
    """Add scalp hair, brows and lashes to a collection."""
    colour = appearance.hair_colour
    scalp = hair_material("Hair", colour.melanin, colour.redness)
    # Brows are a little darker than fair hair; lashes darker still.
    brows = hair_material("Brows", min(1.0, colour.melanin * 0.9 + 0.15), colour.redness, roughness=0.5)
    lashes = hair_material("Lashes", max(0.85, colour.melanin), colour.redness, roughness=0.5)
    kinds = (
        ("Hair", appearance.hair, scalp),
        ("Brows", appearance.brows, brows),
        ("Lashes", appearance.lashes, lashes),
    )
    return [add_strands(name, strands, material, collection) for name, strands, material in kinds]
