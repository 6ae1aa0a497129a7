# SPDX-License-Identifier: GPL-3.0-or-later
"""Hair, brows and lashes in Blender: curves with the Principled Hair BSDF."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy
import numpy as np

from avatar_engine.appearance import Appearance, HairDye, Strands
from avatar_engine.appearance.palette import RADIAL_ROUGHNESS

from .meshes import add_object


@dataclass(frozen=True)
class StrandKind:
    """Strands that share a colour and a material."""

    name: str
    strands: Strands
    dye: HairDye
    roughness: float


HALF_WAY = 0.2  # metres of a lock's length, past its roots


def hair_material(name: str, roughness: float = 0.35) -> bpy.types.Material:
    """Hair coloured by the ``absorption`` attribute of its points."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    hair = tree.nodes.new("ShaderNodeBsdfHairPrincipled")
    hair.parametrization = "ABSORPTION"
    hair.inputs["Roughness"].default_value = roughness
    hair.inputs["Radial Roughness"].default_value = RADIAL_ROUGHNESS
    hair.inputs["Random Roughness"].default_value = 0.15
    absorption = tree.nodes.new("ShaderNodeAttribute")
    absorption.attribute_name = "absorption"
    tree.links.new(absorption.outputs["Vector"], hair.inputs["Absorption Coefficient"])
    tree.links.new(hair.outputs["BSDF"], output.inputs["Surface"])
    return material


def strands_to_curves(name: str, kind: StrandKind, material: bpy.types.Material) -> bpy.types.Curves:
    """All strands of one kind as hair curves."""
    count, k = kind.strands.points.shape[:2]
    curves = bpy.data.hair_curves.new(name)
    curves.materials.append(material)
    material.diffuse_color = (*kind.dye.colours(HALF_WAY, np.array([0.5]), 0.0)[0], 1.0)  # in viewports without nodes
    if count == 0:
        return curves  # Blender stops dead at no curves added
    curves.add_curves([k] * count)
    curves.position_data.foreach_set("vector", kind.strands.points.astype(np.float32).ravel())
    radius = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", kind.strands.radii.astype(np.float32).ravel())
    absorption = curves.attributes.new("absorption", "FLOAT_VECTOR", "POINT")
    absorption.data.foreach_set("vector", kind.dye.absorption(kind.strands).astype(np.float32).ravel())
    return curves


def strand_kinds(appearance: Appearance) -> tuple[StrandKind, ...]:
    """Scalp hair, brows, lashes and beard; a clean-shaven face has no strands of the last."""
    natural = appearance.dye.natural
    # Brows are a little darker than fair hair and lighter than dark hair; lashes darker than either.
    brows = replace(natural, melanin=min(1.0, (natural.melanin or 0.0) * 0.8 + 0.12))
    lashes = replace(natural, melanin=max(0.85, natural.melanin or 0.0))
    return (
        StrandKind("Hair", appearance.hair, appearance.dye, 0.35),
        StrandKind("Brows", appearance.brows, HairDye(brows), 0.5),
        StrandKind("Lashes", appearance.lashes, HairDye(lashes), 0.5),
        StrandKind("Beard", appearance.beard, appearance.beard_dye, 0.4),
    )


def add_hair(appearance: Appearance, collection: bpy.types.Collection) -> list[bpy.types.Object]:
    """Add scalp hair, brows, lashes and beard to a collection."""
    return [
        add_object(kind.name, strands_to_curves(kind.name, kind, hair_material(kind.name, kind.roughness)), collection)
        for kind in strand_kinds(appearance)
        if len(kind.strands.points)
    ]
