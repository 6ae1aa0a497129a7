# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole outfit cut, sewn and draped, garment over garment; one that follows a body being shaped: ``live_outfit``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from avatar_engine.body.pose import REST, skin
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting.anchors import anchored
from avatar_engine.fitting.base_layer import base_layer, flat_from_front
from avatar_engine.fitting.binding import ALL, triangle_bits
from avatar_engine.fitting.cloth import make_cloth
from avatar_engine.fitting.contacts import ALONE, Place
from avatar_engine.fitting.cover import hidden_quads
from avatar_engine.fitting.dimensions import body_dimensions
from avatar_engine.fitting.drape import Draped, drape
from avatar_engine.fitting.facets import Facets
from avatar_engine.fitting.finish import Collider, Sheet, finish, is_installed
from avatar_engine.fitting.folds import facing_out, felt, folded_vertices
from avatar_engine.fitting.motion import SCHEDULES, BodyMotion, Layer
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
from avatar_engine.fitting.placement import BodyTubes
from avatar_engine.fitting.repair import repair, still_crossing
from avatar_engine.fitting.sections import FloatArray, IntArray
from avatar_engine.fitting.sew import SewnMesh, edge_length_for, sew
from avatar_engine.fitting.sizing import ease_cm, worn_pattern
from avatar_engine.fitting.trims import Trims, stitch_distances, trims_on
from avatar_engine.standing import standing_in
from avatar_engine.words import Phrase, phrase
from garments import Dimensions, Fabric, GarmentSpec, catalogue, fabrics
from garments.catalogue import RIB

VERTICES = {"interactive": 2600, "live": 4000, "final": 7000}
FINISHED = "final"
Progress = Callable[[float, str], None]
Pair = tuple[FittedGarment, FittedGarment]  # around the A-pose, and in the pose


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
    fitter = Fitter(body, motion, quality)
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


class Fitter:
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
        pattern = worn_pattern(self.dimensions, spec, choice.size, choice.fabric)
        fabric = fabrics()[choice.fabric or spec.fabric]
        mesh = sew(pattern, edge_length_for(pattern, VERTICES[self.quality]))
        cloth = make_cloth(mesh, fabric, fabrics()[RIB.get(fabric.id, fabric.id)])
        ring, thickness = anchored(mesh, self.tubes.waist), fabric.thickness_mm / 1000.0
        run = drape(mesh, cloth, self.tubes.place(mesh), self.motion, fabric.friction, thickness, ring, progress, place)
        pinned = np.union1d(ring.ids, folded_vertices(mesh)).astype(np.int32)
        history = self._clean_ends(spec, run, mesh, fabric, pinned, place)
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

    def _clean_ends(
        self, spec: GarmentSpec, run: Draped, mesh: SewnMesh, fabric: Fabric, pinned: IntArray, place: Place
    ) -> list[FloatArray]:
        """Places (n, 3) of the cloth at every frame, kept out of all around it in the A-pose and in the pose."""
        hung, history = self.motion.schedule.hung, list(run.history)
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
        # What is worn over it must not meet a jump: between its clean ends the cloth goes as the body does.
        rested, posed = history[hung - 1] - run.history[hung - 1], history[-1] - run.history[-1]
        for frame in range(hung, len(history) - 1):
            share = self.motion.fractions[frame]
            history[frame] = run.history[frame] + (1.0 - share) * rested + share * posed
        return history

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
