# SPDX-License-Identifier: GPL-3.0-or-later
"""One person in one look: clothes and appearance put on a body, for a file in 3D or for the studio."""

from __future__ import annotations

from dataclasses import dataclass

from avatar_engine.appearance import Appearance, build_appearance
from avatar_engine.body.pose import pose_body
from avatar_engine.body.shape import Body
from avatar_engine.body.template import load_template
from avatar_engine.fitting import Outfit, fit_outfit
from avatar_engine.look import Look
from avatar_engine.measurements import Person
from blender_addon.scene.person import DressedAvatar

REST = "a_pose"


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


def dress(body: Body, look: Look, pose: str, drape: str) -> tuple[Outfit, Appearance]:
    """Clothes and appearance of a look on a body, both in ``pose``.

    Parameters
    ----------
    body : in the A-pose
    drape : "interactive" or "final"

    Raises
    ------
    FitError
        a garment cannot be fitted cleanly
    """
    outfit = fit_outfit(body, look.garments, pose, drape)
    posed = pose_body(body, pose)
    shoulder = posed.vertices[load_template().landmarks["acromion_left"], 2].mean()
    appearance = build_appearance(
        body,
        posed,
        style=look.hair.style,
        hair=look.hair.colour,
        skin_tone=look.skin_tone,
        eyes=look.eye_colour,
        seed=look.seed,
        # Hair falls over what reaches the shoulders; it has nothing to do with trousers.
        cover=[(each.vertices, each.triangles) for each in outfit.garments if each.vertices[:, 2].max() > shoulder],
    )
    return outfit, appearance


def posed_avatar(body: Body, look: Look, drape: str) -> DressedAvatar:
    """A person in a look's pose, as the studio takes them; raises ``FitError``."""
    outfit, appearance = dress(body, look, look.pose, drape)
    return DressedAvatar(pose_body(body, look.pose), outfit.garments, outfit.hidden_quads, appearance)
