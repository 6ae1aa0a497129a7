# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by a Blender of its own: turns a GLB into FBX, OBJ or USDZ with its textures (imports nothing of Atelier's).

``blender -b --python child.py -- ORDERS.json``
"""

import json
import os
import sys
from pathlib import Path

import bpy

EXPORTERS = {
    ".fbx": lambda path: bpy.ops.export_scene.fbx(
        filepath=path, path_mode="COPY", embed_textures=True, add_leaf_bones=False
    ),
    ".obj": lambda path: bpy.ops.wm.obj_export(filepath=path, path_mode="COPY"),
    ".usdz": lambda path: bpy.ops.wm.usd_export(filepath=path),
}


def unpack(image, folder, stem):
    """Give a picture a file of its own: exporters find textures by their files, and those inside a GLB have none."""
    content = bytes(image.packed_file.data)
    ending = "png" if content.startswith(b"\x89PNG") else "jpg"
    path = folder / f"{stem}-{bpy.path.clean_name(image.name)}.{ending}"
    path.write_bytes(content)
    image.unpack(method="REMOVE")
    image.filepath = str(path)
    image.reload()


def main():
    """Import, export, and name what was written, the file itself last."""
    orders = json.loads(Path(sys.argv[sys.argv.index("--") + 1]).read_text(encoding="utf-8"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    import addon_utils  # there once Blender is, where it is a module

    for name in ("io_scene_gltf2", "io_scene_fbx"):
        addon_utils.enable(name)
    bpy.ops.import_scene.gltf(filepath=orders["glb"])
    print("@atelier share 0.5", flush=True)
    folder = Path(orders["folder"]) / "made"
    folder.mkdir()
    for image in [each for each in bpy.data.images if each.packed_file is not None]:
        unpack(image, Path(orders["folder"]), orders["stem"])
    target = folder / orders["name"]
    EXPORTERS[target.suffix](str(target))
    if not target.exists():
        print(f"@atelier failed {target.suffix}", flush=True)
        os._exit(1)
    made = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path == target)
    for path in made:
        path.replace(Path(orders["folder"]) / path.name)
        print(f"@atelier file {path.name}", flush=True)
    print("@atelier share 1", flush=True)
    sys.stdout.flush()
    os._exit(0)


main()
