# SPDX-License-Identifier: GPL-3.0-or-later
"""One person's looks put together: skin, eyes, brows, lashes and hair on one body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avatar_engine.appearance.beard import NONE, Beard, beard_style, grow_beard, no_beard
from avatar_engine.appearance.brows import grow_brows
from avatar_engine.appearance.cards import CardMesh, build_cards
from avatar_engine.appearance.dye import HairDye, beard_dye
from avatar_engine.appearance.eyes import EyeMesh, build_eyes, eye_texture
from avatar_engine.appearance.growth import grow_hair
from avatar_engine.appearance.head import Anchors
from avatar_engine.appearance.lashes import grow_lashes
from avatar_engine.appearance.palette import EyeColour, eye_colour, hair_colour, skin_albedo
from avatar_engine.appearance.relief import normal_map
from avatar_engine.appearance.skin import lines_at, lines_relief, skin_texture
from avatar_engine.appearance.strands import Strands
from avatar_engine.appearance.styles import HairStyle, hair_style
from avatar_engine.body.pose import PosedBody
from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template

# How much the colour of their roots darkens the skin under brows, which from afar are too thin to be seen.
BROW_SHADOW = 0.62


@dataclass(frozen=True)
class Appearance:
    """Skin, eyes and hair of one person on one body in one pose, metres.

    undertone, lines: of the skin, the second 0..1 by age; beard_style: None for a clean-shaven face;
    hair, brows, lashes, beard: strands; hair_roots, brow_roots: where they grow; eyes: left and right;
    vertices (13718, 3): the body in the pose that all of this is for.
    """

    skin_tone: int
    eye_colour: EyeColour
    hair_style: HairStyle
    dye: HairDye
    seed: int
    hair: Strands
    hair_roots: Anchors
    brows: Strands
    brow_roots: Anchors
    lashes: Strands
    eyes: tuple[EyeMesh, ...]
    vertices: FloatArray
    beard: Strands
    beard_dye: HairDye
    beard_style: Beard | None = None
    undertone: str = "neutral"
    lines: float = 0.0

    def skin_texture(self, size: int = 2048) -> npt.NDArray[np.uint8]:
        """(size, size, 3) sRGB albedo in the template's texture coordinates, first row on top."""
        beard = None if self.beard_style is None else (self.beard_dye.natural, self.beard_style.shadow)
        return skin_texture(
            self.skin_tone,
            self.dye.natural,
            self.hair_style.scalp,
            BROW_SHADOW,
            self.seed,
            size,
            self.undertone,
            self.lines,
            beard,
        )

    def lines_relief(self, size: int = 1024) -> npt.NDArray[np.uint8]:
        """(size, size, 1) depth of the lines of age, in the skin's texture coordinates, 255 the deepest."""
        return lines_relief(self.lines, size)

    def normal_map(self, size: int = 1024) -> npt.NDArray[np.uint8]:
        """(size, size, 3) relief of the skin as normals in tangent space, in its texture coordinates."""
        return normal_map(self.lines, size)

    def eye_texture(self, size: int = 512) -> npt.NDArray[np.uint8]:
        """(size, size, 3) sRGB texture of either eye, first row on top."""
        return eye_texture(self.eye_colour, self.seed, size)

    def cards(self, texture_size: int = 512) -> CardMesh:
        """Hair, brows and lashes as one light, skinned mesh with a texture."""
        return build_cards(
            self.vertices,
            self.hair_style,
            self.dye,
            self.hair,
            self.hair_roots,
            self.brows,
            self.lashes,
            self.beard,
            0 if self.beard_style is None else self.beard_style.ribbons,
            self.seed,
            texture_size,
        )


def build_appearance(
    body: Body,
    posed: PosedBody | None = None,
    style: str = "short",
    hair: str = "dark_brown",
    skin_tone: int = 4,
    eyes: str = "brown",
    seed: int = 0,
    cover: Sequence[tuple[FloatArray, IntArray]] = (),
    roots: str | None = None,
    highlights: str | None = None,
    grey: float = 0.0,
    beard: str = NONE,
    beard_colour: str | None = None,
    undertone: str = "neutral",
    age_years: float | None = None,
) -> Appearance:
    """Skin, eyes, brows, lashes and hair for a body.

    Parameters
    ----------
    body : in the A-pose
    posed : the same body in the pose that hair and eyes are wanted for; None keeps the A-pose
    style, hair, skin_tone, eyes : hair style, hair colour, Monk tone 1..10, eye colour; raises ``LookError``
    seed : of everything random; the same seed gives the same person
    cover : clothes in that pose, (vertices, triangles) each, that the hair lies over
    roots, highlights : colours of grown-out roots and of streaks; None for none
    grey : share 0..1 of strands that have lost their colour
    beard, beard_colour : style of ``beards.toml`` or "none"; None for the colour that grows
    undertone : of the skin
    age_years : that the skin shows in its lines; None for none
    """
    chosen_style, chosen_eyes = hair_style(style), eye_colour(eyes)
    grown, streaks = (None if each is None else hair_colour(each) for each in (roots, highlights))
    dye = HairDye(hair_colour(hair), grown, streaks, grey)
    chosen_beard = beard_style(beard)
    skin_albedo(skin_tone, undertone)
    vertices = body.vertices if posed is None else posed.vertices
    helpers = body.helpers if posed is None else posed.helpers
    acromion = float(vertices[load_template().landmarks["acromion_left"], 2].mean())
    strands, hair_roots = grow_hair(vertices, chosen_style, acromion, seed, cover)
    brows, brow_roots = grow_brows(vertices, seed)
    return Appearance(
        skin_tone=skin_tone,
        eye_colour=chosen_eyes,
        hair_style=chosen_style,
        dye=dye,
        seed=seed,
        hair=strands,
        hair_roots=hair_roots,
        brows=brows,
        brow_roots=brow_roots,
        lashes=grow_lashes(vertices, helpers, seed),
        eyes=build_eyes(vertices, helpers),
        vertices=vertices,
        beard=no_beard() if chosen_beard is None else grow_beard(vertices, chosen_beard, seed),
        beard_dye=beard_dye(dye, beard_colour),
        beard_style=chosen_beard,
        undertone=undertone,
        lines=lines_at(age_years),
    )
