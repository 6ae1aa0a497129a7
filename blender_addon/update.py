# SPDX-License-Identifier: GPL-3.0-or-later
"""From an avatar's state to its objects, in stages: the body, then its clothes, then what takes longest."""

from __future__ import annotations

from functools import cache

import bpy
import numpy as np

from avatar_engine.body.template import FloatArray, IntArray, load_template

from . import avatars, engine, recipes
from .drape.kept import outfit_of
from .parts.body import fit_body, is_reshaped, paint_skin, shown
from .parts.clothes import dye_clothes, fit_clothes, show_map
from .parts.features import carry, fit_features, rehang
from .parts.rig import fit_rig, pose_rig
from .parts.skinned import read_places

BODY: str = "body"
CLOTHES: str = "clothes"
DETAILS: str = "details"
STAGES = (BODY, CLOTHES, DETAILS)
SKIN_TEXTURE_PX = 1024


def run(avatar: bpy.types.Collection, stage: str, complete: bool) -> None:
    """Bring one stage up; raises ``AvatarError`` and leaves what was there.

    ``complete``: make objects that are missing, too. Otherwise what the artist has deleted stays away.
    """
    {BODY: _body, CLOTHES: _clothes, DETAILS: _details}[stage](avatar, complete)


def _body(avatar: bpy.types.Collection, complete: bool) -> None:
    state = avatar.atelier
    recipe = recipes.body_recipe(state)
    made = engine.make_body(recipe)
    body, key = engine.standing(recipe, recipes.worn(state))
    asked = made.measurements
    state.predicted = asked.values
    state.spread = (asked.high - asked.low) / 2.0
    state.measured = made.measured
    state.low_confidence = made.low_confidence
    state.unmet = " ".join(each.field for each in made.unmet)
    if complete and avatars.part(avatar, avatars.RIG) is None:
        fit_rig(avatar, body, key)
    head = _head_place(avatar)
    if complete or avatars.part(avatar, avatars.BODY) is not None:
        fit_body(avatar, body.vertices, key)
    if head is not None:
        moved = _head_place(avatar) - head
        if abs(moved).max() > 0.0:
            carry(avatar, moved)


def _head_place(avatar: bpy.types.Collection) -> FloatArray | None:
    """(3,) middle of the head's skin; None without a body that is still the template's."""
    body = avatars.part(avatar, avatars.BODY)
    if body is None or is_reshaped(body):
        return None
    return read_places(body.data)[_head()].mean(axis=0)


@cache
def _head() -> IntArray:
    """Vertices of the drawn body that the head's bone alone moves."""
    return np.flatnonzero(load_template().bone_share("head")[shown().ids] > 0.99).astype(np.int32)


def _clothes(avatar: bpy.types.Collection, complete: bool) -> None:
    state = avatar.atelier
    recipe, worn = recipes.body_recipe(state), recipes.worn(state)
    body, body_key = engine.standing(recipe, worn)
    if avatars.part(avatar, avatars.RIG) is None:
        return
    if avatars.part(avatar, avatars.BODY) is not None:
        # Other shoes turn the feet.
        fit_body(avatar, body.vertices, body_key)
    if fit_rig(avatar, body, body_key):
        rehang(avatar)
    outfit, clothes_key = outfit_of(avatar, recipe, worn)
    fit_clothes(avatar, outfit, clothes_key)
    dye_clothes(avatar, outfit, worn)
    key = state.fit_map if state.fit_map == "none" else f"{state.fit_map} {clothes_key} {engine.key_of(worn)}"
    show_map(avatar, outfit, body.vertices, state.fit_map, key)
    pose_rig(avatar, body, state.pose, body_key)


def _details(avatar: bpy.types.Collection, complete: bool) -> None:
    if avatars.part(avatar, avatars.RIG) is None:
        return
    state = avatar.atelier
    recipe, worn = recipes.body_recipe(state), recipes.worn(state)
    wanted = recipes.appearance_recipe(state)
    appearance = engine.make_appearance(recipe, wanted, worn)
    cut = [engine.cut_of(choice) for choice in worn]
    fit_features(avatar, appearance, engine.key_of(recipe, wanted, cut), complete)
    paint_skin(avatar, appearance, engine.key_of(wanted), SKIN_TEXTURE_PX)
