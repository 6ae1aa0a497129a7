# SPDX-License-Identifier: GPL-3.0-or-later
"""How people stand in their clothes: on the heels of their shoes, arms held off by what they wear under them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from avatar_engine.body.heels import on_heels
from avatar_engine.body.shape import Body
from garments.catalogue import SHOES, catalogue

if TYPE_CHECKING:
    from avatar_engine.fitting import FittedGarment

LAYER_ROOM = 0.008  # metres that every top over another takes up between arm and trunk, two sides of it


@dataclass(frozen=True)
class Stance:
    """What clothes change in how a person stands, metres.

    heel : by which shoes raise the heels above the balls of the feet
    arm_room : that arms keep from the trunk besides what they always keep; the A-pose has that room
    """

    heel: float = 0.0
    arm_room: float = 0.0


class Worn(Protocol):
    """A garment that is chosen, or fitted already."""

    @property
    def garment(self) -> str:
        """Id in the wardrobe."""
        ...


def standing_in(body: Body, worn: Iterable[Worn]) -> Body:
    """The A-pose body as it stands in what is worn; the bare one itself where that changes nothing.

    A garment that the wardrobe has not changes nothing here: fitting tells of it.
    """
    stance = stance_in(worn)
    stood = on_heels(body, stance.heel)
    return _arms_held_off(stood, stance.arm_room) if stance.arm_room > 0.0 else stood


def stance_in(worn: Iterable[Worn]) -> Stance:
    """How people stand in what is worn."""
    specs = [spec for spec in (catalogue().get(each.garment) for each in worn) if spec is not None]
    tops = sum(spec.is_top for spec in specs)
    return Stance(max((spec.heel_height for spec in specs), default=0.0), LAYER_ROOM * max(0, tops - 1))


@functools.lru_cache(maxsize=8)
def _arms_held_off(stood: Body, room: float) -> Body:
    return replace(stood, bare=stood.barefoot, arm_room=room)


def standing_lift(garments: Sequence[FittedGarment]) -> float:
    """Metres by which a person whose bare soles are on z = 0 has to be raised for the shoes to stand on it."""
    shoes = [garment for garment in garments if catalogue()[garment.garment].category == SHOES]
    return max((-float(garment.vertices[:, 2].min()) for garment in shoes), default=0.0)
