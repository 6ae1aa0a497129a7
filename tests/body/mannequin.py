# SPDX-License-Identifier: GPL-3.0-or-later
"""A mannequin of tubes whose fifteen measurements are known in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ellipe

from avatar_engine.body import slicing
from avatar_engine.body.layout import Layout

AROUND, ALONG = 320, 120
LOOSE_SPREAD = 0.01

NECK = (np.array([0.0, 0.0, 1.45]), np.array([0.0, -0.05, 1.55]))
UPPER_ARM = (np.array([0.18, 0.0, 1.36]), np.array([0.36, 0.02, 1.15]))
WRIST = np.array([0.50, -0.20, 1.00])
LEG = (np.array([0.12, -0.02, 0.50]), np.array([0.18, 0.0, 0.08]))
ACROMION = np.array([0.19, -0.02, 1.40])
SPINE_TOP, SPINE_STEP = np.array([0.0, 0.02, 1.46]), np.array([0.0, 0.003, -0.03])
NAVEL_HEIGHT, BUST_HEIGHT, CROTCH_HEIGHT, HIP_HEIGHT, FLOOR, CROWN = 1.02, 1.23, 0.82, 0.88, 0.003, 1.703


def ellipse(a: float, b: float) -> float:
    """Perimeter of an ellipse with these half axes."""
    return float(4 * max(a, b) * ellipe(1 - (min(a, b) / max(a, b)) ** 2))


def trunk_axes(height: float) -> np.ndarray:
    """Half axes of the trunk, an ellipsoid around the hip's height."""
    return np.array([0.20, 0.14]) * np.sqrt(1 - ((height - HIP_HEIGHT) / 0.8) ** 2)


def leg_radius(height: float) -> float:
    """Radius of the upper leg, a cone."""
    return 0.03 + 0.07 * height


# Radius by share of the way: swellings of the calf and the upper arm, hollows of the ankle and the neck.
def shin_radius(share: float) -> float:
    return 0.058 - 0.4 * (share - 0.32) ** 2 if share < 0.6 else 0.034 + 0.3 * (share - 0.83) ** 2


def upper_arm_radius(share: float) -> float:
    return 0.05 - 0.2 * (share - 0.534) ** 2


def neck_radius(share: float) -> float:
    return 0.056 + 0.1 * (share - 0.17) ** 2


def wrist_radius(_: float) -> float:
    return 0.026


def _tube(start: np.ndarray, end: np.ndarray, axes: Callable[[float], np.ndarray | float]) -> np.ndarray:
    """Rings (ALONG, AROUND, 3) square to an axis, with half axes by share of the way."""
    normal = (end - start) / np.linalg.norm(end - start)
    across = np.array([[1.0, 0, 0], [0, 1.0, 0]]) if normal[2] == 1.0 else np.linalg.svd(normal[None])[2][1:]
    angle = np.arange(AROUND) * 2 * np.pi / AROUND
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    shares = np.linspace(-0.02, 1.0, ALONG)
    return np.array([start + share * (end - start) + (circle * axes(share)) @ across for share in shares])


def _edges(first: int) -> np.ndarray:
    ids = first + np.arange(ALONG * AROUND).reshape(ALONG, AROUND)
    right, up = np.roll(ids, -1, axis=1), ids[1:]
    pairs = [(ids, right), (ids[:-1], up), (ids[:-1], right[1:])]
    return np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs])


def _vertical(low: float, high: float, x: float, axes: Callable[[float], np.ndarray | float]) -> np.ndarray:
    base, rise = np.array([x, 0.0, low]), np.array([0.0, 0.0, high - low])
    return _tube(base, base + rise, lambda share: axes(low + share * (high - low)))


