# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements typed, and the tapes that are drawn."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
from kit import MODULE, install, live, part, shown


def measures_and_dresses(extension: Path, folder: Path) -> None:
    install(extension)
    assert bpy.ops.atelier.create() == {"FINISHED"}
    avatar = bpy.data.collections["Avatar"]
    state = avatar.atelier
    body, rig, shirt = part(avatar, "body"), part(avatar, "rig"), part(avatar, "garment", "t-shirt")
    assert all(len(face.vertices) == 4 for face in body.data.polygons)
    assert body.data.uv_layers
    assert {"upperarm_l", "thigh_r", "spine_01"} <= set(rig.data.bones.keys()) & set(body.vertex_groups.keys())
    state.stature, state.waist_girth = 1.80, 0.90
    assert live().bring_up(avatar)
    assert abs(shown(body)[:, 2].max() - 1.80) < 0.002
    assert abs(state.measured[0] - 1.80) < 0.001
    assert abs(state.measured[4] - 0.90) < 0.001
    collar = shirt.data.vertices[0].co.z
    iris, wet = (part(avatar, role).data.materials[0] for role in ("eyes", "cornea"))
    state.stature = 1.60
    live().bring_up(avatar)
    assert shirt.data.vertices[0].co.z < collar - 0.05, "clothes follow the body"
    assert part(avatar, "eyes").data.materials[0] is iris
    assert part(avatar, "cornea").data.materials[0] is wet
    state.eyes = "blue"
    live().bring_up(avatar)
    assert part(avatar, "eyes").data.materials[0] is not iris
    shoes, front = (trainers := part(avatar, "garment", "trainers")).data, shown(trainers)[:, 1].min()
    state.waist_girth = 0.89
    live().bring_up(avatar)
    assert trainers.data is shoes, "shoes go along with feet that hardly change"
    assert abs(shown(trainers)[:, 1].min() - front) < 0.005
    cloth = shirt.data.materials[0]
    state.garments["T-shirt"].colours["body"].colour = (1.0, 0.0, 0.0)
    live().bring_up(avatar)
    assert shirt.data.materials[0] is cloth
    dyed = cloth.node_tree.nodes["Cloth"].inputs["Colour"].default_value
    assert tuple(round(x, 2) for x in dyed[:3]) == (1.0, 0.0, 0.0)
    widest = np.ptp(shown(body)[:, 0])
    state.pose = "relaxed"
    live().bring_up(avatar)
    assert np.ptp(shown(body)[:, 0]) < widest - 0.2, "the arms come down"
    assert bpy.ops.atelier.wear(garment="hoodie") == {"FINISHED"}
    assert [each.garment for each in state.garments] == ["trainers", "trousers-straight", "t-shirt", "hoodie"]
    assert part(avatar, "garment", "hoodie").data.vertices
    state.fit_map = "ease"
    live().bring_up(avatar)
    assert shirt.material_slots[0].material.name == "Atelier Fit Map"
    state.fit_map = "none"
    live().bring_up(avatar)
    assert shirt.material_slots[0].material is cloth
    bpy.ops.atelier.create(dressed=False, name="Second")
    assert len(bpy.data.collections["Second"].objects) == len(avatar.objects) - 3
    bpy.ops.atelier.remove()
    assert "Second" not in bpy.data.collections
    assert "Avatar" in bpy.data.collections


def tapes(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    avatar, overlay = bpy.data.collections["Avatar"], sys.modules[f"{MODULE}.measurements.overlay"]
    state, rig = avatar.atelier, part(avatar, "rig")
    state.stature, state.waist_girth = 1.72, 0.80
    live().bring_up(avatar)
    assert overlay.lines(avatar, "none") == ()

    def length(key: str) -> float:
        return np.linalg.norm(np.diff(overlay.lines(avatar, key)[0], axis=0), axis=1).sum()

    assert abs(length("waist_girth") - 0.80) < 0.002
    assert abs(length("stature") - 1.72) < 0.002
    for place, key in enumerate(sys.modules[f"{MODULE}.state"].KEYS):
        assert abs(length(key) - state.measured[place]) < 0.02, key
    wrist = overlay.lines(avatar, "wrist_girth")[0].mean(axis=0)
    state.pose = "relaxed"
    live().bring_up(avatar)
    bpy.context.view_layer.update()
    lowered = overlay.lines(avatar, "wrist_girth")[0].mean(axis=0)
    assert lowered[0] < wrist[0] - 0.1, "the tape goes along with the arm"
    rig.location.x = 2.0
    bpy.context.view_layer.update()
    assert abs(overlay.lines(avatar, "wrist_girth")[0].mean(axis=0)[0] - lowered[0] - 2.0) < 1e-4
    assert bpy.ops.atelier.show_tape(measurement="hip_girth") == {"FINISHED"}
    assert bpy.context.scene.atelier.shown_tape == "hip_girth"
    bpy.ops.atelier.show_tape(measurement="hip_girth")
    assert bpy.context.scene.atelier.shown_tape == "none"
    state.stature = 17.0
    assert overlay.lines(avatar, "hip_girth") == (), "no tape around a body that cannot be"
    bpy.data.objects.remove(rig)
    assert overlay.lines(avatar, "hip_girth") == ()
