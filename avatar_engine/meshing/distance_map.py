# SPDX-License-Identifier: GPL-3.0-or-later
"""The distance between our body and a scan, shown: a coloured PLY, and a picture from the front and the back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.export.ply import FACE
from avatar_engine.meshing.offset import Offset

if TYPE_CHECKING:
    from PIL.Image import Image

SPAN = 0.010  # metres at which the colours end
INSIDE, LEVEL, OUTSIDE, UNSEEN = (
    np.array(colour) for colour in ([33, 102, 172], [247, 247, 247], [178, 24, 43], [120, 120, 120])
)
HEADER = """ply
format binary_little_endian 1.0
comment distance from Atelier's body to the scan: blue inside, red outside, grey not scanned
element vertex {vertices}
property float x
property float y
property float z
property uchar red
property uchar green
property uchar blue
property float distance_mm
element face {faces}
property list uchar int vertex_indices
end_header
"""
VERTEX = np.dtype([("place", "<f4", (3,)), ("colour", "u1", (3,)), ("distance", "<f4")])
PIXELS_PER_METRE, MARGIN, LEGEND = 360, 24, 60
FINENESS = 19  # splats along a triangle's edge
Pixels = npt.NDArray[np.uint8]


def colours(offset: Offset) -> Pixels:
    """(13718, 3) colours of the vertices."""
    return _colour(offset.metres, offset.seen)


def _colour(metres: FloatArray, seen: npt.NDArray[np.bool_]) -> Pixels:
    share = np.clip(metres / SPAN, -1.0, 1.0)[:, None]
    mixed = np.where(share < 0, LEVEL + (LEVEL - INSIDE) * share, LEVEL + (OUTSIDE - LEVEL) * share)
    return np.where(seen[:, None], mixed, UNSEEN).round().astype(np.uint8)


def ply(vertices: FloatArray, offset: Offset) -> bytes:
    """The body as the person stood, (13718, 3) metres, with a colour and a distance per vertex; NaN where not seen."""
    quads = load_template().quads
    rows, faces = np.empty(len(vertices), dtype=VERTEX), np.empty(len(quads), dtype=FACE)
    rows["place"], rows["colour"] = vertices, colours(offset)
    rows["distance"] = np.where(offset.seen, 1000.0 * offset.metres, np.nan)
    faces["count"], faces["vertices"] = 4, quads
    return HEADER.format(vertices=len(rows), faces=len(faces)).encode("ascii") + rows.tobytes() + faces.tobytes()


def picture(vertices: FloatArray, offset: Offset) -> bytes:
    """PNG of (13718, 3) vertices from the front and the back, with a scale in millimetres; grey was not scanned."""
    import PIL.Image

    turned = vertices * [-1.0, -1.0, 1.0]
    views = [_view(points, colours(offset)) for points in (vertices, turned)]
    height = max(view.shape[0] for view in views) + 2 * MARGIN
    sheet = PIL.Image.new("RGB", (sum(view.shape[1] for view in views) + 3 * MARGIN, height + LEGEND), "white")
    left = MARGIN
    for view in views:
        sheet.paste(PIL.Image.fromarray(view), (left, height - MARGIN - view.shape[0]))
        left += view.shape[1] + MARGIN
    _scale(sheet, height)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _view(vertices: FloatArray, shades: Pixels) -> Pixels:
    """The skin seen along +Y, nearest first: triangles drawn as grids of pixels."""
    triangles = load_template().outer_triangles
    corners = vertices[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    light = normals @ np.array([0.3, -0.85, 0.43]) / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
    shown = normals[:, 1] < 0.0
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    width, height = (int((high[axis] - low[axis]) * PIXELS_PER_METRE) + 2 for axis in (0, 2))
    grid = [(i / FINENESS, j / FINENESS) for i in range(FINENESS + 1) for j in range(FINENESS + 1 - i)]
    shares = np.array([(1 - a - b, a, b) for a, b in grid])
    places = np.einsum("gk,nki->gni", shares, corners[shown]).reshape(-1, 3)
    lit = np.clip(0.35 + 0.65 * light[shown], 0.0, 1.0)[None, :, None]
    paint = (np.einsum("gk,nki->gni", shares, shades[triangles[shown]].astype(np.float64)) * lit).reshape(-1, 3)
    order = np.argsort(-places[:, 1], kind="stable")
    column = ((places[order, 0] - low[0]) * PIXELS_PER_METRE).astype(int)
    row = height - 1 - ((places[order, 2] - low[2]) * PIXELS_PER_METRE).astype(int)
    view = np.full((height, width, 3), 255, dtype=np.uint8)
    view[row, column] = paint[order].round().astype(np.uint8)
    return view


def _scale(sheet: Image, top: int) -> None:
    import PIL.Image
    from PIL import ImageDraw, ImageFont

    bar = sheet.width - 2 * MARGIN
    strip = np.tile(_colour(np.linspace(-SPAN, SPAN, bar), np.ones(bar, dtype=bool)), (14, 1, 1))
    sheet.paste(PIL.Image.fromarray(strip), (MARGIN, top))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for share, anchor in ((0.0, "la"), (0.25, "ma"), (0.5, "ma"), (0.75, "ma"), (1.0, "ra")):
        millimetres = 1000.0 * SPAN * (2.0 * share - 1.0)
        draw.text((MARGIN + share * bar, top + 20), f"{millimetres:+.0f} mm", fill="black", font=font, anchor=anchor)
