# SPDX-License-Identifier: GPL-3.0-or-later
"""What is worn, from the inside out: choices of garments, and garments and outfits that fit one body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from avatar_engine.body.heels import on_heels
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.errors import LookError
from avatar_engine.fitting.base_layer import PIECES
from avatar_engine.fitting.binding import carried_by_feet
from avatar_engine.fitting.crossings import uncross
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.footwear.shoe import Shoes, make_pair, raised
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh
from avatar_engine.tucking import tucked_in, untuckable, waistband_of
from avatar_engine.words import Phrase, near_names
from garments import GarmentSpec, catalogue, fabrics
from garments.catalogue import JACKET
from garments.prints import Print
from garments.sizes import MADE_TO_MEASURE, is_size

BASE_LAYER = "base-layer"
SHOE_ROUNDS = 20


class Choice(Protocol):
    """One garment to wear; see look.GarmentChoice."""

    @property
    def garment(self) -> str:
        """Id in the wardrobe."""
        ...

    @property
    def size(self) -> str:
        """A name of the garment's size series, or "made-to-measure"."""
        ...

    @property
    def colours(self) -> Mapping[str, str]:
        """Slots that differ from the garment's own, as "#rrggbb"."""
        ...

    @property
    def fabric(self) -> str | None:
        """Id of a fabric, None for the garment's own."""
        ...

    @property
    def printed(self) -> Print | None:
        """What is printed on the fabric, None for plain cloth."""
        ...

    @property
    def tucked(self) -> bool | None:
        """Whether it is worn inside the waistband, None for what is usual."""
        ...


@dataclass(frozen=True)
class FittedGarment:
    """A garment on the body, in one pose.

    vertices (n, 3); triangles (m, 3); corner_uvs (m, 3, 2) metres on the flat panel; triangle_slots (m,) index into
    ``slots``; colours: slot to "#rrggbb"; thickness in metres; bone_indices, bone_weights (n, 4);
    ease_mm: garment less body, per measurement; printed: what is printed on the fabric;
    stitches (n,): how far from an open edge it is stitched down, metres.
    """

    garment: str
    size: str
    layer: int
    vertices: FloatArray
    triangles: IntArray
    corner_uvs: FloatArray
    slots: tuple[str, ...]
    triangle_slots: IntArray
    colours: dict[str, str]
    fabric: str
    thickness: float
    bone_indices: IntArray
    bone_weights: FloatArray
    ease_mm: dict[str, float]
    printed: Print | None = None
    stitches: FloatArray | None = None


@dataclass(frozen=True)
class Outfit:
    """Fitted garments from the inside out, and the body faces (13710,) that they wholly cover.

    ``rest``: the same garments around the A-pose, through which every drape passes; None where this is that outfit.
    ``cautions``: where cloth could not be kept out of what it is worn over, which may show in a picture.
    """

    garments: tuple[FittedGarment, ...]
    hidden_quads: npt.NDArray[np.bool_]
    rest: Outfit | None = None
    cautions: tuple[Phrase, ...] = ()

    @property
    def at_rest(self) -> Outfit:
        """The outfit in the A-pose, for files in 3D."""
        return self.rest or self


def layered(choices: Sequence[Choice]) -> tuple[Choice | None, tuple[str, ...], list[tuple[GarmentSpec, Choice]]]:
    """How choices are worn: the base layer's own, its pieces that nothing covers, and the rest from the inside out.

    Raises ``LookError`` as ``checked`` does.
    """
    specs = [checked(choice) for choice in choices]
    asked = [choice.tucked for choice in choices]
    wrong = untuckable(specs, asked)
    if wrong is not None:
        raise LookError("look", "tucked", choices[wrong.place].garment, wrong.allowed, wrong.hint)
    cut = _cut_for(specs, tucked_in(specs, asked))
    order = sorted(range(len(choices)), key=lambda i: specs[i].layer)
    work = [(cut[i], choices[i]) for i in order if specs[i].id != BASE_LAYER]
    under = next((choice for choice in choices if choice.garment == BASE_LAYER), None)
    covered = {piece for spec, _ in work for piece in spec.covers}
    return under, tuple(piece for piece in PIECES if piece not in covered), work


