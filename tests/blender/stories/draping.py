# SPDX-License-Identifier: GPL-3.0-or-later
"""Clothes draped finely in a child, kept with their avatar."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import bpy
import numpy as np
from kit import MODULE, install, live, part

TIGHTS = ("leggings", "ankle-boots")  # nothing that is sewn: the child is done at once


def drapes(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    bpy.data.collections["Avatar"].atelier.hair_style = "shaved"  # it is grown anew with each change
    avatar, kept = bpy.data.collections["Avatar"], sys.modules[f"{MODULE}.drape.kept"]
    assert not bpy.ops.atelier.drape.poll(), "nothing is worn"
    for garment in TIGHTS:
        bpy.ops.atelier.wear(garment=garment)
    leggings = part(avatar, "garment", "leggings")
    loose = places(leggings)
    assert bpy.ops.atelier.drape() == {"FINISHED"}
    assert not bpy.ops.atelier.drape.poll(), "they are draped already"
    draped = places(leggings)
    assert leggings.data["atelier_built"].endswith(" draped")
    assert draped.shape != loose.shape, "made on this body, not carried over from another"
    assert abs(np.ptp(draped, axis=0) - np.ptp(loose, axis=0)).max() < 0.01
    assert bpy.ops.atelier.export(filepath=str(folder / "draped.glb"), kind=".glb") == {"FINISHED"}
    assert triangles(folder / "draped.glb", "leggings") == len(leggings.data.polygons), "exported as it is draped"
    path = str(folder / "draped.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    kept.forget()
    bpy.ops.wm.open_mainfile(filepath=path)
    avatar = bpy.data.collections["Avatar"]
    live().bring_up(avatar)
    assert abs(places(part(avatar, "garment", "leggings")) - draped).max() < 1e-6, "they stay in the file"
    avatar.atelier.fit_map = "ease"
    assert live().bring_up(avatar)
    avatar.atelier.stature = 1.85
    live().bring_up(avatar)
    longer = places(part(avatar, "garment", "leggings"))
    assert longer[:, 2].max() > draped[:, 2].max() + 0.02, "another body has its live fit"
    assert bpy.ops.atelier.drape.poll()
    avatar.atelier.pinned[0] = False
    live().bring_up(avatar)
    assert abs(places(part(avatar, "garment", "leggings")) - draped).max() < 1e-6, "and the first one its drape"


def places(thing: bpy.types.Object) -> np.ndarray:
    found = np.empty(3 * len(thing.data.vertices), dtype=np.float32)
    thing.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3)


def triangles(path: Path, name: str) -> int:
    """How many triangles the mesh of that name has in a GLB."""
    content = path.read_bytes()
    told = json.loads(content[20 : 20 + struct.unpack_from("<I", content, 12)[0]])
    (mesh,) = [each for each in told["meshes"] if each["name"] == name]
    return sum(told["accessors"][each["indices"]]["count"] for each in mesh["primitives"]) // 3
