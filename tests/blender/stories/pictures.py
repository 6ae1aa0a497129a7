# SPDX-License-Identifier: GPL-3.0-or-later
"""A studio, pictures, and files for other programs that are read back."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
from kit import MODULE, install, live, part, pixels, shown


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
