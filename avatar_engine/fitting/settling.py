# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of a live outfit come to terms: where two still cross, both give way, and what is under them with them."""

from __future__ import annotations

from dataclasses import replace

from avatar_engine.errors import FitError
from avatar_engine.fitting.around import Worn
from avatar_engine.fitting.crossings import touching
from avatar_engine.fitting.live import LiveGarment
from avatar_engine.fitting.sections import FloatArray
from avatar_engine.fitting.yielding import give_way
from avatar_engine.words import phrase

ROUNDS = 12


def settle(worn: list[Worn], garment: str) -> None:
    """Let the last of what is worn and the cut pieces under it give way to each other where they cross, in place.

    Raises ``FitError`` for ``garment``, the id of the last, where they, or one and the skin, still do.
    """
    found = worn[-1].around.deepest(worn[-1].vertices)
    if found is not None:
        found = _Layers(worn).settled()
    if found is not None:
        height = phrase("at_height", height=f"{found[0][2]:.2f}")
        raise FitError(garment, height, found[1] * 1000.0, phrase("hint_other_size"))


class _Layers:
    """What is worn, from the inside out, and which of its vertices (n,) have moved, or still cross, since the last
    round.
    """

    def __init__(self, worn: list[Worn]) -> None:
        self._worn = worn
        self._moved = [each.around.crossing(len(each.vertices)) for each in worn]

    def settled(self) -> tuple[FloatArray, float] | None:
        """Move the pieces for some rounds; where and how deep something is still crossed, or None."""
        found = None
        for _ in range(ROUNDS):
            for upper in reversed(range(len(self._worn))):
                for lower in reversed(range(upper)):
                    self._give_way(upper, lower)
            found = self._pushed_out()
            if found is None:
                break
        return found

    def _give_way(self, upper: int, lower: int) -> None:
        above, below = self._worn[upper], self._worn[lower]
        cut = isinstance(above.piece, LiveGarment) and isinstance(below.piece, LiveGarment)
        if not cut or not (self._moved[upper].any() or self._moved[lower].any()):
            return
        rows = None if self._moved[lower].any() else touching(above.piece.outward, self._moved[upper])
        one, two = above.around.giving(above.vertices), below.around.giving(below.vertices)
        give_way(one, two, above.piece.over(below.piece), below.facets, rows)
        self._put(upper, one.x)
        self._put(lower, two.x)

    def _pushed_out(self) -> tuple[FloatArray, float] | None:
        """From the inside out, move the pieces out of the skin and of each other; what then crosses the deepest."""
        left, everywhere = [], False
        for number, moved in enumerate(self._moved):
            if everywhere or moved.any():
                around, x = self._worn[number].around, self._worn[number].vertices.copy()
                self._put(number, around.uncrossed(x, None if everywhere else moved))
                left.append(around.deepest(self._worn[number].vertices))
            everywhere = everywhere or bool(moved.any())
        self._moved = [each.around.crossing(len(each.vertices)) for each in self._worn]
        return max((each for each in left if each is not None), key=lambda each: each[1], default=None)

    def _put(self, number: int, x: FloatArray) -> None:
        """Take new places (n, 3) of a piece."""
        moved = (x != self._worn[number].vertices).any(axis=1)
        if moved.any():
            self._moved[number] |= moved
            self._worn[number] = replace(self._worn[number], vertices=x)
            for upper in self._worn[number + 1 :]:
                upper.around.take(number, self._worn[number])
