# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes minutes: played by ``make test-blender`` alone."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
from kit import MODULE, install, live, part


def asset_library(extension: Path, folder: Path) -> None:
    install(extension)
    library = folder / "library"
    assert bpy.ops.atelier.asset_library(directory=str(library)) == {"FINISHED"}
    libraries = bpy.context.preferences.filepaths.asset_libraries
    assert [Path(each.path) for each in libraries if each.name == "Atelier"] == [library]
    shelves = (library / "blender_assets.cats.txt").read_text(encoding="utf-8")
    path = str(library / "wardrobe.blend")
    choices = sys.modules[f"{MODULE}.choices"]
    with bpy.data.libraries.load(path, assets_only=True) as (offered, taken):
        assert set(offered.materials) == {name for _, name, _ in choices.fabric_items()[1:]}
        worn = {spec.name["en"] for spec in choices.garments().values()}
        assert set(offered.objects) == worn | {name for _, name, _ in choices.styles()}
        taken.objects, taken.materials = list(offered.objects), list(offered.materials)
    for thing in (*taken.objects, *taken.materials):
        assert f"{thing.asset_data.catalog_id}:Atelier/" in shelves, thing.name
        assert thing.preview.image_size[:] == (256, 320), thing.name


def fine_drape(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    avatar = bpy.data.collections["Avatar"]
    bpy.ops.atelier.wear(garment="t-shirt")
    shirt = part(avatar, "garment", "t-shirt")
    cloth, count = shirt.data.materials[0], len(shirt.data.vertices)
    assert bpy.ops.atelier.drape() == {"FINISHED"}
    assert len(shirt.data.vertices) > 1.4 * count, "finer cloth"
    assert shirt.data.materials[0] is cloth
    assert {"upperarm_l", "spine_02"} <= set(shirt.vertex_groups.keys())
    avatar.atelier.fit_map = "strain"
    assert live().bring_up(avatar)
    assert shirt.data.attributes[sys.modules[f"{MODULE}.scene.painted"].ATTRIBUTE]
    assert bpy.ops.atelier.export(filepath=str(folder / "draped.glb"), kind=".glb") == {"FINISHED"}
