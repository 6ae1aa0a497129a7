# SPDX-License-Identifier: GPL-3.0-or-later
"""The armature: bones where the body's joints are, and poses on them."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix, Vector

from avatar_engine.body.pose import bone_transforms
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, load_template

from ..avatars import RIG, add_part, part
from ..choices import OWN_POSE
from ..engine import key_of
from ..state import metres_per_unit
from .built import is_built, mark_built
from .modes import editing

POSED, LEFT = "atelier_posed", "atelier_left"
FRONT = Vector((0.0, -1.0, 0.0))
SHORTEST = 0.005  # metres; Blender drops bones without a length


def fit_rig(avatar: bpy.types.Collection, body: Body, key: str) -> bool:
    """Bring the bones to the body's joints; False where they are there already."""
    rig = part(avatar, RIG)
    if rig is None:
        rig = _new_rig(avatar)
    elif is_built(rig.data, key):
        return False
    with editing(rig):
        bones = rig.data.edit_bones
        for index, name in enumerate(load_template().bone_names):
            bone = bones.get(name) or bones.new(name)
            _place(bone, body.joint_heads[index], body.joint_tails[index])
        for index, parent in enumerate(load_template().bone_parents):
            if parent >= 0:
                names = load_template().bone_names
                bones[names[index]].parent = bones[names[parent]]
    mark_built(rig.data, key)
    return True


def _new_rig(avatar: bpy.types.Collection) -> bpy.types.Object:
    armature = bpy.data.armatures.new(f"{avatar.name} Rig")
    armature.display_type = "STICK"
    rig = add_part(avatar, RIG, f"{avatar.name} Rig", armature)
    rig.show_in_front = True
    rig.scale = [1.0 / metres_per_unit()] * 3
    return rig


def _place(bone: bpy.types.EditBone, head: FloatArray, tail: FloatArray) -> None:
    along = Vector(tail) - Vector(head)
    if along.length < SHORTEST:
        along = Vector((0.0, 0.0, SHORTEST))
    bone.head, bone.tail = Vector(head), Vector(head) + along
    # The same sideways axis on every bone of a limb, so that they bend about it alike.
    bone.align_roll(FRONT)


def pose_rig(avatar: bpy.types.Collection, body: Body, pose: str, key: str) -> bool:
    """Take a pose of the engine; False where it is taken already, or the artist has changed it since."""
    rig = part(avatar, RIG)
    if rig is None or pose == OWN_POSE:
        return False
    wanted = f"{key} {pose}"
    last = rig.get(POSED, "")
    if last == wanted or (last.endswith(f" {pose}") and rig[LEFT] != _digest(rig)):
        return False
    _take(rig, bone_transforms(body, pose))
    rig[POSED], rig[LEFT] = wanted, _digest(rig)
    return True


def _take(rig: bpy.types.Object, transforms: FloatArray) -> None:
    """Turn the bones by (J, 4, 4) transforms of the A-pose."""
    template = load_template()
    rest = [np.array(rig.data.bones[name].matrix_local) for name in template.bone_names]
    for index, name in enumerate(template.bone_names):
        bone = rig.pose.bones.get(name)
        if bone is None:
            continue
        parent = template.bone_parents[index]
        posed, still = transforms[index] @ rest[index], rest[index]
        if parent >= 0:
            posed = np.linalg.inv(transforms[parent] @ rest[parent]) @ posed
            still = np.linalg.inv(rest[parent]) @ still
        bone.matrix_basis = Matrix(np.linalg.inv(still) @ posed)


def _digest(rig: bpy.types.Object) -> str:
    """The pose in a few letters, to see whether it was changed."""
    return key_of([[round(value, 3) for row in bone.matrix_basis for value in row] for bone in rig.pose.bones])
