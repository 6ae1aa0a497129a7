# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as files of each kind, written by Blender where it can, since its Python has no library for pictures."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from avatar_engine.export.whole_file import write_whole

from ..scene.develop import Linear, developed, write_picture
from .kinds import KINDS

QUALITY = 92


def write(picture: Linear, kind: str, path: Path) -> None:
    """Write a scene-linear picture (h, w, 3), or premultiplied (h, w, 4), first row on top; whole or not at all.

    Developed to sRGB, but for EXR, which keeps the light as it fell: half floats, premultiplied.
    """
    wanted = KINDS[kind]
    if wanted.blender is None:
        write_picture(developed(picture), path)
        return
    pixels = picture if wanted.linear else developed(picture).astype(np.float32) / 255.0
    with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        beside = Path(folder) / "picture"
        _save(pixels, wanted.blender, beside, wanted.linear)
        content = beside.read_bytes()
    write_whole(path, content)


def _save(pixels: Linear, file_format: str, path: Path, linear: bool) -> None:
    height, width, channels = pixels.shape
    image = bpy.data.images.new("Picture", width, height, alpha=channels == 4, float_buffer=linear)
    try:
        if linear:  # or Blender encodes the light on its way into the file
            image.colorspace_settings.name = "Non-Color"
        opaque = np.ones((height, width, 4), dtype=np.float32)
        opaque[..., :channels] = pixels
        image.pixels.foreach_set(np.ascontiguousarray(opaque[::-1]).ravel())
        image.file_format = file_format
        image.filepath_raw = str(path)
        image.save(quality=QUALITY)
    finally:
        bpy.data.images.remove(image)
