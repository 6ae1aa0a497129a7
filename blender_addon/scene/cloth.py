# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth in Cycles: threads at true scale from the flat panels, seams and hems, and a soft sheen."""

from __future__ import annotations

import bpy

from garments.fabrics import Material
from garments.weaves import Weave

from .develop import linear_colour
from .nodes import Tree, laid_out, material_tree

Socket = bpy.types.NodeSocket
GROUP = "Cloth"
COLOUR, CROSS = "Colour", "Cross Threads"
SCALE, CONTRAST, RELIEF = "Weave Scale (mm)", "Thread Contrast", "Thread Relief"
UNEVENNESS, CROSS_AMOUNT, SEAMS = "Unevenness", "Cross Amount", "Seams"
SHEEN_TINT, NORMAL = "Sheen Tint", "Normal"
PRINT = "Print"
HEM_WIDTH = 0.020
# Threads finer than this are below what any preset resolves: their relief would only be noise.
LEAST_RELIEF_PITCH = 0.0015
# What one may change of a cloth by hand: socket, kind, and the range of a number's slider.
INPUTS = (
    (COLOUR, "NodeSocketColor", None),
    (SCALE, "NodeSocketFloat", (0.1, 20.0)),
    (CONTRAST, "NodeSocketFloat", (0.0, 1.0)),
    (RELIEF, "NodeSocketFloat", (0.0, 1.0)),
    (UNEVENNESS, "NodeSocketFloat", (0.0, 0.3)),
    (CROSS, "NodeSocketColor", None),
    (CROSS_AMOUNT, "NodeSocketFloat", (0.0, 5.0)),
    (SEAMS, "NodeSocketFloat", (0.0, 2.0)),
)
OUTPUTS = ((COLOUR, "NodeSocketColor"), (SHEEN_TINT, "NodeSocketColor"), (NORMAL, "NodeSocketVector"))


def cloth_material(name: str, fabric: Material, weave: Weave, colour: str) -> bpy.types.Material:
    """Material of one colour slot of a garment whose texture coordinates are metres on the flat panel.

    Its threads, seams and colour are a node group that all cloth of the same structure shares; what is particular to
    this cloth are the group's inputs.
    """
    material = bpy.data.materials.new(name)
    tree = material_tree(material)
    cloth = tree.tree.nodes.new("ShaderNodeGroup")
    cloth.name, cloth.node_tree, cloth.width = GROUP, _threads(weave.kind), 200.0
    shader = tree.shader
    cloth.location = shader.location.x - 260.0, shader.location.y
    for output, socket in ((COLOUR, "Base Color"), (SHEEN_TINT, "Sheen Tint"), (NORMAL, "Normal")):
        tree.feed(cloth.outputs[output], shader.inputs[socket])
    values = {
        SCALE: fabric.weave_scale_mm,
        CONTRAST: weave.contrast,
        RELIEF: weave.relief if fabric.weave_scale_mm / 1000.0 >= LEAST_RELIEF_PITCH else 0.0,
        UNEVENNESS: weave.melange,
        CROSS: (*linear_colour(weave.cross or colour), 1.0),
        CROSS_AMOUNT: 0.0 if weave.cross is None else 1.0,
        SEAMS: 1.0,
    }
    for key, value in values.items():
        cloth.inputs[key].default_value = value
    _surface(tree, fabric)
    set_colour(material, colour)
    return material


def set_colour(material: bpy.types.Material, colour: str) -> None:
    """Dye a cloth: "#rrggbb". A material whose cloth somebody has taken out stays as it is."""
    cloth = material.node_tree.nodes.get(GROUP)
    if cloth is not None and COLOUR in cloth.inputs:
        cloth.inputs[COLOUR].default_value = (*linear_colour(colour), 1.0)


def set_print(
    material: bpy.types.Material, image: bpy.types.Image | None, repeat: tuple[float, float] = (1.0, 1.0)
) -> None:
    """Print a picture on a cloth, each time ``repeat`` metres wide and high, or leave it plain with None."""
    tree = Tree(material.node_tree)
    for node in [node for node in tree.tree.nodes if node.name.startswith(PRINT)]:
        tree.tree.nodes.remove(node)
    cloth = tree.tree.nodes.get(GROUP)
    if image is None or cloth is None or COLOUR not in cloth.inputs:
        return
    nodes = tree.repeated(image, *repeat)
    for place, node in enumerate(nodes):
        node.name, node.location = PRINT, (cloth.location.x - 300.0 - 220.0 * place, cloth.location.y)
    tree.feed(nodes[0].outputs["Color"], cloth.inputs[COLOUR])


