# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from kit import install, live, part, shown


def rigify(extension: Path, folder: Path) -> None:
    install(extension)
    assert bpy.ops.atelier.create() == {"FINISHED"}
    assert not bpy.ops.atelier.metarig.poll(), "Rigify is not enabled"
    bpy.ops.preferences.addon_enable(module="rigify")
    avatar = bpy.data.collections["Avatar"]
    avatar.atelier.stature = 1.62
    live().bring_up(avatar)
    assert not bpy.ops.atelier.follow_rigify.poll(), "there is no rig to follow"
    body, rig = part(avatar, "body"), part(avatar, "rig")
    assert bpy.ops.atelier.metarig() == {"FINISHED"}
    metarig = avatar.atelier.metarig
    theirs, own = metarig.data.bones, rig.data.bones
    for name, joint in (("forearm.L", "lowerarm_l"), ("shin.R", "calf_r"), ("f_index.02.R", "index_02_r")):
        assert (theirs[name].head_local - own[joint].head_local).length < 1e-4, name
    assert "face" not in theirs
    bpy.context.view_layer.objects.active = metarig
    assert bpy.ops.pose.rigify_generate() == {"FINISHED"}
    control = metarig.data.rigify_target_rig
    before, shirt = shown(body), part(avatar, "garment", "t-shirt")
    assert bpy.ops.atelier.follow_rigify() == {"FINISHED"}
    bpy.context.view_layer.update()
    assert abs(shown(body) - before).max() < 1e-4, "nothing moves before the rig does"
    hand, cloth = np.flatnonzero(before[:, 0] > before[:, 0].max() - 0.1), shown(shirt)
    control.pose.bones["upper_arm_parent.L"]["IK_FK"] = 1.0
    control.pose.bones["upper_arm_fk.L"].rotation_mode = "XYZ"
    control.pose.bones["upper_arm_fk.L"].rotation_euler = (0.6, 0.0, 0.0)
    bpy.context.view_layer.update()
    moved = np.linalg.norm(shown(body) - before, axis=1)
    assert moved[hand].min() > 0.1, "the hand goes along"
    assert moved[before[:, 0] < -0.05].max() < 1e-3, "the other side stays"
    assert abs(shown(shirt) - cloth).max() > 0.02, "so does the sleeve"
