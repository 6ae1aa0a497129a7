# SPDX-License-Identifier: GPL-3.0-or-later
"""A few words for building shader trees: numbers and sockets in, sockets out."""

from __future__ import annotations

import bpy

Value = bpy.types.NodeSocket | float


PRINCIPLED, BACKGROUND = "BSDF_PRINCIPLED", "BACKGROUND"


def node_of(tree: bpy.types.NodeTree, kind: str) -> bpy.types.Node:
    """The first node of a kind. Nodes that Blender makes are named in the user's language: names do not find them."""
    return next(node for node in tree.nodes if node.type == kind)


def material_tree(material: bpy.types.Material) -> Tree:
    """The tree of a material, with its shader and output in it."""
    material.use_nodes = True
    return Tree(material.node_tree)


class Tree:
    """The node tree of a material or of a group, written as arithmetic."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree = tree

    @property
    def shader(self) -> bpy.types.Node:
        """A material's Principled BSDF."""
        return node_of(self.tree, PRINCIPLED)

    def feed(self, value: Value, socket: bpy.types.NodeSocket) -> None:
        """Link an output to an input, or set the input's number."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, *values: Value) -> bpy.types.NodeSocket:
        """A math node; ``operation`` in Blender's words ("ADD", "SINE", "FRACT" ...)."""
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        for value, socket in zip(values, node.inputs, strict=False):
            self.feed(value, socket)
        return node.outputs[0]

    def flat_position(self) -> tuple[bpy.types.NodeSocket, bpy.types.NodeSocket]:
        """Place on the flat panel in metres: across the grain, along it."""
        place = self.tree.nodes.new("ShaderNodeUVMap")
        split = self.tree.nodes.new("ShaderNodeSeparateXYZ")
        self.feed(place.outputs["UV"], split.inputs[0])
        return split.outputs["X"], split.outputs["Y"]

    def repeated(self, image: bpy.types.Image, width: float, height: float) -> tuple[bpy.types.Node, ...]:
        """A picture that repeats over the flat panel, ``width`` by ``height`` metres each: its node comes first."""
        place = self.tree.nodes.new("ShaderNodeUVMap")
        scaling = self.tree.nodes.new("ShaderNodeVectorMath")
        scaling.operation = "DIVIDE"
        self.feed(place.outputs["UV"], scaling.inputs[0])
        scaling.inputs[1].default_value = (width, height, 1.0)
        picture = self.tree.nodes.new("ShaderNodeTexImage")
        picture.image, picture.extension = image, "REPEAT"
        self.feed(scaling.outputs[0], picture.inputs["Vector"])
        return picture, scaling, place

    def attribute(self, name: str) -> bpy.types.NodeSocket:
        """A number per vertex of the mesh."""
        node = self.tree.nodes.new("ShaderNodeAttribute")
        node.attribute_name = name
        return node.outputs["Fac"]

    def noise(self, x: Value, y: Value, detail: float) -> bpy.types.NodeSocket:
        """Noise of unit wavelength around 0, about -1..1."""
        joined = self.tree.nodes.new("ShaderNodeCombineXYZ")
        self.feed(x, joined.inputs["X"])
        self.feed(y, joined.inputs["Y"])
        node = self.tree.nodes.new("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = 1.0
        node.inputs["Detail"].default_value = detail
        self.feed(joined.outputs[0], node.inputs["Vector"])
        return self.math("MULTIPLY_ADD", node.outputs["Fac"], 4.0, -2.0)

    def scaled(self, colour: bpy.types.NodeSocket, factor: Value) -> bpy.types.NodeSocket:
        """A colour times a number."""
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self.feed(colour, node.inputs[0])
        self.feed(factor, node.inputs["Scale"])
        return node.outputs[0]

    def mixed(self, first: bpy.types.NodeSocket, second: bpy.types.NodeSocket, share: Value) -> bpy.types.NodeSocket:
        """``first`` where ``share`` is 0, ``second`` where it is 1."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        self.feed(share, node.inputs[0])
        self.feed(first, node.inputs[6])
        self.feed(second, node.inputs[7])
        return node.outputs[2]

    def bump(self, height: Value) -> bpy.types.NodeSocket:
        """Normal of a relief in metres."""
        node = self.tree.nodes.new("ShaderNodeBump")
        node.inputs["Distance"].default_value = 1.0
        self.feed(height, node.inputs["Height"])
        return node.outputs[0]


def laid_out(tree: bpy.types.NodeTree, step: tuple[float, float] = (220.0, 190.0)) -> None:
    """Place nodes in columns by how many others lie between them and the end, so that people can read the tree."""
    depth = {node.name: 0 for node in tree.nodes}
    ends = [(link.from_node.name, link.to_node.name) for link in tree.links]
    moved = True
    while moved:
        moved = False
        for start, end in ends:
            if depth[start] <= depth[end]:
                depth[start], moved = depth[end] + 1, True
    rows: dict[int, int] = {}
    for node in tree.nodes:
        column = depth[node.name]
        node.location = -step[0] * column, -step[1] * rows.get(column, 0)
        rows[column] = rows.get(column, 0) + 1
