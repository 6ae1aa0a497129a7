# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments, their cloth, prints and sizes."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
from kit import MODULE, install, live, part, shown


def wardrobe(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create()
    avatar = bpy.data.collections["Avatar"]
    state, shirt = avatar.atelier, part(avatar, "garment", "t-shirt")
    state.stature, state.chest_girth, state.waist_girth, state.hip_girth = 1.68, 0.92, 0.76, 0.98
    live().bring_up(avatar)
    row, cloth = state.garments["T-shirt"], shirt.data.materials[0]
    state.garment_index = state.garments.find("T-shirt")
    threads = cloth.node_tree.nodes["Cloth"]
    assert threads.node_tree is bpy.data.node_groups["Atelier Knit"], "one group for all knitted cloth"
    assert {"Colour", "Weave Scale (mm)", "Seams"} <= {socket.name for socket in threads.inputs}
    threads.inputs["Weave Scale (mm)"].default_value = 7.0
    row.print_kind = "dots"
    live().bring_up(avatar)
    assert shirt.data.materials[0] is cloth, "a print is laid on the cloth that is there"
    assert threads.inputs["Weave Scale (mm)"].default_value == 7.0, "what the artist has set stays"
    drawn = threads.inputs["Colour"].links[0].from_node.image
    assert drawn.size[:] == (256, 256)
    repeat = cloth.node_tree.nodes["Print.001"].inputs[1].default_value
    assert abs(repeat[0] - 0.06) < 1e-6
    row.print_repeat_cm = 12.0
    live().bring_up(avatar)
    assert abs(cloth.node_tree.nodes["Print.001"].inputs[1].default_value[0] - 0.12) < 1e-6
    own = bpy.data.images.new("Leaves", 40, 20)
    own.pixels.foreach_set(np.tile([0.2, 0.6, 0.1, 1.0], 800).astype(np.float32))
    row.print_kind, row.print_picture = "tile", own
    live().bring_up(avatar)
    assert threads.inputs["Colour"].links[0].from_node.image is own
    assert bpy.ops.atelier.export(filepath=str(folder / "printed.glb"), kind=".glb") == {"FINISHED"}
    row.print_picture = None
    live().bring_up(avatar)
    assert not threads.inputs["Colour"].is_linked, "without a picture the cloth is plain"
    row.print_kind = "stripe"
    assert bpy.ops.atelier.print_colour(more=True) == {"FINISHED"}
    assert len(row.print_colours) == 3
    for _ in range(3):
        bpy.ops.atelier.print_colour(more=False)
    assert len(row.print_colours) == 2
    assert own.name in bpy.data.images
    loose = shirt.data.vertices
    hem = min(vertex.co.z for vertex in loose)
    row.tucked = "in"
    live().bring_up(avatar)
    assert state.problem == ""
    assert min(vertex.co.z for vertex in part(avatar, "garment", "t-shirt").data.vertices) > hem + 0.03
    row.tucked = "usual"
    bpy.ops.atelier.wear(garment="hoodie")
    state.garments["Hoodie"].tucked = "in"
    assert live().bring_up(avatar), "a hoodie is never tucked in: its field is not shown"
    bpy.ops.atelier.take_off()
    advice = sys.modules[f"{MODULE}.wardrobe.garment"].advice_for(state, row)
    assert (advice.chart, advice.best) == ("women", "M")
    assert bpy.ops.atelier.take_size(size="women M") == {"FINISHED"}
    assert row.size == "women M"
    assert bpy.ops.atelier.take_size(size="women XXXS") == {"CANCELLED"}
    legend = [getattr(bpy.context.scene.atelier, f"legend_ease_{place}")[:] for place in range(7)]
    assert legend[0][1] > 0.85, "no room at all is yellow"
    assert max(legend[6][:2]) < 0.3, "6 cm are violet"
    stands_on_heels(avatar)


def stands_on_heels(avatar: bpy.types.Collection) -> None:
    """Heels turn the feet of mesh and bones, and other shoes turn them back."""
    bones = part(avatar, "rig").data.bones
    flat = bones["ball_l"].head_local.z
    bpy.ops.atelier.wear(garment="court-shoes")
    live().bring_up(avatar)
    assert avatar.atelier.problem == ""
    assert bones["ball_l"].head_local.z < flat - 0.04
    bpy.context.view_layer.update()
    lift = part(avatar, "rig").matrix_world.translation.z
    shoes, body = (
        shown(thing)[:, 2].min() + lift for thing in (part(avatar, "garment", "court-shoes"), part(avatar, "body"))
    )
    assert abs(shoes) < 0.004, f"the heels stand on the floor: {shoes}"
    assert 0.002 < body < 0.010, f"the balls stand on the soles: {body}"
    bpy.ops.atelier.wear(garment="flats")
    live().bring_up(avatar)
    assert abs(bones["ball_l"].head_local.z - flat) < 1e-6
