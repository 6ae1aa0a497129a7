# SPDX-License-Identifier: GPL-3.0-or-later
"""The side panel in a real Blender with a real mouse: ``blender … --python window.py -- FOLDER``.

Blender runs under Xvfb with ``--enable-event-simulate`` and a window of 1600 x 900; the extension is installed. The
pictures are taken of the X screen, since Blender's own screenshot is black where GL is software.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from subprocess import Popen
from types import ModuleType

import bpy
import numpy as np
from mathutils import Euler

FOLDER = Path(sys.argv[sys.argv.index("--") + 1])
STEP, SETTLED = 0.3, 3.0  # seconds
WARDROBE_STEPS = 3  # up from the end of the menu of garments, where what is worn outside stands
SAME_IN_FRENCH = {"Avatar", "Pose", "Studio"}
COLOURS = 1000  # fewer on the screen, and nothing was drawn
DIGITS = {
    ".": "PERIOD", "0": "ZERO", "1": "ONE", "2": "TWO", "3": "THREE", "4": "FOUR", "5": "FIVE", "6": "SIX",
    "7": "SEVEN", "8": "EIGHT", "9": "NINE",
}  # fmt: skip
MODULE = "bl_ext.user_default.atelier"
# Pixels from the top of the side panel to the first header, and from one to the next where all are closed.
HEADER, PITCH = 16, 28
ROW, COLUMNS = 12, (0.2, 0.5, 0.93)  # where the mouse looks for a button: pixels, shares of the width
PATIENCE = 120.0  # seconds that a child may take

Place = tuple[int, int]


def module(name: str) -> ModuleType:
    return sys.modules[f"{MODULE}.{name}"]


def area() -> bpy.types.Area:
    return next(each for each in bpy.context.window_manager.windows[0].screen.areas if each.type == "VIEW_3D")


def panel() -> bpy.types.Region:
    return next(each for each in area().regions if each.type == "UI")


def avatar() -> bpy.types.Collection:
    return bpy.data.collections["Avatar"]


def place(pixels: int, share: float = 0.5) -> Place:
    """Where in the window something lies that is so far below the top of the side panel."""
    region = panel()
    return int(region.x + share * (region.width - 26)), region.y + region.height - pixels


def press(kind: str, where: Place, window: bpy.types.Window | None = None, **more: object) -> None:
    window = window or bpy.context.window
    window.event_simulate(type=kind, value="PRESS", x=where[0], y=where[1], **more)
    more.pop("unicode", None)
    window.event_simulate(type=kind, value="RELEASE", x=where[0], y=where[1], **more)


def settled() -> Iterator[float]:
    """Wait until Blender has worked and drawn: between two steps it always draws, however long its work takes."""
    for _ in range(int(SETTLED / STEP)):
        yield STEP


def move(where: Place) -> None:
    bpy.context.window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=where[0], y=where[1])


def click(where: Place, times: int = 1, **more: object) -> Iterator[float]:
    move(where)
    yield STEP
    for _ in range(times):
        press("LEFTMOUSE", where, **more)
    yield STEP


def under_the_mouse() -> str:
    """What the button under the mouse does, as Python: an operator's call, or a property's path."""
    manager = bpy.context.window_manager
    manager.clipboard = ""
    window = manager.windows[0]
    with bpy.context.temp_override(window=window, screen=window.screen, area=area(), region=panel()):
        for ask in (bpy.ops.ui.copy_python_command_button, bpy.ops.ui.copy_data_path_button):
            if ask.poll():
                ask()
    return manager.clipboard


def find(wanted: str, header: int = 0) -> Generator[float, None, Place]:
    """The place of the first button below a header whose action holds some words, by moving the mouse."""
    seen, before = set(), place(header)
    for pixels in range(header + PITCH, panel().height - ROW, ROW):
        for share in COLUMNS:
            here = place(pixels, share)
            move(here)
            yield 0.02
            told = under_the_mouse()
            seen.add(told)
            if wanted in told:
                # Blender may have spoken of the place before.
                for found in (here, before):
                    move(found)
                    yield STEP
                    if wanted in under_the_mouse():
                        return found
            before = here
    raise AssertionError(f"no button for {wanted} among {sorted(seen)}")


def panels() -> list[type[bpy.types.Panel]]:
    """Those of the tab that have headers, from above."""
    classes = [each for part in module("registration").MODULES for each in part.CLASSES]
    return [each for each in classes if issubclass(each, bpy.types.Panel) and not getattr(each, "bl_parent_id", "")]


def unfold(name: str) -> Generator[float, None, int]:
    """Fold all panels but one, by their headers; how far below the top of the side panel its own is."""
    first = place(HEADER, 0.4)
    yield from click(first, ctrl=True)
    yield STEP
    names = [each.bl_idname for each in panels()]
    if names.index(name):
        yield from click(first)
        yield STEP
        yield from click(place(HEADER + PITCH * names.index(name), 0.4))
    yield 2 * STEP
    return HEADER + PITCH * names.index(name)


def type_number(where: Place, text: str) -> Iterator[float]:
    """Double click on a number, type another, confirm."""
    yield from click(where, times=2)
    press("A", where, ctrl=True)
    yield STEP
    for letter in text:
        press(DIGITS[letter], where, unicode=letter)
        yield 0.05
    press("RET", where)
    yield from settled()


def look(name: str) -> np.ndarray:
    """A picture of the screen, (h, w, 3) in 0 to 1, first row below; it shows something."""
    path = FOLDER / f"{name}.png"
    subprocess.run(["import", "-window", "root", str(path)], check=True)
    told = subprocess.run(["identify", "-format", "%k", str(path)], check=True, capture_output=True, text=True)
    assert int(told.stdout) > COLOURS, f"{name}: {told.stdout} colours"
    return pixels(path)


def pixels(path: Path) -> np.ndarray:
    image = bpy.data.images.load(str(path))
    width, height = image.size
    found = np.array(image.pixels[:], dtype=np.float32).reshape(height, width, 4)
    bpy.data.images.remove(image)
    return found[..., :3]


def view(screen: np.ndarray) -> np.ndarray:
    """The part of the screen that shows the scene, without the side panel."""
    region = next(each for each in area().regions if each.type == "WINDOW")
    return screen[region.y + 60 : region.y + region.height - 120, region.x + 80 : panel().x - 80]


def height() -> float:
    """Metres from the floor to the top of the body, as drawn."""
    body = next(each for each in avatar().objects if each.atelier.role == "body")
    mesh = body.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    return max(vertex.co.z for vertex in mesh.vertices)


def garments() -> list[str]:
    return [each.garment for each in avatar().atelier.garments]


def until(holds: Callable[[], bool], what: str) -> Iterator[float]:
    """Wait for something."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < PATIENCE, what
        yield STEP


