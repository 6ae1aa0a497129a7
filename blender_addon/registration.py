# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender gets to know when the extension is enabled, and forgets when it is disabled."""

from __future__ import annotations

from types import ModuleType

import bpy

from . import (
    appearance,
    assets,
    body,
    create,
    drape,
    engine,
    exports,
    jobs,
    live,
    measurements,
    picture,
    pictures,
    pose,
    scene_state,
    state,
    studio,
    translations,
    wardrobe,
)
from .assets import arrivals
from .batch import blender as command
from .drape import kept
from .measurements import overlay

# Each has CLASSES, those that others point to first; panels appear in this order.
MODULES: tuple[ModuleType, ...] = (
    state,
    scene_state,
    create,
    measurements,
    body,
    assets,
    drape,
    wardrobe,
    appearance,
    pose,
    studio,
    picture,
    exports,
)


def register() -> None:
    """Classes, properties of collections, objects and scenes, words, and what watches undo and loading."""
    for module in MODULES:
        for each in module.CLASSES:
            bpy.utils.register_class(each)
    bpy.types.Collection.atelier = bpy.props.PointerProperty(type=state.AvatarState)
    bpy.types.Object.atelier = bpy.props.PointerProperty(type=state.PartState)
    bpy.types.Scene.atelier = bpy.props.PointerProperty(type=scene_state.SceneState)
    bpy.app.translations.register(__package__, translations.table())
    live.watch()
    overlay.watch()
    arrivals.watch()
    command.register()


def unregister() -> None:
    """Everything that ``register`` did, backwards, and what was loaded since."""
    jobs.forget()
    command.unregister()
    live.forget()
    overlay.forget()
    arrivals.forget()
    pictures.forget()
    engine.forget()
    kept.forget()
    bpy.app.translations.unregister(__package__)
    del bpy.types.Scene.atelier, bpy.types.Object.atelier, bpy.types.Collection.atelier
    for module in reversed(MODULES):
        for each in reversed(module.CLASSES):
            bpy.utils.unregister_class(each)
