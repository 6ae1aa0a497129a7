# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit Mode for a moment, with the artist's own selection and mode as they were afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy


@contextmanager
def editing(thing: bpy.types.Object) -> Iterator[None]:
    """An object in Edit Mode."""
    layer = bpy.context.view_layer
    before = layer.objects.active
    mode = before.mode if before is not None else "OBJECT"
    if mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    chosen = list(layer.objects.selected)
    # An object in a hidden or excluded collection, or of another scene, cannot be edited: it is shown for the moment.
    home = bpy.context.scene.collection.objects
    borrowed = not thing.visible_get() and home.get(thing.name) is None
    if borrowed:
        home.link(thing)
        layer.update()
    hidden = thing.hide_get(), thing.hide_viewport
    thing.hide_set(False)
    thing.hide_viewport = False
    layer.objects.active = thing
    bpy.ops.object.mode_set(mode="EDIT")
    try:
        yield
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
        thing.hide_set(hidden[0])
        thing.hide_viewport = hidden[1]
        if borrowed:
            home.unlink(thing)
        for each in layer.objects:
            each.select_set(each in chosen)
        layer.objects.active = before
        if mode != "OBJECT":
            bpy.ops.object.mode_set(mode=mode)
