# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole outfit fitted to one body, from the inside out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from avatar_engine.body.heels import on_heels
from avatar_engine.body.pose import REST, skin
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.errors import LookError
from avatar_engine.fitting.anchors import anchored
from avatar_engine.fitting.base_layer import PIECES, base_layer, flat_from_front
from avatar_engine.fitting.binding import ALL, carried_by_feet, triangle_bits
from avatar_engine.fitting.cloth import make_cloth
from avatar_engine.fitting.contacts import ALONE, Place
from avatar_engine.fitting.cover import hidden_quads
from avatar_engine.fitting.crossings import uncross
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.drape import drape
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.finish import Collider, Sheet, finish, is_installed
from avatar_engine.fitting.folds import facing_out, felt, folded_vertices
from avatar_engine.fitting.footwear.shoe import Shoes, make_pair, raised
from avatar_engine.fitting.motion import SCHEDULES, BodyMotion, Layer
from avatar_engine.fitting.placement import BodyTubes
from avatar_engine.fitting.repair import repair, still_crossing
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh, edge_length_for, sew
from avatar_engine.fitting.sizing import ease_cm, pattern_for
from avatar_engine.fitting.trims import Trims, stitch_distances, trims_on
from avatar_engine.standing import standing_in
from avatar_engine.tucking import tucked_in, untuckable, waistband_of
from avatar_engine.words import Phrase, near_names, phrase
from garments import Dimensions, GarmentSpec, catalogue, fabrics
from garments.catalogue import JACKET, RIB
from garments.prints import Print
from garments.sizes import MADE_TO_MEASURE, is_size

BASE_LAYER = "base-layer"
VERTICES = {"interactive": 2600, "live": 4000, "final": 7000}
FINISHED = "final"
TRIM_FABRIC = RIB
SHOE_ROUNDS = 20
Progress = Callable[[float, str], None]
Pair = tuple["FittedGarment", "FittedGarment"]  # around the A-pose, and in the pose


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


def fit_outfit(
    body: Body,
    choices: Sequence[Choice],
    pose: str = "relaxed",
    quality: str = "final",
    progress: Progress | None = None,
) -> Outfit:
    """Cut, sew and drape every chosen garment over the base layer.

    Parameters
    ----------
    body : in the A-pose; the clothes are draped on it as it stands in them, see ``standing_in``
    pose : "a_pose" or "relaxed" (for pictures; ``Outfit.at_rest`` is then the A-pose's outfit, for files in 3D)
    quality : "interactive" (coarse cloth, short run), "live" (what live fitting starts from) or "final"
    progress : called with a share in 0..1 and the id of the garment in work

    Raises
    ------
    LookError : an unknown garment, size, colour slot or fabric
    FitError : a size that the body cannot wear, or a drape that could not be kept out of the body
    PatternError : a garment's program fails, or drafts what cannot be sewn
    """
    under, pieces, work = layered(choices)
    body = standing_in(body, choices)
    motion = BodyMotion(body, pose, SCHEDULES[quality])
    fitter = _Fitter(body, motion, quality)
    worn = fitter.base(under, pieces)
    tops = [number for number, (spec, _) in enumerate(work) if spec.is_top]
    places = [Place(tops.index(n) + 1, len(tops)) if n in tops else ALONE for n in range(len(work))]
    for number, (spec, choice) in enumerate(work):

        def report(share: float, number: int = number, name: str = spec.id) -> None:
            if progress is not None:
                progress((number + share) / len(work), name)

        worn.append(fitter.fit(spec, choice, places[number], report))
    worn = fitter.trimmed(worn)
    rest = fitter.outfit([pair[0] for pair in worn], 0)
    return rest if pose == REST else replace(fitter.outfit([pair[1] for pair in worn], -1), rest=rest)


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


