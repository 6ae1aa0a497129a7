# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes in Blender: textured balls under a clear, wet cornea that catches the studio's lights."""

from __future__ import annotations

import bpy
import numpy as np

from avatar_engine.appearance import Appearance, EyeMesh
from avatar_engine.body.template import FloatArray, IntArray

from .nodes import PRINCIPLED, node_of
from .skin import image_from_array

WHITE, CLEAR = (0.7, 0.68, 0.65, 1.0), (1.0, 1.0, 1.0, 0.05)  # in viewports that draw no nodes


def _mesh(name: str, vertices: FloatArray, faces: IntArray, uvs: FloatArray | None) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    if uvs is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", uvs[faces.ravel()].astype(np.float32).ravel())
    mesh.shade_smooth()
    return mesh


def ball_material(appearance: Appearance, name: str) -> bpy.types.Material:
    """What shows through the cornea: white, iris and pupil."""
    material = bpy.data.materials.new(name)
    material.diffuse_color = WHITE
    material.use_nodes = True
    tree = material.node_tree
    shader = node_of(tree, PRINCIPLED)
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image_from_array(f"{name} texture", appearance.eye_texture())
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = 0.5
    shader.inputs["Specular IOR Level"].default_value = 0.2
    shader.inputs["Subsurface Weight"].default_value = 0.15
    shader.inputs["Subsurface Radius"].default_value = (0.002, 0.001, 0.0007)
    shader.inputs["Subsurface Scale"].default_value = 1.0
    return material


def _wet_material(name: str, ior: float, roughness: float) -> bpy.types.Material:
    """Clear and wet: bends what the camera sees, and lets light through to the iris as it comes.

    Light that had to find its way through a bend would leave the iris dark in few samples.
    """
    material = bpy.data.materials.new(name)
    material.diffuse_color = CLEAR
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    fresnel = tree.nodes.new("ShaderNodeFresnel")
    fresnel.inputs["IOR"].default_value = ior
    path, clear = tree.nodes.new("ShaderNodeLightPath"), tree.nodes.new("ShaderNodeBsdfTransparent")
    bent = tree.nodes.new("ShaderNodeBsdfRefraction")
    bent.inputs["IOR"].default_value, bent.inputs["Roughness"].default_value = ior, 0.0
    inner, mix = tree.nodes.new("ShaderNodeMixShader"), tree.nodes.new("ShaderNodeMixShader")
    wet = tree.nodes.new("ShaderNodeBsdfGlossy")
    wet.inputs["Roughness"].default_value = roughness
    tree.links.new(path.outputs["Is Camera Ray"], inner.inputs["Fac"])
    tree.links.new(clear.outputs["BSDF"], inner.inputs[1])
    tree.links.new(bent.outputs["BSDF"], inner.inputs[2])
    tree.links.new(fresnel.outputs["Fac"], mix.inputs["Fac"])
    tree.links.new(inner.outputs["Shader"], mix.inputs[1])
    tree.links.new(wet.outputs["BSDF"], mix.inputs[2])
    tree.links.new(mix.outputs["Shader"], output.inputs["Surface"])
    return material


def wet_materials() -> tuple[bpy.types.Material, bpy.types.Material]:
    """Cornea and tears."""
    return _wet_material("Cornea", ior=1.376, roughness=0.03), _wet_material("Tears", ior=1.336, roughness=0.06)


def _one_eye(eye: EyeMesh, materials: tuple[bpy.types.Material, ...]) -> list[bpy.types.Object]:
    meshes = (
        _mesh(f"Eye {eye.side}", eye.vertices, eye.faces, eye.uvs),
        _mesh(f"Cornea {eye.side}", eye.cornea_vertices, eye.cornea_faces, None),
        _mesh(f"Tears {eye.side}", eye.tear_vertices, eye.tear_faces, None),
    )
    objects = []
    for mesh, material in zip(meshes, materials, strict=True):
        mesh.materials.append(material)
        objects.append(bpy.data.objects.new(mesh.name, mesh))
    # Lids and lashes shade the ball; what is clear must not.
    for clear in objects[1:]:
        clear.visible_shadow = False
    return objects


def add_eyes(appearance: Appearance, collection: bpy.types.Collection) -> list[bpy.types.Object]:
    """Add both eyes, in place of the template's eyeballs, to a collection."""
    materials = (ball_material(appearance, "Eye"), *wet_materials())
    objects = [made for eye in appearance.eyes for made in _one_eye(eye, materials)]
    for made in objects:
        collection.objects.link(made)
    return objects
