# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin in Cycles: the baked albedo with light scattered under it, uneven sheen and pores."""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

from avatar_engine.appearance import Appearance
from avatar_engine.appearance.palette import skin_albedo
from avatar_engine.appearance.relief import LINE_DEPTH, LINE_STRENGTH
from avatar_engine.appearance.skin import gloss, skin_depth

from .nodes import PRINCIPLED, node_of

# Mean free paths of red, green and blue light in skin, metres (Jensen et al. 2001, skin1).
SCATTER_RADIUS = (0.00367, 0.00137, 0.00068)
SURFACE = {
    "Subsurface Weight": 1.0,
    "Subsurface Radius": SCATTER_RADIUS,
    "Subsurface Scale": 0.8,
    "IOR": 1.4,
}
# On dark skin the same sheen is all that one sees, and looks like plastic: it has less of it, and it is broken up more.
SPECULAR = (0.42, 0.27)
PORES = (0.22, 0.42)
# Roughness between patches, and how much smoother skin is where it shines.
ROUGHNESS, SHINE = (0.47, 0.68), 0.20
PORE_SPACING = 0.0014
MADE = "atelier_made"  # marks pictures that go with the material they were made for


def image_from_array(name: str, pixels: npt.NDArray[np.uint8], colour: bool = True) -> bpy.types.Image:
    """A packed Blender image from (h, w, 3 or 4) bytes, first row on top."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=pixels.shape[2] == 4)
    image.colorspace_settings.name = "sRGB" if colour else "Non-Color"
    flat = np.ones((height, width, 4), dtype=np.float32)
    flat[..., : pixels.shape[2]] = pixels[::-1].astype(np.float32) / 255
    image.pixels.foreach_set(flat.ravel())
    image.update()
    image.pack()
    image[MADE] = True
    return image


def _noise(tree: bpy.types.NodeTree, wavelength: float, detail: float) -> bpy.types.Node:
    coordinates = tree.nodes.new("ShaderNodeTexCoord")
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1.0 / wavelength
    noise.inputs["Detail"].default_value = detail
    tree.links.new(coordinates.outputs["Object"], noise.inputs["Vector"])
    return noise


def _roughness(tree: bpy.types.NodeTree, name: str) -> bpy.types.NodeSocket:
    """Uneven roughness, less of it where skin shines."""
    spread = tree.nodes.new("ShaderNodeMapRange")
    spread.inputs["To Min"].default_value, spread.inputs["To Max"].default_value = ROUGHNESS
    tree.links.new(_noise(tree, 0.02, 1.0).outputs["Fac"], spread.inputs["Value"])
    shiny = tree.nodes.new("ShaderNodeTexImage")
    shiny.image = image_from_array(f"{name} gloss", np.repeat(gloss(), 3, axis=2), colour=False)
    smoothed = tree.nodes.new("ShaderNodeMath")
    smoothed.operation = "MULTIPLY_ADD"
    smoothed.inputs[1].default_value = -SHINE
    tree.links.new(shiny.outputs["Color"], smoothed.inputs[0])
    tree.links.new(spread.outputs["Result"], smoothed.inputs[2])
    return smoothed.outputs["Value"]


def _relief(tree: bpy.types.NodeTree, depth: float) -> bpy.types.Node:
    """Pores, as dimples about a millimetre apart; one texture alone, since relief is asked for three times a hit.

    ``depth``: 0 for light skin, 1 for dark
    """
    pores = tree.nodes.new("ShaderNodeMapRange")
    pores.interpolation_type = "SMOOTHSTEP"
    pores.inputs["From Min"].default_value, pores.inputs["From Max"].default_value = 0.30, 0.60
    tree.links.new(_noise(tree, PORE_SPACING, 1.0).outputs["Fac"], pores.inputs["Value"])
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = _between(PORES, depth)
    bump.inputs["Distance"].default_value = 0.0003
    tree.links.new(pores.outputs["Result"], bump.inputs["Height"])
    return bump


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def _lines(tree: bpy.types.NodeTree, appearance: Appearance, name: str) -> bpy.types.Node:
    """Lines of age pressed into the skin."""
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image_from_array(f"{name} lines", np.repeat(appearance.lines_relief(), 3, axis=2), colour=False)
    texture.interpolation = "Cubic"
    bump = tree.nodes.new("ShaderNodeBump")
    bump.invert = True
    bump.inputs["Strength"].default_value = LINE_STRENGTH
    bump.inputs["Distance"].default_value = LINE_DEPTH
    tree.links.new(texture.outputs["Color"], bump.inputs["Height"])
    return bump


def skin_material(appearance: Appearance, name: str = "Skin", size: int = 2048) -> bpy.types.Material:
    """A skin material for the body mesh with the template's texture coordinates.

    Parameters
    ----------
    appearance : whose tone, hair and seed the albedo shows
    size : edge of the albedo texture in pixels
    """
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*skin_albedo(appearance.skin_tone, appearance.undertone), 1.0)
    material.use_nodes = True
    tree = material.node_tree
    shader = node_of(tree, PRINCIPLED)
    albedo = tree.nodes.new("ShaderNodeTexImage")
    albedo.image = image_from_array(f"{name} albedo", appearance.skin_texture(size))
    tree.links.new(albedo.outputs["Color"], shader.inputs["Base Color"])
    for key, value in SURFACE.items():
        shader.inputs[key].default_value = value
    depth = skin_depth(appearance.skin_tone)
    shader.inputs["Specular IOR Level"].default_value = _between(SPECULAR, depth)
    tree.links.new(_roughness(tree, name), shader.inputs["Roughness"])
    relief = _relief(tree, depth)
    if appearance.lines:
        tree.links.new(_lines(tree, appearance, name).outputs["Normal"], relief.inputs["Normal"])
    tree.links.new(relief.outputs["Normal"], shader.inputs["Normal"])
    return material
