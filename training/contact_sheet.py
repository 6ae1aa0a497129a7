# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of clouds, to see at a glance what a generator makes: points drawn as shaded dots, nearest in front."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

HEIGHT_PX, WIDTH_PX = 320, 216
METRES = 2.15  # what the height of a picture spans
DOT_PX = 2
NEIGHBOURS = 8
PAPER, INK, SKIN = (244, 242, 239), (70, 70, 70), (214, 168, 140)
LIGHT = np.array([-0.45, -0.75, 0.5]) / np.linalg.norm([-0.45, -0.75, 0.5])
LABEL_PX = 18


def neighbours(cloud: np.ndarray) -> np.ndarray:
    """(p, 8) indices of each point's nearest, on a (p, 3) cloud that stands for all others."""
    from scipy.spatial import cKDTree

    found: np.ndarray = cKDTree(cloud).query(cloud, NEIGHBOURS + 1)[1][:, 1:]
    return found


def normals(cloud: np.ndarray, near: np.ndarray) -> np.ndarray:
    """(p, 3) unit normals of a (p, 3) cloud, either way: the flattest direction among neighbours."""
    offsets = cloud[near] - cloud[:, None]
    spread = np.einsum("pni,pnj->pij", offsets, offsets)
    flattest: np.ndarray = np.linalg.eigh(spread)[1][:, :, 0]
    return flattest


def picture(cloud: np.ndarray, across: np.ndarray, turn: float = 0.0) -> np.ndarray:
    """(320, 216, 3) uint8 picture of a (10000, 3) cloud in metres with (10000, 3) normals ``across`` its skin.

    It is turned about the vertical by ``turn`` radians; every normal shows its side that faces the viewer.
    """
    cosine, sine = np.cos(turn), np.sin(turn)
    rotation = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    turned, facing = cloud @ rotation, across @ rotation
    facing = np.where(facing[:, 1:2] > 0, -facing, facing)
    shade = 0.35 + 0.65 * np.clip(facing @ LIGHT, 0.0, 1.0)
    scale = HEIGHT_PX / METRES
    column = np.round(WIDTH_PX / 2 + turned[:, 0] * scale).astype(int)
    row = np.round(HEIGHT_PX - 6 - turned[:, 2] * scale).astype(int)
    order = np.argsort(-turned[:, 1])  # the body faces -Y: far points first
    canvas = np.full((HEIGHT_PX, WIDTH_PX, 3), PAPER, np.uint8)
    colours = (np.array(SKIN) * shade[:, None]).astype(np.uint8)[order]
    rows = row[order, None] + np.repeat(np.arange(DOT_PX + 1), DOT_PX + 1)
    columns = column[order, None] + np.tile(np.arange(DOT_PX + 1), DOT_PX + 1)
    canvas[rows.clip(0, HEIGHT_PX - 1), columns.clip(0, WIDTH_PX - 1)] = colours[:, None]
    return canvas


def sheet(rows: list[tuple[str, list[np.ndarray]]]) -> Image.Image:
    """One picture of many: each row a title and (320, 216, 3) pictures."""
    width = max(len(pictures) for _, pictures in rows) * WIDTH_PX
    page = Image.new("RGB", (width, len(rows) * (HEIGHT_PX + LABEL_PX)), PAPER)
    pen = ImageDraw.Draw(page)
    for index, (title, pictures) in enumerate(rows):
        top = index * (HEIGHT_PX + LABEL_PX)
        pen.text((6, top + 3), title, fill=INK)
        for column, each in enumerate(pictures):
            page.paste(Image.fromarray(each), (column * WIDTH_PX, top + LABEL_PX))
    return page
