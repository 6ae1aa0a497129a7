# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloth known on the mean body, and how it goes along with the skin to another body."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.body.template import BoolArray, load_template
from avatar_engine.fitting.binding import ARM_L, ARM_R, LEG_L, LEG_R, triangle_parts
from avatar_engine.fitting.dimensions import body_dimensions, waist_height
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.reference import mean_body
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.track import Track, Walk
from avatar_engine.fitting.trims import Trims
from garments import Dimensions, GarmentSpec

GUIDES = 600
STIFFNESS = 1e-3
ARMS, LEGS = ARM_L | ARM_R, LEG_L | LEG_R


class LiveSkin:
    """The skin (13718, 3) that all garments on one body meet, as it stands in some pose."""

    def __init__(self, vertices: FloatArray) -> None:
        self.vertices = np.ascontiguousarray(vertices)
        self.normals = vertex_normals(self.vertices, load_template().outer_triangles)

    @cached_property
    def facets(self) -> Facets:
        """The outer skin, for what must not cross it."""
        return Facets(self.vertices, load_template().outer_triangles)


class LiveBody(LiveSkin):
    """What all garments on one body share, around the A-pose."""

    def __init__(self, body: Body) -> None:
        super().__init__(body.vertices)
        self.waist = waist_height(body)
        self.dimensions: Dimensions = body_dimensions(body)


class LivePiece:
    """Cloth known on the mean body, carried to other bodies as their skin goes.

    Parameters
    ----------
    vertices (n, 3) on the mean body, triangles (m, 3) with part ``bits`` (m,); ``touch`` and ``brush`` (n,): parts that
    carry each vertex, and parts that it is besides kept off; ``inside`` (n,): what lies inside a waistband

    ``is_top``: whether it needs room under the arms; ``beside_leg`` (n,): what faces the other leg.
    """

    holds = False
    is_top = False
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
        self._aside = brush & ~touch
        self.brush = Track(vertices, reference, skin, self._aside)
        self.beside_leg = (self._aside & LEGS) != 0
        self._under: dict[int, Track] = {}
        self._beside: dict[int, Track] = {}

    @property
    def in_poses(self) -> LivePiece:
        """The piece as it meets a body in another pose than the A-pose."""
        return self

    def slots(self, spec: GarmentSpec) -> IntArray:
        """(m,) index into the spec's slots of every triangle."""
        raise NotImplementedError

    def carried(self, body: LiveBody) -> FloatArray:
        """(n, 3) where the linear map takes the cloth."""
        moves = (body.vertices[guides()] - mean_body().vertices[guides()]).astype(np.float32)
        return self.vertices + (self._carry @ moves).astype(np.float64)

    def following(self, moves: FloatArray) -> FloatArray:
        """(n, 3) moves of the cloth, of the skin's (13718, 3) where it lies nearest on the mean body."""
        total, count = np.zeros((len(self.vertices), 3)), np.zeros(len(self.vertices))
        for track in (*self.touch, *self.tucked):
            met = track.wanted != 0
            total[met] += moves[track.start[met]]
            count[met] += 1.0
        return np.asarray(total / np.maximum(count, 1.0)[:, None])

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

    def track_beside(self, inner: LivePiece) -> Track:
        """Contacts with a piece on the parts of the body beside this cloth: of sleeves with what the trunk wears."""
        if id(inner) not in self._beside:
            self._beside[id(inner)] = Track(self.vertices, inner.vertices, inner.walk, self._aside)
        return self._beside[id(inner)]

    def over(self, inner: LivePiece) -> IntArray:
        """(m,) whether each triangle of ``outward`` lies over a piece, 0 where that holds it inside its waistband."""
        held = self._inside[self.outward].any(axis=1) if inner.holds else np.zeros(len(self.outward), dtype=bool)
        return np.where(held, 0, 1).astype(np.int32)


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