def printed_image(material: bpy.types.Material) -> bpy.types.Image | None:
    """The picture that is printed on a cloth."""
    node = material.node_tree.nodes.get(PRINT)
    return None if node is None else node.image


def _surface(tree: Tree, fabric: Material) -> None:
    inputs = tree.shader.inputs
    inputs["Roughness"].default_value = fabric.roughness
    inputs["Specular IOR Level"].default_value = 0.25
    inputs["Metallic"].default_value = fabric.metallic
    inputs["Sheen Weight"].default_value = fabric.sheen
    inputs["Sheen Roughness"].default_value = 0.5


def _threads(kind: str) -> bpy.types.NodeTree:
    """The node group of a structure; the one that is in the file, with all that was changed about it by hand."""
    name = f"Atelier {kind.capitalize()}"
    for group in bpy.data.node_groups:
        if group.name == name and group.library is None and GROUP in group:
            return group
    group = bpy.data.node_groups.new(name, "ShaderNodeTree")
    group[GROUP] = kind
    for socket, form, limits in INPUTS:
        made = group.interface.new_socket(socket, in_out="INPUT", socket_type=form)
        if limits is not None:
            made.min_value, made.max_value = limits
    for socket, form in OUTPUTS:
        group.interface.new_socket(socket, in_out="OUTPUT", socket_type=form)
    _weave(Tree(group), kind)
    laid_out(group)
    return group


def _weave(tree: Tree, kind: str) -> None:
    """Fill a group: from its inputs to its outputs."""
    given = tree.tree.nodes.new("NodeGroupInput").outputs
    made = tree.tree.nodes.new("NodeGroupOutput").inputs
    x, y = tree.flat_position()
    pitch = tree.math("DIVIDE", given[SCALE], 1000.0)
    thread = THREADS[kind](tree, x, y, pitch)
    dark, pressed = _sewing(tree)
    stitched = tree.math("SUBTRACT", 1.0, tree.math("MULTIPLY", dark, given[SEAMS]))
    shade = _shade(tree, x, y, thread, given)
    streaks = tree.noise(tree.math("MULTIPLY", x, 900.0), tree.math("MULTIPLY", y, 14.0), 1.0)
    worn = tree.math("MAXIMUM", tree.math("MULTIPLY_ADD", streaks, 0.04, 0.07), 0.0)
    base = tree.mixed(given[COLOUR], given[CROSS], tree.math("MULTIPLY", worn, given[CROSS_AMOUNT]))
    tree.feed(tree.scaled(base, tree.math("MULTIPLY", shade, stitched)), made[COLOUR])
    # Fuzz is of the yarn's own colour, a little lighter; white fuzz would make dark cloth look dusty.
    tree.feed(tree.mixed(given[COLOUR], (0.40, 0.40, 0.40, 1.0), 0.25), made[SHEEN_TINT])
    raised = tree.math("MULTIPLY", tree.math("MULTIPLY", given[RELIEF], pitch), thread)
    tree.feed(tree.bump(tree.math("ADD", raised, tree.math("MULTIPLY", pressed, given[SEAMS]))), made[NORMAL])


def _shade(tree: Tree, x: Socket, y: Socket, thread: Socket, given: bpy.types.NodeOutputs) -> Socket:
    """Brightness around 1: darker between threads, uneven with the dye."""
    around = tree.math("SUBTRACT", thread, 0.5)
    woven = tree.math("MULTIPLY_ADD", around, given[CONTRAST], 1.0)
    coarse = tree.noise(tree.math("MULTIPLY", x, 60.0), tree.math("MULTIPLY", y, 25.0), 2.0)
    fine = tree.noise(tree.math("MULTIPLY", x, 420.0), tree.math("MULTIPLY", y, 160.0), 1.0)
    uneven = tree.math("MULTIPLY_ADD", tree.math("ADD", coarse, fine), given[UNEVENNESS], 1.0)
    return tree.math("MULTIPLY", woven, uneven)


def _sewing(tree: Tree) -> tuple[Socket, Socket]:
    """Darkness and relief (metres) of seams, of hems turned in, and of the stitches that hold them."""
    hem, seam = tree.attribute("hem_distance"), tree.attribute("seam_distance")
    stitch = _ridge(tree, tree.math("SUBTRACT", hem, HEM_WIDTH), 0.0009)
    valley = _ridge(tree, seam, 0.0012)
    dark = tree.math("MULTIPLY_ADD", valley, 0.30, tree.math("MULTIPLY", stitch, 0.22))
    pressed = tree.math("MULTIPLY_ADD", valley, -0.0007, tree.math("MULTIPLY", stitch, -0.0004))
    return dark, pressed