def mannequin() -> tuple[np.ndarray, Layout, dict[str, float]]:
    """Vertices, layout and the true measurements."""
    tubes = {
        "trunk": _vertical(0.60, 1.40, 0.0, trunk_axes),
        "left_leg": _vertical(0.55, 0.85, 0.1, leg_radius),
        "neck_girth": _tube(*NECK, neck_radius),
        "calf_girth": _tube(*LEG, shin_radius),
        "ankle_girth": _tube(*LEG, shin_radius),
        "upper_arm_girth": _tube(*UPPER_ARM, upper_arm_radius),
        "wrist_girth": _tube(UPPER_ARM[1], WRIST + 0.1 * (WRIST - UPPER_ARM[1]), wrist_radius),
    }
    points = [tube.reshape(-1, 3) for tube in tubes.values()]
    regions = {name: slicing.region(_edges(i * ALONG * AROUND)) for i, name in enumerate(tubes)}
    spine = SPINE_TOP + np.arange(20)[:, None] * SPINE_STEP
    pair = LOOSE_SPREAD * np.array([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]])
    swell = HIP_HEIGHT + np.linspace(-0.06, 0.06, 25)
    loose = {
        "spine": spine,
        "crotch": np.array([[0.0, 0.0, CROTCH_HEIGHT], [0.0, 0.03, CROTCH_HEIGHT + 0.01]]),
        "buttock_left": np.column_stack([0.08 + 0 * swell, 0.14 - 2 * (swell - HIP_HEIGHT) ** 2, swell]),
        "ends": np.array([[0.0, 0.0, FLOOR], [0.0, 0.0, CROWN]]),
    }
    single = {
        "navel": np.array([0.0, -0.15, NAVEL_HEIGHT]),
        "bust_left": np.array([0.08, -0.15, BUST_HEIGHT]),
        "acromion_left": ACROMION,
        "acromion_right": ACROMION * [-1, 1, 1],
        "shoulder_left": UPPER_ARM[0],
        "elbow_left": UPPER_ARM[1],
        "wrist_left": WRIST,
        "knee_left": LEG[0],
        "ankle_left": LEG[1],
        "neck_base": NECK[0],
        "neck_top": NECK[1],
    }
    loose |= {name: point + pair for name, point in single.items()}
    first = sum(len(part) for part in points)
    ids = {}
    for name, part in loose.items():
        ids[name] = np.arange(first, first + len(part), dtype=np.int32)
        first += len(part)
    vertices = np.concatenate([*points, *loose.values()])
    used = np.concatenate([np.arange(len(points) * ALONG * AROUND), ids["ends"]]).astype(np.int32)
    return vertices, Layout(len(vertices), used, ids, regions), _truth()


def _truth() -> dict[str, float]:
    fold = CROTCH_HEIGHT - 0.02 * (CROWN - FLOOR)
    return {
        "stature": CROWN - FLOOR,
        "neck_girth": 2 * np.pi * neck_radius(0.17),
        "shoulder_breadth": 2 * ACROMION[0],
        "chest_girth": ellipse(*trunk_axes(BUST_HEIGHT)),
        "waist_girth": ellipse(*trunk_axes(NAVEL_HEIGHT)),
        "hip_girth": ellipse(*trunk_axes(HIP_HEIGHT)),
        "thigh_girth": 2 * np.pi * leg_radius(fold),
        "calf_girth": 2 * np.pi * shin_radius(0.32),
        "ankle_girth": 2 * np.pi * shin_radius(0.83),
        "upper_arm_girth": 2 * np.pi * upper_arm_radius(0.534),
        "wrist_girth": 2 * np.pi * wrist_radius(0.96),
        "arm_length": float(np.linalg.norm(UPPER_ARM[1] - ACROMION) + np.linalg.norm(WRIST - UPPER_ARM[1])),
        "back_waist_length": float(np.linalg.norm(SPINE_STEP)) * (SPINE_TOP[2] - NAVEL_HEIGHT) / -SPINE_STEP[2],
        "waist_height": NAVEL_HEIGHT - FLOOR,
        "crotch_height": CROTCH_HEIGHT - FLOOR,
    }
