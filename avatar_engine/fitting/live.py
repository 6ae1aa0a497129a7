# SPDX-License-Identifier: GPL-3.0-or-later
"""Garments that follow a body while it is being shaped: a drape known on a reference body, carried to this body by a
linear map and relaxed there with this person's panels for a few steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.body.template import BoolArray, load_template
from avatar_engine.errors import FitError
from avatar_engine.fitting.anchors import anchored
from avatar_engine.fitting.base_layer import BaseLayer, flat_from_front
from avatar_engine.fitting.binding import (
    ALL,
    ARM_L,
    ARM_R,
    brush_bits,
    panel_bits,
    touch_bits,
    triangle_bits,
    triangle_parts,
)
from avatar_engine.fitting.cloth import ClothPlan
from avatar_engine.fitting.contacts import TUCK_GAP, inside_band
from avatar_engine.fitting.crossings import deepest, touching, uncross
from avatar_engine.fitting.dimensions import body_dimensions, waist_height
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.folds import Folds, facing_out, felt
from avatar_engine.fitting.outfit import slot_numbers
from avatar_engine.fitting.reference import Reference, mean_body
from avatar_engine.fitting.repair import DEEPEST as DEEP
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sizing import ease_cm, pattern_for
from avatar_engine.fitting.solver import Pairs, Planes, step
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.topology import FixedTopology
from avatar_engine.fitting.track import Meeting, Touch, Track, Walk
from avatar_engine.fitting.trims import Trims, trims_on
from avatar_engine.fitting.yielding import Giving, give_way
from avatar_engine.words import phrase
from garments import Dimensions, Fabric, GarmentSpec, fabrics
from garments.catalogue import RIB

GUIDES = 600
FRAMES, SUBSTEPS = 3, 16
SECONDS = 1.0 / 540.0
DAMPING = 10.0
BODY_GAP = 0.004
LAYER_GAP = 0.002
TUCK_REACH = 0.06
START_GAP = 0.004
REACH = 0.015
SPAN = 0.008  # what lies between vertices is looked at where one of them is as near
CLEAR = 0.0015
MOST_INSIDE = 3
DEEPEST = 0.03
ARMS = ARM_L | ARM_R
STIFFNESS = 1e-3
ROOM = 0.008
ROUNDS = 3
CROSSING_ROUNDS = 20
SETTLING = 10
NO_PAIRS = Pairs(np.zeros((0, 2), dtype=np.int32), 0.0)


class LiveBody:
    """What all garments on one body share."""

    def __init__(self, body: Body) -> None:
        self.vertices = np.ascontiguousarray(body.vertices)
        self.waist = waist_height(body)
        self.dimensions: Dimensions = body_dimensions(body)
        self.normals = vertex_normals(self.vertices, load_template().outer_triangles)

    @cached_property
    def facets(self) -> Facets:
        """The outer skin, for what must not cross it."""
        return Facets(self.vertices, load_template().outer_triangles)


@dataclass(frozen=True)
class Worn:
    """A piece on a live body, and what it meets there: places (n, 3) around the A-pose, flat corners (m, 3, 2) metres,
    ease in centimetres.
    """

    piece: LivePiece
    around: Around
    vertices: FloatArray
    corner_uvs: FloatArray
    ease: Mapping[str, float]

    @cached_property
    def normals(self) -> FloatArray:
        """(n, 3) unit, area-weighted."""
        return vertex_normals(self.vertices, self.piece.outward)

    @cached_property
    def facets(self) -> Facets:
        """The cloth, for what is worn over it and must not cross it."""
        return Facets(self.vertices, self.piece.outward)


class LivePiece:
    """Cloth known on the mean body, carried to other bodies as their skin goes.

    Parameters
    ----------
    vertices (n, 3) on the mean body, triangles (m, 3) with part ``bits`` (m,); ``touch`` and ``brush`` (n,): parts that
    carry each vertex, and parts that it is besides kept off; ``inside`` (n,): what lies inside a waistband
    """

    holds = False
    trims: Trims | None = None
    bones: tuple[IntArray, FloatArray]

    def __init__(
        self, vertices: FloatArray, triangles: IntArray, bits: IntArray, touch: IntArray, brush: IntArray,
        inside: BoolArray | None = None,
    ) -> None:  # fmt: skip
        self.vertices, self.triangles, self.bits, self._wanted = vertices, triangles, bits, touch
        self.edges = unique_edges(triangles)
        self.outward = triangles  # as seen from outside what is worn
        self._carry = _carry(vertices)
        reference, skin = mean_body().vertices, skin_walk()
        # Trunk and arms apart: across an armpit the walk from one does not find the other.
        self._inside = np.zeros(len(vertices), dtype=bool) if inside is None else inside
        outside = np.where(self._inside, 0, touch)
        self.touch = [Track(vertices, reference, skin, outside & side) for side in (~ARMS, ARMS)]
        self.tucked = [Track(vertices, reference, skin, touch & ~outside)] if self._inside.any() else []
        self.brush = Track(vertices, reference, skin, brush & ~touch)
        self._under: dict[int, Track] = {}

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) index into the spec's slots of every triangle."""
        raise NotImplementedError

    def carried(self, body: LiveBody) -> FloatArray:
        """(n, 3) where the linear map takes the cloth."""
        moves = (body.vertices[guides()] - mean_body().vertices[guides()]).astype(np.float32)
        return self.vertices + (self._carry @ moves).astype(np.float64)

    @cached_property
    def walk(self) -> Walk:
        """The cloth as a surface for what is worn over it."""
        return Walk(self.outward, len(self.vertices), self.bits)

    def track_of(self, inner: LivePiece) -> Track:
        """Contacts of this cloth with a piece that is worn under it."""
        if id(inner) not in self._under:
            wanted = np.where(self._inside, 0, self._wanted) if inner.holds else self._wanted
            self._under[id(inner)] = Track(self.vertices, inner.vertices, inner.walk, wanted)
        return self._under[id(inner)]

    def over(self, inner: LivePiece) -> IntArray:
        """(m,) whether each triangle of ``outward`` lies over a piece, 0 where that holds it inside its waistband."""
        held = self._inside[self.outward].any(axis=1) if inner.holds else np.zeros(len(self.outward), dtype=bool)
        return np.where(held, 0, 1).astype(np.int32)


