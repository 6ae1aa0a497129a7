# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws where each tape goes, on the outline of the average body: ``python -m render_service.portal.people.drawings``.

Writes one SVG sprite, ``templates/people/drawings.svg``: three outlines, and for each measurement a symbol that shows
the part of an outline around its tape. Colours are the style sheet's classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shapely import Polygon, make_valid, union_all
from shapely.geometry import MultiPolygon

from avatar_engine.body.layout import LEVEL_GIRTHS, LIMB_GIRTHS, load_layout
from avatar_engine.body.shape import load_shape_space
from avatar_engine.body.tape import LEVELS, landmarks
from avatar_engine.body.tape_paths import tape_loop
from avatar_engine.body.template import FloatArray, load_template

SPRITE = Path(__file__).parents[1] / "templates" / "people" / "drawings.svg"
SCALE = 100.0  # drawing units per metre
SMOOTH_M = 0.0012
SMALLEST_HOLE = 20.0  # square drawing units; smaller ones are the eyes' sockets
DOT = 0.016  # of a drawing's edge
# Outline to the turn about the vertical and the tilt from above that it is seen with, degrees.
VIEWS = {"front": (0.0, 0.0), "back": (180.0, 0.0), "turned": (28.0, 14.0)}


@dataclass(frozen=True)
class Frame:
    """Measurement to outline, and the part shown: centre's height on the body and the edge of the square, metres."""

    view: str
    height: float
    edge: float
    across: float = 0.0


FRAMES = {
    "stature": Frame("front", 0.87, 1.86),
    "neck_girth": Frame("turned", 1.50, 0.52),
    "shoulder_breadth": Frame("back", 1.42, 0.62),
    "chest_girth": Frame("turned", 1.24, 0.66),
    "waist_girth": Frame("turned", 1.05, 0.66),
    "hip_girth": Frame("turned", 0.87, 0.66),
    "thigh_girth": Frame("turned", 0.72, 0.60),
    "calf_girth": Frame("turned", 0.34, 0.52),
    "ankle_girth": Frame("turned", 0.14, 0.46),
    "upper_arm_girth": Frame("turned", 1.26, 0.50, 0.22),
    "wrist_girth": Frame("turned", 1.00, 0.46, 0.40),
    "arm_length": Frame("front", 1.18, 0.86, 0.28),
    "back_waist_length": Frame("back", 1.28, 0.80),
    "waist_height": Frame("front", 0.60, 1.30),
    "crotch_height": Frame("front", 0.46, 1.10),
}
HEIGHTS = {"stature": "crown", "waist_height": "navel", "crotch_height": "crotch"}


def project(points: FloatArray, view: str) -> FloatArray:
    """(n, 3) metres to (n, 3): across, down, in drawing units, and depth away from the eye."""
    turn, tilt = np.radians(VIEWS[view])
    x, y, z = points.T
    across, away = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    up, depth = z * np.cos(tilt) + away * np.sin(tilt), away * np.cos(tilt) - z * np.sin(tilt)
    return np.stack([across * SCALE, -up * SCALE, depth], axis=1)


def outline(vertices: FloatArray, view: str) -> str:
    """The figure's outline as an SVG path."""
    flat = project(vertices, view)[:, :2]
    faces = [Polygon(flat[face]) for face in load_template().outer_triangles]
    whole = union_all([make_valid(face) for face in faces if face.area > 0.0], grid_size=0.001)
    parts = whole.geoms if isinstance(whole, MultiPolygon) else [whole]
    shape = max(parts, key=lambda part: part.area).simplify(SMOOTH_M * SCALE)
    holes = [ring for ring in shape.interiors if Polygon(ring).area > SMALLEST_HOLE]
    return "".join(path(np.array(ring.coords)[:-1], closed=True) for ring in (shape.exterior, *holes))


