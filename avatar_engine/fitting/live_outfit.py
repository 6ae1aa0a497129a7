# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole outfit that follows a body while it is being shaped; the finished drape of it is ``fitter.fit_outfit``'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from avatar_engine.body.pose import REST, pose_body, relief, skin
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.around import Worn
from avatar_engine.fitting.base_layer import base_layer
from avatar_engine.fitting.cover import hidden_quads
from avatar_engine.fitting.live import LiveGarment, LiveTight
from avatar_engine.fitting.live_piece import LiveBody, LiveSkin
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
from avatar_engine.fitting.sections import FloatArray
from avatar_engine.fitting.settling import settle
from avatar_engine.standing import standing_in
from garments import GarmentSpec, catalogue, fabrics

STOPS = 3  # on the way into a pose, the pose itself among them

# A garment that is worn: its spec, what was chosen, and its number among the pieces of cloth, or the shoes themselves.
_Made = tuple[GarmentSpec, Choice | None, int | FittedGarment]


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

    def dress(self, body: Body, choices: Sequence[Choice], pose: str = REST) -> Outfit:
        """Every chosen garment over the base layer, around the A-pose; the skin under it is left whole.

        The body is taken as it stands in its clothes, see ``standing_in``. Into another ``pose`` the bones carry the
        cloth, which is kept out of skin and, as far as one sees, of other cloth: ``Outfit.rest`` is then the A-pose's,
        and the skin is hidden where cloth covers it.

        Raises ``LookError`` and ``FitError`` as ``fit_outfit`` does, ``AssetError`` where a reference is not usable.
        """
        under, pieces, work = layered(choices)
        body = standing_in(body, choices)
        live = LiveBody(body)
        worn: list[Worn] = []
        made: list[_Made] = []
        if pieces:
            made.append((catalogue()[BASE_LAYER], under, len(worn)))
            worn.append(self._wear_tight(live, catalogue()[BASE_LAYER], pieces))
        for number, (spec, choice) in enumerate(work):
            if spec.source == "last":
                made.append((spec, choice, self._shoes(body, spec, choice)))
                continue
            made.append((spec, choice, len(worn)))
            if spec.source == "tights":
                worn.append(self._wear_tight(live, spec, spec.pieces))
            else:
                tops = sum(each.is_top for each, _ in work[number + 1 :])
                worn.append(self._wear_cut(live, spec, choice, tuple(worn), tops))
            settle(worn, spec.id)
        rest = Outfit(_garments(live, made, worn), np.zeros(len(load_template().quads), dtype=bool))
        return rest if pose == REST else _posed(body, made, worn, pose, rest)

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


def _garments(body: LiveSkin, made: Sequence[_Made], worn: Sequence[Worn]) -> tuple[FittedGarment, ...]:
    """All that is worn as garments of an outfit."""
    return tuple(
        _fitted(body, worn[each], spec, choice, worn[each + 1 :]) if isinstance(each, int) else each
        for spec, choice, each in made
    )


def _posed(body: Body, made: Sequence[_Made], worn: Sequence[Worn], pose: str, rest: Outfit) -> Outfit:
    """What is worn around the A-pose, carried into ``pose`` by its bones, kept out of the skin on the way and there.

    ``rest`` is the outfit of the A-pose, which the new one keeps.
    """
    yields = [each.piece.following(relief(body, pose)) for each in worn]
    rest_places = [each.vertices for each in worn]
    before = list(rest_places)  # where bones alone took the cloth
    for share in np.linspace(0.0, 1.0, STOPS + 1)[1:]:
        posed = pose_body(body, pose, float(share))
        flesh, there = LiveSkin(posed.vertices), list[Worn]()
        for number, each in enumerate(worn):
            carried = skin(rest_places[number] + share * yields[number], *each.piece.bones, posed.transforms)
            tops = sum(above.piece.is_top for above in worn[number + 1 :])
            around = each.around.moved_to(each.piece.in_poses, flesh, there, tops)
            x = around.eased_out(each.vertices + carried - before[number])
            before[number] = carried
            x = around.uncrossed(x) if share == 1.0 else x
            there.append(replace(each, around=around, vertices=x))
        worn = there
    shod = [
        (spec, choice, each if isinstance(each, int) else _carried(each, posed.transforms))
        for spec, choice, each in made
    ]
    garments = _garments(flesh, shod, worn)
    covering = [(each.vertices, each.triangles, catalogue()[each.garment].hides) for each in garments]
    return Outfit(garments, hidden_quads(posed.vertices, covering), rest)


def _carried(garment: FittedGarment, transforms: FloatArray) -> FittedGarment:
    vertices = skin(garment.vertices, garment.bone_indices, garment.bone_weights, transforms)
    return replace(garment, vertices=vertices)


def _fitted(live: LiveSkin, on: Worn, spec: GarmentSpec, choice: Choice | None, over: Sequence[Worn]) -> FittedGarment:
    """What is worn as a garment of the outfit, with its trims; ``over``: what is worn over it."""
    piece = on.piece
    slots = piece.slots(spec)
    garment = worn_garment(spec, choice, on.vertices, piece.triangles, on.corner_uvs, slots, piece.bones, on.ease)
    if piece.trims is None:
        return garment
    return piece.trims.onto(garment, [each.facets for each in over], lambda: live.vertices)