def _ridge(tree: Tree, distance: Socket, width: float) -> Socket:
    """1 where ``distance`` is 0, falling to nothing within a few ``width``."""
    squared = tree.math("POWER", tree.math("DIVIDE", tree.math("ABSOLUTE", distance), width), 2.0)
    return tree.math("EXPONENT", tree.math("MULTIPLY", squared, -1.0))


def _wave(tree: Tree, phase: Socket) -> Socket:
    """0..1..0 over each whole number of ``phase``, with the mean 0.5."""
    return tree.math("MULTIPLY_ADD", tree.math("COSINE", tree.math("MULTIPLY", phase, 6.2831853)), -0.5, 0.5)


def _knit(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Columns of V-shaped stitches, three courses to two columns' width."""
    column = tree.math("DIVIDE", x, pitch)
    side = tree.math("ABSOLUTE", tree.math("SUBTRACT", tree.math("FRACT", column), 0.5))
    up = tree.math("DIVIDE", y, tree.math("MULTIPLY", pitch, 0.75))
    course = tree.math("SUBTRACT", up, tree.math("MULTIPLY", side, 1.6))
    legs = _wave(tree, tree.math("MULTIPLY", column, 2.0))
    return tree.math("MULTIPLY_ADD", _wave(tree, course), 0.45, tree.math("MULTIPLY", legs, 0.55))


def _rib(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Knit whose columns stand forward and back by turns."""
    wale = _wave(tree, tree.math("DIVIDE", x, tree.math("MULTIPLY", pitch, 2.0)))
    return tree.math("MULTIPLY_ADD", wale, 0.65, tree.math("MULTIPLY", _knit(tree, x, y, pitch), 0.35))


def _twill(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Diagonal lines rising to the right, at 63 degrees as in denim."""
    along = tree.math("MULTIPLY_ADD", y, 0.5, tree.math("MULTIPLY", x, -1.0))
    return _wave(tree, tree.math("DIVIDE", along, pitch))


def _plain(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Threads over and under one another."""
    across, along = (_wave(tree, tree.math("DIVIDE", axis, pitch)) for axis in (x, y))
    return tree.math("MULTIPLY_ADD", across, 0.5, tree.math("MULTIPLY", along, 0.5))


def _slub(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Plain weave of threads that are thick and thin by turns."""
    uneven = [
        tree.noise(tree.math("DIVIDE", across, pitch), tree.math("MULTIPLY", along, 18.0), 1.0)
        for across, along in ((x, y), (y, x))
    ]
    thick = tree.math("MULTIPLY", tree.math("ADD", *uneven), 0.35)
    return tree.math("MULTIPLY_ADD", _plain(tree, x, y, pitch), 0.6, tree.math("ADD", thick, 0.2))


def _satin(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Long floats along the warp: fine lines, broken now and then."""
    return tree.noise(tree.math("DIVIDE", x, pitch), tree.math("DIVIDE", y, tree.math("MULTIPLY", pitch, 12.0)), 0.0)


def _cord(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Ridges of pile along the warp, with narrow furrows between them."""
    ridge = tree.math("POWER", _wave(tree, tree.math("DIVIDE", x, pitch)), 0.45)
    pile = tree.noise(tree.math("MULTIPLY", x, 3000.0), tree.math("MULTIPLY", y, 1500.0), 0.0)
    return tree.math("MULTIPLY_ADD", pile, 0.05, ridge)


def _grain(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """Pebbles of leather, with fine creases between them."""
    coarse = tree.noise(tree.math("DIVIDE", x, pitch), tree.math("DIVIDE", y, pitch), 3.0)
    return tree.math("MULTIPLY_ADD", coarse, 0.35, 0.5)


def _smooth(tree: Tree, x: Socket, y: Socket, pitch: Socket) -> Socket:
    """No threads: horn, metal, rubber."""
    return tree.math("ADD", 0.5, 0.0)


THREADS = {
    "knit": _knit,
    "rib": _rib,
    "twill": _twill,
    "plain": _plain,
    "slub": _slub,
    "satin": _satin,
    "cord": _cord,
    "grain": _grain,
    "smooth": _smooth,
}
