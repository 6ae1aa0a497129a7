# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by a Blender of its own: renders a copy of the scene and says how far it is (imports nothing of Atelier's).

``blender -b --python child.py -- ORDERS.json``
"""

import json
import math
import os
import re
import sys
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

SAMPLE = re.compile(r"Sample (\d+)/(\d+)")


def say(event, text):
    """One line for the Blender that waits."""
    print(f"@atelier {event} {text}", flush=True)


def engine_of(wanted):
    """Blender's name of an engine: EEVEE had another one from 4.2 to 4.5."""
    known = [wanted] if wanted == "CYCLES" else ["BLENDER_EEVEE", "BLENDER_EEVEE_NEXT"]
    for name in known:
        try:
            bpy.context.scene.render.engine = name
        except TypeError:
            continue
        return name
    raise SystemExit(f"this Blender has no {wanted}")


def configure(scene, orders):
    """Size and effort; everything else stays as the artist has it."""
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = *orders["size_px"], 100
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGBA" if render.film_transparent else "RGB"
    render.use_border = False
    if engine_of(orders["engine"]) == "CYCLES":
        scene.cycles.samples = orders["samples"]
        scene.cycles.use_adaptive_sampling = True
        scene.cycles.adaptive_threshold = orders["noise"]
        try:
            scene.cycles.denoiser = scene.cycles.denoiser or "OPENIMAGEDENOISE"
        except TypeError:  # some systems build Blender without it, and Cycles would refuse the whole picture
            scene.cycles.use_denoising = False
    else:
        scene.eevee.taa_render_samples = orders["samples"]


def walked(camera, centre, start, angle):
    """Put the camera where it stands after walking an angle round an upright axis."""
    around = Matrix.Translation(centre) @ Matrix.Rotation(angle, 4, "Z") @ Matrix.Translation(-centre)
    camera.matrix_world = around @ start


def main():
    """Render every frame into the job's folder."""
    orders = json.loads(Path(sys.argv[sys.argv.index("--") + 1]).read_text(encoding="utf-8"))
    bpy.ops.wm.open_mainfile(filepath=orders["blend"], load_ui=False)
    scene = bpy.context.scene
    configure(scene, orders)
    turned = bpy.data.objects.get(orders["turned"]) or scene.camera
    centre, start, count = Vector(orders["centre"]), turned.matrix_world.copy(), len(orders["files"])
    place = [0]

    def listen(statistics, *_):
        found = SAMPLE.search(statistics)
        if found and int(found[2]):
            say("share", f"{(place[0] + int(found[1]) / int(found[2])) / count:.4f}")

    bpy.app.handlers.render_stats.append(listen)
    for number, name in enumerate(orders["files"]):
        place[0] = number
        walked(turned, centre, start, 2.0 * math.pi * number / count)
        scene.render.filepath = str(Path(orders["folder"]) / name)
        try:
            bpy.ops.render.render(write_still=True)
        except RuntimeError as error:
            say("failed", " ".join(dict.fromkeys(str(error).split("\n"))).removeprefix("Error: "))
            os._exit(1)
        if not Path(scene.render.filepath).exists():
            say("failed", "no picture")
            os._exit(1)
        say("file", name)
        say("share", f"{(number + 1) / count:.4f}")
    sys.stdout.flush()
    os._exit(0)


main()
