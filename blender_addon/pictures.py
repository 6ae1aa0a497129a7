# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of garments as icons, loaded when first shown."""

from __future__ import annotations

import bpy.utils.previews

from garments.pictures import thumbnail

_shelf: list[bpy.utils.previews.ImagePreviewCollection] = []


def picture(garment: str) -> int:
    """The icon's number, 0 where there is no picture."""
    path = thumbnail(garment)
    if path is None:
        return 0
    if not _shelf:
        _shelf.append(bpy.utils.previews.new())
    if garment not in _shelf[0]:
        _shelf[0].load(garment, str(path), "IMAGE")
    return _shelf[0][garment].icon_id


def forget() -> None:
    """Let go of all pictures."""
    while _shelf:
        bpy.utils.previews.remove(_shelf.pop())
