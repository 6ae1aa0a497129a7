# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing and leaving; avatars kept in their files; bad input, and objects spoilt by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
from kit import MODULE, handlers, install, live, part, shown

# Packages that the Python of these tests may have, and Blender's own has not.
NOT_IN_BLENDER = {"PIL", "click", "ezdxf", "numba", "reportlab", "scipy", "shapely", "torch"}


def installs_and_leaves(extension: Path, folder: Path) -> None:
    import addon_utils

    bpy.ops.wm.read_factory_settings(use_empty=True)
    before = handlers()
    install(extension)
    assert not NOT_IN_BLENDER & sys.modules.keys(), "what Blender comes without is not asked for"
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


def keeps_in_the_file(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    bpy.data.collections["Avatar"].atelier.stature = 1.82
    live().bring_up(bpy.data.collections["Avatar"])
    skin_of(bpy.data.collections["Avatar"]).inputs["Blush"].default_value = 2.0
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
    skin = skin_of(avatar)
    assert skin.node_tree is bpy.data.node_groups["Atelier Skin"]
    painted, pores = skin.inputs["Colour"].links[0].from_node.image, skin.inputs["Pores"].default_value
    state.skin_tone, state.shows_age, state.age_years = 9, True, 80
    live().bring_up(avatar)
    assert skin_of(avatar) == skin, "another tone is painted into the same material"
    assert skin.inputs["Colour"].links[0].from_node.image != painted
    assert skin.inputs["Blush"].default_value == 2.0, "what the artist has set stays"
    assert skin.inputs["Pores"].default_value > pores + 0.1
    assert skin.inputs["Lines of Age"].default_value == 1.0
    skin.inputs["Lines of Age"].default_value = 0.3
    state.age_years = 50
    live().bring_up(avatar)
    assert abs(skin.inputs["Lines of Age"].default_value - 0.3) < 1e-6
    skin.id_data.nodes.remove(skin)
    state.skin_tone = 2
    live().bring_up(avatar)
    assert skin_of(avatar), "a skin without its node is made anew"
    words = sys.modules[f"{MODULE}.translations"].table()["fr_FR"]
    assert words["Atelier", "Stature"] == "Stature"
    assert words["Atelier", "Wardrobe"] == "Garde-robe"
    from garments.catalogue import catalogue

    slot_word = sys.modules[f"{MODULE}.choices"].slot_word
    labels = {slot_word(slot) for garment in catalogue().values() for slot in garment.slots}
    assert not {label for label in labels if ("Atelier", label) not in words}, "every part of a garment has a name"


def skin_of(avatar):
    return part(avatar, "body").data.materials[0].node_tree.nodes["Skin"]


def spoilt(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create()
    avatar = bpy.data.collections["Avatar"]
    state, body, shirt = avatar.atelier, part(avatar, "body"), part(avatar, "garment", "t-shirt")
    layer = bpy.context.view_layer
    layer.objects.active = body
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.atelier.wear.poll(), "a mesh is being edited"
    assert not bpy.ops.atelier.restore.poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert bpy.ops.atelier.wear.poll()
    for hide in ("exclude", "hide_viewport"):
        setattr(layer.layer_collection.children["Avatar"], hide, True)
        state.stature = 1.66 if hide == "exclude" else 1.77
        assert live().bring_up(avatar), hide
        setattr(layer.layer_collection.children["Avatar"], hide, False)
        layer.update()
        assert abs(shown(body)[:, 2].max() - state.stature) < 0.003
        assert not [each for each in bpy.context.scene.collection.objects if each.atelier.role], (
            "all are where they were"
        )
    head = part(avatar, "rig").data.bones["head"].head_local.z
    assert 1.5 < head < 1.7
    other = bpy.data.scenes.new("Other")
    bpy.context.window.scene = other
    state.stature = 1.58
    assert live().bring_up(avatar), "it stands in another scene"
    assert part(avatar, "rig").data.bones["head"].head_local.z < head - 0.1
    bpy.context.window.scene = bpy.data.scenes["Scene"]
    cloth = shirt.data.materials[0]
    nodes = cloth.node_tree.nodes
    nodes.remove(nodes["Cloth"])
    state.format = 0
    assert live().bring_up(avatar)
    assert state.format == sys.modules[f"{MODULE}.upgrade"].FORMAT
    assert "Cloth" in shirt.data.materials[0].node_tree.nodes, "cloth of a first version is made anew"
    nodes = shirt.data.materials[0].node_tree.nodes
    nodes.remove(nodes["Cloth"])
    state.garments["T-shirt"].colours["body"].colour = (0.0, 1.0, 0.0)
    assert live().bring_up(avatar), "an artist's own material is left alone"
    height = shown(body)[:, 2].max()
    state.format, state.stature = 99, 1.9
    assert not live().bring_up(avatar)
    assert "newer version" in state.problem
    assert shown(body)[:, 2].max() == height
    state.format = 1
    jobs = sys.modules[f"{MODULE}.jobs"]
    (folder / "sleep.py").write_text("import time\ntime.sleep(600)\n")
    job = jobs.Job(folder / "sleep.py", {}, jobs.new_folder(), folder)
    jobs._running.append(job)
    assert not bpy.ops.atelier.export.poll(), "another job is at work"
    assert job.poll()
    lost = jobs.Job(folder / "sleep.py", {}, jobs.new_folder(), folder)
    lost._process.kill()
    lost._process.wait()
    assert not lost.poll()
    assert "stopped from outside" in lost.problem
    lost.end()
    objects = len(avatar.objects)
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert job._process.returncode is not None, "the child ends with the extension"
    assert not job.folder.exists()
    assert len(bpy.data.collections["Avatar"].objects) == objects


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
