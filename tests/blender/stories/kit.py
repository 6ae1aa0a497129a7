# SPDX-License-Identifier: GPL-3.0-or-later
"""What stories in Blender share."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np

MODULE = "bl_ext.user_default.atelier"
# Not in each Blender: what is imported is told from 4.3 on.
HANDLERS = ("undo_post", "redo_post", "load_post", "save_pre", "depsgraph_update_post", "blend_import_post")


def handlers() -> dict[str, int]:
    return {name: len(getattr(bpy.app.handlers, name, ())) for name in HANDLERS}


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


def pixels(path: Path) -> np.ndarray:
    """(h, w, 4) of a picture, last row first."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    found = np.array(image.pixels[:], dtype=np.float32).reshape(height, width, 4)
    bpy.data.images.remove(image)
    return found