def _cut_for(specs: Sequence[GarmentSpec], tucked: Sequence[bool]) -> list[GarmentSpec]:
    """Specs as they are cut beside each other: tucked into the waistband, or short over a fluted skirt."""
    band, fluted = waistband_of(specs), any(spec.flutes for spec in specs)
    outermost = max((spec.layer for spec in specs if spec.category == JACKET), default=-1)
    return [
        spec.tucked_in(band) if inside and band is not None else spec.for_outfit(fluted, spec.layer < outermost)
        for spec, inside in zip(specs, tucked, strict=True)
    ]


def checked(choice: Choice) -> GarmentSpec:
    """The spec of a choice; raises LookError, with the nearest names, for anything that does not exist."""
    spec = catalogue().get(choice.garment)
    if spec is None:
        raise _unknown("garment", choice.garment, list(catalogue()))
    for slot in choice.colours:
        if slot not in spec.slots:
            raise _unknown("colours", slot, list(spec.slots))
    if choice.fabric is not None and choice.fabric not in fabrics():
        raise _unknown("fabric", choice.fabric, list(fabrics()))
    if not is_size(spec.sizes, choice.size):
        raise _unknown("size", choice.size, list(spec.size_names()))
    return spec


def _unknown(key: str, value: str, allowed: list[str]) -> LookError:
    return LookError("look", key, value, ", ".join(allowed), near_names(value, allowed))


def slot_numbers(spec: GarmentSpec, mesh: SewnMesh) -> IntArray:
    """(m,) index into the spec's slots of every triangle of a sewn mesh."""
    slots = list(spec.slots)
    numbers = np.array([slots.index(panel.panel.slot) for panel in mesh.panels], dtype=np.int32)
    return numbers[mesh.triangle_panels]


def worn_garment(
    spec: GarmentSpec, choice: Choice | None, vertices: FloatArray, triangles: IntArray, corner_uvs: FloatArray,
    triangle_slots: IntArray, bones: tuple[IntArray, FloatArray], ease: Mapping[str, float],
) -> FittedGarment:  # fmt: skip
    """A garment on the body in the colours and the fabric chosen; ``ease`` in centimetres per measurement key."""
    fabric = fabrics()[choice.fabric if choice is not None and choice.fabric else spec.fabric]
    colours = dict(spec.slots) | dict(choice.colours if choice is not None else {})
    size = choice.size if choice is not None and spec.source == "pattern" else MADE_TO_MEASURE
    ease_mm = {key: round(10.0 * cm, 1) for key, cm in ease.items()}
    return FittedGarment(
        spec.id, size, spec.layer, vertices, triangles, corner_uvs, tuple(spec.slots), triangle_slots, colours,
        fabric.id, fabric.thickness_mm / 1000.0, *bones, ease_mm, choice.printed if choice is not None else None,
    )  # fmt: skip


def shoes_on(body: Body, spec: GarmentSpec, choice: Choice | None) -> FittedGarment:
    """A pair of shoes around the feet of the A-pose body, which are turned as their heels ask."""
    bare = body.barefoot
    made = make_pair(bare, spec.cut)
    made = replace(made, vertices=_off_the_feet(bare, made))
    bones = carried_by_feet(bare, made.vertices, made.triangles)
    if spec.heel_height > 0.0:
        made, bones = raised(made, bones, bare, spec.cut)
        made = replace(made, vertices=_off_the_feet(on_heels(bare, spec.heel_height), made))
    slots = np.array([list(spec.slots).index(slot) for slot in made.slots], dtype=np.int32)
    worn = worn_garment(spec, choice, made.vertices, made.triangles, made.corner_uvs, slots, bones, {})
    return replace(worn, stitches=made.stitches)


def _off_the_feet(body: Body, made: Shoes) -> FloatArray:
    vertices, foot = made.vertices.copy(), Facets(body.vertices, load_template().outer_triangles)
    uncross(vertices, made.triangles, [(foot, np.ones(len(made.triangles), dtype=np.int32))], SHOE_ROUNDS)
    return vertices
