# SPDX-License-Identifier: GPL-3.0-or-later
"""The Asset Browser: a library is shown in it, and its assets are dragged onto the avatar."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from bpy_extras.view3d_utils import location_3d_to_region_2d
from eye import FOLDER, avatar, garments, look
from hand import STEP, Place, area, click, module, move, press, settled, until
from mathutils import Vector

LOWER = 0.46  # share of the 3D view that the Asset Browser takes
OFFERED = {"jacket", "shaved", "linen"}
TILE = (60, 60)  # pixels from the upper left corner of the assets to within the first
STEPS_OF_A_DRAG = 8


def fills_the_asset_browser() -> Iterator[float]:
    make, library = module("assets.make"), FOLDER / "library"
    library.mkdir(exist_ok=True)
    few = [each for each in make.offers() if each.key in OFFERED]
    make.offers = lambda: few
    make.work({"folder": str(library), "language": "en"}, lambda event, text: None)
    made = [each for each in (*bpy.data.objects, *bpy.data.materials) if "atelier_offer" in each]
    bpy.data.batch_remove(made)
    bpy.context.preferences.filepaths.asset_libraries.new(name="Atelier", directory=str(library))
    opens_the_browser()
    bpy.ops.ed.undo_push(message="Library")
    yield from settled()
    browser().spaces.active.params.asset_library_reference = "Atelier"
    yield from settled()
    look("library")


def opens_the_browser() -> None:
    window, big = bpy.context.window_manager.windows[0], area()
    with bpy.context.temp_override(window=window, screen=window.screen, area=big, region=big.regions[-1]):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=LOWER)
    views = [each for each in window.screen.areas if each.type == "VIEW_3D"]
    min(views, key=lambda each: each.y).ui_type = "ASSETS"


def browser() -> bpy.types.Area:
    return next(each for each in bpy.context.window_manager.windows[0].screen.areas if each.ui_type == "ASSETS")


def closes_the_browser() -> None:
    window = bpy.context.window_manager.windows[0]
    with bpy.context.temp_override(window=window, screen=window.screen, area=browser()):
        bpy.ops.screen.area_close()


def drag(name: str, target: Place) -> Iterator[float]:
    """Look for an asset by its name, and drag the first that is found."""
    space = browser().spaces.active
    space.params.filter_search = name
    yield from settled()
    tiles = next(each for each in browser().regions if each.type == "WINDOW")
    tile = tiles.x + TILE[0], tiles.y + tiles.height - TILE[1]
    yield from click(tile)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=browser(), region=tiles):
        assert bpy.context.asset.name == name
    window = bpy.context.window_manager.windows[0]
    window.event_simulate(type="LEFTMOUSE", value="PRESS", x=tile[0], y=tile[1])
    yield STEP
    for step in range(1, STEPS_OF_A_DRAG + 1):
        share = step / STEPS_OF_A_DRAG
        move(tuple(int(start + share * (end - start)) for start, end in zip(tile, target, strict=True)))
        yield STEP
    look(f"dragged_{name.lower()}")
    window.event_simulate(type="LEFTMOUSE", value="RELEASE", x=target[0], y=target[1])
    yield STEP


def seen_at(height: float) -> Place:
    """Where in the window the middle of the avatar is seen, that many metres from its floor."""
    region = next(each for each in area().regions if each.type == "WINDOW")
    place = location_3d_to_region_2d(region, area().spaces.active.region_3d, Vector((0.0, 0.0, height)))
    return int(region.x + place.x), int(region.y + place.y)


def drops_assets() -> Iterator[float]:
    chest = seen_at(0.72 * avatar().atelier.stature)
    yield from drag("Jacket", chest)
    yield from until(lambda: "jacket" in garments(), "what is dropped is put on")
    yield from settled()
    assert "Jacket" not in [each.name for each in bpy.data.objects if not each.atelier.garment]
    look("dropped")
    press("Z", chest, ctrl=True)
    yield from settled()
    assert "jacket" not in garments(), "Ctrl-Z takes it off"
    assert "Jacket" in bpy.data.objects, "and what was dropped is there again"
    press("Z", chest, ctrl=True)
    yield from settled()
    assert "Jacket" not in bpy.data.objects, "until a second one takes it away"
    yield from drag("Linen", chest)
    yield from until(lambda: "linen" in [each.fabric for each in avatar().atelier.garments], "a garment is of it")
    yield from settled()
    look("dropped_fabric")
    closes_the_browser()
    yield from settled()
