# SPDX-License-Identifier: GPL-3.0-or-later
"""Shoes for a body that is being shaped: built once, then moved as each foot moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template
from avatar_engine.fitting.outfit import Choice, FittedGarment, shoes_on
from garments import GarmentSpec

# Shoes are built anew for other feet; those of a body that is being shaped are carried along as far as this, metres.
SAME_FEET = 0.006
SIDES = (1.0, -1.0)


@dataclass(frozen=True)
class _Built:
    """Shoes, and the feet (left and right, (n, 3) each) that they were built around."""

    feet: tuple[FloatArray, ...]
    shoes: FittedGarment


class LiveShoes:
    """The shoes built last, a pair of each kind; by fractions of a millimetre they depend on what went before."""

    def __init__(self) -> None:
        self._built: dict[tuple[str, str | None], _Built] = {}

    def on(self, body: Body, spec: GarmentSpec, choice: Choice | None) -> FittedGarment:
        """A pair of shoes around the feet of the A-pose body, which are turned as their heels ask."""
        feet = tuple(body.vertices[ids] for ids in _feet())
        key = (spec.id, None if choice is None else choice.fabric)
        built = self._built.get(key)
        if built is None or max(np.abs(a - b).max() for a, b in zip(built.feet, feet, strict=True)) > SAME_FEET:
            built = self._built[key] = _Built(feet, shoes_on(body, spec, choice))
        chosen, printed = ({}, None) if choice is None else (choice.colours, choice.printed)
        dyed = {**spec.slots, **chosen}
        return replace(built.shoes, vertices=_carried(built, feet), colours=dyed, printed=printed)


def _carried(built: _Built, feet: tuple[FloatArray, ...]) -> FloatArray:
    """(n, 3) places of the shoes, each moved by the affine motion of its foot."""
    before = built.shoes.vertices
    places = before.copy()
    for start, end, side in zip(built.feet, feet, SIDES, strict=True):
        own = side * before[:, 0] > 0.0
        motion = np.linalg.lstsq(np.c_[start, np.ones(len(start))], end, rcond=None)[0]
        places[own] = np.c_[before[own], np.ones(int(own.sum()))] @ motion
    return places


@cache
def _feet() -> tuple[IntArray, IntArray]:
    """Vertices of the left and of the right foot."""
    template = load_template()
    left, right = (
        np.flatnonzero(template.bone_share(f"foot_{side}", f"ball_{side}") > 0.5).astype(np.int32) for side in "lr"
    )
    return left, right
