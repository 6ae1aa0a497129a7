# SPDX-License-Identifier: GPL-3.0-or-later
"""What the extension promises, played in Blender as a module: ``python stories.py STORY EXTENSION.zip FOLDER``."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from xml.etree import ElementTree

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


def patterns(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create()
    avatar = bpy.data.collections["Avatar"]
    state, pattern = avatar.atelier, sys.modules[f"{MODULE}.exports.pattern"]
    state.garment_index = state.garments.find("Trainers")
    assert not bpy.ops.atelier.pattern_svg.poll(), "shoes are not cut from a pattern"
    state.garment_index = state.garments.find("T-shirt")
    if pattern.can_draw_all():
        path = folder / "shirt.pdf"
        assert bpy.ops.atelier.pattern_pdf(filepath=str(path)) == {"FINISHED"}
        assert path.read_bytes().startswith(b"%PDF")
        assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "whole.svg")) == {"FINISHED"}
        assert "10 cm" in (folder / "whole.svg").read_text(encoding="utf-8")
    pattern.can_draw_all = lambda: False  # as in Blender's own Python
    assert not bpy.ops.atelier.pattern_pdf.poll()
    assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "lines.svg")) == {"FINISHED"}
    drawn = ElementTree.parse(folder / "lines.svg").getroot()  # noqa: S314 - our own file
    wide, high = (float(drawn.get(key).removesuffix("cm")) for key in ("width", "height"))
    assert drawn.get("viewBox") == f"0 0 {wide} {high}", "a unit of the drawing is a centimetre"
    words = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"front", "back"} <= set(words)
    assert bpy.ops.atelier.pattern_svg(filepath=str(folder / "lines.svg" / "x.svg")) == {"CANCELLED"}
    state.garments.clear()
    assert not bpy.ops.atelier.pattern_svg.poll(), "nothing is worn"


def rigify(extension: Path, folder: Path) -> None:
    install(extension)
    assert bpy.ops.atelier.create() == {"FINISHED"}
    assert not bpy.ops.atelier.metarig.poll(), "Rigify is not enabled"
    bpy.ops.preferences.addon_enable(module="rigify")
    avatar = bpy.data.collections["Avatar"]
    avatar.atelier.stature = 1.62
    live().bring_up(avatar)
    assert not bpy.ops.atelier.follow_rigify.poll(), "there is no rig to follow"
    body, rig = part(avatar, "body"), part(avatar, "rig")
    assert bpy.ops.atelier.metarig() == {"FINISHED"}
    metarig = avatar.atelier.metarig
    theirs, own = metarig.data.bones, rig.data.bones
    for name, joint in (("forearm.L", "lowerarm_l"), ("shin.R", "calf_r"), ("f_index.02.R", "index_02_r")):
        assert (theirs[name].head_local - own[joint].head_local).length < 1e-4, name
    assert "face" not in theirs
    bpy.context.view_layer.objects.active = metarig
    assert bpy.ops.pose.rigify_generate() == {"FINISHED"}
    control = metarig.data.rigify_target_rig
    before, shirt = shown(body), part(avatar, "garment", "t-shirt")
    assert bpy.ops.atelier.follow_rigify() == {"FINISHED"}
    bpy.context.view_layer.update()
    assert abs(shown(body) - before).max() < 1e-4, "nothing moves before the rig does"
    hand, cloth = np.flatnonzero(before[:, 0] > before[:, 0].max() - 0.1), shown(shirt)
    control.pose.bones["upper_arm_parent.L"]["IK_FK"] = 1.0
    control.pose.bones["upper_arm_fk.L"].rotation_mode = "XYZ"
    control.pose.bones["upper_arm_fk.L"].rotation_euler = (0.6, 0.0, 0.0)
    bpy.context.view_layer.update()
    moved = np.linalg.norm(shown(body) - before, axis=1)
    assert moved[hand].min() > 0.1, "the hand goes along"
    assert moved[before[:, 0] < -0.05].max() < 1e-3, "the other side stays"
    assert abs(shown(shirt) - cloth).max() > 0.02, "so does the sleeve"


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
    objects = len(avatar.objects)
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert job._process.returncode is not None, "the child ends with the extension"
    assert not job.folder.exists()
    assert len(bpy.data.collections["Avatar"].objects) == objects


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
    from garments.catalogue import catalogue

    slot_word = sys.modules[f"{MODULE}.choices"].slot_word
    labels = {slot_word(slot) for garment in catalogue().values() for slot in garment.slots}
    assert not {label for label in labels if ("Atelier", label) not in words}, "every part of a garment has a name"


def photographs_and_exports(extension: Path, folder: Path) -> None:
    install(extension)
    presets, preset = (getattr(sys.modules[f"{MODULE}.scene.presets"], name) for name in ("presets", "Preset"))
    presets()["draft"] = preset(width_px=64, height_px=96, samples=2, denoise_quality="BALANCED", noise=0.1)
    assert bpy.ops.atelier.create(dressed=False) == {"FINISHED"}
    scene, avatar = bpy.context.scene, bpy.data.collections["Avatar"]
    avatar.atelier.stature = 1.7
    live().bring_up(avatar)
    assert not bpy.ops.atelier.render.poll(), "there is no camera"
    assert not bpy.ops.atelier.remove_studio.poll(), "there is no studio"
    own = [
        bpy.data.objects.new("Own", bpy.data.cameras.new("Own")),
        bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT")),
    ]
    for thing in own:
        scene.collection.objects.link(thing)
    scene.camera, scene.world = own[0], bpy.data.worlds.new("Own")
    before = [thing.matrix_world.copy() for thing in own], own[1].data.energy
    chosen = scene.atelier
    chosen.preset, chosen.folder = "draft", str(folder / "pictures")
    part(avatar, "rig").location = (3.0, -2.0, 0.5)
    bpy.context.view_layer.update()
    for _ in range(2):
        assert bpy.ops.atelier.studio() == {"FINISHED"}
    assert len([each for each in bpy.data.collections if "atelier_studio" in each]) == 1
    assert scene.camera is not own[0]
    bpy.context.view_layer.update()
    assert 3.5 < (scene.camera.matrix_world.translation - part(avatar, "rig").location).length < 9.0
    assert bpy.ops.atelier.render() == {"FINISHED"}
    assert str(folder / "pictures") in sys.modules[f"{MODULE}.jobs"].outcome("atelier.render")
    still = pixels(folder / "pictures" / "Avatar.png")
    assert still.shape == (96, 64, 4)
    wall, chest = still[90, 4, :3], still[60:64, 30:34, :3].mean(axis=(0, 1))
    assert abs(wall - chest).max() > 0.05, "somebody stands before the wall"
    chosen.turntable, chosen.frames = True, 2
    assert bpy.ops.atelier.render() == {"FINISHED"}
    front, back = (pixels(folder / "pictures" / f"Avatar-{number}.png") for number in range(2))
    assert abs(front - still).mean() < 0.02
    assert abs(front[78:90, 28:36] - back[78:90, 28:36]).mean() > 0.02, "a face from the front, hair from behind"
    (folder / "file").write_text("")
    chosen.folder = str(folder / "file")
    assert bpy.ops.atelier.render() == {"CANCELLED"}
    assert bpy.ops.atelier.remove_studio() == {"FINISHED"}
    assert scene.camera is own[0]
    assert scene.world.name == "Own"
    assert ([thing.matrix_world for thing in own], own[1].data.energy) == before
    assert not [thing for thing in bpy.data.objects if thing.name.startswith("Atelier Studio")]
    importers = {
        ".glb": bpy.ops.import_scene.gltf,
        ".fbx": bpy.ops.import_scene.fbx,
        ".obj": bpy.ops.wm.obj_import,
        ".usdz": bpy.ops.wm.usd_import,
    }
    out = folder / "exports"
    for kind in importers:
        if kind != ".usdz" or bpy.app.build_options.usd:
            assert bpy.ops.atelier.export(filepath=str(out / f"avatar{kind}"), kind=kind) == {"FINISHED"}, kind
    assert bpy.ops.atelier.export(filepath=str(folder / "file" / "avatar.glb"), kind=".glb") == {"CANCELLED"}
    for kind, bring in importers.items():
        if not (out / f"avatar{kind}").exists():
            continue
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        bring(filepath=str(out / f"avatar{kind}"))
        bpy.context.view_layer.update()
        meshes = [thing for thing in bpy.data.objects if thing.type == "MESH" and len(thing.data.vertices) > 100]
        heights = np.concatenate([shown(thing) @ np.array(thing.matrix_world)[:3, :3].T for thing in meshes])[:, 2]
        assert 1.68 < np.ptp(heights) < 1.80, (kind, np.ptp(heights))
        textures = [each for each in bpy.data.images if each.type == "IMAGE" and "Viewer" not in each.name]
        assert textures, kind
        assert all(each.size[0] >= 64 for each in textures), (kind, [each.filepath for each in textures])
        if kind != ".obj":
            rig = next(thing for thing in bpy.data.objects if thing.type == "ARMATURE")
            assert len(rig.data.bones) > 50


def shape_keys(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    avatar = bpy.data.collections["Avatar"]
    state, body = avatar.atelier, part(avatar, "body")
    state.stature, state.sex = 1.70, "female"
    live().bring_up(avatar)
    chest = np.flatnonzero((shown(body)[:, 2] > 1.15) & (shown(body)[:, 2] < 1.3))
    before = shown(body)
    for _ in range(2):
        assert bpy.ops.atelier.type_keys() == {"FINISHED"}
    keys = body.data.shape_keys.key_blocks
    assert keys.keys() == ["Basis", "Female", "Male"]
    assert abs(shown(body) - before).max() < 1e-5, "nothing moves before a key does"
    keys["Female"].value = 1.0
    assert abs(shown(body) - before).max() < 1e-4, "a woman's body is there already"
    keys["Female"].value, keys["Male"].value = 0.0, 1.0
    assert abs(shown(body) - before)[chest].max() > 0.01
    assert abs(shown(body)[:, 2].max() - 1.70) < 0.003, "the stature that was asked for stays"
    state.stature = 1.80
    live().bring_up(avatar)
    assert abs(shown(body)[:, 2].max() - 1.80) < 0.01, "keys go along"
    body.data.shape_keys.name = "Kept"
    bpy.context.view_layer.objects.active = body
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.subdivide()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert not bpy.ops.atelier.type_keys.poll(), "the vertices are no longer the template's"


def pixels(path: Path) -> np.ndarray:
    """(h, w, 4) of a picture, last row first."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    found = np.array(image.pixels[:], dtype=np.float32).reshape(height, width, 4)
    bpy.data.images.remove(image)
    return found


