# SPDX-License-Identifier: GPL-3.0-or-later
"""A tape around a mesh: cut it with a plane and stretch a closed string around the cut.

The string is the convex hull's perimeter, by Cauchy's formula: the integral over all directions of the hull's
support (the farthest cut point in that direction). With 512 directions the error on a circle of one metre is 0.006 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar_engine.body.template import FloatArray, Indices, IntArray

DIRECTIONS = 512
_ANGLES = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
_UNIT = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
_STEP = 2 * np.pi / DIRECTIONS
# The rectangle rule on a support function, whose slope jumps by the hull's edges: h^2 / 12 of their sum.
PERIMETER_ERROR = _STEP**2 / 12


@dataclass(frozen=True)
class Region:
    """Edges that a tape may touch: ids (n,) of the vertices in use, edges (e, 2) into those ids."""

    ids: IntArray
    edges: IntArray


@dataclass(frozen=True)
class Cut:
    """Where a plane cuts the edges of a mesh.

    edges (m, 2) vertex ids; share (m,) position along each edge, 0 at the first vertex; points (m, 3).
    """

    edges: IntArray
    share: FloatArray
    points: FloatArray


@dataclass(frozen=True)
class Reading:
    """A length read off a mesh, and how it changes: ``value`` in metres, (n,) vertex ids and (n, 3) gradients."""

    value: float
    vertices: Indices
    gradient: FloatArray


def unique_edges(triangles: Indices) -> IntArray:
    """(e, 2) int32 edges of (t, 3) triangles, each once, lower vertex id first."""
    pairs = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    return np.unique(pairs, axis=0).astype(np.int32)


def region(edges: Indices) -> Region:
    """The region of (e, 2) edges of a mesh."""
    ids, local = np.unique(edges, return_inverse=True)
    return Region(ids.astype(np.int32), local.reshape(edges.shape).astype(np.int32))


def cut(vertices: FloatArray, within: Region, origin: FloatArray, normal: FloatArray) -> Cut:
    """Cut a region of (n, 3) vertices by the plane through ``origin`` with unit ``normal``."""
    distance = vertices[within.ids] @ normal - origin @ normal
    below = distance < 0.0
    crossing = within.edges[below[within.edges[:, 0]] != below[within.edges[:, 1]]]
    first, second = distance[crossing[:, 0]], distance[crossing[:, 1]]
    share: FloatArray = first / (first - second)
    edges = within.ids[crossing]
    points = vertices[edges[:, 0]] * (1 - share)[:, None] + vertices[edges[:, 1]] * share[:, None]
    return Cut(edges, share, points)


def plane_axes(normal: FloatArray) -> FloatArray:
    """(2, 3) unit vectors that span the plane square to a unit ``normal``."""
    x, y, z = (float(part) for part in normal)
    if abs(x) < 0.7:
        length = (y * y + z * z) ** 0.5
        return np.array([[0.0, z / length, -y / length], [-length, x * y / length, x * z / length]])
    length = (x * x + z * z) ** 0.5
    return np.array([[-z / length, 0.0, x / length], [x * y / length, -length, y * z / length]])


def hull_perimeter(points: FloatArray, axes: FloatArray) -> float:
    """Length of a tape around (m, 3) points of one plane spanned by ``axes`` (2, 3); 0.0 for no points."""
    if len(points) == 0:
        return 0.0
    return float(((points @ axes.T) @ _UNIT).max(axis=0).sum() * _STEP)


def hull_perimeters(points: FloatArray, counts: Indices, every: int = 1) -> FloatArray:
    """(b,) lengths of tapes around groups of points in their planes, (m, 2) in order; group i has ``counts[i]``.

    With one direction in ``every`` alone, a length is off by at most ``every**2 * PERIMETER_ERROR`` of itself.
    """
    # Each group is filled up with its own last point, which leaves its hull alone.
    ends = np.cumsum(counts)
    rows = np.minimum((ends - counts)[:, None] + np.arange(counts.max()), ends[:, None] - 1)
    # Opposite directions share one projection: its maximum is the support of one, its minimum that of the other.
    along = points[rows] @ _UNIT[:, : DIRECTIONS // 2 : every]
    lengths: FloatArray = (along.max(axis=1) - along.min(axis=1)).sum(axis=1) * (_STEP * every)
    return lengths


@dataclass(frozen=True)
class Tape:
    """A tape around a cut: its reading with the plane held still, and what a motion of the plane would change.

    slope : change of the girth per metre that the whole plane moves along its normal
    tilt (3,) : sum of each cut point's slope times its offset from ``origin``
    """

    reading: Reading
    slope: float
    tilt: FloatArray


def girth(vertices: FloatArray, section: Cut, origin: FloatArray, normal: FloatArray) -> Tape:
    """The tape around a cut, with its gradient by the vertices of the cut edges.

    Raises ``ValueError`` when the plane does not cut the mesh.
    """
    if len(section.points) == 0:
        raise ValueError("the plane does not cut the mesh: expected a body of the template's topology")
    axes = plane_axes(normal)
    support = (section.points @ axes.T) @ _UNIT
    touched = support.argmax(axis=0)
    value = float(support[touched, np.arange(DIRECTIONS)].sum() * _STEP)
    pull = np.zeros((len(section.points), 2))
    np.add.at(pull, touched, _UNIT.T * _STEP)
    used = np.flatnonzero(np.abs(pull).sum(axis=1))
    force = pull[used] @ axes
    edges, share = section.edges[used], section.share[used]
    along = vertices[edges[:, 1]] - vertices[edges[:, 0]]
    slope = (force * along).sum(axis=1) / (along @ normal)
    # A vertex's motion carries the cut point along its edge as well, so that the point stays on the plane.
    effective = force - slope[:, None] * normal
    gradient = np.concatenate([effective * (1 - share)[:, None], effective * share[:, None]])
    tilt = slope @ (section.points[used] - origin)
    return Tape(Reading(value, edges.T.reshape(-1), gradient), float(slope.sum()), tilt)


def total(*readings: Reading) -> Reading:
    """The sum of readings."""
    return Reading(
        sum(reading.value for reading in readings),
        np.concatenate([reading.vertices for reading in readings]),
        np.concatenate([reading.gradient for reading in readings]),
    )


def scaled(reading: Reading, factor: float) -> Reading:
    """A multiple of a reading."""
    return Reading(reading.value * factor, reading.vertices, reading.gradient * factor)


def follow_level(tape: Tape, level: Reading) -> Reading:
    """The girth when the plane follows a level (a landmark's height)."""
    return total(tape.reading, Reading(0.0, level.vertices, level.gradient * tape.slope))


def follow_limb(
    tape: Tape,
    normal: FloatArray,
    length: float,
    fraction: float,
    start: Indices,
    end: Indices,
) -> Reading:
    """The girth when the plane stays square to a limb of ``length``, ``fraction`` of the way from start to end.

    ``start`` and ``end`` are the vertices whose means are the limb's ends.
    """
    turn = tape.tilt / length
    at_start = (tape.slope * (1 - fraction) * normal + turn) / len(start)
    at_end = (tape.slope * fraction * normal - turn) / len(end)
    gradient = np.concatenate([np.tile(at_start, (len(start), 1)), np.tile(at_end, (len(end), 1))])
    return total(tape.reading, Reading(0.0, np.concatenate([start, end]), gradient))
