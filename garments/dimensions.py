# SPDX-License-Identifier: GPL-3.0-or-later
"""The body as a pattern cutter sees it: the numbers that panels are drafted from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Dimensions:
    """Body dimensions in centimetres; heights above the soles, ``front`` arcs from side to side across the front.

    The high hip lies half-way between waist and hip.
    The neck point is where the shoulder line meets the neck, the shoulder point that line's outer end (acromion).
    Front and back lengths run from neck point to waist along the body, crotch lengths from the waist to the crotch.
    """

    stature: float
    neck_girth: float
    neck_width: float
    shoulder_breadth: float
    shoulder_length: float
    shoulder_drop: float
    bust_girth: float
    bust_front: float
    waist_girth: float
    waist_front: float
    hip_girth: float
    hip_front: float
    high_hip_girth: float
    trunk_girth: float
    upper_arm_girth: float
    elbow_girth: float
    wrist_girth: float
    arm_length: float
    thigh_girth: float
    knee_girth: float
    calf_girth: float
    ankle_girth: float
    neck_point_height: float
    nape_height: float
    front_neck_height: float
    armpit_height: float
    bust_height: float
    waist_height: float
    hip_height: float
    crotch_height: float
    knee_height: float
    front_length: float
    back_length: float
    across_front: float
    across_back: float
    crotch_front: float
    crotch_back: float

    def graded(self, increments: dict[str, float]) -> Dimensions:
        """The same body with increments (cm) added to some dimensions; KeyError for an unknown one."""
        unknown = set(increments) - {item.name for item in fields(self)}
        if unknown:
            raise KeyError(f"unknown dimensions {sorted(unknown)}")
        return Dimensions(**{key: value + increments.get(key, 0.0) for key, value in asdict(self).items()})
