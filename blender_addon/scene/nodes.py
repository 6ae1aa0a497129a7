# SPDX-License-Identifier: GPL-3.0-or-later
"""A few words for building shader trees: numbers and sockets in, sockets out."""

from __future__ import annotations

import bpy

Value = bpy.types.NodeSocket | float


class Tree:
    """A material's node tree, written as arithmetic."""

    def __init__(self, material: bpy.types.Material) -> None:
        material.use_nodes = True
        self.tree = material.node_tree
        self.shader = self.tree.nodes["Principled BSDF"]

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

    def repeated(self, image: bpy.types.Image, width: float, height: float) -> bpy.types.NodeSocket:
        """Colour of a picture that repeats over the flat panel, each time ``width`` by ``height`` metres."""
        place = self.tree.nodes.new("ShaderNodeUVMap")
        scaling = self.tree.nodes.new("ShaderNodeVectorMath")
        scaling.operation = "DIVIDE"
        self.feed(place.outputs["UV"], scaling.inputs[0])
        scaling.inputs[1].default_value = (width, height, 1.0)
        picture = self.tree.nodes.new("ShaderNodeTexImage")
        picture.image, picture.extension = image, "REPEAT"
        self.feed(scaling.outputs[0], picture.inputs["Vector"])
        return picture.outputs["Color"]

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

    def colour(self, name: str) -> bpy.types.NodeSocket:
        """A named colour that can be changed later."""
        node = self.tree.nodes.new("ShaderNodeRGB")
        node.name = name
        return node.outputs[0]

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

    def bump(self, height: Value) -> None:
        """Relief in metres."""
        node = self.tree.nodes.new("ShaderNodeBump")
        node.inputs["Distance"].default_value = 1.0
        self.feed(height, node.inputs["Height"])
        self.feed(node.outputs[0], self.shader.inputs["Normal"])
