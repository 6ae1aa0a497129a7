# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe in the Asset Browser: written, known to Blender, and dropped on an avatar."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import bpy
from kit import MODULE, install, part

FEW = {"hoodie", "shaved", "linen"}


def assets_are_dropped(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    bpy.ops.atelier.wear(garment="t-shirt")
    avatar, (make, arrivals) = bpy.data.collections["Avatar"], (of("assets.make"), of("assets.arrivals"))
    few = [each for each in make.offers() if each.key in FEW]
    make.offers = lambda: few
    told = []
    make.work({"folder": str(folder), "language": "en"}, lambda event, text: told.append(text))
    assert told[-3:] == ["blender_assets.cats.txt", "wardrobe.blend", "1"]
    path = str(folder / "wardrobe.blend")
    with bpy.data.libraries.load(path, assets_only=True) as (offered, taken):
        assert (sorted(offered.objects), offered.materials) == (["Hoodie", "Shaved"], ["Linen"])
        taken.objects = list(offered.objects)
    shelves = (folder / "blender_assets.cats.txt").read_text(encoding="utf-8")
    paths = {line.split(":")[1] for line in shelves.splitlines() if line.count(":") == 2}
    assert {path.rpartition("/")[0] for path in paths} - {""} < paths, "each catalogue above another is one itself"
    for thing in taken.objects:
        assert f"{thing.asset_data.catalog_id}:Atelier/" in shelves, thing.name
        assert thing.preview.image_size[:] == (256, 320), thing.name
    (hoodie,) = [thing for thing in taken.objects if thing.name.startswith("Hoodie")]
    assert {"Atelier", "Hoodie", "Sweat à capuche"} == set(hoodie.asset_data.tags.keys())
    assert {"upperarm_l", "spine_01"} <= set(hoodie.vertex_groups.keys()), "it can hang from other rigs"
    # They were made in this Blender, and not in a child.
    bpy.data.batch_remove([each for each in (*bpy.data.objects, *bpy.data.materials) if arrivals.OFFER in each])
    state, shirt = avatar.atelier, part(avatar, "garment", "t-shirt")
    bpy.ops.wm.append(directory=f"{path}/Object/", filename="Shaved")
    bpy.context.view_layer.objects.active = bpy.data.objects["Shaved"]
    assert bpy.ops.atelier.put_on_asset() == {"FINISHED"}
    assert state.hair_style == "shaved"
    arrivals.forget()
    arrivals.watch()
    bpy.ops.wm.append(directory=f"{path}/Object/", filename="Hoodie")
    assert not hasattr(bpy.app.handlers, arrivals.HANDLER) or bpy.app.timers.is_registered(arrivals._use)
    bpy.context.view_layer.objects.active = loose = bpy.data.objects["Hoodie"]
    loose[arrivals.OFFER] = "garment cape"
    assert bpy.ops.atelier.put_on_asset() == {"CANCELLED"}, "a garment of a later version"
    loose[arrivals.OFFER] = "garment hoodie"
    arrivals._use()
    assert "Hoodie" not in bpy.data.objects, "what was dropped gives way to one that is made for this body"
    assert "hoodie" in [row.garment for row in state.garments]
    assert part(avatar, "garment", "hoodie").data.vertices
    assert not bpy.ops.atelier.take_fabric.poll()
    bpy.ops.wm.append(directory=f"{path}/Material/", filename="Linen")
    shirt.material_slots[0].material = bpy.data.materials["Linen"]
    assert bpy.ops.atelier.take_fabric() == {"FINISHED"}
    assert state.garments["T-shirt"].fabric == "linen"
    assert shirt.material_slots[0].material["atelier_made_of"] == "linen"


def of(name: str) -> ModuleType:
    return sys.modules[f"{MODULE}.{name}"]