class LiveTight(LivePiece):
    """A piece of the skin-tight surface: carried along and kept off the skin."""

    def __init__(self, made: BaseLayer) -> None:
        everywhere = np.full(len(made.vertices), ALL, dtype=np.int32)
        bits = np.full(len(made.triangles), ALL, dtype=np.int32)
        super().__init__(made.vertices, made.triangles, bits, everywhere, np.zeros_like(everywhere))
        self.made = made
        self.bones = made.bone_indices, made.bone_weights

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) bands in the second slot."""
        return self.made.in_band.astype(np.int32)

    def wear(self, body: LiveBody, offset: float) -> Worn:
        """The piece on a body, ``offset`` metres off its skin."""
        around = Around(self, body, (), offset)
        x = around.uncrossed(around.pushed_out(self.carried(body)))
        return Worn(self, around, x, flat_from_front(x, self.triangles), {})


class LiveGarment(LivePiece):
    """A garment cut from a pattern, with its drape on the mean body."""

    def __init__(self, spec: GarmentSpec, reference: Reference) -> None:
        mesh = reference.mesh
        touch, brush = panel_bits(mesh, touch_bits), panel_bits(mesh, brush_bits)
        super().__init__(reference.vertices, mesh.triangles, triangle_bits(mesh), touch, brush, inside_band(mesh))
        self.holds = bool(mesh.pattern.anchors) and not spec.is_tucked
        met = felt(mesh)
        self.outward, self.bits = np.ascontiguousarray(facing_out(mesh)[met]), self.bits[met]
        self.spec, self.reference = spec, reference
        self.bones = reference.bone_indices, reference.bone_weights
        self.topology, self.plan, self.trims = FixedTopology(mesh), ClothPlan(mesh), trims_on(mesh)
        self._folds: dict[float, Folds] = {}  # by the cloth's thickness

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) as its panels are."""
        return slot_numbers(spec, self.reference.mesh)

    def _folds_of(self, fabric: Fabric) -> Folds:
        thickness = fabric.thickness_mm / 1000.0
        if thickness not in self._folds:
            self._folds[thickness] = Folds(self.reference.mesh, thickness)
        return self._folds[thickness]

    def wear(self, body: LiveBody, spec: GarmentSpec, size: str, fabric: Fabric, under: Sequence[Worn]) -> Worn:
        """The garment, cut as ``spec`` says, over what is worn ``under`` it.

        Raises ``FitError`` as ``sizing.pattern_for`` does, and where the cloth cannot be kept out of the body.
        """
        pattern = pattern_for(body.dimensions, spec, size, fabric.id)
        mesh = self.topology.refit(pattern)
        cloth = self.plan.cloth(mesh, fabric, fabrics()[RIB.get(fabric.id, fabric.id)])
        x = self.carried(body)
        around = Around(self, body, under, BODY_GAP)
        velocity = np.zeros_like(x)
        ring = anchored(mesh, body.waist)
        for _ in range(FRAMES):
            planes = around.planes(x)
            step(cloth, x, velocity, planes, ring, NO_PAIRS, SUBSTEPS, SECONDS, DAMPING, fabric.friction)
        x = around.uncrossed(around.tucked_in(around.pushed_out(x)))
        x = self._folds_of(fabric).lifted(x)
        around.refuse_if_inside(x, spec.id)
        return Worn(self, around, x, mesh.corner_uvs, ease_cm(body.dimensions, pattern))


