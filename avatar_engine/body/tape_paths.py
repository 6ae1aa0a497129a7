# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the tape lies for each of the fifteen measurements: lines on a body in the A-pose, to be drawn."""

from __future__ import annotations

import numpy as np

from avatar_engine.body import slicing, tape_values
from avatar_engine.body.hull import hull
from avatar_engine.body.layout import LEVEL_GIRTHS, LIMB_GIRTHS, load_layout
from avatar_engine.body.tape import LEVELS, UP, landmarks, level
from avatar_engine.body.template import FloatArray, load_template

# Heights stand beside the body: metres from its middle, and how far inwards their upper end reaches.
BESIDE, INWARDS = 0.46, 0.05
THROUGH = {
    "shoulder_breadth": ("acromion_left", "acromion_right"),
    "arm_length": ("acromion_left", "elbow_left", "wrist_left"),
}


def tape_loop(vertices: FloatArray, key: str) -> tuple[FloatArray, FloatArray]:
    """A girth's tape: (n, 3) points in order, the first again at the end, and (3,) the normal of its plane."""
    layout, points = load_layout(), landmarks(vertices)
    if key in LEVEL_GIRTHS:
        part, name = LEVEL_GIRTHS[key]
        origin, normal, within = UP * LEVELS[name](vertices, layout).value, UP, layout.regions[part]
    else:
        limb = LIMB_GIRTHS[key]
        start, way = points[limb.start], points[limb.end] - points[limb.start]
        _, chosen = tape_values.limb_girths(vertices[None], layout, key)
        origin, normal = start + limb.fractions[int(chosen[0])] * way, way / np.linalg.norm(way)
        within = layout.regions[key]
    section, axes = slicing.cut(vertices, within, origin, normal).points, slicing.plane_axes(normal)
    outline = hull((section - origin) @ axes.T)
    return origin + np.concatenate([outline, outline[:1]]) @ axes, normal


def tape_paths(vertices: FloatArray, key: str) -> tuple[FloatArray, ...]:
    """Lines (n, 3) to draw for a measurement: the tape itself first, then where a height begins and ends.

    Parameters
    ----------
    vertices : (13718, 3) body in the A-pose, metres
    key : one of ``measurements.KEYS``
    """
    if key in LEVEL_GIRTHS or key in LIMB_GIRTHS:
        return (tape_loop(vertices, key)[0],)
    if key in THROUGH:
        points = landmarks(vertices)
        return (np.array([points[name] for name in THROUGH[key]]),)
    if key == "back_waist_length":
        spine = vertices[load_template().landmarks["spine"]]
        return (spine[spine[:, 2] > level(vertices, "navel")],)
    return _height(vertices, key)


def _height(vertices: FloatArray, key: str) -> tuple[FloatArray, ...]:
    """A rule from the floor up, and thin lines from the body to its ends."""
    skin = vertices[load_layout().skin]
    tops = {
        "stature": float(skin[:, 2].max()),
        "waist_height": level(vertices, "navel"),
        "crotch_height": float(vertices[load_template().landmarks["crotch"], 2].min()),
    }
    side = max(BESIDE, float(np.abs(skin[:, 0]).max()) * 0.5)
    floor, top = float(skin[:, 2].min()), tops[key]
    rule = np.array([[side, 0.0, floor], [side, 0.0, top]])
    ends = [np.array([[-INWARDS, 0.0, height], [side + INWARDS, 0.0, height]]) for height in (floor, top)]
    return (rule, *ends)
