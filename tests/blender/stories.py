# SPDX-License-Identifier: GPL-3.0-or-later
"""What the extension promises, played in Blender as a module: ``python stories.py STORY EXTENSION.zip FOLDER``."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import bpy
import numpy as np

MODULE = "bl_ext.user_default.atelier"
HANDLERS = ("undo_post", "redo_post", "load_post", "save_pre", "depsgraph_update_post", "frame_change_post")


def handlers() -> dict[str, int]:
    return {name: len(getattr(bpy.app.handlers, name)) for name in HANDLERS}


def install(extension: Path) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    done = bpy.ops.extensions.package_install_files(
        filepath=str(extension), repo="user_default", enable_on_install=True
    )
    assert done == {"FINISHED"}, done


def live():
    return sys.modules[f"{MODULE}.live"]


def part(avatar, role: str, garment: str = ""):
    return next(each for each in avatar.objects if each.atelier.role == role and each.atelier.garment == garment)


def shown(thing) -> np.ndarray:
    """(n, 3) places of the vertices as Blender draws them, modifiers and pose included."""
    mesh = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    places = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", places)
    return places.reshape(-1, 3)


def installs_and_leaves(extension: Path, folder: Path) -> None:
    import addon_utils

    bpy.ops.wm.read_factory_settings(use_empty=True)
    before = handlers()
    install(extension)
    assert bpy.ops.atelier.create(dressed=False) == {"FINISHED"}
    bpy.data.collections["Avatar"].atelier.stature = 1.7
    assert addon_utils._extensions_warnings_get() == {}
    import avatar_engine

    assert str(folder) in avatar_engine.__file__, "the engine comes out of the extension's wheel"
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert handlers() | {"load_post": 0} == before | {"load_post": 0}
    assert not [name for name in dir(bpy.types) if "ATELIER" in name]
    assert not any(hasattr(kind, "atelier") for kind in (bpy.types.Scene, bpy.types.Object, bpy.types.Collection))
    assert bpy.data.collections["Avatar"].objects, "the avatar stays when the extension goes"


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
    state.stature = 1.60
    live().bring_up(avatar)
    assert shirt.data.vertices[0].co.z < collar - 0.05, "clothes follow the body"
    cloth = shirt.data.materials[0]
    state.garments["T-shirt"].colours["body"].colour = (1.0, 0.0, 0.0)
    live().bring_up(avatar)
    assert shirt.data.materials[0] is cloth
    assert tuple(round(x, 2) for x in cloth.node_tree.nodes["Colour"].outputs[0].default_value[:3]) == (1.0, 0.0, 0.0)
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


def bad_input(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    avatar = bpy.data.collections["Avatar"]
    state = avatar.atelier
    height = shown(part(avatar, "body"))[:, 2].max()
    state.stature = 17.0
    assert not live().bring_up(avatar)
    assert "stature" in state.problem
    assert "1.2 to 2.3 m" in state.problem
    assert shown(part(avatar, "body"))[:, 2].max() == height, "the body stays as it was"
    state.stature = 1.75
    assert live().bring_up(avatar)
    assert state.problem == ""
    bpy.data.objects.remove(part(avatar, "hair"))
    state.stature = 1.65
    assert live().bring_up(avatar)
    assert not [each for each in avatar.objects if each.atelier.role == "hair"], "what was deleted stays away"
    assert bpy.ops.atelier.restore() == {"FINISHED"}
    assert part(avatar, "hair")
    bpy.data.objects.remove(part(avatar, "rig"))
    state.stature = 1.70
    assert live().bring_up(avatar)
    bpy.ops.atelier.restore()
    assert abs(shown(part(avatar, "body"))[:, 2].max() - 1.70) < 0.002
    bpy.context.scene.unit_settings.scale_length = 0.3048
    state.stature = 5.5
    live().bring_up(avatar)
    assert abs(state.measured[0] - 5.5 * 0.3048) < 0.001
    table = folder / "people.csv"
    table.write_text("subject,stature,waist_girth\nLea,168,74\nTom,1810,90\n", encoding="utf-8")
    assert bpy.ops.atelier.import_people(filepath=str(table), dressed=False) == {"FINISHED"}
    assert "Lea" in bpy.data.collections
    assert "Tom" not in bpy.data.collections
    assert bpy.ops.atelier.import_people(filepath=str(folder / "nowhere.csv")) == {"CANCELLED"}


def keeps_in_the_file(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    bpy.data.collections["Avatar"].atelier.stature = 1.82
    live().bring_up(bpy.data.collections["Avatar"])
    path = str(folder / "kept.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    avatar = bpy.data.collections["Avatar"]
    state, body = avatar.atelier, part(avatar, "body")
    assert state.pinned[0]
    assert abs(state.stature - 1.82) < 1e-6
    vertices = body.data.vertices[100].co.copy()
    live().bring_up(avatar)
    assert body.data.vertices[100].co == vertices, "nothing is made anew where nothing has changed"
    state.stature = 1.60
    live().bring_up(avatar)
    assert abs(shown(body)[:, 2].max() - 1.60) < 0.002, "the avatar is still editable"
    words = sys.modules[f"{MODULE}.translations"].table()["fr_FR"]
    assert words["Atelier", "Stature"] == "Stature"
    assert words["Atelier", "Wardrobe"] == "Garde-robe"


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    except BaseException:  # noqa: BLE001 - Blender must not be torn down by the interpreter
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)
