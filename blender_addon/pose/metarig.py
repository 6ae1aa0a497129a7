# SPDX-License-Identifier: GPL-3.0-or-later
"""Rigify's human metarig on an avatar's joints, and the avatar's own bones made to follow the rig that comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
from mathutils import Vector

from .. import avatars

FOLLOWS = "Follow Rigify"
HEAD_TOP = "spine.006"
LEFT_OUT = ("breast.L", "breast.R")  # Rigify's face hangs below HEAD_TOP; neither has bones to drive on the avatar
NECK_BEND = 0.5
PALM = 0.25  # share of the way from the wrist to a finger's root where its palm begins
HEEL_OUT, HEEL_BACK = 0.4, 0.35  # of the foot's length
FINGERS = {"thumb": "thumb", "index": "f_index", "middle": "f_middle", "ring": "f_ring", "pinky": "f_pinky"}
PALMS = {"index": "palm.01", "middle": "palm.02", "ring": "palm.03", "pinky": "palm.04"}
LIMBS = {
    "clavicle": "shoulder", "upperarm": "upper_arm", "lowerarm": "forearm", "hand": "hand",
    "thigh": "thigh", "calf": "shin", "foot": "foot", "ball": "toe",
}  # fmt: skip
SPINE = {
    "Root": "root", "pelvis": "spine", "spine_01": "spine.001", "spine_02": "spine.002", "spine_03": "spine.003",
    "neck_01": "spine.004", "head": HEAD_TOP,
}  # fmt: skip


def _sided() -> dict[str, str]:
    fingers = {f"{own}_0{part}": f"{theirs}.0{part}" for own, theirs in FINGERS.items() for part in (1, 2, 3)}
    return {f"{own}_{s}": f"{theirs}.{s.upper()}" for own, theirs in (LIMBS | fingers).items() for s in "lr"}


# The avatar's bones and the metarig's; Rigify's rig has each of the latter as "ORG-…", but for the root.
BONES = SPINE | _sided()


@dataclass(frozen=True)
class Joint:
    """Where a bone begins and ends, in the rig's own space."""

    head: Vector
    tail: Vector


def add_metarig(context: bpy.types.Context, avatar: bpy.types.Collection) -> bpy.types.Object:
    """Rigify's metarig, without its face, where the avatar's bones are; it becomes the active object."""
    rig = avatars.part(avatar, avatars.RIG)
    bpy.ops.object.armature_human_metarig_add()
    metarig = context.object
    metarig.name = metarig.data.name = f"{avatar.name} Metarig"
    metarig.matrix_world = rig.matrix_world
    joints = {bone.name: Joint(bone.head_local.copy(), bone.tail_local.copy()) for bone in rig.data.bones}
    bpy.ops.object.mode_set(mode="EDIT")
    bones = metarig.data.edit_bones
    for bone in [*bones[HEAD_TOP].children_recursive, *(bones[name] for name in LEFT_OUT if name in bones)]:
        bones.remove(bone)
    for name, joint in _placed(joints).items():
        bone = bones.get(name)
        if bone is not None:
            up = bone.z_axis.copy()
            bone.head, bone.tail = joint.head, joint.tail
            bone.align_roll(up)
    bpy.ops.object.mode_set(mode="OBJECT")
    return metarig


def _placed(joints: dict[str, Joint]) -> dict[str, Joint]:
    """The metarig's bones at the avatar's joints: each ends where the next one of its chain begins."""
    placed = {theirs: joints[own] for own, theirs in BONES.items() if own in joints and theirs != "root"}
    chains = [
        ("spine", "spine.001", "spine.002", "spine.003", "spine.004"),
        *((f"upper_arm.{s}", f"forearm.{s}", f"hand.{s}") for s in "LR"),
        *((f"thigh.{s}", f"shin.{s}", f"foot.{s}", f"toe.{s}") for s in "LR"),
        *((f"{name}.01.{s}", f"{name}.02.{s}", f"{name}.03.{s}") for name in FINGERS.values() for s in "LR"),
    ]
    for chain in chains:
        for name, following in zip(chain, chain[1:], strict=False):
            placed[name] = Joint(placed[name].head, placed[following].head)
    nape, skull = placed["spine.004"].head, placed[HEAD_TOP].head
    bend = nape.lerp(skull, NECK_BEND)
    placed["spine.004"], placed["spine.005"] = Joint(nape, bend), Joint(bend, skull)
    for side in "LR":
        placed |= _of_side(placed, side)
    return placed


def _of_side(placed: dict[str, Joint], side: str) -> dict[str, Joint]:
    """What the avatar has no bones for: palms, heel and hip of one side."""
    wrist, out = placed[f"hand.{side}"].head, 1.0 if side == "L" else -1.0
    knuckles = {own: placed[f"{FINGERS[own]}.01.{side}"].head for own in PALMS}
    found = {
        f"{palm}.{side}": Joint(wrist.lerp(knuckles[own], PALM), knuckles[own].copy()) for own, palm in PALMS.items()
    }
    ankle, ball = placed[f"foot.{side}"].head, placed[f"toe.{side}"].head
    length = (ball - ankle).length
    middle = Vector((ankle.x, ankle.y + HEEL_BACK * length, 0.0))
    across = Vector((out * HEEL_OUT * length, 0.0, 0.0))
    found[f"heel.02.{side}"] = Joint(middle - across, middle + across)
    base, hip = placed["spine"].head, placed[f"thigh.{side}"].head
    up = placed["spine"].tail - base
    found[f"pelvis.{side}"] = Joint(base.copy(), Vector((hip.x * 1.2, hip.y - 0.3 * up.length, hip.z)) + up)
    found[f"shoulder.{side}"] = Joint(placed[f"shoulder.{side}"].head, placed[f"upper_arm.{side}"].head.copy())
    return found


def generated_rig(metarig: bpy.types.Object | None) -> bpy.types.Object | None:
    """The rig that Rigify has made of a metarig."""
    return getattr(metarig.data, "rigify_target_rig", None) if metarig is not None else None


def follow_rig(rig: bpy.types.Object, control: bpy.types.Object) -> int:
    """Let each bone of an avatar go along with Rigify's bone at the same joint; how many do."""
    count = 0
    for own, theirs in BONES.items():
        leader = theirs if theirs == "root" else f"ORG-{theirs}"
        bone = rig.pose.bones.get(own)
        if bone is None or leader not in control.data.bones:
            continue
        # Carried as a vertex would be: bones of the same joint need not have the same roll.
        constraint = bone.constraints.get(FOLLOWS) or bone.constraints.new("ARMATURE")
        constraint.name = FOLLOWS
        constraint.targets.clear()
        target = constraint.targets.new()
        target.target, target.subtarget, target.weight = control, leader, 1.0
        bone.matrix_basis.identity()
        count += 1
    return count