class _Fitter:
    """What the garments of one outfit share: the body, its tubes and dimensions, its motion with the inner layers."""

    def __init__(self, body: Body, motion: BodyMotion, quality: str) -> None:
        self.body, self.motion, self.quality = body, motion, quality
        self.dimensions: Dimensions = body_dimensions(body)
        self.tubes = BodyTubes(body)
        self._trims: dict[int, Trims] = {}  # by the number of the layer they are on
        self._cautions: dict[int, list[Phrase]] = {0: [], -1: []}  # by the frame that they are about

    def outfit(self, garments: Sequence[FittedGarment], frame: int) -> Outfit:
        """Garments that stand as they are at a frame, and the skin they cover then."""
        hides = {piece.garment: catalogue()[piece.garment].hides for piece in garments}
        worn = [(g.vertices, g.triangles, hides[g.garment]) for g in garments]
        hidden = hidden_quads(self.motion.vertices(frame), worn)
        return Outfit(tuple(garments), hidden, cautions=tuple(self._cautions[frame]))

    def trimmed(self, worn: Sequence[Pair]) -> list[Pair]:
        """What is worn, a piece a layer, with its trims, which are pressed down where other layers cover them."""
        found = list(worn)
        for number, trims in self._trims.items():
            above = self.motion.layers[number + 1 :]
            rest, posed = (
                trims.onto(
                    garment,
                    [Facets(layer.history[frame], layer.triangles) for layer in above],
                    partial(self.motion.vertices, frame),
                )
                for garment, frame in zip(worn[number], (0, -1), strict=True)
            )
            found[number] = rest, posed
        return found

    def base(self, choice: Choice | None, pieces: tuple[str, ...]) -> list[Pair]:
        """The base layer's pieces that no garment replaces, skinned into the pose."""
        if not pieces:
            return []
        return [self.skin_tight(catalogue()[BASE_LAYER], choice, pieces)]

    def skin_tight(self, spec: GarmentSpec, choice: Choice | None, pieces: tuple[str, ...]) -> Pair:
        """A garment cut out of the skin-tight helper surface, skinned into the pose."""
        made = base_layer(self.body, pieces, spec.cut["offset_mm"] / 1000.0)
        rows = [skin(made.vertices, made.bone_indices, made.bone_weights, t) for t in self.motion.transforms]
        everywhere = np.full(len(made.vertices), ALL, dtype=np.int32)
        for frame in (-1, 0):
            targets = [(surface, everywhere) for surface in self.motion.skin_surfaces(frame)]
            rows[frame] = repair(spec.id, rows[frame], made.triangles, targets)
        rows[: self.motion.schedule.hung] = [rows[0]] * self.motion.schedule.hung
        self.motion.layers.append(Layer(made.triangles, np.full(len(made.triangles), ALL, dtype=np.int32), rows))
        uvs = flat_from_front(made.vertices, made.triangles)
        bones = made.bone_indices, made.bone_weights
        rest = worn_garment(spec, choice, rows[0], made.triangles, uvs, made.in_band.astype(np.int32), bones, {})
        return rest, replace(rest, vertices=rows[-1])

    def shod(self, spec: GarmentSpec, choice: Choice) -> Pair:
        """A pair of shoes, taken along by the feet."""
        rest = shoes_on(self.body, spec, choice)
        rows = [skin(rest.vertices, rest.bone_indices, rest.bone_weights, t) for t in self.motion.transforms]
        self.motion.layers.append(Layer(rest.triangles, np.full(len(rest.triangles), ALL, dtype=np.int32), rows))
        return rest, replace(rest, vertices=rows[-1])

    def fit(self, spec: GarmentSpec, choice: Choice, place: Place, progress: Callable[[float], None]) -> Pair:
        """One garment, cut, sewn, draped over what is worn already, and made clean in both poses."""
        if spec.source == "tights":
            return self.skin_tight(spec, choice, spec.pieces)
        if spec.source == "last":
            return self.shod(spec, choice)
        pattern = pattern_for(self.dimensions, spec, choice.size, choice.fabric)
        fabric = fabrics()[choice.fabric or spec.fabric]
        mesh = sew(pattern, edge_length_for(pattern, VERTICES[self.quality]))
        cloth = make_cloth(mesh, fabric, fabrics()[TRIM_FABRIC.get(fabric.id, fabric.id)])
        ring, thickness = anchored(mesh, self.tubes.waist), fabric.thickness_mm / 1000.0
        run = drape(mesh, cloth, self.tubes.place(mesh), self.motion, fabric.friction, thickness, ring, progress, place)
        hung, history = self.motion.schedule.hung, run.history
        draped = list(history)
        pinned = np.union1d(ring.ids, folded_vertices(mesh)).astype(np.int32)
        for frame in sorted({len(history) - 1, hung - 1}, reverse=True):
            run.contacts.move(frame)
            targets, optional = run.contacts.targets(), run.contacts.optional_targets()
            x = repair(spec.id, history[frame], mesh.triangles, targets, optional, place)
            if self.quality == FINISHED and is_installed():
                sheet = Sheet(x, mesh.triangles, mesh.corner_uvs)
                x = finish(sheet, fabric, self._colliders(frame), pinned)
                x = repair(spec.id, x, mesh.triangles, targets, optional, place)
            history[frame] = x
            self._caution(spec, 0 if frame < hung else -1, still_crossing(x, mesh.triangles, targets, optional))
        history[:hung] = [history[hung - 1]] * hung
        # What is worn over it must not meet a jump: between its finished places it goes as the body does.
        rested, posed = history[hung - 1] - draped[hung - 1], history[-1] - draped[-1]
        for frame in range(hung, len(history) - 1):
            share = self.motion.fractions[frame]
            history[frame] = draped[frame] + (1.0 - share) * rested + share * posed
        holds = bool(pattern.anchors) and not spec.is_tucked
        met = felt(mesh)
        outward = np.ascontiguousarray(facing_out(mesh)[met])
        self.motion.layers.append(Layer(outward, triangle_bits(mesh)[met], history, holds))
        ease = ease_cm(self.dimensions, pattern)
        bones = run.bone_indices, run.bone_weights
        rest = worn_garment(
            spec, choice, history[0], mesh.triangles, mesh.corner_uvs, slot_numbers(spec, mesh), bones, ease
        )
        rest = replace(rest, stitches=stitch_distances(mesh))
        trims = trims_on(mesh)
        if trims is not None:
            self._trims[len(self.motion.layers) - 1] = trims
        return rest, replace(rest, vertices=history[-1])

    def _caution(self, spec: GarmentSpec, frame: int, found: tuple[FloatArray, float] | None) -> None:
        """Note where and how deep a garment's cloth still goes through what it is worn over."""
        if found is not None:
            (_, _, height), depth = found
            said = phrase("still_crosses", garment=spec.id, height=f"{height:.2f}", amount=f"{1000.0 * depth:.1f}")
            self._cautions[frame].append(said)

    def _colliders(self, frame: int) -> list[Collider]:
        """The skin and the inner garments at a frame."""
        skin_then = Collider(self.motion.vertices(frame), load_template().outer_triangles)
        return [skin_then, *(Collider(layer.history[frame], layer.triangles) for layer in self.motion.layers)]
