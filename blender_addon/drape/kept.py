# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar wears: its fine drape where one was made for what is asked now, else the live fit.

The drape lies on the avatar's collection, so that saving, undo and appending take it along.
"""

from __future__ import annotations

from functools import lru_cache

import bpy

from avatar_engine.fitting import Outfit

from .. import engine
from ..engine import BodyRecipe, Worn
from .written import outfit_from

KEY, DRAPE = "atelier_drape_of", "atelier_drape"


def keep(avatar: bpy.types.Collection, key: str, content: bytes) -> None:
    """Keep a drape in place of the last one."""
    avatar[KEY], avatar[DRAPE] = key, content


def is_draped(avatar: bpy.types.Collection, recipe: BodyRecipe, worn: Worn) -> bool:
    """Whether there is a drape for what is asked."""
    return avatar.get(KEY) == engine.cut_key(recipe, worn)


def outfit_of(avatar: bpy.types.Collection, recipe: BodyRecipe, worn: Worn) -> tuple[Outfit, str]:
    """The clothes around the A-pose, and what they were made from; raises ``LookError`` and ``FitError``."""
    key = engine.cut_key(recipe, worn)
    if avatar.get(KEY) == key:
        return _read(avatar[DRAPE]), f"{key} draped"
    return engine.dress(recipe, worn), key


@lru_cache(maxsize=2)
def _read(content: bytes) -> Outfit:
    return outfit_from(content)


def forget() -> None:
    """Let go of what was read."""
    _read.cache_clear()
