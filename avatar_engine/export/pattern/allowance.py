# SPDX-License-Identifier: GPL-3.0-or-later
"""The cutting line around a piece's seam lines: strips of cloth joined at mitred corners, mirrored at hems."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from shapely import LineString, Polygon, box, simplify
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from avatar_engine.export.pattern.piece import DART, FOLD, TURNED, Line, Points

MITRE_LIMIT = 2.5  # of the wider allowance: longer corners are cut off
FAR = 1000.0
WIDEST = 10.0  # no allowance is wider
TIDY_CM = 0.001


def cutting_line(lines: Sequence[Line]) -> Points:
    """The closed outline to cut along, (n, 2) counter-clockwise, last point not repeated.

    Where a hem or a facing ends, its allowance is the mirror image of what it will lie on once turned in. Over a
    dart, the allowance is shaped so that it meets the edge when the dart is folded to the side of its second leg.
    """
    walk = [line for line in lines if line.kind != DART]
    parts = [Polygon(np.concatenate([line.points[:-1] for line in walk]))]
    parts += [_strip(line) for line in walk if line.kind not in TURNED and line.allowance > 0.0]
    parts += [_corner(a, b) for a, b in pairwise([*walk, walk[0]]) if not {a.kind, b.kind} & TURNED]
    for index, line in enumerate(walk):
        if line.kind in TURNED:
            parts += _hem(line, walk[index - 1], walk[(index + 1) % len(walk)])
    darts = [(a, b) for a, b in pairwise(lines) if a.kind == b.kind == DART]
    parts += [_dart_cap(a, b, _after(lines, b).allowance) for a, b in darts]
    whole = unary_union([part.buffer(TIDY_CM, join_style="mitre") for part in parts if not part.is_empty])
    for line in lines:
        if line.kind == FOLD:
            whole = whole.intersection(box(line.points[0, 0] - TIDY_CM, -FAR, FAR, FAR))
    outline = simplify(whole.buffer(-TIDY_CM, join_style="mitre").exterior, TIDY_CM)
    points = np.array(outline.coords)[:-1]
    return points if outline.is_ccw else points[::-1]


def beyond(line: Line, at_end: bool) -> Points:
    """The point of the cutting line straight out from one end of a line, (2,)."""
    along = direction(line, at_end)
    return np.asarray(line.points[-1 if at_end else 0] + line.allowance * np.array([along[1], -along[0]]))


def direction(line: Line, at_end: bool) -> Points:
    """Unit tangent at one end of a line, along its direction, (2,)."""
    step = line.points[-1] - line.points[-2] if at_end else line.points[1] - line.points[0]
    return np.asarray(step / np.linalg.norm(step))


def meeting(p: Points, u: Points, q: Points, v: Points) -> Points | None:
    """Where the line through ``p`` along ``u`` meets the one through ``q`` along ``v``; None if nearly parallel."""
    cross = float(u[0] * v[1] - u[1] * v[0])
    if abs(cross) < 0.05:
        return None
    away = q - p
    return np.asarray(p + u * float(away[0] * v[1] - away[1] * v[0]) / cross)


def hem_corner(side: Line, hem: Line) -> tuple[Points, Points] | None:
    """Where a side's cutting line crosses the hem's fold line, and the direction of the cut below it, both (2,).

    None where the side runs on in the hem's direction.
    """
    after = np.allclose(side.points[0], hem.points[-1])
    corner = side.points[0] if after else side.points[-1]
    into = direction(side, False) if after else -direction(side, True)
    along = direction(hem, after)
    start = beyond(side, not after)
    found = meeting(start, into, corner, along)
    return None if found is None else (found, 2.0 * float(into @ along) * along - into)


def _strip(line: Line) -> BaseGeometry:
    return LineString(line.points).buffer(-line.allowance, single_sided=True, join_style="mitre")


def _corner(before: Line, after: Line) -> Polygon:
    """The cloth beyond an outward corner of two edges."""
    u, v = direction(before, True), direction(after, False)
    if u[0] * v[1] - u[1] * v[0] <= 1e-6:
        return Polygon()
    corner, p, q = before.points[-1], beyond(before, True), beyond(after, False)
    widest = max(before.allowance, after.allowance)
    tip = meeting(p, u, q, v)
    if tip is None:
        return Polygon([corner, p, q]).buffer(0)
    if np.linalg.norm(tip - corner) > MITRE_LIMIT * widest:
        return Polygon([corner, p, p + widest * u, q - widest * v, q]).convex_hull
    return Polygon([corner, p, tip, q]).convex_hull


def _hem(hem: Line, before: Line, after: Line) -> list[BaseGeometry]:
    """What is turned in along a hem or a front edge, between its two sides, and what closes the corners there."""
    corners = (hem_corner(before, hem), hem_corner(after, hem))
    points = list(hem.points)
    if corners[0] is not None:
        points.insert(0, hem.points[0] - WIDEST * direction(hem, False))
    if corners[1] is not None:
        points.append(hem.points[-1] + WIDEST * direction(hem, True))
    strip = _strip(Line(hem.name, np.array(points), hem.kind, hem.allowance))
    parts = []
    for side, found, sign in zip((before, after), corners, (1.0, -1.0), strict=True):
        if found is not None:
            crossing, down = found
            outwards = sign * np.array([down[1], -down[0]])
            far = [crossing - FAR * down, crossing + FAR * down]
            strip = strip.difference(Polygon([*far, far[1] + FAR * outwards, far[0] + FAR * outwards]))
            corner = side.points[-1 if sign > 0 else 0]
            parts.append(Polygon([corner, beyond(side, sign > 0), crossing]).buffer(0))
    return [strip, *parts]


def _dart_cap(first: Line, second: Line, width: float) -> Polygon:
    """The peak of cloth over a dart from ``first`` (edge to tip) to ``second`` (tip to edge)."""
    outer, tip, inner = first.points[0], first.points[-1], second.points[-1]
    a, b = -direction(first, True), direction(second, False)
    middle = (a + b) / np.linalg.norm(a + b)
    pressed = 2.0 * float(middle @ b) * b - middle
    edge = np.array([-(outer - inner)[1], (outer - inner)[0]])
    edge = edge / np.linalg.norm(edge)
    outward = edge if float(edge @ middle) > 0 else -edge
    run, base = outer - inner, inner + width * outward
    ends = [meeting(tip, way, base, run) for way in (a, pressed, b)]
    if any(end is None for end in ends):
        return Polygon()
    left, folded, right = (np.asarray(end) for end in ends)
    peak = tip + middle * float(np.linalg.norm(folded - tip))
    return Polygon([outer, left, peak, right, inner]).buffer(0)


def _after(lines: Sequence[Line], line: Line) -> Line:
    return lines[(list(lines).index(line) + 1) % len(lines)]
