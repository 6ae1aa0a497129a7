# SPDX-License-Identifier: GPL-3.0-or-later
"""Skin in Cycles: the painted albedo with light scattered under it, uneven sheen, pores and lines of age.

What all skins share is one node group; what is particular to one are the group's inputs in its own material, which
artists may change.
"""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

from avatar_engine.appearance import Appearance
from avatar_engine.appearance.palette import skin_albedo, undertone
from avatar_engine.appearance.relief import LINE_DEPTH, LINE_STRENGTH
from avatar_engine.appearance.skin import BY_RED, FLUSH, flush, gloss, lines_relief, skin_depth

from .nodes import Tree, laid_out, material_tree

Socket = bpy.types.NodeSocket
GROUP = "Skin"
NAME = "Atelier Skin"
COLOUR, LIGHTNESS, UNDERTONE, BLUSH = "Colour", "Lightness", "Undertone", "Blush"
ROUGHNESS, SHINE, PORES, LINES, NORMAL = "Roughness", "Shine", "Pores", "Lines of Age", "Normal"
# What one may change of a skin by hand: socket, kind, what it is for all skins, and the range of a number's slider.
INPUTS = (
    (COLOUR, "NodeSocketColor", (0.5, 0.35, 0.28, 1.0), None),
    (LIGHTNESS, "NodeSocketFloat", 1.0, (0.0, 2.0)),
    (UNDERTONE, "NodeSocketFloat", 0.0, (-2.0, 2.0)),
    (BLUSH, "NodeSocketFloat", 1.0, (0.0, 3.0)),
    (ROUGHNESS, "NodeSocketFloat", 0.575, (0.0, 1.0)),
    (SHINE, "NodeSocketFloat", 0.20, (0.0, 0.5)),
    (PORES, "NodeSocketFloat", 0.22, (0.0, 1.0)),
    (LINES, "NodeSocketFloat", 0.0, (0.0, 2.0)),
)
OUTPUTS = ((COLOUR, "NodeSocketColor"), (ROUGHNESS, "NodeSocketFloat"), (NORMAL, "NodeSocketVector"))
OWN = (PORES, LINES)  # inputs that depend on whose skin it is
ALBEDO = "Albedo"
SET = "atelier_set"  # on a material: what its own inputs were given last, to see what the artist has changed since

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
PORE_DEPTH = (0.22, 0.42)
PATCHES = 0.21  # how much roughness differs between patches
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


def skin_material(appearance: Appearance, name: str = "Skin", size: int = 2048) -> bpy.types.Material:
    """A skin material for the body mesh with the template's texture coordinates.

    Parameters
    ----------
    appearance : whose tone, hair and seed the albedo shows
    size : edge of the albedo texture in pixels
    """
    material = bpy.data.materials.new(name)
    tree = material_tree(material)
    skin = tree.tree.nodes.new("ShaderNodeGroup")
    skin.name, skin.node_tree, skin.width = GROUP, _skin(), 200.0
    skin.location = tree.shader.location.x - 260.0, tree.shader.location.y
    albedo = tree.tree.nodes.new("ShaderNodeTexImage")
    albedo.name, albedo.location = ALBEDO, (skin.location.x - 320.0, skin.location.y)
    tree.feed(albedo.outputs["Color"], skin.inputs[COLOUR])
    for output, socket in ((COLOUR, "Base Color"), (ROUGHNESS, "Roughness"), (NORMAL, "Normal")):
        tree.feed(skin.outputs[output], tree.shader.inputs[socket])
    for key, value in SURFACE.items():
        tree.shader.inputs[key].default_value = value
    tree.shader.inputs["Specular IOR Level"].default_value = _between(SPECULAR, skin_depth(appearance.skin_tone))
    set_skin(material, appearance, size)
    return material


def set_skin(material: bpy.types.Material, appearance: Appearance, size: int) -> bool:
    """Paint somebody's skin into a material; what the artist has set by hand stays.

    False, and nothing is done, where the material has not the nodes of ``skin_material`` (any more).
    """
    nodes = material.node_tree.nodes
    skin, albedo = nodes.get(GROUP), nodes.get(ALBEDO)
    if skin is None or albedo is None or not set(OWN) <= set(skin.inputs.keys()):
        return False
    before = albedo.image
    albedo.image = image_from_array(f"{material.name} albedo", appearance.skin_texture(size))
    if before is not None and MADE in before and before.users == 0:
        bpy.data.images.remove(before)
    material.diffuse_color = (*skin_albedo(appearance.skin_tone, appearance.undertone), 1.0)
    wanted = {PORES: _between(PORE_DEPTH, skin_depth(appearance.skin_tone)), LINES: appearance.lines}
    for key, value in wanted.items():
        last = material.get(f"{SET} {key}")
        if last is None or abs(skin.inputs[key].default_value - last) < 1e-6:
            skin.inputs[key].default_value = material[f"{SET} {key}"] = value
    return True


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def _skin() -> bpy.types.NodeTree:
    """The node group; the one that is in the file, with all that was changed about it by hand."""
    for group in bpy.data.node_groups:
        if group.name == NAME and group.library is None and GROUP in group:
            return group
    group = bpy.data.node_groups.new(NAME, "ShaderNodeTree")
    group[GROUP] = True
    for socket, form, value, limits in INPUTS:
        made = group.interface.new_socket(socket, in_out="INPUT", socket_type=form)
        made.default_value = value
        if limits is not None:
            made.min_value, made.max_value = limits
    for socket, form in OUTPUTS:
        group.interface.new_socket(socket, in_out="OUTPUT", socket_type=form)
    _fill(Tree(group))
    laid_out(group)
    return group


