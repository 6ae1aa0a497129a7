# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments that follow a body while it is being shaped: a drape known on a reference body, carried to this body by a
linear map and relaxed there with this person's panels for a few steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import BoolArray, load_template
from avatar_engine.fitting.binding import brush_bits, panel_bits, touch_bits, triangle_bits, triangle_parts
from avatar_engine.fitting.cloth import ClothPlan
from avatar_engine.fitting.dimensions import body_dimensions, waist_height
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.fitting.sizing import pattern_for
from avatar_engine.fitting.solver import Pairs, Planes, Ring, step
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.topology import FixedTopology
from avatar_engine.fitting.track import Touch, Track
from garments import Dimensions, Fabric, GarmentSpec

GUIDES = 600
FRAMES, SUBSTEPS = 3, 16
SECONDS = 1.0 / 540.0
DAMPING = 10.0
BODY_GAP = 0.004
LAYER_GAP = 0.002
START_GAP = 0.004
REACH = 0.03
ROOM = 0.008
NO_PAIRS = Pairs(np.zeros((0, 2), dtype=np.int32), 0.0)


class LiveBody:
    """What all garments on one body share."""

    def __init__(self, body: Body) -> None:
        self.vertices = np.ascontiguousarray(body.vertices)
        self.waist = waist_height(body)
        self.dimensions: Dimensions = body_dimensions(body)
        self.normals = vertex_normals(self.vertices, load_template().outer_triangles)


@dataclass(frozen=True)
class Worn:
    """A garment on a live body: its cut mesh, positions (n, 3) around the A-pose and unit normals (n, 3)."""

    mesh: SewnMesh
    vertices: FloatArray

    @cached_property
    def normals(self) -> FloatArray:
        """(n, 3) unit, area-weighted."""
        return vertex_normals(self.vertices, self.mesh.triangles)


class LiveGarment:
    """One garment with its drape on the reference body.

    Parameters
    ----------
    spec : as cut in this outfit
    body : the reference body's vertices (13718, 3)
    mesh, vertices : the garment sewn and draped on it, (n, 3)
    """

    def __init__(self, spec: GarmentSpec, body: FloatArray, mesh: SewnMesh, vertices: FloatArray) -> None:
        self.spec, self.reference, self.vertices = spec, body, vertices
        self.topology, self.plan = FixedTopology(mesh), ClothPlan(mesh)
        self.guides, self._carry = _linear_map(body, vertices)
        triangles, parts = load_template().outer_triangles, triangle_parts()
        touch = panel_bits(mesh, touch_bits)
        self.touch = Track(vertices, body, triangles, parts, touch)
        self.brush = Track(vertices, body, triangles, parts, panel_bits(mesh, brush_bits) & ~touch)
        self._under: dict[int, Track] = {}

    def wear(
        self, body: LiveBody, size: str, fabric: Fabric, trim: Fabric, under: list[tuple[LiveGarment, Worn]]
    ) -> Worn:
        """The garment on a body, over what is worn ``under`` it; raises ``FitError`` as ``sizing.pattern_for`` does."""
        pattern = pattern_for(body.dimensions, self.spec, size)
        mesh = self.topology.refit(pattern)
        cloth = self.plan.cloth(mesh, fabric, trim)
        x = self.vertices + self._carry @ (body.vertices[self.guides] - self.reference[self.guides])
        around = _Around(self, body, under)
        velocity = np.zeros_like(x)
        ring = Ring(*pattern_ring(mesh, body.waist), 0.3)
        for _ in range(FRAMES):
            planes = around.planes(x)
            step(cloth, x, velocity, planes, ring, NO_PAIRS, SUBSTEPS, SECONDS, DAMPING, fabric.friction)
        return Worn(mesh, around.pushed_out(x))

    def track_of(self, inner: LiveGarment) -> Track:
        """Contacts of this garment with one that is worn under it."""
        if id(inner) not in self._under:
            mesh = inner.topology.mesh
            bits = panel_bits(self.topology.mesh, touch_bits)
            self._under[id(inner)] = Track(self.vertices, inner.vertices, mesh.triangles, triangle_bits(mesh), bits)
        return self._under[id(inner)]