def batches(extension: Path, folder: Path) -> None:
    install(extension)
    (folder / "people.csv").write_text("subject,sex,stature\nAnn,female,168\n", encoding="utf-8")
    red = '[[garment]]\nid = "t-shirt"\ncolours = { body = "#b02020" }\n[hair]\nstyle = "shaved"\n'
    (folder / "red.toml").write_text(red, encoding="utf-8")
    main = sys.modules[f"{MODULE}.batch.blender"]._run
    command = ["render", str(folder / "people.csv"), "--look", str(folder / "red.toml"), "--out", str(folder / "out")]
    small = ["--resolution", "64x96", "--samples", "2", "--format", "webp", "--transparent", "--lang", "fr"]
    assert main([*command, *small]) == 0
    first = (folder / "out" / "Ann.webp").stat().st_mtime_ns
    assert main([*command, *small]) == 0
    assert (folder / "out" / "Ann.webp").stat().st_mtime_ns == first
    assert main([*command, *small, "--look", str(folder / "nowhere.toml")]) == 2
    assert main(["render"]) == 2
    seen = ["--look", str(folder / "red.toml"), "--camera", "half", "--camera", "back", "--out", str(folder / "studio")]
    assert main(["render", str(folder / "people.csv"), *seen, "--resolution", "64x96", "--samples", "2"]) == 0
    assert hasattr(bpy.types.Scene, "atelier"), "the extension is still there afterwards"


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    except BaseException:  # noqa: BLE001 - Blender must not be torn down by the interpreter
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)
