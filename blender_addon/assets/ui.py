# SPDX-License-Identifier: GPL-3.0-or-later
"""The asset library in the wardrobe's panel: writing it, and what was dropped out of it."""

from __future__ import annotations

import bpy

from .. import jobs
from ..panels import paragraph
from ..words import CONTEXT, reported, said
from .arrivals import dropped, laid
from .operator import is_written


def draw_dropped(layout: bpy.types.UILayout, context: bpy.types.Context, avatar: bpy.types.Collection) -> None:
    """What was dropped and waits to be put on."""
    thing = dropped(context)
    if thing is not None:
        box = layout.box()
        paragraph(box, context, reported("Nobody wears {name}.", name=thing.name), "INFO")
        box.operator("atelier.put_on_asset", icon="MOD_CLOTH", text_ctxt=CONTEXT)
    if laid(avatar):
        box = layout.box()
        paragraph(box, context, said("A fabric lies on a garment as a picture of itself alone."), "INFO")
        box.operator("atelier.take_fabric", icon="MATERIAL", text_ctxt=CONTEXT)


def draw_library(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The button that writes the library."""
    header, body = layout.panel("atelier_assets", default_closed=True)
    header.label(text="Asset Browser", text_ctxt=CONTEXT)
    if body is not None:
        told = "Drag garments, hair and fabrics onto avatars." if is_written() else "All of it to drag onto avatars."
        paragraph(body, context, said(told))
        body.operator("atelier.asset_library", icon="ASSET_MANAGER", text_ctxt=CONTEXT)
        jobs.draw_progress(body, context, "atelier.asset_library")
