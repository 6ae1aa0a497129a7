# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the tape goes: landmarks of a figure, the parts a tape may touch, the levels and stretches it is read at."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from avatar_engine.body import slicing
from avatar_engine.body.slicing import Region
from avatar_engine.body.template import VERTEX_COUNT, IntArray, load_template

THIGH_BELOW_CROTCH = 0.02  # of stature: just below the gluteal fold
BUTTOCK_SOFTNESS = 0.004  # metres of protrusion over which the level of the buttocks is averaged


@dataclass(frozen=True)
class LimbGirth:
    """A girth square to a limb: landmarks it runs between, fractions of the way, and whether the largest counts."""

    start: str
    end: str
    fractions: tuple[float, ...]
    largest: bool


# Girths in a level plane: which part, and which height.
LEVEL_GIRTHS: dict[str, tuple[str, str]] = {
    "chest_girth": ("trunk", "bust_left"),
    "waist_girth": ("trunk", "navel"),
    "hip_girth": ("trunk", "buttocks"),
    "thigh_girth": ("left_leg", "gluteal_fold"),
}
LIMB_GIRTHS: dict[str, LimbGirth] = {
    "neck_girth": LimbGirth("neck_base", "neck_top", tuple(np.linspace(0.02, 0.32, 13)), largest=False),
    "calf_girth": LimbGirth("knee_left", "ankle_left", tuple(np.linspace(0.20, 0.44, 13)), largest=True),
    "ankle_girth": LimbGirth("knee_left", "ankle_left", tuple(np.linspace(0.74, 0.92, 13)), largest=False),
    "upper_arm_girth": LimbGirth("shoulder_left", "elbow_left", tuple(np.linspace(0.45, 0.66, 8)), largest=True),
    "wrist_girth": LimbGirth("elbow_left", "wrist_left", (0.96,), largest=True),
}
LIMB_BONES: dict[str, tuple[str, ...]] = {
    "neck_girth": ("head", "neck_01", "spine_03", "clavicle_l", "clavicle_r"),
    "calf_girth": ("calf_l",),
    "ankle_girth": ("calf_l", "foot_l"),
    "upper_arm_girth": ("upperarm_l", "lowerarm_l"),
    "wrist_girth": ("lowerarm_l", "hand_l"),
}
# Below the armpit's highest point the trunk's own skin belongs to the arm's bones by up to 0.72, the arm's by 0.85.
ARMPIT_SHARE = 0.75
ARM_BONES = ("upperarm", "lowerarm", "hand", "index", "middle", "ring", "pinky", "thumb")


@dataclass(frozen=True, eq=False)
class Layout:
    """What the tape knows of a figure's topology.

    count: number of vertices; skin (s,): ids of the outer ones; landmarks: name to vertex ids, whose mean it is
    ("spine": down the back's midline; "crotch", "buttock_left": candidates); regions: what a tape may touch, "trunk"
    (arms, neck and head left out), "left_leg", and one for each of ``LIMB_GIRTHS``.
    """

    count: int
    skin: IntArray
    landmarks: dict[str, IntArray]
    regions: dict[str, Region]


@functools.lru_cache(maxsize=1)
def load_layout() -> Layout:
    """The layout of the engine's own bodies."""
    template = load_template()
    edges = slicing.unique_edges(template.outer_triangles)
    arms = template.bone_share(*(name for name in template.bone_names if name.startswith(ARM_BONES)))
    head = template.bone_share("head", "neck_01")
    leg = template.bone_share(*(f"{bone}_l" for bone in ("thigh", "calf", "foot", "ball")))
    inside = {"trunk": (arms < ARMPIT_SHARE) & (head < 0.5), "left_leg": leg > 0.15}
    inside |= {key: template.bone_share(*bones) > 0.3 for key, bones in LIMB_BONES.items()}
    return Layout(
        count=VERTEX_COUNT,
        skin=np.unique(template.outer_triangles).astype(np.int32),
        landmarks=template.landmarks,
        regions={key: slicing.region(edges[mask[edges].all(axis=1)]) for key, mask in inside.items()},
    )
