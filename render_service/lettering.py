# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters on pictures: Inter, which Blender brings along; where Blender is not, Pillow's own font, without accents."""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@functools.cache
def _inter() -> Path | None:
    """Blender's file of Inter; the module is looked up, not imported."""
    found = importlib.util.find_spec("bpy")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob("*/datafiles/fonts/Inter.woff2"), None)


@functools.lru_cache(maxsize=32)
def font(size_px: float) -> Font:
    """The font of pictures."""
    inter = _inter()
    return ImageFont.load_default(size_px) if inter is None else ImageFont.truetype(inter, size_px)


def printable(text: str) -> str:
    """The text in letters that the font has."""
    if _inter() is not None:
        return text
    return "".join(unicodedata.normalize("NFKD", letter)[0] for letter in unicodedata.normalize("NFC", text))
