# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin in Cycles: the baked albedo with light scattered under it, uneven sheen and pores."""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

from avatar_engine.appearance import Appearance

# Mean free paths of red, green and blue light in skin, metres (Jensen et al. 2001, skin1).
SCATTER_RADIUS = (0.00367, 0.00137, 0.00068)


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
    return image


def _noise(tree: bpy.types.NodeTree, wavelength: float, detail: float) -> bpy.types.Node:
    coordinates = tree.nodes.new("ShaderNodeTexCoord")
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1.0 / wavelength
    noise.inputs["Detail"].default_value = detail
    tree.links.new(coordinates.outputs["Object"], noise.inputs["Vector"])
    return noise


def skin_material(appearance: Appearance, name: str = "Skin", size: int = 2048) -> bpy.types.Material:
    """A skin material for the body mesh with the template's texture coordinates.

    Parameters
    ----------
    appearance : whose tone, hair and seed the albedo shows
    size : edge of the albedo texture in pixels
    """
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    albedo = tree.nodes.new("ShaderNodeTexImage")
    albedo.image = image_from_array(f"{name} albedo", appearance.skin_texture(size))
    tree.links.new(albedo.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Subsurface Weight"].default_value = 0.85
    shader.inputs["Subsurface Radius"].default_value = SCATTER_RADIUS
    shader.inputs["Subsurface Scale"].default_value = 0.7
    shader.inputs["IOR"].default_value = 1.4
    shader.inputs["Specular IOR Level"].default_value = 0.45
    shader.inputs["Coat Weight"].default_value = 0.03
    shader.inputs["Coat Roughness"].default_value = 0.28
    uneven = _noise(tree, 0.02, 3.0)
    spread = tree.nodes.new("ShaderNodeMapRange")
    spread.inputs["To Min"].default_value, spread.inputs["To Max"].default_value = 0.46, 0.66
    tree.links.new(uneven.outputs["Fac"], spread.inputs["Value"])
    tree.links.new(spread.outputs["Result"], shader.inputs["Roughness"])
    pores = _noise(tree, 0.0022, 2.0)
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = 0.12
    bump.inputs["Distance"].default_value = 0.0006
    tree.links.new(pores.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material
