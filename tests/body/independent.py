# SPDX-License-Identifier: GPL-3.0-or-later
"""The fifteen measurements a second time, sharing nothing with the engine's tape but the landmarks' vertices.

Sections are trimesh's, whole loops of the skin are told apart by where they lie (not by skin weights), and the tape is
the perimeter of scipy's convex hull.
"""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import ConvexHull

from avatar_engine.body.template import load_template


class Reader:
    """Reads one body of (13718, 3) vertices."""

    def __init__(self, vertices: np.ndarray) -> None:
        template = load_template()
        self.mesh = trimesh.Trimesh(vertices, template.outer_triangles, process=False)
        self.used = vertices[np.unique(template.outer_triangles)]
        self.marks = {name: vertices[ids] for name, ids in template.landmarks.items()}
        self.at = {name: points.mean(axis=0) for name, points in self.marks.items()}

    def loops(self, origin: np.ndarray, normal: np.ndarray) -> list[np.ndarray]:
        """Closed curves in which a plane cuts the skin."""
        return [np.asarray(loop) for loop in self.mesh.section(normal, origin).discrete]

    def loop_near(self, origin: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """The curve whose middle lies nearest to a point of the plane."""
        return min(self.loops(origin, normal), key=lambda loop: np.linalg.norm(loop.mean(axis=0) - origin))

    def around(self, origin: np.ndarray, normal: np.ndarray) -> float:
        frame = np.linalg.svd(normal[None])[2][1:]
        return float(ConvexHull(self.loop_near(origin, normal) @ frame.T).area)

    def level(self, height: float, x: float) -> float:
        """Tape around the curve whose middle lies nearest to ``x``, with what stands out before it (a nipple)."""
        loops = self.loops(np.array([0.0, 0.0, height]), np.array([0.0, 0.0, 1.0]))
        middles = [(loop[:, 0].min() + loop[:, 0].max()) / 2 for loop in loops]
        main = loops[int(np.argmin(np.abs(np.array(middles) - x)))]
        low, high = main[:, 0].min(), main[:, 0].max()
        within = [loop for loop, middle in zip(loops, middles, strict=True) if low < middle < high]
        return float(ConvexHull(np.concatenate(within)[:, :2]).area)

    def limb(self, start: str, end: str, fractions: np.ndarray) -> np.ndarray:
        axis = self.at[end] - self.at[start]
        normal = axis / np.linalg.norm(axis)
        return np.array([self.around(self.at[start] + fraction * axis, normal) for fraction in fractions])

    def distance(self, first: str, second: str) -> float:
        return float(np.linalg.norm(self.at[first] - self.at[second]))

    def back(self) -> float:
        spine, level = self.marks["spine"], self.at["navel"][2]
        total = 0.0
        for upper, lower in zip(spine, spine[1:], strict=False):
            if lower[2] <= level:
                crossing = upper + (upper[2] - level) / (upper[2] - lower[2]) * (lower - upper)
                return total + float(np.linalg.norm(crossing - upper))
            total += float(np.linalg.norm(lower - upper))
        raise AssertionError("the spine ends above the navel")

    def measure(self) -> dict[str, float]:
        floor, crown = self.used[:, 2].min(), self.used[:, 2].max()
        crotch = self.marks["crotch"][:, 2].min()
        back, height = self.marks["buttock_left"][:, 1], self.marks["buttock_left"][:, 2]
        buttocks = np.average(height, weights=np.exp((back - back.max()) / 0.004))
        fold = crotch - 0.02 * (crown - floor)
        return {
            "stature": crown - floor,
            "neck_girth": self.limb("neck_base", "neck_top", np.linspace(0.02, 0.32, 31)).min(),
            "shoulder_breadth": self.distance("acromion_left", "acromion_right"),
            "chest_girth": self.level(self.at["bust_left"][2], 0.0),
            "waist_girth": self.level(self.at["navel"][2], 0.0),
            "hip_girth": self.level(float(buttocks), 0.0),
            "thigh_girth": self.level(fold, float(self.at["knee_left"][0])),
            "calf_girth": self.limb("knee_left", "ankle_left", np.linspace(0.20, 0.44, 41)).max(),
            "ankle_girth": self.limb("knee_left", "ankle_left", np.linspace(0.74, 0.92, 31)).min(),
            "upper_arm_girth": self.limb("shoulder_left", "elbow_left", np.linspace(0.45, 0.66, 31)).max(),
            "wrist_girth": self.limb("elbow_left", "wrist_left", np.array([0.96]))[0],
            "arm_length": self.distance("acromion_left", "elbow_left") + self.distance("elbow_left", "wrist_left"),
            "back_waist_length": self.back(),
            "waist_height": self.at["navel"][2] - floor,
            "crotch_height": crotch - floor,
        }