class Around:
    """What one garment meets on one body: its own part of the skin, what it is worn over, and other parts beside."""

    def __init__(self, piece: LivePiece, body: LiveBody, under: Sequence[Worn], gap: float) -> None:
        self._skin = [(Meeting(track, body.vertices, body.normals), gap) for track in piece.touch]
        self._tucked = [Meeting(track, body.vertices, body.normals) for track in piece.tucked]
        self._skin += [(meeting, TUCK_GAP) for meeting in self._tucked]
        inner = [(Meeting(piece.track_of(worn.piece), worn.vertices, worn.normals), LAYER_GAP) for worn in under]
        self._binding = [*self._skin, *inner]
        self._beside = Meeting(piece.brush, body.vertices, body.normals), BODY_GAP
        self._rings = piece.walk.rings
        self._edges, self._triangles = piece.edges, piece.outward
        self._crossable = [(body.facets, np.ones(len(piece.outward), dtype=np.int32))]
        self._crossable += [(worn.facets, piece.over(worn.piece)) for worn in under]

    def pushed_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out of what is beside them, and then of everything that binds."""
        x = x.copy()
        for number in range(ROUNDS):
            most = 0.0
            for meeting, gap in (self._beside, *self._binding):
                touch = meeting.look(x, gap if number else REACH, self._rings)
                short = np.where(np.abs(touch.distance) < DEEPEST, np.maximum(gap - touch.distance, 0.0), 0.0)
                x[touch.rows] += short[:, None] * touch.normal
                most = max(most, float((short - 0.5 * gap).max(initial=-gap)))
            if most < 0.0:
                break
        self._clear(x)
        return x

    def _clear(self, x: FloatArray) -> None:
        """Move vertices until the middles of edges are out of everything too."""
        ids = self._edges
        for _ in range(ROUNDS):
            total, share = np.zeros_like(x), np.zeros(len(x))
            for meeting, _ in (self._beside, *self._binding):
                touch = meeting.between(x, ids, SPAN)
                short = np.where(np.abs(touch.distance) < DEEPEST, CLEAR - touch.distance, 0.0)
                bad = np.flatnonzero(short > 0.0)
                for column in ids[touch.rows[bad]].T:
                    np.add.at(total, column, short[bad, None] * touch.normal[bad])
                    np.add.at(share, column, 1.0)
            if not share.any():
                break
            x += total / np.maximum(share, 1.0)[:, None]
            ids = ids[(share[ids] > 0.0).any(axis=1)]

    def uncrossed(self, x: FloatArray, moved: BoolArray | None = None) -> FloatArray:
        """Positions (n, 3) moved until no triangle passes through skin or what is worn under it.

        ``moved`` (n,): the vertices that have moved since none did (all where not given).
        """
        rows = None if moved is None else touching(self._triangles, moved)
        before = x.copy()
        self._last = uncross(
            x, self._triangles, self._crossable, CROSSING_ROUNDS, lambda: self.giving(before).outward, rows
        )
        return x

    @property
    def had_crossings(self) -> bool:
        """Whether anything was moved the last time."""
        return self._last.before > 0

    def suspects(self, moved: BoolArray) -> IntArray:
        """(k,) the triangles that crossed anything the last time, or have one of the vertices (n,) that moved since."""
        return np.union1d(self._last.rows, touching(self._triangles, moved))

    def giving(self, x: FloatArray) -> Giving:
        """The cloth at positions (n, 3) as what gives way to other cloth."""
        ways, heights, least = np.zeros_like(x), np.zeros(len(x)), np.full(len(x), np.inf)
        for meeting, _ in self._skin:
            meeting.face_out(x, ways, heights, least)
        return Giving(x, self._triangles, ways, heights)

    def deepest(self, x: FloatArray) -> tuple[FloatArray, float] | None:
        """Where and how deep the cloth, left at (n, 3) by ``uncrossed``, goes through skin or inner cloth, or None."""
        rows = self._last.rows
        return deepest(x, self._triangles[rows], [(facets, masks[rows]) for facets, masks in self._crossable])

    def over(self, number: int, inner: Worn) -> None:
        """Take new places of the piece that is worn under this, by its number from the inside."""
        self._crossable[1 + number] = inner.facets, self._crossable[1 + number][1]

    def refuse_if_inside(self, x: FloatArray, garment: str) -> None:
        """Raise ``FitError`` where the skin under the cloth (n, 3) has more of it inside than can pass for clean."""
        depth = np.full(len(x), -np.inf)
        for meeting, _ in self._skin:
            touch = meeting.look(x, 0.0)
            depth[touch.rows] = np.maximum(depth[touch.rows], np.where(touch.distance < 0.0, -touch.distance, -np.inf))
        if int((depth > DEEP).sum()) > MOST_INSIDE:
            height = phrase("at_height", height=f"{x[depth.argmax(), 2]:.2f}")
            raise FitError(garment, height, float(depth.max()) * 1000.0, phrase("hint_other_size"))

    def tucked_in(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) with what is inside a waistband laid on the skin."""
        for meeting in self._tucked:
            touch = meeting.look(x, TUCK_REACH, self._rings)
            found = np.isfinite(touch.distance)
            x[touch.rows[found]] = touch.point[found] + TUCK_GAP * touch.normal[found]
        return x

    def planes(self, x: FloatArray) -> Planes:
        """Contact planes within REACH of positions (n, 3); other parts bind only where there is room."""
        found, skin = [], np.full(len(x), np.inf)
        for number, (meeting, gap) in enumerate(self._binding):
            touch = meeting.look(x, REACH)
            found.append((touch, _binds(touch), gap))
            if number < len(self._skin):
                skin[touch.rows] = np.minimum(skin[touch.rows], touch.distance)
        meeting, gap = self._beside
        aside = meeting.look(x, REACH)
        found.append((aside, _binds(aside) & (skin[aside.rows] > ROOM), gap))
        return joined_planes(found)


