# SPDX-License-Identifier: GPL-3.0-or-later
"""Last clean-up of a drape: nothing of the cloth, not only its vertices, may lie under the skin or an inner garment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar_engine.errors import FitError
from avatar_engine.fitting.contacts import shared_gaps
from avatar_engine.fitting.crossings import push_apart, uncross
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Contact, Surface
from avatar_engine.words import phrase

CLEAR = 0.0015
CYCLES = 8
ROUNDS = 12
CROSSING_ROUNDS = 10
NEAR = 0.004
SKINS = 2
DEEPEST = 0.003
MOST_DEEP = 10

Target = tuple[Surface, IntArray]


def repair(
    garment: str, x: FloatArray, triangles: IntArray, targets: Sequence[Target], optional: Sequence[Target] = ()
) -> FloatArray:
    """Positions (n, 3) pushed out until vertices, edges and triangles are clear of every surface.

    ``targets``: surfaces, the body's SKINS first, with the part bits (n,) that each vertex is carried by; ``optional``:
    the skins with the other parts, which share the room where both press on the cloth.
    Raises FitError where more than MOST_DEEP vertices stay deeper than DEEPEST in the body.
    """
    x = x.copy()
    crossable = [(surface, np.bitwise_or.reduce(bits[triangles], axis=1)) for surface, bits in (*targets, *optional)]
    for _ in range(CYCLES):
        samples = [_Samples(ids, targets, optional) for ids in _sample_ids(triangles)]
        for _ in range(ROUNDS):
            if max(each.push(x) for each in samples) < 0.2 * CLEAR:
                break
        if uncross(x, triangles, crossable, CROSSING_ROUNDS).before == 0:
            break
    depth = np.max([_depth(x, surface.contact(x, 0.02, bits)) for surface, bits in targets[:SKINS]], axis=0)
    if int((depth > DEEPEST).sum()) > MOST_DEEP:
        at = x[np.argmax(depth)]
        raise FitError(
            garment, phrase("at_height", height=f"{at[2]:.2f}"), float(depth.max()) * 1000.0, phrase("hint_other_size")
        )
    return x


def _depth(x: FloatArray, contact: Contact) -> FloatArray:
    return np.where(contact.faces(x), -contact.distance, -np.inf)


def _sample_ids(triangles: IntArray) -> list[IntArray]:
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return [np.unique(triangles)[:, None], np.unique(pairs, axis=0), triangles]


class _Samples:
    """Means of vertices (k, c) of a cloth against all surfaces; after the first look only those near one."""

    def __init__(self, ids: IntArray, targets: Sequence[Target], optional: Sequence[Target]) -> None:
        self.ids, self.asides = ids, len(optional)
        wanted = [*targets[:SKINS], *optional, *targets[SKINS:]]
        self.surfaces = [surface for surface, _ in wanted]
        self.bits = [np.bitwise_and.reduce(bits[ids], axis=1) for _, bits in wanted]
        self.hints: list[IntArray | None] = [None] * len(wanted)

    def look(self, x: FloatArray) -> tuple[FloatArray, list[Contact], list[FloatArray]]:
        """Samples' places, what is near them, and the distances to keep from it."""
        middles = x[self.ids].mean(axis=1)
        near = zip(self.surfaces, self.bits, self.hints, strict=True)
        contacts = [surface.contact(middles, 0.02, bits, hints) for surface, bits, hints in near]
        shared = SKINS + self.asides
        gaps = shared_gaps(contacts[:shared], CLEAR)
        return middles, contacts, gaps + [np.full(len(middles), CLEAR)] * (len(contacts) - shared)

    def push(self, x: FloatArray) -> float:
        """Move the vertices of samples that lie too deep; returns the largest shortage found, metres."""
        middles, contacts, gaps = self.look(x)
        most = 0.0
        for contact, gap in zip(contacts, gaps, strict=True):
            short = np.where(contact.faces(middles), gap - contact.distance, 0.0)
            bad = np.flatnonzero(short > 0.0)
            push_apart(x, self.ids[bad], short[bad, None] * contact.normal[bad])
            most = max(most, float(short.max(initial=0.0)))
        near = np.any([contact.distance < NEAR for contact in contacts], axis=0)
        self.ids = self.ids[near]
        self.bits = [bits[near] for bits in self.bits]
        self.hints = [contact.triangle[near] for contact in contacts]
        return most
