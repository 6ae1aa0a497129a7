# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen: the screen and the pictures, the body and the clothes of the avatar."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bpy
import numpy as np
from hand import area, panel

FOLDER = Path(sys.argv[sys.argv.index("--") + 1])
COLOURS = 1000  # fewer on the screen, and nothing was drawn


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


def avatar() -> bpy.types.Collection:
    return bpy.data.collections["Avatar"]


def height() -> float:
    """Metres from the floor to the top of the body, as drawn."""
    body = next(each for each in avatar().objects if each.atelier.role == "body")
    mesh = body.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    return max(vertex.co.z for vertex in mesh.vertices)


def garments() -> list[str]:
    return [each.garment for each in avatar().atelier.garments]


def shapes() -> dict[str, int]:
    """Vertices of what is worn."""
    return {each.atelier.garment: len(each.data.vertices) for each in avatar().objects if each.atelier.garment}
