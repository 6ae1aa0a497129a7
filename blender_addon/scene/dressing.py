# SPDX-License-Identifier: GPL-3.0-or-later
"""One person in one look: clothes and appearance put on a body, for a file in 3D or for the studio (no bpy)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.avatar import BodyResult, build_body, with_own_face
from avatar_engine.body.pose import PosedBody, pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, load_template
from avatar_engine.fitting import FittedGarment, Outfit, fit_outfit
from avatar_engine.fitting.fit_map import SCALES, colours_of, linear, map_values
from avatar_engine.fitting.live_outfit import LiveWardrobe
from avatar_engine.look import SKIN_AGES, Look
from avatar_engine.measurements import KEYS, Person
from avatar_engine.standing import standing_in
from avatar_engine.words import Phrase

from .person import DressedAvatar

REST = "a_pose"
LIVE = "live"


@dataclass(frozen=True)
class Order:
    """One person in one look, to be made as ``name``.glb and ``name``.png."""

    name: str
    person: Person
    look: Look

    def body_recipe(self) -> tuple[object, ...]:
        """All that decides the body."""
        asked = self.person.measurements
        numbers = (asked.values.tolist(), asked.low.tolist(), asked.high.tolist(), asked.given.tolist())
        return (*numbers, asked.sex, asked.weight_kg, asked.age_years)

    def shown(self) -> Look:
        """The look, its skin as old as the person where it says nothing else."""
        age = self.person.measurements.age_years
        if age is None or self.look.skin_age is not None:
            return self.look
        return replace(self.look, skin_age=round(min(max(age, SKIN_AGES[0]), SKIN_AGES[1])))

    def body(self) -> BodyResult:
        """The body that measures as asked, with the face that goes with the person's name."""
        return with_own_face(build_body(self.person.measurements), self.person.subject)


@dataclass(frozen=True)
class DressedLook:
    """What there is to tell of somebody dressed: metres that the tape reads, by measurement, the clothes, and what of
    them may show in a picture that should not.
    """

    measured: dict[str, float]
    garments: tuple[FittedGarment, ...]
    cautions: tuple[Phrase, ...]


class Dressing:
    """A look put on a body, draped once: for a file in 3D and, where ``pose`` is the look's, for the studio.

    Parameters
    ----------
    body : in the A-pose; it stands as the look's clothes ask, see ``standing_in``
    pose : the look's, or REST where no picture is wanted
    drape : "interactive" or "final", or "live": draped once on the mean body and carried over, with numpy alone
    """

    def __init__(self, body: Body, look: Look, pose: str, drape: str) -> None:
        self._body, self._look, self._pose, self._drape = standing_in(body, look.garments), look, pose, drape

    @cached_property
    def _outfit(self) -> Outfit:
        if self._drape == LIVE:
            return _wardrobe().dress(self._body, self._look.garments, self._pose)
        return fit_outfit(self._body, self._look.garments, self._pose, self._drape)

    def at_rest(self) -> tuple[Outfit, Appearance]:
        """Clothes and appearance in the A-pose; raises ``FitError`` where a garment cannot be fitted cleanly."""
        outfit = self._outfit.at_rest
        return outfit, _appearance(self._body, pose_body(self._body, REST), self._look, outfit)

    def posed(self, fit_map: str | None = None) -> DressedAvatar:
        """The person in the pose, as the studio takes them, with a map of the fit on the cloth; raises ``FitError``."""
        posed = pose_body(self._body, self._pose)
        appearance = _appearance(self._body, posed, self._look, self._outfit)
        garments = self._outfit.garments
        return DressedAvatar(posed, garments, self._outfit.hidden_quads, appearance, self.map_colours(fit_map))

    def cautions(self) -> tuple[Phrase, ...]:
        """What may show in a picture, see ``Outfit``; raises ``FitError``."""
        return self._outfit.cautions

    def map_colours(self, fit_map: str | None) -> dict[str, FloatArray]:
        """Linear RGB per vertex of each garment; none without a map.

        Room is measured in the A-pose, as tailors fit: arms that hang down press sleeves and sides to the trunk.
        Stretch is that of the pose, whose drape is the finished one.
        """
        if fit_map is None:
            return {}
        outfit = self._outfit if fit_map == "strain" else self._outfit.at_rest
        values = map_values(fit_map, outfit.garments, pose_body(self._body, REST).vertices)
        return {garment: linear(colours_of(row, SCALES[fit_map])) for garment, row in values.items()}

    def fitted(self) -> tuple[FittedGarment, ...]:
        """The garments in the A-pose, from the inside out; raises ``FitError``."""
        return self._outfit.at_rest.garments


@cache
def _wardrobe() -> LiveWardrobe:
    return LiveWardrobe()


def told(body: BodyResult, dressing: Dressing) -> DressedLook:
    """What there is to tell of somebody dressed; raises ``FitError``."""
    measured = dict(zip(KEYS, body.measured.tolist(), strict=True))
    return DressedLook(measured, dressing.fitted(), dressing.cautions())


def _appearance(body: Body, posed: PosedBody, look: Look, outfit: Outfit) -> Appearance:
    shoulder = posed.vertices[load_template().landmarks["acromion_left"], 2].mean()
    return build_appearance(
        body,
        posed,
        style=look.hair.style,
        hair=look.hair.colour,
        roots=look.hair.roots,
        highlights=look.hair.highlights,
        grey=look.hair.grey / 100.0,
        beard=look.beard.style,
        beard_colour=look.beard.colour,
        undertone=look.undertone,
        age_years=look.skin_age,
        skin_tone=look.skin_tone,
        eyes=look.eye_colour,
        seed=look.seed,
        # Hair falls over what reaches the shoulders; it has nothing to do with trousers.
        cover=[(each.vertices, each.triangles) for each in outfit.garments if each.vertices[:, 2].max() > shoulder],
    )