def speak(language: str) -> Iterator[float]:
    view = bpy.context.preferences.view
    view.language = language
    view.use_translate_interface = view.use_translate_new_dataname = True
    yield from settled()


def makes_an_avatar_in_french() -> Iterator[float]:
    """New data-blocks and nodes have French names then."""
    yield from speak("fr_FR")
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    space = area().spaces.active
    space.show_region_ui = True
    yield STEP
    panel().active_panel_category = "Atelier"
    area().tag_redraw()
    yield 2 * STEP
    look("empty")
    yield from click((yield from find("ops.atelier.create(")))
    yield from settled()
    assert "Avatar" in bpy.data.collections, "a click on New Avatar makes one"
    space.overlay.show_bones = False
    space.region_3d.view_location, space.region_3d.view_distance = (0.0, 0.0, 0.9), 3.2
    space.region_3d.view_rotation = Euler((1.4, 0.0, 0.35)).to_quaternion()
    assert abs(height() - avatar().atelier.stature) < 0.005
    assert avatar().atelier.problem == ""
    body = next(each for each in avatar().objects if each.atelier.role == "body")
    assert "Skin" in body.data.materials[0].node_tree.nodes
    yield from speak("en_US")
    look("avatar")


def types_a_stature_and_takes_it_back() -> Iterator[float]:
    first, before = avatar().atelier.stature, height()
    header = yield from unfold("ATELIER_PT_measurements")
    field = yield from find("stature", header)
    yield from type_number(field, "1.85")
    assert abs(avatar().atelier.stature - 1.85) < 1e-6, avatar().atelier.stature
    assert abs(height() - 1.85) < 0.005, "the body follows what is typed"
    look("typed")
    press("Z", field, ctrl=True)
    yield from settled()
    assert abs(avatar().atelier.stature - first) < 1e-6, "Ctrl-Z takes the typing back"
    assert abs(height() - before) < 0.001, "and the body with it"


