# SPDX-License-Identifier: GPL-3.0-or-later
"""Last clean-up of a drape: nothing of the cloth, not only its vertices, may lie under the skin or an inner garment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from avatar_engine.errors import FitError
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.surface import Contact, Surface
from avatar_engine.words import phrase

CLEAR = 0.0015
ROUNDS = 12
OPTIONAL_ROUNDS = 4
NEAR = 0.004
SKINS = 2
DEEPEST = 0.006
MOST_DEEP = 40
FACING = 0.6

Target = tuple[Surface, IntArray]


def repair(
    garment: str, x: FloatArray, triangles: IntArray, targets: Sequence[Target], optional: Sequence[Target] = ()
) -> FloatArray:
    """Positions (n, 3) pushed out until vertices, edge middles and triangle centres are clear of every surface.

    ``targets``: surfaces, the body's SKINS first, with the part bits (n,) that each vertex may touch; ``optional`` ones
    are tried first and give way to them.
    Raises FitError where more than MOST_DEEP vertices stay deeper than DEEPEST in the body.
    """
    x = x.copy()
    samples = _samples(triangles)
    for wanted, rounds in ((optional, OPTIONAL_ROUNDS), (targets, ROUNDS)):
        work = [
            _Work(ids, surface, np.bitwise_and.reduce(bits[ids], axis=1)) for ids in samples for surface, bits in wanted
        ]
        for _ in range(rounds):
            if max((job.push(x) for job in work), default=0.0) < 0.2 * CLEAR:
                break
    depth = np.max([-surface.contact(x, 0.02, bits).distance for surface, bits in targets[:SKINS]], axis=0)
    if int((depth > DEEPEST).sum()) > MOST_DEEP:
        at = x[np.argmax(depth)]
        raise FitError(
            garment, phrase("at_height", height=f"{at[2]:.2f}"), float(depth.max()) * 1000.0, phrase("hint_other_size")
        )
    return x


def _samples(triangles: IntArray) -> list[IntArray]:
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return [np.unique(triangles)[:, None], np.unique(pairs, axis=0), triangles]


class _Work:
    """Samples (means of vertices (k, c)) of a cloth against one surface; after the first look only those near it."""

    def __init__(self, ids: IntArray, surface: Surface, bits: IntArray) -> None:
        allowed = bits != 0
        self.ids, self.surface, self.bits = ids[allowed], surface, bits[allowed]
        self.hints: IntArray | None = None

    def push(self, x: FloatArray) -> float:
        """Move the vertices of samples that lie too deep; returns the largest shortage found, metres."""
        middles = x[self.ids].mean(axis=1)
        contact = self.surface.contact(middles, 0.02, self.bits, self.hints)
        short = np.where(contact.hit & _faces(middles, contact), CLEAR - contact.distance, 0.0)
        bad = np.flatnonzero(short > 0.0)
        move, share = np.zeros_like(x), np.zeros(len(x))
        for column in range(self.ids.shape[1]):
            np.add.at(move, self.ids[bad, column], short[bad, None] * contact.normal[bad])
            np.add.at(share, self.ids[bad, column], 1.0)
        x += move / np.maximum(share, 1.0)[:, None]
        near = contact.hit & (contact.distance < NEAR)
        self.ids, self.bits, self.hints = self.ids[near], self.bits[near], contact.triangle[near]
        return float(short.max(initial=0.0))


def _faces(points: FloatArray, contact: Contact) -> npt.NDArray[np.bool_]:
    """(n,) whether a contact lies along its normal.

    Where only a part of the skin may be touched, the nearest point of that part can lie at its border, aside of the
    cloth; which side of it the cloth is on then means nothing, and pushing would raise a bump.
    """
    away = points - contact.point
    along = np.abs((away * contact.normal).sum(axis=1))
    faced: npt.NDArray[np.bool_] = along >= FACING * np.linalg.norm(away, axis=1)
    return faced
