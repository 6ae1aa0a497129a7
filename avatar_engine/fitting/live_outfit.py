# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole outfit that follows a body while it is being shaped; the finished drape of it is ``outfit.fit_outfit``'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.base_layer import base_layer
from avatar_engine.fitting.live import LiveBody, LiveGarment, LiveTight, Worn
from avatar_engine.fitting.outfit import (
    BASE_LAYER,
    Choice,
    FittedGarment,
    Outfit,
    layered,
    shoes_on,
    slot_numbers,
    worn_garment,
)
from avatar_engine.fitting.reference import Reference, load_reference, mean_body, reference_spec
from garments import GarmentSpec, catalogue, fabrics


class LiveWardrobe:
    """Garments made ready on first use and kept: dressing the next body costs tens of milliseconds a garment.

    Parameters
    ----------
    reference : gives a garment's drape on the mean body
    """

    def __init__(self, reference: Callable[[GarmentSpec], Reference] = load_reference) -> None:
        self._reference = reference
        self._cut: dict[tuple[str, bool, bool], LiveGarment] = {}
        self._tight: dict[tuple[str, tuple[str, ...]], LiveTight] = {}

    def dress(self, body: Body, choices: Sequence[Choice]) -> Outfit:
        """Every chosen garment over the base layer, around the A-pose; the skin under it is left whole.

        Raises ``LookError`` and ``FitError`` as ``fit_outfit`` does, ``AssetError`` where a reference is not usable.
        """
        under, pieces, work = layered(choices)
        live = LiveBody(body)
        worn: list[Worn] = []
        garments: list[FittedGarment] = []
        if pieces:
            garments.append(self._wear_tight(live, catalogue()[BASE_LAYER], under, pieces, worn))
        for spec, choice in work:
            if spec.source == "tights":
                garments.append(self._wear_tight(live, spec, choice, spec.pieces, worn))
            elif spec.source == "last":
                garments.append(shoes_on(body, spec, choice))
            else:
                garments.append(self._wear_cut(live, spec, choice, worn))
        return Outfit(tuple(garments), np.zeros(len(load_template().quads), dtype=bool))

    def _wear_tight(
        self, live: LiveBody, spec: GarmentSpec, choice: Choice | None, pieces: tuple[str, ...], worn: list[Worn]
    ) -> FittedGarment:
        offset = spec.cut["offset_mm"] / 1000.0
        key = (spec.id, pieces)
        if key not in self._tight:
            self._tight[key] = LiveTight(base_layer(mean_body(), pieces, offset))
        piece = self._tight[key]
        made, on = piece.made, piece.wear(live, offset)
        worn.append(on)
        bones = made.bone_indices, made.bone_weights
        bands = made.in_band.astype(np.int32)
        return worn_garment(spec, choice, on.vertices, made.triangles, on.corner_uvs, bands, bones, on.ease)

    def _wear_cut(self, live: LiveBody, spec: GarmentSpec, choice: Choice, worn: list[Worn]) -> FittedGarment:
        key = (spec.id, spec.is_tucked, spec.is_under_jacket)
        if key not in self._cut:
            self._cut[key] = LiveGarment(spec, self._reference(reference_spec(spec)))
        piece = self._cut[key]
        on = piece.wear(live, spec, choice.size, fabrics()[choice.fabric or spec.fabric], tuple(worn))
        worn.append(on)
        reference, slots = piece.reference, slot_numbers(spec, piece.reference.mesh)
        bones = reference.bone_indices, reference.bone_weights
        garment = worn_garment(spec, choice, on.vertices, piece.triangles, on.corner_uvs, slots, bones, on.ease)
        return garment if piece.trims is None else piece.trims.onto(garment)
