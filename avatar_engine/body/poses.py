# SPDX-License-Identifier: GPL-3.0-or-later
"""The poses as data.

Degrees about the world's axes in the A-pose, applied about x, then y, then z, on top of the parent bone's rotation:
positive x tips what stands up forwards and swings what hangs down backwards, y rolls a raised right side up, z turns to
the body's left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Angles = dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Pose:
    """One pose.

    Parameters
    ----------
    half : of the left side, mirrored for the right; legs and arms are then moved apart as the body's width asks
    own : what is added on one side only
    levelled : that share, 0 to 1, of these angles is added which brings the right foot down, or up, to the left one's
        level; at 0 the right foot is the lower one
    """

    half: Angles = field(default_factory=dict)
    own: Angles = field(default_factory=dict)
    levelled: Angles = field(default_factory=dict)


RELAXED: Angles = {
    "clavicle_l": (0.0, 3.0, 0.0),
    "upperarm_l": (5.0, 36.0, 0.0),
    "lowerarm_l": (20.0, -6.0, 8.0),
    "hand_l": (4.0, 2.0, 10.0),
    "thigh_l": (0.0, 3.4, 0.0),
    "calf_l": (0.0, 0.6, 0.0),
    "foot_l": (0.0, -4.0, 7.0),
    "index_01_l": (6.0, 6.0, 0.0),
    "middle_01_l": (6.0, 9.0, 0.0),
    "ring_01_l": (6.0, 12.0, 0.0),
    "pinky_01_l": (6.0, 14.0, 0.0),
}

# The weight rests on the right leg: its hip is raised, the shoulders answer, the left knee is let go.
CONTRAPPOSTO: Angles = {
    "pelvis": (0.0, 7.0, 0.0),
    "spine_01": (0.0, -4.4, 0.0),
    "spine_02": (0.0, -4.6, 2.0),
    "spine_03": (0.0, -3.2, 2.0),
    "neck_01": (0.0, 2.2, 2.0),
    "head": (0.0, 2.4, 5.0),
    "upperarm_l": (-4.0, 5.0, 0.0),
    "upperarm_r": (2.0, 5.0, 0.0),
    "lowerarm_l": (-6.0, 0.0, 0.0),
    "thigh_r": (0.0, -10.5, 0.0),
    "foot_r": (0.0, 3.5, 0.0),
    "thigh_l": (-32.0, -10.0, 10.0),
    "calf_l": (60.0, 0.0, 0.0),
    "foot_l": (-28.0, 3.0, 4.0),
}

STRIDE: Angles = {
    "pelvis": (0.0, 0.0, -4.0),
    "spine_01": (2.0, 0.0, 2.0),
    "spine_02": (0.0, 0.0, 3.0),
    "spine_03": (0.0, 0.0, 3.0),
    "neck_01": (-1.0, 0.0, -2.0),
    "head": (-1.0, 0.0, -2.0),
    "upperarm_l": (10.0, 0.0, 0.0),
    "upperarm_r": (-12.0, 0.0, 0.0),
    "lowerarm_r": (-6.0, 0.0, 0.0),
    "thigh_l": (-13.0, 1.2, 4.0),
    "calf_l": (6.0, 0.0, 0.0),
    "foot_l": (3.0, -1.2, 0.0),
    "thigh_r": (10.0, -1.2, 4.0),
    "calf_r": (3.0, 0.0, 0.0),
    "foot_r": (3.0, 1.2, 0.0),
    "ball_r": (-16.0, 0.0, 0.0),
}

POSES: dict[str, Pose] = {
    "a_pose": Pose(),
    "relaxed": Pose(RELAXED),
    "contrapposto": Pose(
        RELAXED, CONTRAPPOSTO, {"thigh_l": (32.0, 0.0, 0.0), "calf_l": (-60.0, 0.0, 0.0), "foot_l": (28.0, 0.0, 0.0)}
    ),
    "walking": Pose(RELAXED, STRIDE, {"calf_r": (30.0, 0.0, 0.0), "foot_r": (-24.0, 0.0, 0.0)}),
}
