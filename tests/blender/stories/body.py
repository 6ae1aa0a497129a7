# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys of the body."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from kit import install, live, part, shown


def shape_keys(extension: Path, folder: Path) -> None:
    install(extension)
    bpy.ops.atelier.create(dressed=False)
    avatar = bpy.data.collections["Avatar"]
    state, body = avatar.atelier, part(avatar, "body")
    state.stature, state.sex = 1.70, "female"
    live().bring_up(avatar)
    chest = np.flatnonzero((shown(body)[:, 2] > 1.15) & (shown(body)[:, 2] < 1.3))
    before = shown(body)
    for _ in range(2):
        assert bpy.ops.atelier.type_keys() == {"FINISHED"}
    keys = body.data.shape_keys.key_blocks
    assert keys.keys() == ["Basis", "Female", "Male"]
    assert abs(shown(body) - before).max() < 1e-5, "nothing moves before a key does"
    keys["Female"].value = 1.0
    assert abs(shown(body) - before).max() < 1e-4, "a woman's body is there already"
    keys["Female"].value, keys["Male"].value = 0.0, 1.0
    assert abs(shown(body) - before)[chest].max() > 0.01
    assert abs(shown(body)[:, 2].max() - 1.70) < 0.003, "the stature that was asked for stays"
    state.stature = 1.80
    live().bring_up(avatar)
    assert abs(shown(body)[:, 2].max() - 1.80) < 0.01, "keys go along"
    body.data.shape_keys.name = "Kept"
    bpy.context.view_layer.objects.active = body
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.subdivide()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert not bpy.ops.atelier.type_keys.poll(), "the vertices are no longer the template's"
