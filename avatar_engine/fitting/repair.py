# SPDX-License-Identifier: GPL-3.0-or-later
"""Last clean-up of a drape: nothing of the cloth, not only its vertices, may lie under the skin or an inner garment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from avatar_engine.errors import FitError
from avatar_engine.fitting.contacts import ALONE, SKINS, Place, shared_gaps
from avatar_engine.fitting.crossings import deepest, push_apart, touching, uncross
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Contact, Surface
from avatar_engine.words import phrase

CLEAR = 0.0015
CYCLES = 8
ROUNDS = 12
CROSSING_ROUNDS = 10
NEAR = 0.004
LOOK = 0.02  # metres in which a surface is looked for
FAR = 0.06  # metres in which the skin tells the way off it
NEAREST = 0.001  # metres below which a part of the body weighs no more
AGREED = 0.5  # share of their weights that the ways off several parts have in common, where they tell one
DEEPEST = 0.003
MOST_DEEP = 10

Target = tuple[Surface, IntArray]


def repair(
    garment: str, x: FloatArray, triangles: IntArray, targets: Sequence[Target], optional: Sequence[Target] = (),
    place: Place = ALONE,
) -> FloatArray:  # fmt: skip
    """Positions (n, 3) pushed out until vertices, edges and triangles are clear of every surface.

    ``targets``: surfaces, the body's SKINS first, with the part bits (n,) that each vertex is carried by; ``optional``:
    the skins with the other parts, which share the room where both press on the cloth.
    Raises FitError where more than MOST_DEEP vertices stay deeper than DEEPEST in the body.
    """
    x = x.copy()
    around = _Obstacles(targets, optional, place)
    crossable = around.crossable(triangles)
    ways = cache(partial(_ways_out, x.copy(), targets[:SKINS]))
    samples, rows, hints = _sample_ids(triangles), np.arange(len(triangles), dtype=np.int32), around.hints(x)
    best = len(triangles) ** 2, x
    for _ in range(CYCLES):
        before, near = x.copy(), [_Samples(ids, around, hints) for ids in samples]
        for _ in range(ROUNDS):
            if max(each.push(x) for each in near) < 0.2 * CLEAR:
                break
        pushed = x.copy()
        crossed = uncross(x, triangles, crossable, CROSSING_ROUNDS, ways, rows, around.skins)
        # Of equals the last: it is the clearest.
        best = min((crossed.left, x.copy()), (crossed.before, pushed), best, key=lambda each: each[0])
        if crossed.before == 0:
            break
        # What has not moved is as it was found.
        moved = (x != before).any(axis=1)
        samples = [ids[moved[ids].any(axis=1)] for ids in samples]
        rows = np.union1d(touching(triangles, moved), crossed.rows)
    x = best[1]
    depth = np.max([_depth(x, surface.contact(x, LOOK, bits)) for surface, bits in targets[:SKINS]], axis=0)
    if int((depth > DEEPEST).sum()) > MOST_DEEP:
        at = x[np.argmax(depth)]
        raise FitError(
            garment, phrase("at_height", height=f"{at[2]:.2f}"), float(depth.max()) * 1000.0, phrase("hint_other_size")
        )
    return x


def still_crossing(
    x: FloatArray, triangles: IntArray, targets: Sequence[Target], optional: Sequence[Target] = ()
) -> tuple[FloatArray, float] | None:
    """Where (3,) and how deep, metres, repaired cloth still goes through anything; None where it does not.

    Parameters are those of ``repair``.
    """
    return deepest(x, triangles, _Obstacles(targets, optional, ALONE).crossable(triangles))


def _ways_out(x: FloatArray, skins: Sequence[Target]) -> FloatArray:
    """(n, 3) unit ways off the skin that carries the cloth, 0 farther from it than FAR, and between two parts."""
    ways, weights = np.zeros_like(x), np.zeros(len(x))
    for surface, bits in skins:
        contact = surface.contact(x, FAR, bits)
        weight = 1.0 / np.square(np.maximum(contact.distance[contact.hit], NEAREST))
        ways[contact.hit] += weight[:, None] * contact.normal[contact.hit]
        weights[contact.hit] += weight
    length = np.linalg.norm(ways, axis=1)
    agreed = length > AGREED * weights
    return np.asarray(np.where(agreed[:, None], ways / np.maximum(length, 1e-12)[:, None], 0.0))


def _depth(x: FloatArray, contact: Contact) -> FloatArray:
    return np.where(contact.faces(x), -contact.distance, -np.inf)


def _sample_ids(triangles: IntArray) -> list[IntArray]:
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return [np.unique(triangles)[:, None], np.unique(pairs, axis=0), triangles]


class _Obstacles:
    """What a cloth is cleared of: surfaces with part bits (n,), ``skins`` of them the body's, then inner garments."""

    def __init__(self, targets: Sequence[Target], optional: Sequence[Target], place: Place) -> None:
        self.targets, self.place = [*targets[:SKINS], *optional, *targets[SKINS:]], place
        self.skins = SKINS + len(optional)
        self.reaches = [place.reach(LOOK) if number < self.skins else LOOK for number in range(len(self.targets))]

    def crossable(self, triangles: IntArray) -> list[Target]:
        """Surfaces with the part bits (m,) that triangles are looked at against."""
        return [(surface, np.bitwise_or.reduce(bits[triangles], axis=1)) for surface, bits in self.targets]

    def hints(self, x: FloatArray) -> list[IntArray]:
        """Nearest triangle (n,) of every surface, -1 for none, which spare time where edges and triangles are looked
        up.
        """
        near = zip(self.targets, self.reaches, strict=True)
        return [surface.contact(x, reach, bits).triangle for (surface, bits), reach in near]


class _Samples:
    """Means of vertices (k, c) of a cloth against all surfaces; after the first look only those near one."""

    def __init__(self, ids: IntArray, around: _Obstacles, hints: Sequence[IntArray]) -> None:
        self.ids, self.around = ids, around
        self.bits = [np.bitwise_and.reduce(bits[ids], axis=1) for _, bits in around.targets]
        self.hints = [hint[ids[:, 0]] for hint in hints]

    def look(self, x: FloatArray) -> tuple[FloatArray, list[Contact], list[FloatArray]]:
        """Samples' places, what is near them, and the distances to keep from it."""
        middles, around = x[self.ids].mean(axis=1), self.around
        near = zip(around.targets, around.reaches, self.bits, self.hints, strict=True)
        contacts = [surface.contact(middles, reach, bits, hints) for (surface, _), reach, bits, hints in near]
        gaps, room = shared_gaps(contacts[: around.skins], CLEAR, around.place)
        between = np.minimum(CLEAR, around.place.apart * room)
        return middles, contacts, gaps + [between] * (len(contacts) - around.skins)

    def push(self, x: FloatArray) -> float:
        """Move the vertices of samples that lie too deep; returns the largest shortage found, metres."""
        middles, contacts, gaps = self.look(x)
        most = 0.0
        for contact, gap in zip(contacts, gaps, strict=True):
            short = np.where(contact.faces(middles), gap - contact.distance, 0.0)
            bad = np.flatnonzero(short > 0.0)
            push_apart(x, self.ids[bad], short[bad, None] * contact.normal[bad])
            most = max(most, float(short.max(initial=0.0)))
        wanted = [np.maximum(NEAR, gap + NEAR - CLEAR) for gap in gaps]
        near = np.any([contact.distance < least for contact, least in zip(contacts, wanted, strict=True)], axis=0)
        self.ids = self.ids[near]
        self.bits = [bits[near] for bits in self.bits]
        self.hints = [contact.triangle[near] for contact in contacts]
        return most