def settle(worn: list[Worn], garment: str) -> None:
    """Let the last of what is worn and the cut pieces under it give way to each other where they cross, in place.

    Raises ``FitError`` where they, or it and the skin, still do.
    """
    outer = worn[-1]
    found = outer.around.deepest(outer.vertices)
    for _ in range(SETTLING):
        if found is None:
            break
        moved: BoolArray | None = np.zeros(len(outer.vertices), dtype=bool)
        for number, inner in enumerate(worn[:-1]):
            if isinstance(inner.piece, LiveGarment):
                above, below = outer.around.giving(outer.vertices), inner.around.giving(inner.vertices)
                rows = None if moved is None else outer.around.suspects(moved)
                give_way(above, below, outer.piece.over(inner.piece), inner.facets, rows)
                if moved is not None:
                    moved |= (above.x != outer.vertices).any(axis=1)
                if below.x is not inner.vertices:
                    sunk = inner.around.uncrossed(below.x, (below.x != inner.vertices).any(axis=1))
                    worn[number] = replace(inner, vertices=sunk)
                    outer.around.over(number, worn[number])
                    # Where it had to move further, it can have come to cross anything.
                    moved = None if inner.around.had_crossings else moved
                outer = replace(outer, vertices=above.x)
        outer = replace(outer, vertices=outer.around.uncrossed(outer.vertices.copy(), moved))
        found = outer.around.deepest(outer.vertices)
    if found is not None:
        height = phrase("at_height", height=f"{found[0][2]:.2f}")
        raise FitError(garment, height, found[1] * 1000.0, phrase("hint_other_size"))
    worn[-1] = outer


