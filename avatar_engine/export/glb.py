# SPDX-License-Identifier: GPL-3.0-or-later
"""GLB of bodies: rig, skin weights and materials; metres, Y up, facing +Z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import BoolArray, load_template
from avatar_engine.export.gltf_buffer import GltfBuilder
from avatar_engine.export.gltf_material import Material, linear_colour
from avatar_engine.export.gltf_skeleton import add_skeleton
from avatar_engine.export.gltf_surface import Surface, add_surface
from avatar_engine.export.whole_file import write_whole

GENERATOR = "Atelier"
BODY_NAME = "body"
NEUTRAL = Material("neutral", linear_colour("#b9b2aa"), 0.6)
PLAIN: Mapping[str, Material] = {
    "eye_left": Material("eye", linear_colour("#e8e4de"), 0.2),
    "eye_right": Material("eye", linear_colour("#e8e4de"), 0.2),
}


def body_surface(body: Body, looks: Mapping[str, Material], hidden_quads: BoolArray | None = None) -> Surface:
    """The body's mesh.

    Parameters
    ----------
    looks : material of each of the template's parts, ``NEUTRAL`` where a part is not named
    hidden_quads : (13710,) quads to leave out
    """
    template = load_template()
    materials: list[Material] = []
    numbers = np.full(len(template.quads), -1, dtype=np.int32)
    for part, mask in template.parts.items():
        look = looks.get(part, NEUTRAL)
        if look not in materials:
            materials.append(look)
        numbers[mask] = materials.index(look)
    if hidden_quads is not None:
        numbers[hidden_quads] = -1
    corner_uvs = template.uvs[template.quad_uvs[:, [0, 1, 2, 0, 2, 3]]].reshape(-1, 3, 2)
    return Surface(
        BODY_NAME,
        body.vertices,
        template.triangles,
        corner_uvs,
        template.bone_indices,
        template.bone_weights,
        materials,
        np.repeat(numbers, 2),
    )


def glb_bytes(body: Body, surfaces: Sequence[Surface], lift: float = 0.0) -> bytes:
    """A GLB with a body's skeleton and the surfaces bound to it, raised by ``lift``; equal input gives equal bytes."""
    builder = GltfBuilder(GENERATOR)
    skeleton = add_skeleton(builder, body, lift)
    nodes = [add_surface(builder, surface, skeleton) for surface in surfaces]
    builder.add("scenes", {"name": "avatar", "nodes": [skeleton.root, *nodes]})
    return builder.to_bytes()


def write_glb(path: Path, body: Body) -> None:
    """Write a plain body in the A-pose, all of its faces, with rig and weights."""
    write_whole(path, glb_bytes(body, [body_surface(body, PLAIN)]))
