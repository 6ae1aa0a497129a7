# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys from this body towards a woman's and a man's with the same measurements."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from avatar_engine.body.template import FloatArray
from avatar_engine.measurements import Sex

from .. import engine, recipes
from ..avatars import BODY, part
from .body import shown
from .skinned import read_places

KEYS: dict[str, Sex] = {"Female": "female", "Male": "male"}
BASIS = "Basis"


def add_type_keys(avatar: bpy.types.Collection) -> None:
    """Give the body a key for each type, at 0; those that are there are made anew. Raises ``MeasurementError``.

    What is not given is predicted for the type, so that a key changes the shape and keeps what was asked for.
    """
    body = part(avatar, BODY)
    recipe = recipes.body_recipe(avatar.atelier)
    places = read_places(body.data)
    worn = recipes.worn(avatar.atelier)
    here = _places(recipe, worn)
    ways = {name: _places(replace(recipe, sex=sex), worn) for name, sex in KEYS.items()}
    if body.data.shape_keys is None:
        body.shape_key_add(name=BASIS, from_mix=False)
    for name, there in ways.items():
        blocks = body.data.shape_keys.key_blocks
        key = blocks.get(name) or body.shape_key_add(name=name, from_mix=False)
        key.value = 0.0
        moved = np.ascontiguousarray(places + there - here, dtype=np.float32)
        key.data.foreach_set("co", moved.ravel())
    body.data.update()


def _places(recipe: engine.BodyRecipe, worn: engine.Worn) -> FloatArray:
    return engine.standing(recipe, worn)[0].vertices[shown().ids]