def _fill(tree: Tree) -> None:
    """From the group's inputs to its outputs. Where an input says that nothing is to change, Cycles leaves it out."""
    given = tree.tree.nodes.new("NodeGroupInput").outputs
    made = tree.tree.nodes.new("NodeGroupOutput").inputs
    maps = _split(tree, _texture(tree, f"{NAME} Maps", np.dstack([gloss(), flush(), flush()])))
    tree.feed(_colour(tree, given, maps["Green"]), made[COLOUR])
    around = tree.math("SUBTRACT", _noise(tree, 0.02, 1.0), 0.5)
    rough = tree.math("MULTIPLY_ADD", around, PATCHES, given[ROUGHNESS])
    tree.feed(tree.math("SUBTRACT", rough, tree.math("MULTIPLY", maps["Red"], given[SHINE])), made[ROUGHNESS])
    tree.feed(_relief(tree, given), made[NORMAL])


def _colour(tree: Tree, given: bpy.types.NodeOutputs, blood: Socket) -> Socket:
    """The painted skin, lighter, warmer or redder as asked."""
    more = tree.math("MULTIPLY", tree.math("MULTIPLY", tree.math("SUBTRACT", given[BLUSH], 1.0), FLUSH), blood)
    warmth = 0.5 * np.subtract(undertone("warm").tint, undertone("cool").tint)
    channels = []
    for redder, warmer in zip(BY_RED, warmth.tolist(), strict=True):
        channel = tree.math("MULTIPLY_ADD", more, redder, 1.0)
        warm = tree.math("MULTIPLY_ADD", given[UNDERTONE], warmer, 1.0)
        channels.append(tree.math("MULTIPLY", tree.math("MULTIPLY", channel, warm), given[LIGHTNESS]))
    joined = tree.tree.nodes.new("ShaderNodeCombineXYZ")
    for value, socket in zip(channels, joined.inputs, strict=True):
        tree.feed(value, socket)
    product = tree.tree.nodes.new("ShaderNodeVectorMath")
    product.operation = "MULTIPLY"
    tree.feed(given[COLOUR], product.inputs[0])
    tree.feed(joined.outputs[0], product.inputs[1])
    return product.outputs[0]


def _relief(tree: Tree, given: bpy.types.NodeOutputs) -> Socket:
    """Pores, as dimples about a millimetre apart, on lines of age pressed into the skin.

    One noise alone, since relief is asked for three times a hit.
    """
    depth = _texture(tree, f"{NAME} Lines", np.repeat(lines_relief(1.0), 3, axis=2), "Cubic")
    lines = tree.tree.nodes.new("ShaderNodeBump")
    lines.invert = True
    lines.inputs["Strength"].default_value, lines.inputs["Distance"].default_value = LINE_STRENGTH, LINE_DEPTH
    tree.feed(tree.math("MULTIPLY", depth, given[LINES]), lines.inputs["Height"])
    dimples = tree.tree.nodes.new("ShaderNodeMapRange")
    dimples.interpolation_type = "SMOOTHSTEP"
    dimples.inputs["From Min"].default_value, dimples.inputs["From Max"].default_value = 0.30, 0.60
    tree.feed(_noise(tree, PORE_SPACING, 1.0), dimples.inputs["Value"])
    pores = tree.tree.nodes.new("ShaderNodeBump")
    pores.inputs["Distance"].default_value = 0.0003
    tree.feed(given[PORES], pores.inputs["Strength"])
    tree.feed(dimples.outputs["Result"], pores.inputs["Height"])
    tree.feed(lines.outputs["Normal"], pores.inputs["Normal"])
    return pores.outputs["Normal"]


def _noise(tree: Tree, wavelength: float, detail: float) -> Socket:
    """Noise over the body at rest, 0..1."""
    coordinates = tree.tree.nodes.new("ShaderNodeTexCoord")
    noise = tree.tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1.0 / wavelength
    noise.inputs["Detail"].default_value = detail
    tree.feed(coordinates.outputs["Object"], noise.inputs["Vector"])
    return noise.outputs["Fac"]


def _texture(tree: Tree, name: str, pixels: npt.NDArray[np.uint8], interpolation: str = "Linear") -> Socket:
    """A map that all skins share."""
    texture = tree.tree.nodes.new("ShaderNodeTexImage")
    texture.image, texture.interpolation = image_from_array(name, pixels, colour=False), interpolation
    return texture.outputs["Color"]


def _split(tree: Tree, colour: Socket) -> bpy.types.NodeOutputs:
    node = tree.tree.nodes.new("ShaderNodeSeparateColor")
    tree.feed(colour, node.inputs[0])
    return node.outputs