def path(points: FloatArray, closed: bool = False) -> str:
    """Points (n, 2) as an SVG path."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def girth_marks(vertices: FloatArray, key: str, view: str) -> str:
    """A tape around the body: its hidden half dotted, its near half drawn through."""
    loop, _ = tape_loop(vertices, key)
    seen = project(loop, view)
    near = seen[:, 2] < (seen[:, 2].min() + seen[:, 2].max()) / 2.0
    order = np.roll(np.arange(len(seen) - 1), -int(np.argmax(near[:-1] & ~np.roll(near[:-1], 1))))
    turned = seen[order]
    count = int(near[order].sum())
    ends = turned[[*range(count - 1, len(turned)), 0], :2]
    return f'<path class="tape far" d="{path(ends)}"/><path class="tape" d="{path(turned[:count, :2])}"/>'


def height_marks(vertices: FloatArray, key: str, view: str) -> str:
    """A rule from the floor up to a level, and the level as a thin line."""
    skin = vertices[load_layout().skin]
    levels = {"crown": float(skin[:, 2].max()), "navel": LEVELS["navel"](vertices, load_layout()).value}
    levels["crotch"] = float(vertices[load_template().landmarks["crotch"], 2].min())
    top, side = levels[HEIGHTS[key]], 0.46 if key != "stature" else 0.62
    ends = project(np.array([[side, 0.0, 0.0], [side, 0.0, top]]), view)[:, :2]
    level = project(np.array([[-0.05, 0.0, top], [side, 0.0, top]]), view)[:, :2]
    floor = project(np.array([[-0.3, 0.0, 0.0], [side, 0.0, 0.0]]), view)[:, :2]
    thin = f'<path class="level" d="{path(level)}"/><path class="level" d="{path(floor)}"/>'
    return thin + f'<path class="tape" d="{path(ends)}"/>' + dots(ends, key)


def length_marks(vertices: FloatArray, key: str, view: str) -> str:
    """A tape along the body through its landmarks."""
    points = landmarks(vertices)
    if key == "back_waist_length":
        spine = vertices[load_template().landmarks["spine"]]
        spine = spine[spine[:, 2] > LEVELS["navel"](vertices, load_layout()).value]
        line = project(spine, view)[:, :2]
        return f'<path class="tape" d="{path(line)}"/>' + dots(line[[0, -1]], key)
    names = {
        "shoulder_breadth": ("acromion_left", "acromion_right"),
        "arm_length": ("acromion_left", "elbow_left", "wrist_left"),
    }[key]
    line = project(np.array([points[name] for name in names]), view)[:, :2]
    return f'<path class="tape" d="{path(line)}"/>' + dots(line, key)


def dots(points: Iterable[FloatArray], key: str) -> str:
    """Ends of a tape, equally large in all drawings."""
    radius = FRAMES[key].edge * SCALE * DOT
    return "".join(f'<circle class="end" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}"/>' for x, y in points)


def symbol(vertices: FloatArray, key: str) -> str:
    """One measurement's drawing."""
    frame = FRAMES[key]
    middle = project(np.array([[frame.across, 0.0, frame.height]]), frame.view)[0]
    edge = frame.edge * SCALE
    box = f"{middle[0] - edge / 2:.1f} {middle[1] - edge / 2:.1f} {edge:.1f} {edge:.1f}"
    girth = key in LEVEL_GIRTHS or key in LIMB_GIRTHS
    draw = girth_marks if girth else height_marks if key in HEIGHTS else length_marks
    figure = f'<use href="#outline-{frame.view}"/>'
    return f'<symbol id="tape-{key}" viewBox="{box}">{figure}{draw(vertices, key, frame.view)}</symbol>'


def sprite() -> str:
    """All drawings as one hidden SVG."""
    vertices = load_shape_space().mean_body().vertices
    outlines = [f'<path id="outline-{view}" class="figure" d="{outline(vertices, view)}"/>' for view in VIEWS]
    symbols = [symbol(vertices, key) for key in FRAMES]
    head = '<svg class="sprite" xmlns="http://www.w3.org/2000/svg" aria-hidden="true" focusable="false">'
    return "\n".join([head, "<defs>", *outlines, "</defs>", *symbols, "</svg>", ""])


if __name__ == "__main__":
    SPRITE.write_text(sprite(), encoding="utf-8")