def puts_on_another_garment() -> Iterator[float]:
    header = yield from unfold("ATELIER_PT_wardrobe")
    for each in bpy.context.selected_objects:
        each.select_set(False)
    yield from settled()
    before, worn = look("wardrobe"), garments()
    minus = yield from find("ops.atelier.take_off(", header)
    plus = minus[0], minus[1] + 14  # the mouse comes from above: to the upper half of the button below
    yield from click(plus)
    yield STEP
    look("menu")
    for _ in range(WARDROBE_STEPS):
        press("UP_ARROW", plus)
        yield 0.1
    press("RET", plus)
    yield from settled()
    new = set(garments()) - set(worn)
    assert len(new) == 1, (worn, garments())
    assert [each for each in avatar().objects if each.atelier.garment in new], "it is there as an object"
    after = look("dressed")
    assert (abs(view(after) - view(before)).max(axis=2) > 0.1).mean() > 0.01, "and it is seen"


def shapes() -> dict[str, int]:
    """Vertices of what is worn."""
    return {each.atelier.garment: len(each.data.vertices) for each in avatar().objects if each.atelier.garment}


def drapes_finely() -> Iterator[float]:
    jobs, state = module("jobs"), avatar().atelier
    header = yield from unfold("ATELIER_PT_wardrobe")
    button = yield from find("ops.atelier.drape(", header)
    before = shapes()
    for ending, told in ((lambda child: press("ESC", button), "Cancelled"), (Popen.kill, "stopped from outside")):
        yield from click(button)
        yield from until(lambda: jobs.running() is not None, "a click on Drape Finely starts a job")
        child = jobs.running()._process
        yield from settled()
        assert child.poll() is None
        look("draping")
        ending(child)
        yield from until(lambda: jobs.running() is None, "the job is over")
        assert child.poll() is not None
        yield from settled()
        assert told in jobs.outcome("atelier.drape"), jobs.outcome("atelier.drape")
        assert shapes() == before, "the live fit stays"
        move((area().x + 300, area().y + 300))
        yield from settled()
    for row in state.garments:
        row.worn = False
    bpy.ops.atelier.wear(garment="leggings")  # not sewn: they are done at once
    bpy.ops.ed.undo_push(message="Leggings")
    yield from settled()
    before = shapes()
    yield from click((yield from find("ops.atelier.drape(", header)))
    yield from until(lambda: shapes() != before, "the drape is put on")
    yield from settled()
    look("draped")
    press("Z", (area().x + 300, area().y + 300), ctrl=True)
    yield from settled()
    assert shapes() == before, "Ctrl-Z takes the drape back"
    for row in avatar().atelier.garments:
        row.worn = True
    yield from settled()


def drops_an_asset() -> Iterator[float]:
    make, library = module("assets.make"), FOLDER / "library"
    library.mkdir(exist_ok=True)
    few = [each for each in make.offers() if each.key in ("shaved", "jacket")]
    make.offers = lambda: few
    make.work({"folder": str(library), "language": "en"}, lambda event, text: None)
    bpy.data.batch_remove([each for each in bpy.data.objects if "atelier_offer" in each])
    bpy.context.preferences.filepaths.asset_libraries.new(name="Atelier", directory=str(library))
    bpy.ops.ed.undo_push(message="Library")
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.wm.append("EXEC_DEFAULT", True, directory=f"{library}/wardrobe.blend/Object/", filename="Jacket")
        bpy.context.view_layer.objects.active = bpy.data.objects["Jacket"]
    yield from until(lambda: "jacket" in garments(), "what is dropped is put on")
    yield from settled()
    assert "Jacket" not in bpy.data.objects
    look("dropped")
    press("Z", (area().x + 300, area().y + 300), ctrl=True)
    yield from settled()
    assert "jacket" not in garments(), "Ctrl-Z takes it off"
    assert "Jacket" in bpy.data.objects, "and what was dropped is there again"
    bpy.data.objects.remove(bpy.data.objects["Jacket"])


def sets_up_a_studio() -> Iterator[float]:
    own = bpy.context.scene.camera
    header = yield from unfold("ATELIER_PT_studio")
    before = look("before_studio")
    button = yield from find("ops.atelier.studio(", header)
    yield from click(button)
    yield from settled()
    (studio,) = [each for each in bpy.data.collections if "atelier_studio" in each]
    camera = bpy.context.scene.camera
    assert camera is not own
    assert camera.name in studio.objects
    centre = (area().x + 300, area().y + 300)
    move(centre)
    yield STEP
    press("NUMPAD_0", centre)
    yield from settled()
    assert area().spaces.active.region_3d.view_perspective == "CAMERA"
    after = look("studio")
    assert (abs(view(after) - view(before)).max(axis=2) > 0.1).mean() > 0.05, "the view is the camera's"