class _Around:
    """What one garment meets on one body: its own part of the skin, what it is worn over, and other parts beside."""

    def __init__(self, garment: LiveGarment, body: LiveBody, under: list[tuple[LiveGarment, Worn]]) -> None:
        inner = [(garment.track_of(other), worn.vertices, worn.normals, LAYER_GAP) for other, worn in under]
        self._binding = [(garment.touch, body.vertices, body.normals, BODY_GAP), *inner]
        self._beside = garment.brush, body.vertices, body.normals, BODY_GAP
        self._near: dict[int, IntArray] = {}

    def _touch(self, track: Track, x: FloatArray, vertices: FloatArray, normals: FloatArray) -> Touch:
        touch = track.touch(x, vertices, normals, self._near.get(id(track)))
        self._near[id(track)] = touch.near
        return touch

    def pushed_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out of what is beside them, and then of everything that binds."""
        for track, vertices, normals, gap in (self._beside, *self._binding):
            touch = self._touch(track, x, vertices, normals)
            short = np.where(np.abs(touch.distance) < REACH, gap - touch.distance, 0.0)
            x = x + np.maximum(short, 0.0)[:, None] * touch.normal
        return np.ascontiguousarray(x)

    def planes(self, x: FloatArray) -> Planes:
        """Contact planes within REACH of positions (n, 3); other parts bind only where there is room."""
        found = []
        for track, vertices, normals, gap in self._binding:
            touch = self._touch(track, x, vertices, normals)
            found.append((touch, np.abs(touch.distance) < REACH, gap))
        room = found[0][0].distance > ROOM
        track, vertices, normals, gap = self._beside
        aside = self._touch(track, x, vertices, normals)
        found.append((aside, (np.abs(aside.distance) < REACH) & room, gap))
        return joined_planes(found)


def joined_planes(found: list[tuple[Touch, BoolArray, float]]) -> Planes:
    """Planes of the chosen rows (n,) of each touch, kept off by a gap in metres."""
    rows = [np.flatnonzero(chosen).astype(np.int32) for _, chosen, _ in found]
    parts = list(zip(found, rows, strict=True))
    return Planes(
        np.concatenate(rows),
        np.concatenate([touch.point[row] for (touch, _, _), row in parts]),
        np.concatenate([touch.normal[row] for (touch, _, _), row in parts]),
        np.concatenate([np.full(len(row), gap) for (_, _, gap), row in parts]),
        np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32),
    )


def pattern_ring(mesh: SewnMesh, waist: float) -> tuple[IntArray, FloatArray]:
    """Vertices of anchored bands and the heights (m) that they have when worn level."""
    ids, heights = [np.zeros(0, dtype=np.int32)], [np.zeros(0)]
    for anchor in mesh.pattern.anchors:
        for panel, welds in zip(mesh.panels, mesh.welds, strict=True):
            if panel.panel.name == anchor.panel:
                known, first = np.unique(welds, return_index=True)
                ids.append(known.astype(np.int32))
                heights.append(waist - anchor.below_waist_cm * 0.01 + panel.points[first, 1])
    return np.concatenate(ids), np.concatenate(heights)


def _linear_map(body: FloatArray, points: FloatArray) -> tuple[IntArray, FloatArray]:
    """Guide vertices (GUIDES,) spread over the skin, and the weights (n, GUIDES) that carry points along with them.

    Interpolation by the radial function |r| with a linear part, exact for affine motions of the body.
    """
    outer = np.unique(load_template().outer_triangles)
    chosen = _spread(body[outer], GUIDES)
    guides = outer[chosen].astype(np.int32)
    at = body[guides]
    system = np.zeros((GUIDES + 4, GUIDES + 4))
    system[:GUIDES, :GUIDES] = _gaps(at, at) - 1e-3 * np.eye(GUIDES)
    system[:GUIDES, GUIDES], system[:GUIDES, GUIDES + 1 :] = 1.0, at
    system[GUIDES:, :GUIDES] = system[:GUIDES, GUIDES:].T
    rows = np.concatenate([_gaps(points, at), np.ones((len(points), 1)), points], axis=1)
    return guides, np.ascontiguousarray(np.linalg.solve(system, rows.T).T[:, :GUIDES])


def _gaps(a: FloatArray, b: FloatArray) -> FloatArray:
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2.0 * a @ b.T
    return np.sqrt(np.maximum(squares, 0.0))


def _spread(points: FloatArray, count: int) -> list[int]:
    """Indices of points far from each other, from the topmost on, each the farthest from those before it."""
    chosen = [int(points[:, 2].argmax())]
    gap = np.full(len(points), np.inf)
    while len(chosen) < count:
        gap = np.minimum(gap, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(gap.argmax()))
    return chosen
