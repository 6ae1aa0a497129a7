# SPDX-License-Identifier: GPL-3.0-or-later
"""What cloth meets on a live body: the skin that carries it, other parts beside, and what it is worn over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from avatar_engine.body.template import BoolArray
from avatar_engine.errors import FitError
from avatar_engine.fitting.contacts import OPPOSED, TUCK_GAP
from avatar_engine.fitting.crossings import deepest, touching, uncross
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.live_piece import LivePiece, LiveSkin
from avatar_engine.fitting.repair import DEEPEST as DEEP
from avatar_engine.fitting.sections import FloatArray
from avatar_engine.fitting.solver import Planes
from avatar_engine.fitting.surface import vertex_normals
from avatar_engine.fitting.track import Meeting, Touch
from avatar_engine.fitting.yielding import Giving
from avatar_engine.words import phrase

BODY_GAP = 0.004
LAYER_GAP = 0.002
TUCK_REACH = 0.06
REACH = 0.015
SPAN = 0.008  # what lies between vertices is looked at where one of them is as near
CLEAR = 0.0015
MOST_INSIDE = 3
DEEPEST = 0.03
ROOM = 0.008
ROUNDS = 3
CROSSING_ROUNDS = 20
EASINGS, EASING_ROUNDS = 2, 8  # how often cloth around what was pushed is taken along, and over how many neighbours
FACED = 0.10  # metres within which two parts of the body share what is between them
SHARE = 0.48  # of it that the cloth of either may fill
NEAREST = 0.001  # metres below which a part weighs no more
NARROWEST = 0.004  # metres between two parts that are shared where there is less


@dataclass(frozen=True)
class Worn:
    """A piece on a live body, and what it meets there: places (n, 3), flat corners (m, 3, 2) metres, ease in
    centimetres.
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


class Around:
    """What one garment meets on one body: its own part of the skin, what it is worn over, and other parts beside.

    Parameters
    ----------
    under : what it is worn over, from the inside out
    gap : metres that it keeps off the skin
    over : how many tops are worn over it
    """

    def __init__(self, piece: LivePiece, body: LiveSkin, under: Sequence[Worn], gap: float, over: int = 0) -> None:
        self._gap = gap
        self._skin = [(Meeting(track, body.vertices, body.normals), gap) for track in piece.touch]
        self._tucked = [Meeting(track, body.vertices, body.normals) for track in piece.tucked]
        self._skin += [(meeting, TUCK_GAP) for meeting in self._tucked]
        inner = [(Meeting(piece.track_of(worn.piece), worn.vertices, worn.normals), LAYER_GAP) for worn in under]
        self._binding = [*self._skin, *inner]
        self._beside = Meeting(piece.brush, body.vertices, body.normals), BODY_GAP
        self._aside = [self._beside]
        self._rings = piece.walk.rings
        self._edges, self._triangles = piece.edges, piece.outward
        self._crossable = [(body.facets, np.ones(len(piece.outward), dtype=np.int32))]
        self._crossable += [(worn.facets, piece.over(worn.piece)) for worn in under]
        # Between the legs nothing else is worn; under an arm every layer needs its part of the room.
        place = 1 + sum(worn.piece.is_top for worn in under)
        self._share = SHARE * np.where(piece.beside_leg, 1.0, place / (place + over))

    def moved_to(self, piece: LivePiece, body: LiveSkin, under: Sequence[Worn], over: int) -> Around:
        """The same on the body in another pose, with what is worn under it there and room for tops ``over`` it."""
        there = Around(piece, body, under, self._gap, over)
        there._aside += [
            (Meeting(piece.track_beside(worn.piece), worn.vertices, worn.normals), LAYER_GAP) for worn in under
        ]
        return there

    def pushed_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out of what is beside them, and then of everything that binds."""
        x = x.copy()
        for number in range(ROUNDS):
            most = 0.0
            for meeting, gap in (*self._aside, *self._binding):
                touch = meeting.look(x, gap if number else REACH, self._rings)
                short = np.where(np.abs(touch.distance) < DEEPEST, np.maximum(gap - touch.distance, 0.0), 0.0)
                x[touch.rows] += short[:, None] * touch.normal
                most = max(most, float((short - 0.5 * gap).max(initial=-gap)))
            self._share_room(x)
            if most < 0.0:
                break
        self._clear(x)
        return x

    def eased_out(self, x: FloatArray) -> FloatArray:
        """Positions (n, 3) moved out as by ``pushed_out``, what lies around with them, so that cloth stays smooth."""
        found = self.pushed_out(x)
        for _ in range(EASINGS):
            moves = found - x
            for _ in range(EASING_ROUNDS):
                moves = 0.5 * (moves + moves[self._rings].mean(axis=1))
            found = self.pushed_out(x + moves)
        return found

    def _share_room(self, x: FloatArray) -> None:
        """Leave to another part of the body that faces this cloth its half of the room between them, in place."""
        beside = self._beside[0].look(x, FACED, self._rings)
        near = np.abs(beside.distance) < FACED
        rows = beside.rows[near]
        other, way = np.full(len(x), np.inf), np.zeros_like(x)
        other[rows], way[rows] = beside.distance[near], beside.normal[near]
        for meeting, _ in self._skin:
            own = meeting.look(x, FACED, self._rings)
            facing = (own.normal * way[own.rows]).sum(axis=1) < OPPOSED
            chosen = np.flatnonzero(facing & np.isfinite(own.distance) & np.isfinite(other[own.rows]))
            rows, height, normal = own.rows[chosen], own.distance[chosen], own.normal[chosen]
            room = np.maximum(height + other[rows], NARROWEST)
            x[rows] -= np.maximum(height - self._share[rows] * room, 0.0)[:, None] * normal

    def _clear(self, x: FloatArray) -> None:
        """Move vertices until the middles of edges are out of everything too."""
        ids = self._edges
        for _ in range(ROUNDS):
            total, share = np.zeros_like(x), np.zeros(len(x))
            for meeting, _ in (*self._aside, *self._binding):
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
        self._crossing = uncross(
            x, self._triangles, self._crossable, CROSSING_ROUNDS, lambda: self.giving(before).outward, rows
        ).rows
        return x

    def giving(self, x: FloatArray) -> Giving:
        """The cloth at positions (n, 3) as what gives way to other cloth.

        Between two parts of the body the way out leads away from both: along the room between them.
        """
        ways, heights, least = np.zeros_like(x), np.zeros(len(x)), np.full(len(x), np.inf)
        for meeting, _ in self._skin:
            normals, height, squares = meeting.ways(x)
            ways += normals / np.maximum(squares, NEAREST**2)[:, None]
            heights, least = np.where(squares < least, height, heights), np.minimum(squares, least)
        normals, _, squares = self._beside[0].ways(x)
        ways += normals / np.maximum(squares, NEAREST**2)[:, None]
        return Giving(x, self._triangles, ways / np.maximum(np.linalg.norm(ways, axis=1), 1e-12)[:, None], heights)

    def deepest(self, x: FloatArray) -> tuple[FloatArray, float] | None:
        """Where and how deep the cloth, left at (n, 3) by ``uncrossed``, goes through skin or inner cloth, or None."""
        rows = self._crossing
        return deepest(x, self._triangles[rows], [(facets, masks[rows]) for facets, masks in self._crossable])

    def crossing(self, count: int) -> BoolArray:
        """(count,) whether each vertex is a corner of a triangle that ``uncrossed`` left crossing something."""
        return np.isin(np.arange(count), self._triangles[self._crossing])

    def take(self, number: int, inner: Worn) -> None:
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
