# SPDX-License-Identifier: GPL-3.0-or-later
"""How people stand in their shoes: on the heels that these have, lifted by their soles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from avatar_engine.body.heels import on_heels
from avatar_engine.body.shape import Body
from garments.catalogue import SHOES, catalogue

if TYPE_CHECKING:
    from avatar_engine.fitting import FittedGarment


class Worn(Protocol):
    """A garment that is chosen, or fitted already."""

    @property
    def garment(self) -> str:
        """Id in the wardrobe."""
        ...


def standing_in(body: Body, worn: Iterable[Worn]) -> Body:
    """The A-pose body, its feet turned as the heels of its shoes ask; the barefoot one where these have none.

    A garment that the wardrobe has not changes nothing here: fitting tells of it.
    """
    return on_heels(body, heel_in(worn))


def heel_in(worn: Iterable[Worn]) -> float:
    """Metres by which the shoes among what is worn raise the heels above the balls of the feet."""
    specs = (catalogue().get(each.garment) for each in worn)
    return max((spec.heel_height for spec in specs if spec is not None), default=0.0)


def standing_lift(garments: Sequence[FittedGarment]) -> float:
    """Metres by which a person whose bare soles are on z = 0 has to be raised for the shoes to stand on it."""
    shoes = [garment for garment in garments if catalogue()[garment.garment].category == SHOES]
    return max((-float(garment.vertices[:, 2].min()) for garment in shoes), default=0.0)
