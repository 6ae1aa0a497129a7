# SPDX-License-Identifier: GPL-3.0-or-later
"""GLB of a dressed avatar: body, eyes, hair and garments on one rig, in the A-pose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from avatar_engine.body.shape import Body
from avatar_engine.body.template import FloatArray, IntArray, load_template, triangulate
from avatar_engine.export.garment_surface import garment_surface
from avatar_engine.export.glb import body_surface, glb_bytes
from avatar_engine.export.gltf_material import Material, linear_colour, picture_file
from avatar_engine.export.gltf_surface import Surface
from avatar_engine.export.whole_file import write_whole
from avatar_engine.standing import standing_in, standing_lift

if TYPE_CHECKING:
    from avatar_engine.appearance import Appearance
    from avatar_engine.fitting import Outfit

SKIN_TEXTURE, EYE_TEXTURE = 1024, 256
SKIN_ROUGHNESS, EYE_ROUGHNESS, HAIR_ROUGHNESS = 0.55, 0.06, 0.58
HAIR_CUTOFF = 0.35
ClothColours = Mapping[str, FloatArray]
NO_COLOURS: ClothColours = MappingProxyType({})


def write_avatar_glb(
    path: Path, body: Body, outfit: Outfit, appearance: Appearance, cloth_colours: ClothColours = NO_COLOURS
) -> None:
    """Write a dressed avatar; skin wholly under clothes is left out.

    Parameters
    ----------
    body : in the A-pose; it is written as it stands in the outfit's shoes
    outfit, appearance : made for this body in the A-pose
    cloth_colours : garments that show colours per vertex, (n, 3) linear RGB, in place of their own look
    """
    write_whole(path, avatar_glb(body, outfit, appearance, cloth_colours))


def avatar_glb(body: Body, outfit: Outfit, appearance: Appearance, cloth_colours: ClothColours = NO_COLOURS) -> bytes:
    """The file's content; see ``write_avatar_glb``."""
    body = standing_in(body, outfit.garments)
    skin = body_surface(body, _skin_looks(appearance), _not_shown(outfit))
    clothes = [garment_surface(garment, cloth_colours.get(garment.garment)) for garment in outfit.garments]
    surfaces = [skin, *_eyes(appearance), _hair(appearance), *clothes]
    return glb_bytes(body, surfaces, standing_lift(outfit.garments))


def _skin_looks(appearance: Appearance) -> dict[str, Material]:
    skin = Material(
        "skin",
        roughness=SKIN_ROUGHNESS,
        texture=picture_file(appearance.skin_texture(SKIN_TEXTURE), "JPEG"),
        normals=picture_file(appearance.normal_map(SKIN_TEXTURE), "JPEG"),
    )
    inner = Material("mouth", linear_colour("#8c4a45"), 0.4)
    return {"skin": skin, "eye_socket": skin, "mouth": inner, "tongue": inner}


def _not_shown(outfit: Outfit) -> npt.NDArray[np.bool_]:
    """Quads under clothes, and the template's eyeballs, in whose place better ones are."""
    parts = load_template().parts
    hidden: npt.NDArray[np.bool_] = outfit.hidden_quads | parts["eye_left"] | parts["eye_right"]
    return hidden


def _eyes(appearance: Appearance) -> list[Surface]:
    texture = picture_file(appearance.eye_texture(EYE_TEXTURE), "JPEG")
    look = Material("eye", roughness=EYE_ROUGHNESS, texture=texture)
    return [
        head_surface(f"eye_{eye.side}", eye.shell, triangulate(eye.faces), eye.uvs, look) for eye in appearance.eyes
    ]


def _hair(appearance: Appearance) -> Surface:
    """Hair, brows and lashes; alpha is cut off rather than blended, which needs no sorting of the strips."""
    cards = appearance.cards()
    look = Material(
        "hair",
        roughness=HAIR_ROUGHNESS,
        texture=picture_file(cards.texture, "PNG"),
        alpha="MASK",
        alpha_cutoff=HAIR_CUTOFF,
        two_sided=True,
    )
    return Surface(
        "hair",
        cards.vertices,
        cards.triangles,
        cards.uvs[cards.triangles],
        cards.bone_indices,
        cards.bone_weights,
        [look],
        np.zeros(len(cards.triangles), dtype=np.int32),
        cards.normals,
    )


def head_surface(name: str, points: FloatArray, triangles: IntArray, uvs: FloatArray, look: Material) -> Surface:
    """A surface that moves with the head: points (n, 3), triangles (m, 3), uvs (n, 2) per point."""
    bones = np.zeros((len(points), 4), dtype=np.int32)
    bones[:, 0] = load_template().bone("head")
    weights = np.tile([1.0, 0.0, 0.0, 0.0], (len(points), 1))
    return Surface(
        name, points, triangles, uvs[triangles], bones, weights, [look], np.zeros(len(triangles), dtype=np.int32)
    )