def small(samples: int) -> None:
    presets, preset = (getattr(module("scene.presets"), name) for name in ("presets", "Preset"))
    presets()["draft"] = preset(width_px=96, height_px=144, samples=samples, denoise_quality="BALANCED", noise=0.0001)
    bpy.context.scene.atelier.preset = "draft"


def renders_and_is_stopped() -> Iterator[float]:
    jobs, target = module("jobs"), FOLDER / "rendered"
    bpy.context.scene.atelier.folder = str(target)
    header = yield from unfold("ATELIER_PT_render")
    button = yield from find("ops.atelier.render(", header)
    small(samples=60_000)
    yield from click(button)
    yield from until(lambda: jobs.running() is not None, "a click on Render starts a job")
    job = jobs.running()
    child = job._process
    yield from until(lambda: job.share > 0.0, "the child says how far it is")
    assert child.poll() is None
    look("rendering")
    press("ESC", button)
    yield from settled()
    assert child.poll() is not None, "Escape ends the child"
    assert jobs.running() is None
    assert not job.folder.exists(), "and leaves nothing of it"
    assert not list(target.glob("*")), "nothing half is there"
    assert jobs.outcome("atelier.render") == "Cancelled: what is whole is kept"
    look("stopped")


def renders_to_the_end() -> Iterator[float]:
    jobs, picture = module("jobs"), FOLDER / "rendered" / "Avatar.png"
    small(samples=16)
    header = yield from unfold("ATELIER_PT_render")
    button = yield from find("ops.atelier.render(", header)
    yield from click(button)
    yield from until(picture.exists, "the picture is made")
    yield from until(lambda: jobs.running() is None, "and the job is over")
    yield from settled()
    assert str(picture.parent) in jobs.outcome("atelier.render")
    look("rendered")
    made = pixels(picture)
    assert made.shape == (144, 96, 3)
    wall, middle = made[135, 4], made[86:90, 46:50].mean(axis=(0, 1))
    assert abs(wall - middle).max() > 0.05, "somebody stands before the wall"


def exports() -> Iterator[float]:
    header = yield from unfold("ATELIER_PT_export")
    button = yield from find("ops.atelier.export(", header)
    yield from click(button)
    yield from settled()
    windows = bpy.context.window_manager.windows
    browser = next((window, each) for window in windows for each in window.screen.areas if each.type == "FILE_BROWSER")
    window, files = browser
    files.spaces.active.params.directory = str(FOLDER).encode()
    yield STEP
    look("export")
    middle = files.x + files.width // 2, files.y + files.height // 2
    window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=middle[0], y=middle[1])
    yield STEP
    press("RET", middle, window)
    made = FOLDER / "Avatar.glb"
    yield from until(made.exists, "Enter in the file browser writes the file")
    yield from settled()
    content = made.read_bytes()
    magic, version, length, size, kind = struct.unpack_from("<4sIIII", content)
    assert (magic, version, length, kind) == (b"glTF", 2, len(content), 0x4E4F534A)
    told = json.loads(content[20 : 20 + size])
    names = {each["name"] for each in told["nodes"] if "name" in each}
    assert set(garments()) <= names, (garments(), sorted(names))
    assert len(told["skins"][0]["joints"]) > 50
    look("exported")


def speaks_french() -> Iterator[float]:
    yield from speak("fr_FR")
    said = {each.bl_label: bpy.app.translations.pgettext_iface(each.bl_label, "Atelier") for each in panels()}
    assert said["Wardrobe"] == "Garde-robe"
    assert {english for english, french in said.items() if english == french} <= SAME_IN_FRENCH, said
    for name in ("wardrobe", "studio", "render", "export"):
        yield from unfold(f"ATELIER_PT_{name}")
        look(f"french_{name}")
    yield from unfold("ATELIER_PT_measurements")
    look("french")


def story() -> Iterator[float]:
    for chapter in (
        makes_an_avatar_in_french,
        types_a_stature_and_takes_it_back,
        puts_on_another_garment,
        drapes_finely,
        drops_an_asset,
        sets_up_a_studio,
        renders_and_is_stopped,
        renders_to_the_end,
        exports,
        speaks_french,
    ):
        print(f"{chapter.__name__} ...", flush=True)
        yield from chapter()


def step(steps: Iterator[float] = story()) -> float:  # noqa: B008 - one story a process
    try:
        return next(steps)
    except StopIteration:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - reported by the exit status
        traceback.print_exc()
        look("failed")
        sys.stderr.flush()
        os._exit(3)


bpy.app.timers.register(step, first_interval=2.0)