def _binds(touch: Touch) -> BoolArray:
    """(k,) whether what was found is near outside, or inside no deeper than cloth may come to lie."""
    return np.asarray((touch.distance < REACH) & (touch.distance > -DEEPEST))


def joined_planes(found: list[tuple[Touch, BoolArray, float]]) -> Planes:
    """Planes of the chosen rows (k,) of each touch, kept off by a gap in metres."""
    ids = [touch.rows[chosen].astype(np.int32) for touch, chosen, _ in found]
    return Planes(
        np.concatenate(ids),
        np.concatenate([touch.point[chosen] for touch, chosen, _ in found]),
        np.concatenate([touch.normal[chosen] for touch, chosen, _ in found]),
        np.concatenate([np.full(len(rows), gap) for (_, _, gap), rows in zip(found, ids, strict=True)]),
        np.concatenate([[0], np.cumsum([len(rows) for rows in ids])]).astype(np.int32),
    )


def unique_edges(triangles: IntArray) -> IntArray:
    """(e, 2) edges of triangles (m, 3), each once."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return np.asarray(np.unique(pairs, axis=0), dtype=np.int32)


@cache
def skin_walk() -> Walk:
    """The body's outer skin as a surface for cloth."""
    template = load_template()
    return Walk(template.outer_triangles, len(template.bone_weights), triangle_parts())


@cache
def guides() -> IntArray:
    """(GUIDES,) vertices spread over the skin, whose places tell where a body's cloth goes."""
    outer = np.unique(load_template().outer_triangles)
    return np.asarray(outer[_spread(mean_body().vertices[outer], GUIDES)], dtype=np.int32)


@cache
def _radial() -> FloatArray:
    """(GUIDES + 4, GUIDES) inverse of the interpolation by |r| with a linear part, exact for affine motions."""
    at = mean_body().vertices[guides()]
    system = np.zeros((GUIDES + 4, GUIDES + 4))
    system[:GUIDES, :GUIDES] = _gaps(at, at) - STIFFNESS * np.eye(GUIDES)
    system[:GUIDES, GUIDES], system[:GUIDES, GUIDES + 1 :] = 1.0, at
    system[GUIDES:, :GUIDES] = system[:GUIDES, GUIDES:].T
    return np.asarray(np.linalg.inv(system)[:, :GUIDES])


def _carry(points: FloatArray) -> npt.NDArray[np.float32]:
    """(n, GUIDES) weights that take points along with the guides; in single precision, for reading them is the work."""
    at = mean_body().vertices[guides()]
    rows = np.concatenate([_gaps(points, at), np.ones((len(points), 1)), points], axis=1)
    return np.ascontiguousarray(rows @ _radial(), dtype=np.float32)


def _gaps(a: FloatArray, b: FloatArray) -> FloatArray:
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2.0 * a @ b.T
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _spread(points: FloatArray, count: int) -> list[int]:
    """Indices of points far from each other, from the topmost on, each the farthest from those before it."""
    chosen = [int(points[:, 2].argmax())]
    gap = np.full(len(points), np.inf)
    while len(chosen) < count:
        gap = np.minimum(gap, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(gap.argmax()))
    return chosen
