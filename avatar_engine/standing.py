# SPDX-License-Identifier: GPL-3.0-or-later
"""How far shoes lift whoever stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from garments.catalogue import SHOES, catalogue

if TYPE_CHECKING:
    from avatar_engine.fitting import FittedGarment


def standing_lift(garments: Sequence[FittedGarment]) -> float:
    """Metres by which a person whose bare soles are on z = 0 has to be raised for the shoes to stand on it."""
    shoes = [garment for garment in garments if catalogue()[garment.garment].category == SHOES]
    return max((-float(garment.vertices[:, 2].min()) for garment in shoes), default=0.0)
