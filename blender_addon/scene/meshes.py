# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays to Blender meshes."""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]


def new_mesh(name: str, vertices: Array, faces: Array, corner_uvs: Array | None = None) -> bpy.types.Mesh:
    """A smooth-shaded mesh.

    Parameters
    ----------
    vertices : (n, 3) float
    faces : (f, k) int, all with k corners
    corner_uvs : (f, k, 2) float, one texture coordinate per corner
    """
    mesh = bpy.data.meshes.new(name)
    count, corners = faces.shape
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(vertices, dtype=np.float32).ravel())
    mesh.loops.add(count * corners)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, dtype=np.int32).ravel())
    mesh.polygons.add(count)
    mesh.polygons.foreach_set("loop_start", np.arange(0, count * corners, corners, dtype=np.int32))
    if corner_uvs is not None:
        layer = mesh.uv_layers.new(name="UVMap")
        layer.uv.foreach_set("vector", np.ascontiguousarray(corner_uvs, dtype=np.float32).ravel())
    mesh.update(calc_edges=True)
    mesh.validate()
    mesh.polygons.foreach_set("use_smooth", np.ones(count, dtype=bool))
    return mesh


def set_materials(mesh: bpy.types.Mesh, materials: list[bpy.types.Material], indices: Array) -> None:
    """Give the mesh its materials and each face (f,) the index of its own."""
    for material in materials:
        mesh.materials.append(material)
    mesh.polygons.foreach_set("material_index", np.ascontiguousarray(indices, dtype=np.int32))


def add_point_attribute(mesh: bpy.types.Mesh, name: str, values: Array) -> None:
    """A float per vertex (n,), which materials read as an attribute."""
    attribute = mesh.attributes.new(name, "FLOAT", "POINT")
    attribute.data.foreach_set("value", np.ascontiguousarray(values, dtype=np.float32))


def add_point_colour(mesh: bpy.types.Mesh, name: str, colours: Array) -> None:
    """A colour per vertex, (n, 3) linear RGB, which materials read as an attribute."""
    attribute = mesh.color_attributes.new(name, "FLOAT_COLOR", "POINT")
    opaque = np.column_stack([colours, np.ones(len(colours))]).astype(np.float32)
    attribute.data.foreach_set("color", np.ascontiguousarray(opaque).ravel())


def add_object(name: str, data: bpy.types.ID, collection: bpy.types.Collection) -> bpy.types.Object:
    """An object in the collection."""
    thing = bpy.data.objects.new(name, data)
    collection.objects.link(thing)
    return thing
