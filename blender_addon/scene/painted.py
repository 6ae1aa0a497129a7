# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth that shows a map of the fit instead of its own look."""

from __future__ import annotations

import bpy

from .nodes import material_tree

ATTRIBUTE = "cloth_colour"
ROUGHNESS = 0.9
# This part of the colour glows, so that it can be compared with a legend in the shade too.
GLOW = 0.25


def painted_material(name: str) -> bpy.types.Material:
    """A material that takes its colour from the attribute ``ATTRIBUTE`` of the mesh."""
    material = bpy.data.materials.new(name)
    tree = material_tree(material)
    node = tree.tree.nodes.new("ShaderNodeAttribute")
    node.attribute_name = ATTRIBUTE
    inputs = tree.shader.inputs
    tree.feed(node.outputs["Color"], inputs["Base Color"])
    tree.feed(node.outputs["Color"], inputs["Emission Color"])
    inputs["Emission Strength"].default_value = GLOW
    inputs["Roughness"].default_value = ROUGHNESS
    inputs["Specular IOR Level"].default_value = 0.1
    return material
