# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole outfit that follows a body while it is being shaped; the finished drape of it is ``fitter.fit_outfit``'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.around import Worn
from avatar_engine.fitting.base_layer import base_layer
from avatar_engine.fitting.live import LiveGarment, LiveTight
from avatar_engine.fitting.live_piece import LiveBody
from avatar_engine.fitting.outfit import (
    BASE_LAYER,
    Choice,
    FittedGarment,
    Outfit,
    layered,
    shoes_on,
    worn_garment,
)
from avatar_engine.fitting.reference import Reference, load_reference, mean_body, reference_spec
from avatar_engine.fitting.settling import settle
from avatar_engine.standing import standing_in
from garments import GarmentSpec, catalogue, fabrics


class LiveWardrobe:
    """Garments made ready on first use and kept: dressing the next body costs tens of milliseconds a garment.

    Parameters
    ----------
    reference : gives a garment's drape on the mean body
    shoes : puts shoes on a body that stands in them; ``LiveShoes.on`` is quicker on a body that is being shaped
    """

    def __init__(
        self,
        reference: Callable[[GarmentSpec], Reference] = load_reference,
        shoes: Callable[[Body, GarmentSpec, Choice | None], FittedGarment] = shoes_on,
    ) -> None:
        self._reference, self._shoes = reference, shoes
        self._cut: dict[tuple[str, bool, bool], LiveGarment] = {}
        self._tight: dict[tuple[str, tuple[str, ...]], LiveTight] = {}

    def dress(self, body: Body, choices: Sequence[Choice]) -> Outfit:
        """Every chosen garment over the base layer, around the A-pose; the skin under it is left whole.

        The body is taken as it stands in its clothes, see ``standing_in``.

        Raises ``LookError`` and ``FitError`` as ``fit_outfit`` does, ``AssetError`` where a reference is not usable.
        """
        under, pieces, work = layered(choices)
        body = standing_in(body, choices)
        live = LiveBody(body)
        worn: list[Worn] = []
        made: list[FittedGarment | tuple[int, GarmentSpec, Choice | None]] = []
        if pieces:
            made.append((0, catalogue()[BASE_LAYER], under))
            worn.append(self._wear_tight(live, catalogue()[BASE_LAYER], pieces))
        for number, (spec, choice) in enumerate(work):
            if spec.source == "last":
                made.append(self._shoes(body, spec, choice))
                continue
            made.append((len(worn), spec, choice))
            if spec.source == "tights":
                worn.append(self._wear_tight(live, spec, spec.pieces))
            else:
                tops = sum(each.is_top for each, _ in work[number + 1 :])
                worn.append(self._wear_cut(live, spec, choice, tuple(worn), tops))
            settle(worn, spec.id)
        garments = [
            _fitted(live, worn[each[0]], *each[1:], worn[each[0] + 1 :]) if isinstance(each, tuple) else each
            for each in made
        ]
        return Outfit(tuple(garments), np.zeros(len(load_template().quads), dtype=bool))

    def _wear_tight(self, live: LiveBody, spec: GarmentSpec, pieces: tuple[str, ...]) -> Worn:
        offset = spec.cut["offset_mm"] / 1000.0
        key = (spec.id, pieces)
        if key not in self._tight:
            self._tight[key] = LiveTight(base_layer(mean_body(), pieces, offset))
        return self._tight[key].wear(live, offset)

    def _wear_cut(self, live: LiveBody, spec: GarmentSpec, choice: Choice, under: tuple[Worn, ...], over: int) -> Worn:
        fabric = fabrics()[choice.fabric or spec.fabric]
        return self._garment(spec).wear(live, spec, choice.size, fabric, under, over)

    def _garment(self, spec: GarmentSpec) -> LiveGarment:
        key = (spec.id, spec.is_tucked, spec.is_under_jacket)
        if key not in self._cut:
            self._cut[key] = LiveGarment(spec, self._reference(reference_spec(spec)))
        return self._cut[key]


def _fitted(live: LiveBody, on: Worn, spec: GarmentSpec, choice: Choice | None, over: Sequence[Worn]) -> FittedGarment:
    """What is worn as a garment of the outfit, with its trims; ``over``: what is worn over it."""
    piece = on.piece
    slots = piece.slots(spec)
    garment = worn_garment(spec, choice, on.vertices, piece.triangles, on.corner_uvs, slots, piece.bones, on.ease)
    if piece.trims is None:
        return garment
    return piece.trims.onto(garment, [each.facets for each in over], lambda: live.vertices)
