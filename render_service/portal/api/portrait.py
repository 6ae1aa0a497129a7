# SPDX-License-Identifier: GPL-3.0-or-later
"""A drawn front view of an avatar, for browsers without WebGL: faces painted from the farthest to the nearest."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from avatar_engine.body.template import FloatArray
from render_service.portal.api.coding import decoded

HEIGHT_PX, SHARPER = 900, 2  # painted so many times as large, for smooth edges
MARGIN = 0.05  # of the height
LIGHT = np.array([0.35, -0.75, 0.56])  # from the front, above and beside; the engine's frame
SHADE = 0.45  # brightness of what faces away from the light
LAYER_M = 0.006  # by which each layer is painted as if it were nearer: faces overlap those of the layer below
PEOPLE = {"inner": "#8c4a45", "eye": "#e8e2da"}


def portrait(told: Mapping[str, Any], skin: str) -> bytes:
    """A WebP on a clear ground of what the viewer would be sent, meshes included.

    Parameters
    ----------
    told : of ``shapes.avatar_parts``
    skin : "#rrggbb"
    """
    corners: list[Any] = []
    colours: list[Any] = []
    nearer: list[Any] = []
    for part in told["parts"]:
        points = decoded(part["positions"], 3).view(np.int16) * told["step_m"]
        topology = part["topology"]
        index = decoded(topology["index"], 3)
        index = index if "source" not in topology else decoded(topology["source"], 1)[:, 0][index]
        dyes = {slot: look["colour"] for slot, look in part.get("looks", {}).items()} or {**PEOPLE, "skin": skin}
        groups = topology["groups"]
        named = [np.array(ImageColor.getrgb(dyes[group["look"]]), dtype=float) for group in groups]
        painted = np.repeat(named, [group["count"] // 3 for group in groups], axis=0)
        kept = np.ones(len(index), dtype=bool)
        if part["name"] == "body":
            kept[(decoded(told["hidden"], 1) * np.uint32(2) + np.arange(2)).ravel()] = False
        corners.append(points[index[kept]])
        colours.append(painted[kept])
        layer = len(nearer) if "looks" in part else 0
        nearer.append(np.full(int(kept.sum()), LAYER_M * layer))
    return _painted(np.concatenate(corners), np.concatenate(colours), np.concatenate(nearer))


def _painted(faces: FloatArray, colours: FloatArray, nearer: FloatArray) -> bytes:
    """(n, 3, 3) metres and (n, 3) sRGB as a WebP, seen from the front; ``nearer`` (n,) metres for the order alone."""
    normals = np.cross(faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    normals *= np.where(normals[:, 1:2] > 0.0, -1.0, 1.0)  # cloth is seen from within, too
    light = SHADE + (1.0 - SHADE) * np.clip(normals @ (LIGHT / np.linalg.norm(LIGHT)), 0.0, 1.0)
    shaded = np.round(colours * light[:, None]).astype(int)
    low, high = faces.min(axis=(0, 1)), faces.max(axis=(0, 1))
    scale = HEIGHT_PX * SHARPER * (1.0 - 2.0 * MARGIN) / (high[2] - low[2])
    edge = MARGIN * HEIGHT_PX * SHARPER
    flat = np.stack([faces[..., 0] - low[0], high[2] - faces[..., 2]], axis=-1) * scale + edge
    width = int((high[0] - low[0]) * scale + 2.0 * edge)
    image = Image.new("RGBA", (width, HEIGHT_PX * SHARPER), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for i in np.argsort(nearer - faces[..., 1].mean(axis=1)).tolist():
        pen.polygon([*map(tuple, flat[i].tolist())], fill=(*shaded[i].tolist(), 255))
    stream = io.BytesIO()
    image.resize((width // SHARPER, HEIGHT_PX), Image.Resampling.BOX).save(stream, "WEBP", quality=85)
    return stream.getvalue()
